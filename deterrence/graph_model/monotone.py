"""Demands on sets: which sets meet all of them, and how likely a random one is to.

A *demand* is a list of ways to meet it, each a set of things that must all be in the set; more
things in the set never hurt.  Demands that share nothing are independent, so that a *part* (demands
tied by what they share) is looked at by itself: the smallest sets that meet the whole are one of
each part, and chances multiply (the decomposition of monotone systems in Birnbaum, Esary and
Saunders 1961; modules in Barlow and Proschan 1975).

>>> both = frozenset({frozenset({1}), frozenset({2, 3})})
>>> [sorted(map(sorted, part)) for part in smallest([both, frozenset({frozenset({4})})]) or ()]
[[[1], [2, 3]], [[4]]]
>>> chance([both])  # of t: each thing is missing with probability t
[1, 0, -2, 1]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from math import comb

from deterrence.algebra.partitions import Partition

#: The things of one way to meet a demand, and a demand: its ways, none inside another.
Way = frozenset[int]
Demand = frozenset[Way]
#: Coefficients of a polynomial, the constant first.
Coefficients = list[int]

#: Smallest sets of a part beyond which they are not listed.
MOST_SETS = 2_000
#: Unions of sets formed, and things looked at in all, beyond which the search is given up.
MOST_UNIONS, MOST_LOOKS = 20_000, 2_000_000
#: Cases inside cases.
MOST_DEPTH = 100
#: Things beyond which no chances are worked out: polynomials have that degree.
MOST_THINGS = 1_000


def minimal(ways: Iterable[Way]) -> Demand:
    """Return the sets that contain no other.

    >>> sorted(map(sorted, minimal([frozenset({1, 2}), frozenset({2}), frozenset({3})])))
    [[2], [3]]
    """
    ordered = sorted(set(ways), key=len)
    if ordered and not ordered[0]:
        return frozenset({ordered[0]})
    single = {next(iter(w)) for w in ordered if len(w) == 1}
    kept: list[Way] = []
    for way in ordered:
        if len(way) == 1 or (single.isdisjoint(way) and not any(k <= way for k in kept)):
            kept.append(way)
    return frozenset(kept)


def parts(demands: Collection[Demand]) -> list[list[Demand]]:
    """Return the demands in parts that share nothing, without those that are always met."""
    things = {d: [*{x for way in d for x in way}] for d in demands if frozenset() not in d}
    same = Partition(x for row in things.values() for x in row)
    for row in things.values():
        same.join(*row)
    found: dict[int | None, list[Demand]] = defaultdict(list)
    for demand, row in things.items():
        found[same.root(row[0]) if row else None].append(demand)
    return list(found.values())


def smallest(demands: Collection[Demand]) -> list[list[Way]] | None:
    """Return, part by part, the smallest sets that meet the demands; None beyond the limits.

    A smallest set for all of the demands is the union of one of each part.
    """
    found = []
    for part in parts(demands):
        sets = [Way()]
        for demand in sorted(part, key=len):
            kept = [s for s in sets if any(way <= s for way in demand)]
            rest = [s for s in sets if not any(way <= s for way in demand)]
            if len(rest) * len(demand) > MOST_UNIONS:
                return None
            sets = list(minimal([*kept, *(s | way for s in rest for way in demand)]))
            if len(sets) > MOST_SETS:
                return None
        found.append(sorted(sets, key=lambda s: (len(s), sorted(s))))
    return sorted(found, key=lambda sets: sorted(sets[0]))


def chance(demands: Collection[Demand]) -> Coefficients | None:
    """Return how likely all demands are met if each thing is missing with probability t.

    The answer is a polynomial in t with whole coefficients, None beyond the limits.
    """
    things = {x for demand in demands for way in demand for x in way}
    if len(things) > MOST_THINGS:
        return None
    return _Chances().of(frozenset(demands))


def coefficients_by_size(chances: Sequence[int], size: int) -> list[int]:
    """Return how many sets of each number of missing things, of ``size``, meet the demands.

    >>> coefficients_by_size([1, 0, -2, 1], 3)
    [1, 3, 1, 0]
    """
    found = [0] * (size + 1)
    for k, c in enumerate(chances):
        for more in range(size - k + 1) if c else ():
            found[k + more] += c * comb(size - k, more)
    return found


class _Chances:
    """Chances of demands by cases, with parts apart and what occurs together as one thing."""

    def __init__(self) -> None:
        self.known: dict[frozenset[Demand], Coefficients | None] = {}
        #: What merged things stand for, and how likely each is to be there.
        self.merged: dict[tuple[bool, frozenset[int]], int] = {}
        self.likely: dict[int, Coefficients] = {}
        self.looks = self.depth = 0

    def there(self, thing: int) -> Coefficients:
        return self.likely.get(thing, [1, -1])

    def of(self, demands: frozenset[Demand]) -> Coefficients | None:
        """Return the chance that all demands are met."""
        whole = [1]
        for part in parts(demands):
            found = self._part(frozenset(part))
            if found is None:
                return None
            whole = _times(whole, found)
        return whole

    def _part(self, part: frozenset[Demand]) -> Coefficients | None:
        if part not in self.known:
            self.looks += sum(len(way) for demand in part for way in demand)
            if self.looks > MOST_LOOKS or self.depth > MOST_DEPTH:
                return None
            self.depth += 1
            self.known[part] = self._cases(self._joined(part))
            self.depth -= 1
        return self.known[part]

    def _cases(self, part: frozenset[Demand]) -> Coefficients | None:
        if not all(part):  # a demand that nothing meets
            return [0]
        count: dict[int, int] = defaultdict(int)
        for demand in part:
            for way in demand:
                for x in way:
                    count[x] += 1
        if len(count) == 1:
            return self.there(next(iter(count)))
        pivot = max(count, key=lambda x: (count[x], -x))
        with_it = [minimal(way - {pivot} for way in demand) for demand in part]
        without = [Demand(way for way in demand if pivot not in way) for demand in part]
        yes, no = self.of(frozenset(with_it)), self.of(frozenset(without))
        if yes is None or no is None:
            return None
        # no + there * (yes - no)
        return _plus(no, _times(self.there(pivot), _plus(yes, no, -1)))

    def _joined(self, part: frozenset[Demand]) -> frozenset[Demand]:
        """Return the demands with one thing in the place of several that occur only together.

        Things in the very same ways are there only all together; things that are ways of their
        own, in the very same demands, are as good as each other.
        """
        while True:
            ways: dict[int, set[Way]] = defaultdict(set)
            where: dict[int, set[Demand]] = defaultdict(set)
            for demand in part:
                for way in demand:
                    for x in way:
                        ways[x].add(way)
                        where[x].add(demand)
            groups: dict[tuple[bool, frozenset[object]], list[int]] = defaultdict(list)
            for x in ways:
                alone = ways[x] == {frozenset({x})}
                groups[alone, frozenset(where[x] if alone else ways[x])].append(x)
            put: dict[int, int] = {}
            for (alone, _), members in groups.items():
                if len(members) > 1:
                    put |= dict.fromkeys(members, self._one(alone, frozenset(members)))
            if not put:
                return part
            part = frozenset(
                Demand(frozenset(put.get(x, x) for x in way) for way in demand) for demand in part
            )

    def _one(self, alone: bool, members: frozenset[int]) -> int:
        """Return the thing that stands for several: for any of them, or for all."""
        key = (alone, members)
        if key not in self.merged:
            name = self.merged[key] = -1 - len(self.merged)
            found = [1]
            for x in members:
                found = _times(found, _plus([1], self.there(x), -1) if alone else self.there(x))
            self.likely[name] = _plus([1], found, -1) if alone else found
        return self.merged[key]


def _plus(a: Sequence[int], b: Sequence[int], sign: int = 1) -> Coefficients:
    size = max(len(a), len(b))
    return [(a[k] if k < len(a) else 0) + sign * (b[k] if k < len(b) else 0) for k in range(size)]


def _times(a: Sequence[int], b: Sequence[int]) -> Coefficients:
    found = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b) if x else ():
            found[i + j] += x * y
    while len(found) > 1 and not found[-1]:
        found.pop()
    return found
