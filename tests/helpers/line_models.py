"""Models whose boundaries and comparative statics are compared with exact solutions."""

NAMES = ("asymmetric-bipolarity", "crisis-pairs", "first-strike", "inspection", "chicken")
