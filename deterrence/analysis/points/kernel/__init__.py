"""Compiled arithmetic: a game solved at many points at once.

The way of a model through the modules, which :mod:`.answers` leads: its formulas are read
(:mod:`.reading`) into polynomials (:mod:`.formulas`) and nodes of a graph with error bounds
(:mod:`.graph`); what vanishes identically is found in a finite field (:mod:`.field`), what
the assumptions fix is known (:mod:`.facts`); so come the strategies that can matter
(:mod:`.structure`).  The graph is a program (:mod:`.program`) run by one of two modules of
:mod:`.loops`, :mod:`.numba_loops` or :mod:`.numpy_loops`.  Chunks of points go through
:mod:`.game` and :mod:`.questions` into a table (:mod:`.table`), what stays open to the
exact solver.  :mod:`.stack` solves games given as numbers, :mod:`.induction` is backward
induction in trees.  ``docs/decisions/0006-batched-kernel.md`` says why.
"""
