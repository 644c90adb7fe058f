"""Symbolic equilibria of game trees: behaviour patterns, beliefs, conditions, regimes.

>>> from deterrence.regimes.trees.analysis import analyse_tree  # what ``regimes`` calls
"""
