"""The graph of moves: arrows are moves and gains, frames are equilibria, texts keep apart."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from checkout import ROOT
from figure_checks import assert_legible, by_gid, words_in

from deterrence import figures, load_model
from deterrence.errors import UnsupportedError, UsageError
from deterrence.figures.drawing.files import to_bytes
from deterrence.figures.facts.move_map import MoveMap, layers, move_map
from deterrence.game.stability_notions import NOTIONS, notion
from deterrence.graph_model.concepts import CONCEPTS, stable
from deterrence.graph_model.conflict import Conflict, State
from deterrence.graph_model.graph import MoveGraph

FLAGSHIP = load_model("asymmetric-bipolarity")
LADDER = load_model("escalation-ladder")
THREE = load_model(str(ROOT / "tests/cases/three-players-in-a-table.yaml"))
#: One or two of every shape that ships.
TABLES = [
    "chicken",
    "called-bluff",
    "bipolarity-postures",
    "blotto",
    "domains",
    "escalation-ladder",
]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_legible_and_small_and_frames_its_equilibria(name: str) -> None:
    model = load_model(name)
    figure = figures.moves(model)
    assert_legible(figure)
    assert len(to_bytes(figure, "svg")) < 60_000
    assert model.title in words_in(figure)
    it = move_map(model, "seq")
    assert len(by_gid(figure, "equilibrium")) == it.stable["seq"].sum()
    assert len(by_gid(figure, "state")) == (~it.stable["seq"]).sum()


def test_the_flagship_at_the_brink() -> None:
    figure = figures.moves(FLAGSHIP, scenario="brink", state="Frozen divide")
    assert_legible(figure)
    told = words_in(figure)
    for text in ("#1 Frozen divide 3, 3 SMR GMR NM", "#2 Russia yields 2, 4 Nash SSEQ SEQ SMR GMR"):
        assert text in told
    assert "Stable for all under SEQ: #2 Russia yields and #3 NATO yields." in figure.description
    assert "Russia gains by moving from #1 to #3 and #4 to #2." in figure.description
    assert len(by_gid(figure, "move-0-improves")) == len(by_gid(figure, "move-1-improves")) == 2
    assert len(by_gid(figure, "start")) == 1
    assert not by_gid(figures.moves(FLAGSHIP), "start")


def test_the_chosen_notion_is_framed() -> None:
    chicken = load_model("chicken")
    counts = {"nash": 2, "sseq": 2, "seq": 2, "smr": 3, "gmr": 3, "l2": 0, "l3": 1, "nm": 1}
    for concept, count in counts.items():
        figure = figures.moves(chicken, concept=concept)
        assert len(by_gid(figure, "equilibrium")) == count
        assert f"stable for all under {notion(concept).name}" in words_in(figure)
    assert "L5" in words_in(figures.moves(chicken, concept="L_5"))
    with pytest.raises(UsageError, match="no marks for TOM"):
        figures.moves(chicken, concept="theory-of-moves")
    with pytest.raises(UsageError, match="there are 3 players"):
        figures.moves(THREE, concept="nm")
    with pytest.raises(UsageError, match="no notion of stability 'sqe'"):
        figures.moves(chicken, concept="sqe")
    with pytest.raises(UsageError, match="no state 'Statsu quo'"):
        figures.moves(chicken, state="Statsu quo")
    with pytest.raises(UnsupportedError, match="is a game tree"):
        figures.moves(load_model("triad"))


def test_indifference_is_thin_and_has_two_heads() -> None:
    figure = figures.moves(FLAGSHIP, values={"g_R": 4, "r_N": 0, "r_R": 0, "k_R": 12, "l_R": 12})
    (tie,) = by_gid(figure, "move-0-equal")
    (gain,) = by_gid(figure, "move-0-improves")
    assert tie.get_linewidth() < gain.get_linewidth()
    assert "Russia gains by moving from #1 to #3." in figure.description


@pytest.mark.parametrize("width", [85, 183])
def test_a_larger_table_leads_to_the_best_of_each_line(width: float) -> None:
    figure = figures.moves(LADDER, width=width)
    assert_legible(figure)
    ranks = move_map(LADDER, "seq").ranks.reshape(2, 5, 5)
    for player in (0, 1):
        best = ranks[player] == ranks[player].max(axis=player, keepdims=True)
        # A line in which all states are equal needs no arrow.
        flat = best.all(axis=player, keepdims=True)
        assert len(by_gid(figure, f"move-{player}-best")) == (best & ~flat).sum()
        assert len(by_gid(figure, f"move-{player}-from")) == (~best).sum()
    assert ("status_quo" in words_in(figure)) == (width < 100)
    assert ("Of the notions the strongest" in words_in(figure)) == (width < 100)


# ---- graphs --------------------------------------------------------------------------------
def conflict_map(moves: Any, ranks: Any, concept: str = "seq", start: int = 0) -> MoveMap:
    idle = 3 - len(moves)
    moves = [*moves, *[[[]] * len(moves[0])] * idle]
    ranks = np.array([*ranks, *[[0] * len(moves[0])] * idle])
    graph = MoveGraph.of_lists(THREE.players, moves)
    states = tuple(State(k + 1, f"s{k + 1}", f"State {k + 1}") for k in range(graph.size))
    found = {c: stable(graph, ranks, c).all(axis=0) for c in CONCEPTS}
    conflict = Conflict(THREE, states, graph)
    return MoveMap(conflict, ranks, ("",) * graph.size, found, concept, start, ())


def draw(monkeypatch: pytest.MonkeyPatch, it: MoveMap, **options: Any) -> Any:
    monkeypatch.setattr("deterrence.figures.kinds.moves_graph.move_map", lambda *_: it)
    return figures.moves(THREE, concept=it.concept, **options)


def test_three_players_have_a_graph() -> None:
    figure = figures.moves(THREE, state="1")
    assert_legible(figure)
    it = move_map(THREE, "seq", "1")
    assert len(by_gid(figure, "equilibrium")) == it.stable["seq"].sum()
    for player in range(3):
        gains = sum(line.improves for line in it.lines if line.player == player)
        assert len(by_gid(figure, f"move-{player}-improves")) == gains
    for concept in CONCEPTS:
        assert len(by_gid(figure, f"stable-{concept}")) == it.stable[concept].sum()


def test_a_move_without_return_has_one_head(monkeypatch: pytest.MonkeyPatch) -> None:
    it = conflict_map([[[1], []], [[], []]], np.array([[0, 1], [0, 1]]))
    (line,) = it.lines
    assert (line.forth, line.back, line.gains, line.improves) == (True, False, 1, True)
    from matplotlib.patches import Polygon

    def heads(figure: Any) -> int:
        return len(figure.findobj(lambda a: isinstance(a, Polygon) and a.get_gid() is None))

    one = heads(draw(monkeypatch, it))
    both = conflict_map([[[1], [0]], [[], []]], np.array([[0, 1], [0, 1]]))
    assert heads(draw(monkeypatch, both)) == one + 1
    # The way back alone is no gain.
    worse = conflict_map([[[], [0]], [[], []]], np.array([[0, 1], [0, 1]]))
    assert [line.improves for line in worse.lines] == [False]


def test_layers_count_moves_from_the_state_in_question() -> None:
    it = conflict_map(
        [[[1, 2], [3], [], [], []], [[], [], [3], [0], []]], np.zeros((2, 5), dtype=int)
    )
    assert [sorted(row) for row in layers(it)] == [[0], [1, 2], [3], [4]]


@pytest.mark.parametrize(("seed", "width"), [(0, 85), (2, 183)])
def test_random_graphs_are_legible(
    seed: int, width: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 30))
    moves = [
        [rng.choice(size, rng.integers(0, min(size, 3)), replace=False).tolist()
         for _ in range(size)]
        for _ in range(3)
    ]  # fmt: skip
    it = conflict_map(moves, rng.integers(0, 6, (3, size)))
    figure = draw(monkeypatch, it, width=width)
    assert_legible(figure)
    assert len(by_gid(figure, "equilibrium")) == it.stable["seq"].sum()
    if seed == 0:
        again = draw(monkeypatch, it, width=width)
        assert to_bytes(figure, "svg") == to_bytes(again, "svg")


def test_of_many_states_those_in_focus_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    # A line of 60 states along which one player gains.
    size = 60
    forth = [[k + 1] if k % 2 == 0 else [] for k in range(size - 1)]
    other = [[k + 1] if k % 2 else [] for k in range(size - 1)]
    ranks = np.array([range(size)] * 2)
    it = conflict_map([[*forth, []], [*other, []]], ranks, start=30)
    assert it.shown == tuple(range(30, 60))
    figure = draw(monkeypatch, it)
    assert_legible(figure)
    assert "30 of 60 states are left out" in words_in(figure)
    far = conflict_map([[*forth, []], [*other, []]], ranks, start=0)
    with pytest.raises(UsageError, match="more than the 40 that a figure shows"):
        draw(monkeypatch, far)


def test_a_slide_has_the_shape_of_one() -> None:
    figure = figures.moves(FLAGSHIP, width=114.0)
    figure.for_slide()
    width, height = figure.get_size_inches()
    assert width / height == pytest.approx(16 / 9)
    assert_legible(figure)


def test_no_two_marks_are_the_same() -> None:
    assert all(a != b for a, b in itertools.combinations((n.name for n in NOTIONS.values()), 2))


def test_the_key_names_whoever_has_moves() -> None:
    elmira = figures.moves(load_model("elmira"))
    for told in ("Ministry moves without a gain", "Uniroyal gains by moving"):
        assert told in words_in(elmira)
    assert "without a gain" not in words_in(figures.moves(FLAGSHIP))
