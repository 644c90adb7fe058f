"""The verb of the package: :func:`solve_system`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deterrence.algebra.rings import Ring, RingElement
from deterrence.algebra.systems.continua import Inequality, Undecided, pieces, satisfied
from deterrence.algebra.systems.decomposition import SolvedPart, Subsystem, TooManyBranches, explore
from deterrence.algebra.systems.ideal import TooManySolutions
from deterrence.algebra.systems.results import Continuum, SolutionPoint, SolutionSet
from deterrence.algebra.systems.ring import is_constant, make_ring, read
from deterrence.errors import UsageError
from deterrence.limits.bounded import collect
from deterrence.limits.deadline import Deadline

#: Unknowns that a system may have.
MAX_UNKNOWNS = 24


def solve_system(
    unknowns: Sequence[str],
    equations: Sequence[Any],
    *,
    at_least: Sequence[Any] = (),
    above: Sequence[Any] = (),
    deadline: Deadline | None = None,
) -> SolutionSet:
    """Return all real solutions of ``p = 0``, ``q >= 0`` and ``r > 0``.

    ``equations``, ``at_least`` and ``above`` hold the polynomials p, q and r (see the
    package's text for how to write them).  When the deadline comes, what was found until
    then is returned with ``complete=False``.  Raises :class:`UsageError` for what is no
    polynomial in the unknowns and for more than :data:`MAX_UNKNOWNS` of them.
    """
    names = tuple(unknowns)
    if len(set(names)) != len(names) or len(names) > MAX_UNKNOWNS:
        raise UsageError(
            f"{len(names)} unknowns: {', '.join(names[:30])}",
            remedy=f"different names, at most {MAX_UNKNOWNS}",
        )
    ring = make_ring(max(1, len(names)))
    if not names:  # a ring needs a generator; it occurs nowhere
        names = ("",)
        equations = [*equations, ring.gens[0]]
    system = [_element(p, names, ring) for p in equations]
    conditions = [(_element(q, names, ring), False) for q in at_least]
    conditions += [(_element(r, names, ring), True) for r in above]
    return solve_elements(ring, names, system, conditions, deadline)


def _element(p: Any, names: tuple[str, ...], ring: Ring) -> RingElement:
    if getattr(p, "ring", None) is not None and p.ring == ring:
        return p
    if names == ("",) and isinstance(p, Mapping):
        p = {(0,): sum(p.values())}
    return read(p, names, ring)


def solve_elements(
    ring: Ring,
    names: tuple[str, ...],
    equations: Sequence[RingElement],
    conditions: Sequence[Inequality],
    deadline: Deadline | None = None,
) -> SolutionSet:
    """Like :func:`solve_system`, for elements of a ring made by ``make_ring``.

    ``conditions`` are pairs of a polynomial that is at least 0 and whether strictly.
    """
    limit = deadline or Deadline(None)
    messages: list[str] = []
    found = collect(lambda: _search(ring, names, equations, conditions, messages), limit)
    if found.error is not None:
        raise found.error
    if not found.finished:
        messages.append("the limit was reached before the system was solved")
    continua = [f for f in found.items if isinstance(f, Continuum)]
    different: dict[str, Continuum] = {}
    for c in continua:
        different.setdefault(str(c), c)
    points: dict[tuple[Any, ...], SolutionPoint] = {}
    for item in found.items:
        if isinstance(item, Continuum):
            continue
        point = {name: item[k] for k, name in enumerate(names) if name}
        if any(c.contains(point) for c in continua):
            continue
        points.setdefault(tuple(point.values()), point)
    return SolutionSet(
        unknowns=tuple(n for n in names if n),
        points=tuple(points.values()),
        continua=tuple(different.values()),
        complete=not messages,
        messages=tuple(dict.fromkeys(messages)),
    )


def _search(
    ring: Ring,
    names: tuple[str, ...],
    equations: Sequence[RingElement],
    conditions: Sequence[Inequality],
    messages: list[str],
) -> Iterator[dict[int, Any] | Continuum]:
    for q, strict in conditions:
        if is_constant(q) and (q.LC < 0 if q else strict):
            return
    try:
        for part in explore(Subsystem(tuple(equations)), ring):
            if not isinstance(part, SolvedPart):
                if satisfied(conditions, part):
                    yield part
                continue
            try:
                yield from pieces(part, ring, names, conditions)
            except Undecided:
                messages.append(
                    "it could not be decided whether a set of positive dimension is empty"
                )
    except TooManyBranches:
        messages.append("the equations fall apart into too many parts")
    except TooManySolutions:
        messages.append("the equations have too many complex solutions")
