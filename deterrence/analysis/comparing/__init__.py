"""Cases side by side: what can happen in each, and what a comparison says."""

from __future__ import annotations

# So that comparisons can be printed.
from deterrence.analysis.comparing import display as display
