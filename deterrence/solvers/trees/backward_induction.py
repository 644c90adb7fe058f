r"""Equilibria of game trees, exactly, from the last subgames to the first.

Where subgames are single moves this is backward induction (Zermelo 1913; Kuhn
1953), with every tie kept as what it is: a family of equilibria, cut where an
earlier move depends on how the tie is mixed.  Where several players move without
seeing each other, the stage between a subgame's root and the smaller subgames is
solved through its reduced strategic form: for two players all extreme equilibria
(:mod:`deterrence.solvers.strategic.enumeration`), for more players support by support
(:mod:`deterrence.solvers.trees.many_players`).
Subgame-perfect equilibria (Selten 1965) are the combinations of those of the
stages; Nash equilibria are those of the one stage that is the whole tree.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> entry = ExtensiveGame.from_tree(("Challenger", "Defender"),
...     Decision("Challenger", "entry", {"out": Leaf("status quo"), "in": Decision(
...         "Defender", "reply", {"fight": Leaf("war"), "yield": Leaf("loss")})}),
...     {"status quo": (0, 2), "war": (-1, -1), "loss": (1, 0)})
>>> work = BackwardInduction(entry, Deadline())
>>> [len(work.families(roots)) for roots in (None, (0,))], work.complete  # subgame-perfect, Nash
([1, 2], True)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.errors import shorten
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.plans import strategic, strategy_count
from deterrence.game.tree.play import expected_payoffs
from deterrence.game.tree.stages import Stage, stage_game, stages
from deterrence.limits import work
from deterrence.limits.deadline import Deadline
from deterrence.solvers.components import group_pairs
from deterrence.solvers.strategic.auto import HOPEFUL_BUDGET, HOPEFUL_WORK
from deterrence.solvers.strategic.enumeration import dominated_out, enumerate_extreme, most_work
from deterrence.solvers.task import Mix
from deterrence.solvers.tree_solution import TreePiece, big_number, profile_of
from deterrence.solvers.trees.corners import Corners
from deterrence.solvers.trees.families import (
    Corner,
    SubgameFamily,
    TooMany,
    Worth,
    best_sets,
    count_of,
    either,
    joined,
    leaf,
    mixed,
    settled,
    split,
)

#: Families of one subgame that are told apart.
MAX_FAMILIES = 2_000
#: Combinations of what smaller subgames are worth, at one stage.
MAX_COMBINATIONS = 20_000
#: Where there are more, so many are followed up through stages that are games of their own.
FEW_COMBINATIONS = 500
#: Corners of one family that are followed up where its ties cannot be.
MAX_SPLIT = 256
#: Work seconds of a combination at a single move, and of a stage that is a game of its own,
#: per node.
_COMBINATION, _STAGE_NODE = 1e-4, 2e-4
#: Cells of a stage's strategic form above which only what is easy is looked for.
MAX_STAGE_CELLS = 2_500

#: Lists of corners of a connected set of equilibria, one per maximal Nash subset.
Pieces = tuple[tuple[int, ...], ...]

_ZERO, _ONE = Fraction(0), Fraction(1)


class BackwardInduction:
    """One tree being solved from its last subgames to its first; remembers what is left out."""

    def __init__(self, game: ExtensiveGame, deadline: Deadline) -> None:
        self.game, self.deadline = game, deadline
        self.gaps: dict[tuple[str, str], list[int]] = {}
        #: What the first player can secure, where the whole tree was solved for it.
        self.value: Fraction | None = None

    def lacking(self, what: str, node: int, why: str = "") -> None:
        """Remember that something is left out in a subgame."""
        self.gaps.setdefault((what, why), []).append(node)

    @property
    def complete(self) -> bool:
        """Whether nothing has been left out so far."""
        return not self.gaps

    def messages(self) -> list[str]:
        """Return what is left out, with one place for each reason."""
        texts = []
        for (what, why), places in self.gaps.items():
            if not places:
                texts.append(what)
                continue
            more = len(set(places)) - 1
            also = f" and in {more} more subgame{'s'[: more > 1]}" if more else ""
            texts.append(f"{what} {self.place(places[0])}{also}{why}")
        return texts

    def families(self, roots: Sequence[int] | None) -> list[SubgameFamily]:
        """Return the families of the whole tree, cut at ``roots``."""
        game = self.game
        table: dict[int, list[SubgameFamily]] = {}
        for k in game.leaves:
            table[k] = [leaf(game.paid(k))]
        if 0 in table:  # the game is over before it begins
            return table[0]
        for stage in stages(game, roots):
            if self.deadline.expired():
                for k in stage.ends:
                    table[k] = self.first(stage, table[k])
            root = game.sets[game.nodes[stage.root].set]
            if len(stage.nodes) > 1:
                found = self.played_out(stage, table)
            elif root.is_chance:
                found = self.drawn(stage, table)
            else:
                found = self.decided(stage, table)
            found = either(found)
            if len(found) > MAX_FAMILIES:
                found = found[:MAX_FAMILIES]
                self.lacking(
                    f"ties leave more than {MAX_FAMILIES:,} families",
                    stage.root,
                    "; the others are left out",
                )
            table[stage.root] = found
            for k in stage.ends:
                del table[k]
        return table[0]

    def place(self, node: int) -> str:
        """Say where a node is: the last moves before it."""
        history = self.game.history(node)
        text = shorten(", ".join(history[-4:]), 80)
        return f"after {'..., ' * (len(history) > 4)}{text}" if history else "at the start"

    def first(self, stage: Stage, families: list[SubgameFamily]) -> list[SubgameFamily]:
        """Return one equilibrium of a smaller subgame: there is no time for more."""
        found = families[0]
        if len(families) > 1 or found.constants is None:
            self.lacking("the limit was reached; one equilibrium was followed up", stage.root)
        if found.constants is None:
            (found,), _ = split(found, 1)
        return [found]

    def combinations(
        self, stage: Stage, lists: Sequence[Sequence[SubgameFamily]]
    ) -> Iterator[tuple[SubgameFamily, ...]]:
        """Return one family per end of a stage, in all ways."""
        count = math.prod(map(len, lists))
        most = count
        if count > MAX_COMBINATIONS:
            most = FEW_COMBINATIONS if len(stage.nodes) > 1 else MAX_COMBINATIONS
            ways = math.prod(sum(f.count for f in families) for families in lists)
            self.lacking(
                f"the equilibria of the smaller subgames can be combined in {big_number(ways)} "
                f"ways, {big_number(count)} of them with different payoffs",
                stage.root,
                f"; {most:,} were followed up",
            )
        cost = _COMBINATION if len(stage.nodes) == 1 else _STAGE_NODE * len(stage.nodes)
        for number, chosen in enumerate(itertools.islice(itertools.product(*lists), most)):
            if number and self.deadline.expired():
                self.lacking(
                    "the limit was reached over the ways to combine smaller subgames", stage.root
                )
                return
            work.spend(cost)
            yield chosen

    # ---- the three kinds of stages ---------------------------------------
    def drawn(self, stage: Stage, table: Mapping[int, list[SubgameFamily]]) -> list[SubgameFamily]:
        """A move of chance: the average of what follows."""
        node = self.game.nodes[stage.root]
        chances = self.game.sets[node.set].chances
        found = []
        for combination in self.combinations(stage, [table[k] for k in node.children]):
            worth = [Worth(u) for u in self.game.paid(stage.root)]
            for p, part in zip(chances, combination, strict=True):
                worth = [w.plus(v, p) for w, v in zip(worth, part.worth, strict=True)]
            live, rows = joined(combination)
            found.append(_family(worth, combination, live=live, rows=rows))
        return found

    def decided(
        self, stage: Stage, table: Mapping[int, list[SubgameFamily]]
    ) -> list[SubgameFamily]:
        """A single move: the best actions, and where ties below decide which they are."""
        node = self.game.nodes[stage.root]
        s = self.game.sets[node.set]
        me = self.game.player_index(s.player or "")
        lists = [table[k] for k in node.children]
        if len(lists) > 1:
            lists = [self.comparable(stage, x, me) for x in lists]
        paid = [Worth(u) for u in self.game.paid(stage.root)]
        found = []
        for combination in self.combinations(stage, lists):
            values = [f.worth[me] for f in combination]
            live, rows = joined(combination)
            if live and any(_irrational(w) for f in combination for w in f.worth):
                self.lacking("ties and irrational values meet", stage.root, "; left out there")
                continue
            try:
                best = list(best_sets(values, live, rows))
            except TooMany:
                self.lacking("ties let too many actions be best", stage.root)
                continue
            for chosen, conditions in best:
                every = (*rows, *conditions)
                parts = [
                    settled(_family(combination[a].worth, (), live=live, rows=every))
                    for a in chosen
                ]
                worth = [
                    mixed([p.worth[i] for p in parts], node.set, chosen).plus(paid[i])
                    for i in range(len(paid))
                ]
                if len(chosen) == 1:
                    pure = tuple(_ONE if a in chosen else _ZERO for a in range(len(s.actions)))
                    found.append(
                        _family(worth, combination, moves={node.set: pure}, live=live, rows=every)
                    )
                else:
                    ties = {node.set: chosen}
                    found.append(
                        _family(worth, combination, ties=ties, live={**live, **ties}, rows=every)
                    )
        return found

    def comparable(
        self, stage: Stage, families: list[SubgameFamily], player: int
    ) -> list[SubgameFamily]:
        """Return families whose worth to a player can be compared: affine in the ties."""
        result = []
        for f in families:
            if f.worth[player].is_affine and len(f.live) <= 12:
                result.append(f)
            else:
                result += self.corners_of(stage, f)
        return either(result)

    def corners_of(self, stage: Stage, f: SubgameFamily) -> list[SubgameFamily]:
        """Return the corners of a family whose ties cannot be followed up as a whole."""
        self.lacking(
            "ties that follow one another matter",
            stage.root,
            ": of the equilibria that mix at several of them only the corners are followed up "
            "(of pure equilibria none is lost)",
        )
        found, every = split(f, MAX_SPLIT, self.deadline)
        if not every:
            self.lacking(
                "ties that follow one another leave too many corners",
                stage.root,
                f": at most {MAX_SPLIT} of a family were followed up, pure equilibria may be lost",
            )
        return found

    def played_out(
        self, stage: Stage, table: Mapping[int, list[SubgameFamily]]
    ) -> list[SubgameFamily]:
        """Several moves that belong together: through the reduced strategic form."""
        lists = []
        for k in stage.ends:
            fixed: list[SubgameFamily] = []
            for f in table[k]:
                fixed += [f] if f.constants is not None else self.corners_of(stage, f)
            lists.append(either(fixed))
        found = []
        for combination in self.combinations(stage, lists):
            payoffs = {k: f.constants or () for k, f in zip(stage.ends, combination, strict=True)}
            part = stage_game(self.game, stage, payoffs)
            for corners, pieces, formulas in self.equilibria(part, stage):
                found += self.component(stage, corners, pieces, combination, formulas)
        return found

    def component(
        self,
        stage: Stage,
        corners: list[Corner],
        pieces: Pieces,
        combination: Sequence[SubgameFamily],
        formulas: tuple[TreePiece, ...] = (),
    ) -> list[SubgameFamily]:
        """Return one connected set of equilibria of a stage as families."""
        infinite = len(corners) > 1 or bool(formulas)
        same = len({c.worth for c in corners}) == 1 and not formulas
        if infinite and (same or stage.root == 0):
            worth = [Worth(u) for u in corners[0].worth]
            known = {"corners": tuple(corners), "pieces": pieces, "formulas": formulas}
            return [_family(worth, combination, **known)]
        if infinite:
            self.lacking(
                "a continuum of equilibria with different payoffs begins",
                stage.root,
                "; only its corners are followed up",
            )
        return [
            _family([Worth(u) for u in c.worth], combination, moves=c.moves, open_sets=c.open_sets)
            for c in corners
        ]

    def equilibria(
        self, part: ExtensiveGame, stage: Stage
    ) -> list[tuple[list[Corner], Pieces, tuple[TreePiece, ...]]]:
        """Return the equilibria of a stage by connected component, with its pieces."""
        movers = [p for p in part.players if part.own_sets(p)]
        sizes = [strategy_count(part, p) for p in movers]
        if math.prod(sizes) > MAX_STAGE_CELLS:
            if easy := self.easy(part, stage):
                return [easy]
            if self.deadline.expired():
                self.lacking("the limit was reached in the subgame", stage.root)
                return []
        form = strategic(part)
        if not form.is_exact:
            self.lacking("smaller subgames are worth irrational numbers", stage.root)
            return []
        if len(movers) > 2:
            return self.of_many(part, form, stage)
        corner = Corners(self.game, part, form)
        if not movers:
            return [([corner({})], (), ())]
        first = part.player_index(movers[0])
        other = part.player_index(movers[1]) if len(movers) == 2 else None
        width = 1 if other is None else form.shape[other]
        # Everybody else has one strategy, so the cells are rows of `width` in this order.
        a = _rows(form.payoffs[first], width)
        b = [[_ZERO] * width for _ in a] if other is None else _rows(form.payoffs[other], width)
        left, right = dominated_out(a, b)
        likely = most_work(len(left), len(right)) <= HOPEFUL_WORK
        if not likely and (easy := self.easy(part, stage)):
            return [easy]
        result = enumerate_extreme(a, b, self.deadline, HOPEFUL_BUDGET)
        if not result.complete:
            why = (
                "the limit was reached" if self.deadline.expired() else "the search was broken off"
            )
            self.lacking(f"{why} in the subgame", stage.root)
        groups: list[tuple[list[Corner], Pieces, tuple[TreePiece, ...]]] = []
        for group in group_pairs(result.pairs):
            corners: dict[Any, Corner] = {}
            keys = {}
            for i, j in group.pairs:
                chosen: dict[str, Mix] = {movers[0]: result.rows[i]}
                if other is not None:
                    chosen[movers[1]] = result.columns[j]
                found = corner(chosen)
                keys[i, j] = (tuple(found.moves.items()), found.open_sets)
                corners.setdefault(keys[i, j], found)
            place = {key: k for k, key in enumerate(corners)}
            pieces = tuple(
                tuple(sorted({place[keys[i, j]] for i in rows for j in columns}))
                for rows, columns in group.subsets
            )
            groups.append((list(corners.values()), tuple(dict.fromkeys(pieces)), ()))
        return groups

    def easy(
        self, part: ExtensiveGame, stage: Stage
    ) -> tuple[list[Corner], Pieces, tuple[TreePiece, ...]] | None:
        """Return what is easy to find in a stage too large to be solved; remember what lacks."""
        # Here for the sake of the start: few trees need it.
        from deterrence.solvers.trees.easy import easy_equilibria

        found = easy_equilibria(part, self.deadline)
        if not found.plays:
            return None
        if stage.root == 0:
            self.value = found.value
        if not found.complete:
            if found.value is not None:
                what = "the value is proven; not all optimal strategies are listed"
            else:
                what = "one equilibrium was looked for; there may be other equilibria"
            self.partly(what, stage)
        index = self.game.set_index
        corners = []
        for behaviour, unsaid in found.plays:
            moves = {index(s): mix for s, mix in behaviour.items()}
            own = profile_of(part, {part.set_index(s): mix for s, mix in behaviour.items()})
            worth = tuple(expected_payoffs(part, own).values())
            corners.append(Corner(dict(sorted(moves.items())), tuple(map(index, unsaid)), worth))
        return corners, (tuple(range(len(corners))),) if len(corners) > 1 else (), ()

    def partly(self, what: str, stage: Stage) -> None:
        """Remember that a stage was not searched for all of its equilibria."""
        if stage.root == 0:
            self.gaps[what, ""] = []
        else:
            self.lacking(f"{what} in the subgame", stage.root)

    def of_many(
        self, part: ExtensiveGame, form: StrategicGame, stage: Stage
    ) -> list[tuple[list[Corner], Pieces, tuple[TreePiece, ...]]]:
        """Return the equilibria of a stage in which three players or more move."""
        # Here for the sake of the start: few trees need it.
        from deterrence.solvers.trees.many_players import solve_stage

        solved = solve_stage(self.game, part, form, self.deadline)
        for why in solved.lacking:
            self.lacking("the equilibria are not all found", stage.root, f": {why}")
        return [(found.corners, found.pieces, found.told) for found in solved.sets]


def _family(worth: Sequence[Worth], parts: Sequence[SubgameFamily], **rest: Any) -> SubgameFamily:
    kept = tuple(p for p in parts if not p.is_empty)
    return SubgameFamily(tuple(worth), parts=kept, count=count_of(kept), **rest)


def _irrational(value: Worth) -> bool:
    return not all(isinstance(c, Fraction) for c in (value.const, *value.terms.values()))


def _rows(flat: Sequence[Fraction], width: int) -> list[list[Fraction]]:
    return [list(flat[k : k + width]) for k in range(0, len(flat), width)]
