"""What is done and thought in a game tree, as a table: by player and information set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deterrence.algebra.numbers import parse_number
from deterrence.errors import ExpressionError
from deterrence.modelfile.condition_words import cut
from deterrence.solvers.display.phrases import mixture, told
from deterrence.solvers.tree_solution import TreeEquilibrium, TreeFamily, TreeSolution
from deterrence.words.blocks import Inline, Table
from deterrence.words.markup import GLUE
from deterrence.words.sentences import listed

#: Longest title of an information set.
_WHERE = 110
_WORDS = {">=": "at least", "<=": "at most", "=": ""}

Row = tuple[Inline, ...]


class Behaviour:
    """Writes the behaviour of equilibria of one solution."""

    def __init__(self, solution: TreeSolution, full: bool = False, titles: bool = True) -> None:
        self.solution, self.game, self.full, self.titles = solution, solution.game, full, titles

    def table(
        self,
        chosen: Sequence[tuple[str, int, TreeFamily | None]],
        *,
        beliefs: bool,
        off: bool = False,
    ) -> Table:
        """Return the table of some equilibria: a title, the member, its family if a continuum.

        ``off`` adds what is done where the play does not come.
        """
        equilibria = [self.solution.equilibria[k] for _, k, _ in chosen]
        beliefs = beliefs and any(e.beliefs for e in equilibria)
        heads = ["Player", "Where", "Does"] + (["Thinks there"] if beliefs else [])
        rows: list[Row] = []
        for title, k, family in chosen:
            on, never = self.rows(k, family, beliefs)
            rows += [((title,),)] if title else []
            rows += on
            if off and never:
                rows += [(("Where the play does not come:",),), *never]
        return Table(tuple(heads), tuple(rows), caption=("What is done",))

    def off_play(self, title: str, k: int, family: TreeFamily | None) -> str:
        """Say in a line what is done where the play does not come; empty if there is nothing."""
        names, e = self.solution.names, self.solution.equilibria[k]
        reached = self._reached(k, family)
        texts = [
            f"{place.words}: {self._does(e, place.player, place.where, family)}"
            f"{self._thinking(e, place.where)}"
            for number, place in enumerate(names.places)
            if number not in reached and place.where not in e.open_sets
        ]
        return (
            f"Off the play{title and f', {title[:1].lower()}{title[1:]}'}: {'; '.join(texts)}"
            * bool(texts)
        )

    def _reached(self, k: int, family: TreeFamily | None) -> set[int]:
        """Return the places that the play can come to, in any member of a family."""
        names, equilibria = self.solution.names, self.solution.equilibria
        members = (k,) if family is None else family.members
        patterns = [names.pattern(equilibria[m].profile) for m in members]
        union = tuple(
            tuple(sorted({a for u in used for a in u})) for used in zip(*patterns, strict=True)
        )
        return set(names.reached(union))

    def _thinking(self, e: TreeEquilibrium, where: str) -> str:
        if len(e.beliefs.get(where, ())) < 2 or where not in e.belief_conditions:
            return ""
        return f" (thinks: {self.thinks(e, where)})"

    def rows(self, k: int, family: TreeFamily | None, beliefs: bool) -> tuple[list[Row], list[Row]]:
        """Return the rows where the play comes, and the others."""
        names, e = self.solution.names, self.solution.equilibria[k]
        reached = self._reached(k, family)
        on: list[Row] = []
        never: list[Row] = []
        for number, place in enumerate(names.places):
            does = self._does(e, place.player, place.where, family)
            row: Row = ((place.player,), (self.where(place.where),), (does,))
            if beliefs:
                row = (*row, (self.thinks(e, place.where),))
            (on if number in reached else never).append(row)
        return on, never

    def where(self, label: str) -> str:
        """Return the title of an information set, or its label."""
        title = self.game.naming.sets.get(label) if self.titles else ""
        return cut(title or label, _WHERE)

    def _does(self, e: TreeEquilibrium, player: str, where: str, family: TreeFamily | None) -> str:
        titles = {a: self._action(player, a) for a in self.game.information_set(where).actions}
        if where in e.open_sets:
            return "anything"
        tied = {} if family is None else family.ties.get(player, {})
        if where in tied:
            return f"any mixture of {listed([titles[a] for a in tied[where]])}"
        mix = e.profile[player].get(where)
        if mix is None:
            return "anything"
        played = {titles[a]: p for a, p in mix.items() if p != 0}
        if len(played) == 1:
            return next(iter(played))
        return mixture(played, self.full)

    def _action(self, player: str, label: str) -> str:
        if not self.titles:
            return self.solution.names.action(player, label)
        title = self.game.naming.action(player, label)
        return title if len(title) <= 40 else label

    # ---- beliefs -------------------------------------------------------------------------
    def thinks(self, e: TreeEquilibrium, where: str) -> str:
        """Return what is believed at an information set; what is open as bounds."""
        belief = e.beliefs.get(where)
        if belief is None:
            return "all is known"
        names = dict(zip(belief, distinguishing(list(belief)), strict=True))
        if where in e.belief_conditions:
            texts = e.belief_conditions[where]
            return ", ".join(self._bounded(text, names) for text in texts)
        parts = [
            f"{names[path]}{GLUE}{self._chance(p)}"
            for path, p in belief.items()
            if isinstance(p, tuple) or p != 0
        ]
        return ("; " if any("," in name for name in names.values()) else ", ").join(parts)

    def _chance(self, p: Any) -> str:
        if isinstance(p, tuple):
            return f"{told(p[0], self.full)} to {told(p[1], self.full)}"
        return told(p, self.full)

    def _bounded(self, text: str, names: Mapping[str, str]) -> str:
        """Return a condition on a belief in words where it is about one node alone."""
        for path, name in names.items():
            head = f"P({path}) "
            if not text.startswith(head):
                continue
            sign, _, number = text.removeprefix(head).partition(" ")
            try:
                value = told(parse_number(number), self.full)
            except ExpressionError:
                continue
            return f"{name} {_WORDS.get(sign, sign)} {value}".replace("  ", " ")
        for path, name in names.items():
            text = text.replace(f"P({path})", f"P({name})")
        return text


def distinguishing(paths: Sequence[str]) -> list[str]:
    """Return the moves in which paths of the same length differ; other paths as they are.

    >>> distinguishing(["hard, soft, challenge", "soft, soft, challenge"])
    ['hard', 'soft']
    """
    moves = [path.split(", ") for path in paths]
    if len(moves) < 2 or len({len(m) for m in moves}) > 1:
        return list(paths)
    kept = [k for k, column in enumerate(zip(*moves, strict=True)) if len(set(column)) > 1]
    return [", ".join(m[k] for k in kept) for m in moves]
