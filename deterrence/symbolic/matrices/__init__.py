"""Symbolic equilibria of two-player games in strategic form."""
