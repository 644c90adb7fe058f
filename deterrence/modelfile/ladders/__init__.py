"""Ladders of escalation: from rungs to a matrix, or to a tree with moves in turn."""
