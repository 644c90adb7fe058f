"""Solvers of strategic games, one module per method, and what they share."""
