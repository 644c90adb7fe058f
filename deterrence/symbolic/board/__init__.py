"""Derivations of equilibria, step by step, as a teacher writes them on the board."""
