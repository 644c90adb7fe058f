"""The game tree figure: what is thick is played, nothing covers a text, large trees fit a page."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import tree_samples as samples
from figure_checks import assert_legible, by_gid, texts_of, words_in
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence import figures, load_model
from deterrence.algebra.algebraic_numbers import generator
from deterrence.algebra.number_fields import Field
from deterrence.algebra.numbers import format_decimal
from deterrence.algebra.roots import isolate
from deterrence.errors import UsageError
from deterrence.figures.trees.page_plan import PAGE
from deterrence.game.pattern_names import names_of
from deterrence.game.tree.drawing.istgame import tree_latex
from deterrence.game.tree.drawing.layout import Sizes, TreeLayout, tidy
from deterrence.game.tree.drawing.links import linked
from deterrence.game.tree.drawing.view import view
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Decision, Leaf
from deterrence.modelfile.catalogue import model_names
from deterrence.solvers import solve_tree

UDG = load_model("unilateral-deterrence")
MM = 25.4
TREES = {
    "entry": samples.entry(),
    "horse": samples.horse(),
    "signals": samples.signals(),
    "driver": samples.driver(),
    "symbolic": samples.symbolic(),
    "longwinded": samples.longwinded(),
    "two types a side": UDG,
    "ladder with hazards": samples.ladder(7, hazard=True),
    "one end": ExtensiveGame.from_tree(("A",), Leaf("x"), {"x": (1,)}),
    "one move": ExtensiveGame.from_tree(("A",), Decision("A", "a", {"go": Leaf()}), {}),
}


# ---- the layout -----------------------------------------------------------------------
def drawn_sizes(rng: random.Random, paths: dict[int, tuple], endless: bool) -> Sizes:
    """Sizes that depend on the path alone, so that mirror images have the same."""
    size = {p: (rng.uniform(1, 9), rng.uniform(1, 25)) for p in sorted(paths.values())}
    label = {p: (rng.uniform(0.5, 6), rng.uniform(1, 15)) for p in sorted(paths.values())}
    return Sizes(
        {k: size[p] for k, p in paths.items()},
        {k: label[p] for k, p in paths.items() if p},
        gap=1.5,
        endless=endless,
    )


def label_box(it: TreeLayout, node: int) -> tuple[float, float, float, float]:
    """From and to along the tree, from and to across."""
    along, across = it.sizes.labels[node]
    first, low = it.label_start(node), it.across[node] - across / 2
    return first, first + along, low, low + across


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.booleans())
def test_layouts_are_tidy(seed: int, endless: bool) -> None:
    rng = random.Random(seed)
    nested = samples.random_nested(rng, 5)
    game, paths = samples.game_of(nested)
    shown = view(game)
    it = tidy(shown, drawn_sizes(random.Random(seed), paths, endless))
    boxes = [it.box(k) for k in shown.nodes] + [label_box(it, k) for k in shown.nodes[1:]]
    for a, b in itertools.combinations(boxes, 2):
        along = min(a[1], b[1]) - max(a[0], b[0])
        across = min(a[3], b[3]) - max(a[2], b[2])
        assert along <= 1e-6 or across <= 1e-6
    assert min(b[2] for b in boxes) >= -1e-6
    assert max(b[3] for b in boxes) <= it.breadth + 1e-6
    for k in shown.nodes:
        where = [it.across[c] for c in shown.children[k]]
        assert where == sorted(where)
        if where and k not in shown.straight:
            assert it.across[k] == pytest.approx((where[0] + where[-1]) / 2)

    mirrored, other = samples.game_of(nested, mirrored=True)
    back = tidy(view(mirrored), drawn_sizes(random.Random(seed), other, endless))
    number = {p: k for k, p in other.items()}
    for k, p in paths.items():
        if k not in shown.straight:
            assert it.across[k] == pytest.approx(back.breadth - back.across[number[p]], abs=1e-6)


def test_information_sets_stand_on_one_level() -> None:
    game = samples.horse()
    levels = view(game).levels
    assert len({levels[k] for k in game.information_set("third").nodes}) == 1
    # Where that cannot be, everybody stands at his depth.
    forgetful = samples.driver()
    assert [view(forgetful).levels[k] for k in forgetful.information_set("junction").nodes] == [
        0,
        1,
    ]


def test_lines_of_information_sets_keep_apart() -> None:
    game = UDG.at()
    shown = view(game)
    sizes = Sizes(dict.fromkeys(shown.nodes, (5, 14)), dict.fromkeys(shown.nodes[1:], (4, 12)))
    _, found = linked(shown, lambda corridors: replace(sizes, corridors=corridors))
    joined = {frozenset((link.first, link.second)) for link in found}
    assert joined == {
        frozenset(pair) for s in game.sets if s.player for pair in itertools.pairwise(s.nodes)
    }
    replies = [link for link in found if game.sets[game.nodes[link.first].set].player == "Defender"]
    assert sorted(link.track for link in replies) == [0, 1]


# ---- what is drawn -----------------------------------------------------------------------
@pytest.mark.parametrize("direction", ["auto", "down", "right"])
@pytest.mark.parametrize("name", TREES)
def test_trees_are_legible(name: str, direction: str) -> None:
    figure = figures.tree(TREES[name], direction=direction)
    assert_legible(figure)
    assert not re.search(r"\d{10}", words_in(figure))


@pytest.mark.parametrize("name", [n for n in model_names() if load_model(n).tree is not None])
def test_every_tree_that_ships_is_legible(name: str) -> None:
    model = load_model(name)
    figure = figures.tree(model, formulas=True)
    assert_legible(figure)
    width, height = figure.get_size_inches() * MM
    assert max(width, height) <= 420  # the longer side of A3
    game = model.tree
    for k, node in enumerate(game.nodes):
        kind = "end"
        if node.set >= 0:
            kind = "chance" if game.sets[node.set].is_chance else "player"
        assert len(by_gid(figure, f"{kind}-{k}")) == 1


def lines_of(figure: Any, name: str) -> set[int]:
    """The nodes to which lines of a style lead."""
    found = figure.findobj(lambda a: re.fullmatch(rf"{name}-\d+", a.get_gid() or ""))
    return {int(a.get_gid().rpartition("-")[2]) for a in found}


def played_by_hand(game: ExtensiveGame, profile: Any) -> tuple[set[int], set[int]]:
    """The nodes that a play comes to, and those that follow a move that is taken, by walking."""
    reached, taken = {0}, set()
    for k, node in enumerate(game.nodes):
        if k:
            s = game.sets[game.nodes[node.parent].set]
            p = (
                s.chances[node.move]
                if s.player is None
                else profile[s.player][s.label].get(s.actions[node.move], 0)
            )
            if p:
                taken.add(k)
                if node.parent in reached:
                    reached.add(k)
    return reached, taken


@pytest.mark.parametrize("direction", ["down", "right"])
@pytest.mark.parametrize(
    ("game", "concept"),
    [
        (samples.entry(), "spe"),
        (samples.matching(), "nash"),
        (UDG.at(), "pbe"),
        (samples.ladder(6, hazard=True), "spe"),
        (samples.signals(), "pbe"),
    ],
    ids=["entry", "matching", "UDG", "ladder", "signals"],
)
def test_what_is_thick_is_played(game: ExtensiveGame, concept: str, direction: str) -> None:
    solution = solve_tree(game, concept)
    labels = names_of(game).labels([e.profile for e in solution.equilibria])
    for number, e in zip(labels[:3], solution.equilibria, strict=False):
        figure = figures.tree(game, concept=concept, equilibrium=number, direction=direction)
        assert_legible(figure)
        open_sets = {game.set_index(s) for s in e.open_sets}
        reached, taken = played_by_hand(game, e.profile)
        marked = {k for k in taken if game.nodes[game.nodes[k].parent].set not in open_sets}
        assert lines_of(figure, "move-played") == reached - {0}
        chance = {k for k in marked if game.sets[game.nodes[game.nodes[k].parent].set].is_chance}
        assert lines_of(figure, "move-ready") == marked - reached - chance
        widths = {
            style: {
                a.get_linewidth()
                for a in figure.findobj(
                    lambda a, s=style: (a.get_gid() or "").startswith(f"move-{s}-")
                )
            }
            for style in ("played", "ready", "idle")
        }
        assert min(widths["played"]) > max(widths["ready"] | widths["idle"] | {0})
        assert f"Game tree with {number} " in words_in(figure)
        for k in game.leaves:
            bold = {t.get_fontweight() for t in by_gid(figure, f"node-{k}")}
            assert bold == ({"bold"} if k in reached else {"normal"})


def test_mixtures_stand_at_the_lines() -> None:
    game = samples.matching()
    e = solve_tree(game, "nash").equilibria[0]
    figure = figures.tree(game, concept="nash")
    for k, node in enumerate(game.nodes[1:], 1):
        s = game.sets[game.nodes[node.parent].set]
        told = [t.get_text() for t in by_gid(figure, f"label-{k}")]
        p = e.profile[s.player][s.label][told[0]]
        assert told == [s.actions[node.move], f"({format_decimal(p)})"]


def test_irrational_numbers_are_rounded() -> None:
    game = samples.matching()
    root = generator(Field(isolate([(1, 0, -5)])[1]))
    fifth = generator(Field(isolate([(1, 0, 0, 0, -1, -1)])[0]))
    profile = {
        "Row": {"row": {"u": (3 - root) / 6, "d": (3 + root) / 6}},
        "Column": {"column": {"l": fifth - 1, "r": 2 - fifth}},
    }
    figure = figures.tree(game, equilibrium=profile)
    assert_legible(figure)
    told = words_in(figure)
    assert "(0.1273)" in told
    assert "(0.1673)" in told
    assert not re.search(r"\d{6}", told + figure.description)
    text = tree_latex(game, profile=profile)
    assert r"\frac{3 - \sqrt{5}}{6}" in text
    assert r"$\approx 0.1673$" in text


def test_payoffs_stand_at_the_ends_in_the_order_and_colours_of_the_players() -> None:
    game = samples.horse()
    down = figures.tree(game, direction="down")
    right = figures.tree(game, direction="right")
    for k in game.leaves:
        outcome = game.nodes[k].outcome
        wanted = [str(u) for u in game.outcomes[outcome]]
        texts = by_gid(down, f"node-{k}")
        assert [t.get_text() for t in texts] == [outcome, *wanted]
        heights = [t.get_window_extent().y0 for t in texts]
        assert heights == sorted(heights, reverse=True)
        beside = by_gid(right, f"payoff-{k}")
        assert [t.get_text() for t in beside] == wanted
        places = [t.get_window_extent().x1 for t in beside]
        assert places == sorted(places)
        assert [t.get_color() for t in beside] == [t.get_color() for t in texts[1:]]
        assert len({t.get_color() for t in beside}) == 3
    payoffs = by_gid(down, f"node-{game.leaves[0]}")[1:]
    for k in (0, 1, 4):
        player = game.sets[game.nodes[k].set].player
        name = by_gid(down, f"node-{k}")[0]
        assert name.get_text() == player
        assert name.get_color() == payoffs[game.players.index(player)].get_color()


def test_beliefs_stand_at_the_nodes_open_ones_as_ranges() -> None:
    game = samples.signals()
    solution = solve_tree(game, "pbe")
    for e in solution.equilibria:
        figure = figures.tree(game, equilibrium=e)
        for where, believed in e.beliefs.items():
            nodes = game.information_set(where).nodes
            for k in nodes if len(nodes) > 1 else ():
                p = believed[", ".join(game.history(k))]
                told = " ".join(t.get_text() for t in by_gid(figure, f"node-{k}"))
                ends = re.search(r"belief (\S+)(?: to (\S+))?$", told).groups()
                low, high = p if isinstance(p, tuple) else (p, None)
                assert ends[0] == format_decimal(low)
                assert ends[1] == (None if high is None else format_decimal(high))
    some = {
        k
        for e in solution.equilibria
        for k, b in e.beliefs.items()
        if any(isinstance(p, tuple) for p in b.values())
    }
    assert some, "no belief is open; the test shows nothing"


@pytest.mark.parametrize("direction", ["down", "right"])
@pytest.mark.parametrize("name", ["horse", "signals", "two types a side"])
def test_dashes_of_information_sets_cross_no_text(name: str, direction: str) -> None:
    figure = figures.tree(TREES[name], direction=direction)
    lines = figure.findobj(lambda a: (a.get_gid() or "").startswith("information-set-"))
    assert lines
    for line in lines:
        ends = {f"node-{k}" for k in line.get_gid().split("-")[2:]}
        path = line.get_transform().transform_path(line.get_path())
        spots = path.interpolated(40).vertices
        for text, box in texts_of(figure):
            if text.get_gid() not in ends:
                inside = (
                    (spots[:, 0] > box.x0 + 2)
                    & (spots[:, 0] < box.x1 - 2)
                    & (spots[:, 1] > box.y0 + 2)
                    & (spots[:, 1] < box.y1 - 2)
                )
                assert not inside.any(), f"{line.get_gid()} crosses {text.get_text()!r}"


def test_chance_and_players_differ_in_shape() -> None:
    game = samples.signals()
    figure = figures.tree(game)
    assert len(by_gid(figure, "chance-0")) == 1
    inner = [k for k, n in enumerate(game.nodes) if n.set >= 0]
    assert all(len(by_gid(figure, f"player-{k}")) == 1 for k in inner[1:])
    styles = {k: by_gid(figure, f"player-{k}")[0].get_linestyle() for k in inner[1:]}
    dashed = {k for k, style in styles.items() if style not in ("-", "solid")}
    assert dashed == {k for k in inner[1:] if len(game.sets[game.nodes[k].set].nodes) > 1}


def test_formulas_are_mathematics() -> None:
    figure = figures.tree(samples.symbolic())
    told = words_in(figure)
    assert r"$\rho$" in told
    assert r"\dfrac{k}{2}" in told
    assert "pays" in told
    model = words_in(figures.tree(UDG, formulas=True))
    assert "$c_{DD+}$" in model
    assert "$1 - p_{Ch}$" in model
    assert "(0.6667)" in words_in(figures.tree(UDG))
    with pytest.raises(UsageError, match="no formulas"):
        figures.tree(samples.entry(), formulas=True)
    with pytest.raises(UsageError, match="needs numbers"):
        figures.tree(samples.symbolic(), equilibrium=1)


def test_closed_forms_are_drawn_with_their_conditions() -> None:
    bluff = next(
        e
        for e in UDG.regimes().equilibria
        if len(e.support["Challenger"]["first (soft)"]) == 2
        and len(e.support["Defender"]["reply (soft)"]) == 2
        and "challenge" in e.support["Challenger"]["first (hard)"]
        and len(e.support["Challenger"]["first (hard)"]) == 1
    )
    figure = figures.tree(UDG, formulas=True, equilibrium=bluff)
    assert_legible(figure)
    told = words_in(figure)
    assert "It exists where" in told
    assert "belief" in told
    game = UDG.tree
    (soft,) = (s for s in game.sets if s.label == "first (soft)")
    waits = game.nodes[soft.nodes[0]].children[soft.actions.index("wait")]
    assert any(r"\dfrac" in t.get_text() for t in by_gid(figure, f"label-{waits}"))


# ---- large trees ---------------------------------------------------------------------------
def test_a_ladder_of_44_rungs_fits_a_page() -> None:
    game = samples.ladder(44)
    figure = figures.tree(game, concept="spe")
    width, height = figure.get_size_inches() * MM
    assert width <= PAGE[0]
    assert height <= PAGE[1] + 20
    assert_legible(figure)
    for k, node in enumerate(game.nodes):
        drawn = len(by_gid(figure, f"player-{k}" if node.set >= 0 else f"end-{k}"))
        assert drawn == 1
    # The chain runs straight: its nodes stand below one another, column by column.
    rungs = [by_gid(figure, f"player-{k}")[0].get_window_extent() for k in range(0, 88, 2)]
    middles = [round((b.x0 + b.x1) / 2) for b in rungs]
    columns = [x for x, _ in itertools.groupby(middles)]
    assert len(columns) == len(set(columns)) <= 8
    for before, after, x, to in zip(rungs, rungs[1:], middles, middles[1:], strict=False):
        assert (after.y1 < before.y0) == (x == to)
    turns = figure.findobj(lambda a: re.fullmatch(r"move-\w+-turn-\d+", a.get_gid() or ""))
    assert len(turns) == len(columns) - 1


def test_what_is_folded_up_has_its_expected_payoffs() -> None:
    game = samples.ladder(9, hazard=True)
    solution = solve_tree(game, "spe")
    figure = figures.tree(game, concept="spe", depth=4)
    assert_legible(figure)
    folded = view(game, 4).folded
    assert folded
    for k, ends in folded.items():
        texts = [t.get_text() for t in by_gid(figure, f"node-{k}")]
        part = game.subgame(k)
        inside = {s.label for s in part.sets}
        profile = {
            p: {s: mix for s, mix in own.items() if s in inside}
            for p, own in solution.equilibria[0].profile.items()
        }
        worth = part.expected_payoffs(profile).values()
        mover = game.sets[game.nodes[k].set].player or "chance"
        assert texts[:2] == [mover, f"… {ends} ends"]
        numbers = [float(Fraction(t.strip("≈,").replace("\N{MINUS SIGN}", "-"))) for t in texts[2:]]
        assert numbers == pytest.approx([float(u) for u in worth], abs=5e-4)
    assert "folded up" in figure.description
    assert "folded up" in words_in(figure)


def test_a_tree_that_does_not_fit_says_what_does() -> None:
    def full(depth: int, path: str = "") -> Any:
        if not depth:
            return Leaf("end")
        return Decision("A", f"set {path}", {m: full(depth - 1, path + m) for m in "xyz"})

    game = ExtensiveGame.from_tree(("A",), full(6), {"end": (1,)}, name="wide")
    with pytest.raises(UsageError, match="does not fit") as error:
        figures.tree(game)
    depth = int(re.search(r"--depth (\d+)", error.value.remedy)[1])
    assert_legible(figures.tree(game, depth=depth))
    with pytest.raises(UsageError, match="does not fit"):
        figures.tree(game, depth=depth + 1)
    with pytest.raises(UsageError, match="fit 60 mm") as error:
        figures.tree(UDG, width=60, direction="down")
    wide = int(re.search(r"a width of (\d+) mm", error.value.remedy)[1])
    assert_legible(figures.tree(UDG, width=wide, direction="down"))


def test_a_given_width_is_kept() -> None:
    for width in (120, 183, 250):
        figure = figures.tree(UDG, width=width)
        assert figure.get_size_inches()[0] * MM == pytest.approx(width)
        assert_legible(figure)


# ---- which equilibrium -----------------------------------------------------------------------
def test_no_equilibrium_is_chosen_silently() -> None:
    game = samples.entry()
    assert "quilibrium" not in figures.tree(game).description
    with pytest.raises(UsageError, match="which one is to be drawn") as error:
        figures.tree(game, concept="nash")
    assert "stay" not in error.value.remedy
    assert "Challenger: at entry in" in error.value.remedy
    with pytest.raises(UsageError, match="no equilibrium 99") as error:
        figures.tree(game, concept="nash", equilibrium=99)
    assert "choose #" in error.value.remedy
    with pytest.raises(UsageError, match="no concept called"):
        figures.tree(game, concept="spa")
    solution = solve_tree(game, "nash")
    labels = names_of(game).labels([e.profile for e in solution.equilibria])
    one = words_in(figures.tree(game, concept="nash", equilibrium=labels[1]))
    assert "one corner of a continuum" in one


def test_an_answer_that_may_be_incomplete_says_so() -> None:
    game = samples.matching()
    e = solve_tree(game, "nash").equilibria[0]
    assert not figures.tree(game, equilibrium=e).incomplete
    figure = figures.tree(
        samples.ladder(30, hazard=True), concept="spe", time_limit=1e-9, equilibrium=1
    )
    solution = solve_tree(samples.ladder(30, hazard=True), "spe", time_limit=1e-9)
    assert figure.incomplete == (solution.status != "complete")
    assert ("not found" in words_in(figure)) == figure.incomplete


@pytest.mark.parametrize(
    ("options", "what"),
    [({"direction": "up"}, "direction"), ({"depth": 0}, "depth"), ({"width": 5}, "5 mm wide")],
)
def test_wrong_options(options: dict[str, Any], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        figures.tree(samples.entry(), **options)


def test_a_matrix_is_no_tree() -> None:
    with pytest.raises(UsageError, match="chicken is no game tree"):
        figures.tree(load_model("chicken"))


def test_the_description_says_what_is_played() -> None:
    text = figures.tree(UDG, equilibrium=399).description
    assert "Challenger at first (soft) wait 0.75 and challenge 0.25" in text
    assert "0.6667 (2/3) on Challenger hard, Defender hard, challenge;" in text
    assert "Expected payoffs: Challenger 0.1667 (1/6) and Defender" in text
