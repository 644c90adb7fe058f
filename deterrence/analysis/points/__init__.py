"""All equilibria of a model at many parameter points.

From the top: :mod:`.solver` checks what is wanted and chooses the way; :mod:`.kernel`
(matrices) and :mod:`.trees` answer in floats that know their errors, and leave to
:mod:`.exact` what those cannot tell.  All take a :class:`~.question.PointQuestion` and
return a :class:`~.block.PointBlock`.  :mod:`.selection` keeps some equilibria of a block.
"""
