"""Models whose boundaries and comparative statics are compared with exact solutions."""

from brink import BRINK

NAMES = (BRINK, "crisis-pairs", "first-strike", "inspection", "chicken")
