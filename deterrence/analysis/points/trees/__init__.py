"""Game trees at many parameter points.

Two ways to one kind of answer (:class:`~deterrence.analysis.points.trees.answers.TreeAnswers`):
backward induction in floats with bounded errors where everybody knows all that
happened, and the exact solver point by point elsewhere, and wherever floats cannot
tell.
"""
