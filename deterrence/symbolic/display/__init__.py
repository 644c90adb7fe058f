"""The symbolic analysis in words and formulas."""
