"""Game trees at many parameter points.

Two ways to one kind of answer (:class:`~deterrence.analysis.points.solver.Answers`), both in
floats with bounded errors: backward induction where everybody knows all that happened
(:mod:`.induction`), and closed forms found once where the symbolic analysis is complete
(:mod:`.symbolic`).  The exact solver (:mod:`deterrence.analysis.points.exact`) has the word
elsewhere, and wherever floats cannot tell.
"""
