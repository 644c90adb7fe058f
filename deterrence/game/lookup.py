"""Equilibria by number or name, as they are told: ``solution["#3"]``, ``solution["Bluff"]``.

>>> from deterrence import load_model
>>> solution = load_model("chicken").solve()
>>> solution["#2"] is solution["a: restrain; b: stand firm"]
Traceback (most recent call last):
    ...
deterrence.errors.UsageError: no equilibrium is called 'a: restrain; b: stand firm' here \
(did you mean 'A: Restrain oneself; B: Stand firm'?)
>>> solution["#2"].profile["B"]["stand_firm"]
Fraction(1, 1)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar, overload

from deterrence.errors import UsageError, did_you_mean, shorten
from deterrence.game.pattern_names import PatternKey, PatternNames

E = TypeVar("E")


class Equilibria(Generic[E]):
    """A result that is a sequence of ``equilibria``: it can be indexed, sliced and iterated.

    An index is a position, or the number or the name of an equilibrium as it is told.
    """

    __slots__ = ()

    equilibria: tuple[E, ...]

    def _called(self) -> Sequence[frozenset[str]]:
        """Return what each equilibrium is called: its number and its names."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[E]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __contains__(self, item: object) -> bool:
        return item in self.equilibria

    @overload
    def __getitem__(self, key: int | str) -> E: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[E, ...]: ...
    def __getitem__(self, key: int | str | slice) -> E | tuple[E, ...]:
        """Return an equilibrium by its position, number (``"#3"``) or name, or several by a slice.

        Raises ``IndexError`` for positions beyond the end, and :class:`UsageError` for names
        that none or several have.

        >>> from deterrence import load_model
        >>> solution = load_model("chicken").solve()
        >>> len(solution[1:]), solution[-1] is solution["both mix"] is solution["#9"]
        (2, True)
        """
        if not isinstance(key, str):
            return self.equilibria[key]
        called = self._called()
        found = [k for k, names in enumerate(called) if key in names]
        if len(found) == 1:
            return self.equilibria[found[0]]
        known = sorted(set().union(*called))
        if found:
            everything = [name for names in called for name in names]
            own = {name for k in found for name in called[k] if everything.count(name) == 1}
            numbers = sorted(name for name in own if name.startswith("#"))
            raise UsageError(
                f"{len(found)} equilibria are called {shorten(key)!r}",
                remedy=f"by number: {', '.join(numbers)}" if numbers else "take its position",
            )
        raise UsageError(
            f"no equilibrium is called {shorten(key)!r} here",
            remedy=did_you_mean(key, known) or f"there are {shorten(', '.join(known), 200)}",
        )


def called(
    names: PatternNames, patterns: Sequence[PatternKey], labels: Sequence[str] = ()
) -> list[frozenset[str]]:
    """Return what equilibria with these patterns are called.

    ``labels`` are their numbers where those of one pattern have letters.
    """
    found = []
    for k, pattern in enumerate(patterns):
        number = names.number(pattern)
        own = {names.name(pattern), names.play(pattern), names.full_name(pattern)}
        own |= {"" if number is None else f"#{number}", labels[k] if labels else ""}
        found.append(frozenset(own - {""}))
    return found
