"""Finished answers are kept on disk, so that nothing is proven twice: the folder, and what in it
an answer depends on.

Which answers are kept, and when, is decided above: by :mod:`deterrence.face.keeping` for results,
and by :mod:`deterrence.cli.keeping` for what a command prints.  The reasons are in
docs/decisions/0036-cache.md.
"""
