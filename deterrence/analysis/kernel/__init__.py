"""Compiled arithmetic: a game solved at many points at once."""
