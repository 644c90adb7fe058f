"""Symbolic equilibria of game trees: behaviour patterns, beliefs, conditions, regimes.

>>> from deterrence.symbolic.trees.analysis import analyse_tree  # what ``regimes`` calls
"""
