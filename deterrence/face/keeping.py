"""Finished answers are kept in the user's cache folder, where that was asked for.

Commands ask for it unless told ``--no-cache``; in Python nothing is kept or taken from the disk
outside of :func:`caching`.  A verb marked :func:`keeps` then gives the answer that was kept for
the same model, options and program, or works it out and keeps it if it is finished.  What comes
back equals what was kept (:mod:`deterrence.face.restoring`); an analysis solves its game again
where something goes on from it that its answer does not hold.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar, cast

from deterrence.modelfile.model import SymbolicModel

P = ParamSpec("P")
R = TypeVar("R")

_CACHING: ContextVar[bool] = ContextVar("caching", default=False)
#: Whether something that the answer under way rests on was left open.
_OPEN: ContextVar[bool] = ContextVar("open", default=False)


@contextlib.contextmanager
def caching(on: bool = True) -> Iterator[None]:
    """Let verbs keep their finished answers on disk, and take those that were kept.

    For as long as the block lasts.  The answers of ``regimes``, ``conclusions``, ``statics``,
    ``boundaries``, ``refinements``, ``thresholds``, ``explain``, ``brief``, ``robustness`` and
    ``levers`` about models that were read are kept in the user's cache folder; the environment
    variable ``DETERRENCE_CACHE`` names another one, or says ``off``.  It may be deleted at any
    time: ``deterrence cache --clear``.

    >>> from deterrence import caching, load_model
    >>> with caching():
    ...     first = load_model("chicken").regimes()
    ...     again = load_model("chicken").regimes()
    >>> first == again
    True
    """
    token = _CACHING.set(on)
    try:
        yield
    finally:
        _CACHING.reset(token)


def keeps(verb: Callable[P, R]) -> Callable[P, R]:
    """Let the results of a verb be kept; its first argument is a model."""

    @functools.wraps(verb)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _CACHING.get():
            return verb(*args, **kwargs)
        from deterrence.face.reading import restored

        model: Any = args[0] if args else None
        result: R = kept(
            verb.__name__,
            model,
            {"options": args[1:], **kwargs},
            lambda: verb(*args, **kwargs),
            write=lambda result: cast("Any", result).to_dict(),
            read=lambda told: cast("R", restored(told, model=model)),
            finished=_finished,
        )
        return result

    return asked


def kept(
    what: str,
    model: Any,
    options: Mapping[str, Any],
    compute: Callable[[], R],
    *,
    write: Callable[[R], Any] = lambda result: result,
    read: Callable[[Any], R] = lambda told: told,
    finished: Callable[[R], bool] = lambda result: True,
) -> R:
    """Return what ``compute`` gives, or what was kept of it; within :func:`caching`.

    ``what`` names the question, ``options`` all that it depends on besides the model: plain
    values, mappings and sequences of them.  ``write`` makes plain data of an answer, and ``read``
    an answer of these; an answer that is not ``finished``, or rests on one that is not, is not
    kept.
    """
    from deterrence.keeping.stamp import stamp
    from deterrence.keeping.store import Store, as_key, chosen_folder

    made_by = stamp() if _CACHING.get() else None
    question = None if made_by is None else _question(model)
    asked = None if question is None else as_key(options)
    if asked is None:
        return compute()
    store = Store(chosen_folder())
    key = {"what": what, "model": question, "options": asked, "made by": made_by}
    told = store.read(key)
    if told is not None:
        with contextlib.suppress(Exception):  # it is worked out anew, whatever is wrong with it
            return read(told)
    token = _OPEN.set(False)
    try:
        result = compute()
        complete = not _OPEN.get() and finished(result)
    finally:
        _OPEN.reset(token)
    if not complete:
        _OPEN.set(True)
    elif stamp() == made_by:
        store.keep(key, write(result))
    return result


def _question(model: Any) -> dict[str, Any] | None:
    """Return what tells a model, None for one that has no text (any more)."""
    if not isinstance(model, SymbolicModel) or not model.text:
        return None
    return {
        "name": model.name, "path": model.path, "text": model.text,
        "rungs": model.rungs, "first": model.first,
    }  # fmt: skip


def _finished(result: Any) -> bool:
    """Say whether nothing in the result of a verb was left open for want of time."""
    flags = {
        "complete": True, "cover": "proven", "disjoint": "proven", "proof": "proven",
        "every_proof": "proven", "some_proof": "proven",
    }  # fmt: skip
    if any(getattr(result, name, value) != value for name, value in flags.items()):
        return False
    parts = (*getattr(result, "conditions", ()), *getattr(result, "effects", ()))
    return not any("unknown" in (getattr(p, "proof", ""), getattr(p, "sign", "")) for p in parts)
