"""Compiled arithmetic: a game solved at many points at once.

The way of a model through the modules: its formulas become polynomials
(:mod:`.formulas`) and nodes of a graph with error bounds (:mod:`.graph`); what
vanishes identically is found in a finite field (:mod:`.field`), what the assumptions
fix is known (:mod:`.facts`); so come the strategies that can matter
(:mod:`.structure`).  The graph is a program (:mod:`.program`) run by the loops of
:mod:`.compiled` (numba) or :mod:`.plain` (numpy).  Chunks of points go through
:mod:`.game` and :mod:`.questions` into a table (:mod:`.table`), what stays open to the
exact solver (:mod:`.collect`).  :mod:`.stack` solves games given as numbers,
:mod:`.trees` does backward induction.  ``docs/decisions/0006-batched-kernel.md`` says why.
"""
