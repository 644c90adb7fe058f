"""Solvers of game trees: backward induction, the sequence form, families of equilibria."""
