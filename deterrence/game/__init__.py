"""Games, profiles, measures, dominance: what solvers work on, and how games show themselves."""

# A strategic game shows itself by what this module registers.
from deterrence.game import matrix_display as matrix_display
