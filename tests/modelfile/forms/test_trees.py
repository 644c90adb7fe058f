"""Trees of model files: what is told once becomes the game, with parts and types put in."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest
import yaml
from checkout import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_models import unilateral_deterrence

from deterrence.algebra.expressions import Expression
from deterrence.errors import Fault, InvalidFileError, UsageError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.modelfile.catalogue import load_model, model_names
from deterrence.modelfile.exchange.efg import read_efg, write_efg
from deterrence.modelfile.loader import read_model
from deterrence.modelfile.model import SymbolicModel

F = Fraction
TREES = [n for n in model_names() if load_model(n).tree is not None]
HEAD = "title: T\nform: extensive\nplayers: [A, B]\n"
OUTCOMES = "outcomes:\n  w: {payoffs: {A: 1, B: 2}}\n  v: {payoffs: {A: 3, B: 5}}\n"


def model_of(rest: str, outcomes: str = OUTCOMES) -> SymbolicModel:
    return read_model(HEAD + outcomes + rest)


def faults_of(text: str) -> list[str]:
    with pytest.raises(InvalidFileError) as caught:
        read_model(text)
    return [str(f) for f in caught.value.faults]


def moves_of(game: ExtensiveGame) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    return {s.label: (s.player, s.actions) for s in game.sets}


def pure(game: ExtensiveGame):
    """Every pure behaviour of everybody: {player: {information set: action}}."""
    sets = [s for s in game.sets if s.player is not None]
    for choice in itertools.product(*(s.actions for s in sets)):
        profile: dict[str, dict[str, Any]] = {p: {} for p in game.players}
        for s, action in zip(sets, choice, strict=True):
            profile[s.player][s.label] = {action: 1}
        yield profile


# ---- against a tree that was built by hand ---------------------------------------------
RENAMED = {
    "c_DC": "cDC",
    "c_SQ": "cSQ",
    "c_DDh": "cDDp",
    "c_CD": "cCD",
    "c_DDs": "cDDm",
    "d_SQ": "dSQ",
    "d_CD": "dCD",
    "d_DDh": "dDDp",
    "d_DC": "dDC",
    "d_DDs": "dDDm",
    "p_Ch": "pC",
    "p_Def": "pD",
}
OUTCOME = {
    "status_quo": "SQ",
    "defender_concedes": "DC",
    "challenger_backs_down": "CD",
    "conflict": "DD",
}


def test_the_unilateral_deterrence_game_is_that_built_by_hand() -> None:
    """Every pure profile is worth the same and leads to the same, at several values."""
    ours, theirs = load_model("unilateral-deterrence"), unilateral_deterrence()
    assert {s.label for s in ours.tree.sets if s.player is not None} == {
        s.label for s in theirs.tree.sets if s.player is not None
    }
    rng = random.Random("by hand")
    for _ in range(3):
        values = {n: F(rng.randint(-99, 99), rng.randint(1, 9)) for n in RENAMED}
        values |= {"p_Ch": F(rng.randint(1, 8), 9), "p_Def": F(rng.randint(1, 6), 7)}
        left = ours.at(check=False, **values)
        right = theirs.at(check=False, **{RENAMED[n]: v for n, v in values.items()})
        for profile in pure(left):
            assert left.expected_payoffs(profile) == right.expected_payoffs(profile)
            mine = left.outcome_distribution(profile)
            assert {OUTCOME[k]: p for k, p in mine.items()} == right.outcome_distribution(profile)


def test_the_strategic_form_is_that_built_by_hand() -> None:
    """The same plans, whatever the order of the information sets in them."""
    forms = []
    for model in (load_model("unilateral-deterrence"), unilateral_deterrence()):
        values = dict(
            zip(
                RENAMED if "c_DC" in model.parameters else RENAMED.values(),
                (
                    F(7),
                    F(2),
                    F(-1),
                    F(-3),
                    F(-8),
                    F(5),
                    F(3),
                    F(-2),
                    F(-4),
                    F(-9),
                    F(1, 3),
                    F(2, 7),
                ),
                strict=True,
            )
        )
        form = model.at(**values).strategic_form()
        table = {}
        for plans in itertools.product(*form.actions):
            cell = dict(zip(form.players, plans, strict=True))
            key = tuple(tuple(sorted(plan.split(" / "))) for plan in plans)
            table.setdefault(key, []).append(tuple(form.payoff(p, cell) for p in form.players))
        forms.append({k: sorted(v) for k, v in table.items()})
        assert form.shape == (9, 4)
    assert sorted(forms[0].values()) == sorted(forms[1].values())


# ---- against the definition, on random trees ----------------------------------------------
@st.composite
def told_trees(draw: st.DrawFn) -> dict[str, Any]:
    """A model with a random nested tree, as plain data: three players, some with types."""
    players = ["A", "B", "C"][: draw(st.integers(1, 3))]
    number = st.fractions(-9, 9, max_denominator=4).map(str)
    types: dict[str, dict[str, str]] = {}
    for p in players:
        count = draw(st.integers(0, 3))
        if count:
            shares = [draw(st.integers(1, 5)) for _ in range(count)]
            types[p] = {
                f"t{k}": "rest" if k == count - 1 else f"{share}/{sum(shares)}"
                for k, share in enumerate(shares)
            }

    def typed(depth: int, own: str | None, known: tuple[str, ...] = ()) -> Any:
        """A payoff or a weight: a number, or one per type of somebody not asked yet."""
        choices = [p for p in types if p not in known]
        if depth and choices and draw(st.booleans()):
            player = draw(st.sampled_from(choices))
            cases = {t: typed(depth - 1, own, (*known, player)) for t in types[player]}
            return cases if player == own and draw(st.booleans()) else {player: cases}
        return draw(number)

    outcomes = {
        f"o{k}": {"payoffs": {p: typed(2, p) for p in players}}
        for k in range(draw(st.integers(1, 4)))
    }
    sets = itertools.count()

    def node(depth: int) -> Any:
        sort = draw(st.integers(0, 5)) if depth else 0
        if sort == 0:
            if draw(st.integers(0, 4)) == 0:
                return {"payoffs": {p: typed(1, p) for p in players}}
            return draw(st.sampled_from(sorted(outcomes)))
        told: dict[str, Any] = {}
        if draw(st.integers(0, 3)) == 0:
            told["pays"] = draw(st.sampled_from(sorted(outcomes)))
        if draw(st.booleans()):
            told["at"] = f"s{next(sets)}"
        count = draw(st.integers(1, 3))
        if sort == 1:
            chances = [f"1/{count}"] * (count - 1) + ["rest"]
            told["chance"] = {
                f"e{k}": {"probability": p, "then": node(depth - 1)} for k, p in enumerate(chances)
            }
            return told
        told["player"] = draw(st.sampled_from(players))
        told["moves"] = {f"m{k}": node(depth - 1) for k in range(count)}
        return told

    root = node(4)
    if not isinstance(root, dict) or "payoffs" in root:
        root = {"player": players[0], "moves": {"m0": root, "m1": sorted(outcomes)[0]}}
    return {
        "title": "T",
        "form": "extensive",
        "players": players,
        "types": types,
        "outcomes": outcomes,
        "tree": root,
    }


def value_of(told: dict[str, Any], mixes: dict[tuple[str, str], list[Fraction]]):
    """What a told tree is worth under behaviour, by the meaning of the words alone.

    ``mixes`` gives, per (information set, own type), a probability for each move.
    """
    types = told.get("types") or {}
    priors = {}
    for p, told_priors in types.items():
        known = {t: F(text) for t, text in told_priors.items() if text != "rest"}
        priors[p] = {t: known.get(t, 1 - sum(known.values())) for t in told_priors}

    def number(raw: Any, own: str, drawn: dict[str, str]) -> Fraction:
        while isinstance(raw, dict):
            [first, *_] = raw
            raw = raw[first][drawn[first]] if first in drawn else raw[drawn[own]]
        return F(raw)

    def worth(payoffs: Any, drawn: dict[str, str]) -> dict[str, Fraction]:
        return {p: number(payoffs[p], p, drawn) for p in told["players"]}

    def walk(node: Any, drawn: dict[str, str], history: tuple[str, ...]) -> dict[str, Fraction]:
        if isinstance(node, str):
            return worth(told["outcomes"][node]["payoffs"], drawn)
        if "payoffs" in node:
            return worth(node["payoffs"], drawn)
        total = dict.fromkeys(told["players"], F(0))
        if "pays" in node:
            total = worth(told["outcomes"][node["pays"]]["payoffs"], drawn)
        if "chance" in node:
            given = {e: x["probability"] for e, x in node["chance"].items()}
            known = {e: F(p) for e, p in given.items() if p != "rest"}
            moves = [
                (known.get(e, 1 - sum(known.values())), e, x["then"])
                for e, x in node["chance"].items()
            ]
        else:
            label = node.get("at") or (f"after {', '.join(history)}" if history else "start")
            mix = mixes[label, drawn.get(node["player"], "")]
            moves = [(p, a, x) for p, (a, x) in zip(mix, node["moves"].items(), strict=True)]
        for chance, action, after in moves:
            below = walk(after, drawn, (*history, action))
            total = {p: u + chance * below[p] for p, u in total.items()}
        return total

    total = dict.fromkeys(told["players"], F(0))
    for combination in itertools.product(*(priors[p].items() for p in priors)):
        drawn = {p: t for p, (t, _) in zip(priors, combination, strict=True)}
        weight = F(1)
        for _, prior in combination:
            weight *= prior
        below = walk(told["tree"], drawn, ())
        total = {p: u + weight * below[p] for p, u in total.items()}
    return total


@settings(max_examples=120, deadline=None)
@given(told_trees(), st.randoms(use_true_random=False))
def test_random_trees_are_worth_what_they_say(told: dict[str, Any], rng: random.Random) -> None:
    model = read_model(yaml.safe_dump(told, sort_keys=False))
    game = model.at()
    typed = told["types"] or {}
    profile: dict[str, dict[str, Any]] = {p: {} for p in game.players}
    mixes = {}
    for s in game.sets:
        if s.player is None:
            continue
        own = s.label.rpartition(" (")[2].rstrip(")") if s.player in typed else ""
        label = s.label.removesuffix(f" ({own})") if own else s.label
        weights = [rng.randint(0, 3) for _ in s.actions]
        weights[rng.randrange(len(weights))] += 1
        mixes[label, own] = [F(w, sum(weights)) for w in weights]
        profile[s.player][s.label] = dict(zip(s.actions, mixes[label, own], strict=True))
    assert game.expected_payoffs(profile) == value_of(told, mixes)
    assert sum(game.outcome_distribution(profile).values()) == 1
    assert {game.groups.get(o, o) for o in game.outcomes} >= told["outcomes"].keys()
    again = read_efg(write_efg(game))
    assert [n.parent for n in again.nodes] == [n.parent for n in game.nodes]
    assert again.expected_payoffs(in_order(game, again, profile)) == game.expected_payoffs(profile)


def in_order(game: ExtensiveGame, again: ExtensiveGame, profile: dict[str, dict[str, Any]]):
    """A profile of one tree in the labels of another that has the same nodes."""
    result: dict[str, dict[str, Any]] = {p: {} for p in again.players}
    for here, there in zip(game.nodes, again.nodes, strict=True):
        if here.set >= 0 and game.sets[here.set].player is not None:
            s, t = game.sets[here.set], again.sets[there.set]
            result[t.player][t.label] = profile[s.player][s.label]
    return result


@pytest.mark.parametrize("name", TREES)
def test_a_shipped_tree_goes_to_gambit_s_format_and_back(name: str) -> None:
    game = load_model(name).at()
    again = read_efg(write_efg(game))
    assert again.players == game.players
    assert [(n.parent, n.move) for n in again.nodes] == [(n.parent, n.move) for n in game.nodes]
    for here, there in zip(game.nodes, again.nodes, strict=True):
        assert (here.set < 0) == (there.set < 0)
        if here.set >= 0:
            s, t = game.sets[here.set], again.sets[there.set]
            assert (s.player, s.actions, s.chances, len(s.nodes)) == (
                t.player,
                t.actions,
                t.chances,
                len(t.nodes),
            )
        mine = None if here.outcome is None else game.outcomes[here.outcome]
        assert mine == (None if there.outcome is None else again.outcomes[there.outcome])
    uniform = {
        p: {
            s.label: {a: F(1, len(s.actions)) for a in s.actions}
            for s in game.sets
            if s.player == p
        }
        for p in game.players
    }
    assert again.expected_payoffs(in_order(game, again, uniform)) == game.expected_payoffs(uniform)


# ---- names and information -----------------------------------------------------------------
def test_sets_are_named_after_the_moves_that_lead_there() -> None:
    model = model_of(
        "tree: {player: A, moves: {x: {player: B, moves: {y: {player: A, moves: {z: w}}, u: v}},"
        " c: {chance: {e: {probability: 1, then: {player: B, moves: {y: w}}}}}}}\n"
    )
    assert list(moves_of(model.tree)) == [
        "start",
        "after x",
        "after x, y",
        "chance after c",
        "after c, e",
    ]


def test_a_name_that_is_taken_is_not_given_to_another_set() -> None:
    model = model_of(
        "tree: {player: A, at: after x, moves: {x: {player: B, moves: {y: w, z: v}}, q: w}}\n"
    )
    assert moves_of(model.tree) == {
        "after x": ("A", ("x", "q")),
        "after x #2": ("B", ("y", "z")),
    }


def test_a_long_history_gives_a_short_name() -> None:
    word = "m" * 50
    tree = "w"
    for _ in range(6):
        tree = f"{{player: A, moves: {{{word}: {tree}}}}}"
    labels = list(moves_of(model_of(f"tree: {tree}\n").tree))
    assert labels[1] == f"after {word}"
    assert labels[-1] == f"after 5 moves, the last {word}, {word}"
    assert len(set(labels)) == 6


def test_nodes_with_one_name_are_one_information_set_in_any_order_of_actions() -> None:
    model = model_of(
        "tree: {player: A, moves: {l: {player: B, at: s, moves: {y: w, z: v}},"
        " r: {player: B, at: s, moves: {z: w, y: v}}}}\n"
    )
    s = model.tree.information_set("s")
    assert (s.actions, len(s.nodes)) == (("y", "z"), 2)
    game = model.at()
    assert game.expected_payoffs({"A": {"start": {"r": 1}}, "B": {"s": {"z": 1}}})["A"] == 1
    assert not model.tree.is_perfect_information


def test_chance_moves_with_one_name_are_one() -> None:
    chance = "{at: luck, chance: {a: {probability: 1/3, then: w}, b: {probability: rest, then: v}}}"
    model = model_of(f"tree: {{player: A, moves: {{l: {chance}, r: {chance}}}}}\n")
    [luck] = [s for s in model.tree.sets if s.is_chance]
    assert (luck.label, len(luck.nodes)) == ("luck", 2)
    assert [str(p) for p in luck.chances] == ["1/3", "2/3"]


def test_an_end_without_a_name_is_called_by_its_history() -> None:
    model = model_of("tree: {player: A, moves: {x: {payoffs: [7, 8]}, y: [9, 10], z: w}}\n")
    game = model.at()
    assert game.outcome_distribution({"A": {"start": {"x": "1/2", "y": "1/2"}}}) == {
        "(x)": F(1, 2),
        "(y)": F(1, 2),
    }
    assert game.outcomes["(x)"] == (7, 8)
    assert str(model.outcomes["(y)"].payoffs["B"]) == "10"


def test_parts_are_put_in_where_they_are_named() -> None:
    model = model_of(
        "tree: {player: A, moves: {l: end, r: {player: B, moves: {on: end, off: w}}}}\n"
        "parts: {end: {player: A, moves: {y: w, z: last}},"
        " last: {player: B, at: s, moves: {q: v}}}\n"
    )
    assert list(moves_of(model.tree)) == ["start", "after l", "s", "after r", "after r, on"]
    # Without a name the nodes are told apart; with one they are not.
    assert len(model.tree.information_set("s").nodes) == 2


def test_a_use_of_a_part_may_have_information_sets_of_its_own() -> None:
    model = model_of(
        "tree: {player: A, moves: {l: {part: round, at: after l}, m: round, r: round}}\n"
        "parts:\n"
        "  round: {player: A, moves: {y: reply, z: {part: reply, at: once more}}}\n"
        "  reply: {player: B, at: s, moves: {q: v, u: w}}\n"
    )
    sizes = {s.label: len(s.nodes) for s in model.tree.sets if s.player == "B"}
    assert sizes == {"s, after l": 1, "s, after l, once more": 1, "s": 2, "s, once more": 2}
    assert model.tree.is_perfect_recall


def test_a_chain_of_parts_may_be_deeper_than_python_s_stack() -> None:
    count = 1_500
    parts = "".join(
        f"  p{k}: {{player: {'AB'[k % 2]}, moves: {{stop: w, go: p{k + 1}}}}}\n"
        for k in range(count)
    )
    model = model_of(f"tree: p0\nparts:\n{parts}  p{count}: {{player: A, moves: {{x: v}}}}\n")
    assert len(model.tree.nodes) == 2 * count + 2
    assert model.tree.is_perfect_information
    assert max(len(s.label) for s in model.tree.sets) < 200


# ---- types ----------------------------------------------------------------------------------
TYPED = (
    "types: {A: {hi: p, lo: 1 - p}, B: {hi: 1/2, lo: 1/4, no: rest}}\n"
    "parameters: {p: {default: 1/3}}\n"
)


def test_an_outcome_has_as_many_variants_as_there_are_types_that_matter() -> None:
    model = read_model(
        HEAD + TYPED + "outcomes:\n"
        "  own: {payoffs: {A: {hi: 1, lo: 2}, B: 0}}\n"
        "  other: {payoffs: {A: 0, B: {A: {hi: 3, lo: {hi: 4, lo: 5, no: 6}}}}}\n"
        "  none: {payoffs: {A: 0, B: 0}}\n"
        "tree: {player: A, moves: {x: own, y: other, z: none}}\n"
        "measures: {both: [own, other]}\n"
    )
    assert list(model.outcomes) == [
        "own (hi)",
        "own (lo)",
        *(f"other ({a}, {b})" for a in ("hi", "lo") for b in ("hi", "lo", "no")),
        "none",
    ]
    assert str(model.outcomes["other (lo, no)"].payoffs["B"]) == "6"
    assert str(model.outcomes["other (hi, no)"].payoffs["B"]) == "3"
    assert set(model.tree.groups.values()) == {"own", "other"}
    assert str(model.measures[0].expression) == "P(own) + P(other)"
    profile = {"A": {"start (hi)": {"x": 1}, "start (lo)": {"z": 1}}}
    assert model.at().measure_values(profile) == {"both": F(1, 3)}
    assert [str(w.what) for w in model.warnings] == []


def test_chance_may_depend_on_types() -> None:
    model = read_model(
        HEAD + TYPED + OUTCOMES + "tree:\n  player: B\n  moves:\n    go:\n      at: luck\n"
        "      chance:\n"
        "        good: {probability: {A: {hi: 1/10, lo: p}}, then: w}\n"
        "        bad: {probability: rest, then: v}\n"
    )
    luck = {s.label: [str(p) for p in s.chances] for s in model.tree.sets if "luck" in s.label}
    assert luck == {
        f"luck ({a}, {b})": ["1/10", "9/10"] if a == "hi" else ["p", "1 - p"]
        for a in ("hi", "lo")
        for b in ("hi", "lo", "no")
    }
    everybody = {"B": {f"start ({t})": {"go": 1} for t in ("hi", "lo", "no")}}
    assert model.at().outcome_distribution(everybody)["w"] == F(1, 3) / 10 + F(2, 3) / 3


def test_a_player_knows_no_type_but_her_own() -> None:
    game = load_model("asymmetric-escalation").tree
    assert len(game.information_set("reply (HS)").nodes) == 2
    assert len(game.information_set("after limited response (soft)").nodes) == 4
    assert game.is_perfect_recall
    assert game.subgame_roots == (0,)
    priors = game.information_set("Defender's type (soft)")
    assert priors.actions == ("Defender HH", "Defender HS", "Defender SH", "Defender SS")
    assert str(priors.chances[-1]) == "1 - (p_HH + p_HS + p_SH)"


def test_priors_that_sum_to_one_by_their_formulas_are_fine() -> None:
    for priors in (
        "{x: p/(p + q), y: q/(p + q)}",
        "{x: p*q, y: p*(1 - q), z: 1 - p}",
        '{x: "max(p, 1/2)", y: "1 - max(p, 1/2)"}',
        "{x: sqrt(p)/2, y: 1 - sqrt(p)/2}",
        "{x: s, y: rest}",
        "{only: 1}",
    ):
        read_model(
            HEAD
            + OUTCOMES
            + f"types: {{A: {priors}}}\ntree: {{player: A, moves: {{x: w, y: v}}}}\n"
            "parameters: {p: {default: 1/3}, q: {default: 1/2}, s: {formula: p*q}}\n"
        )
    for priors in ("{x: p, y: 2*p}", "{x: p, y: q + 1/6}", "{x: s, y: 5/6}"):
        [fault] = faults_of(
            HEAD
            + OUTCOMES
            + f"types: {{A: {priors}}}\ntree: {{player: A, moves: {{x: w, y: v}}}}\n"
            "parameters: {p: {default: 1/3}, q: {default: 1/2}, s: {formula: p*q}}\n"
        )
        assert "the priors sum to 1 at the defaults only" in fault


def test_numbers_are_checked_again_where_the_game_is_solved() -> None:
    model = load_model("tripwire")
    with pytest.raises(UsageError, match="not a distribution"):
        model.at(check=False, r=2)
    with pytest.raises(UsageError, match="is a game tree"):
        model.strategic_at()


# ---- warnings --------------------------------------------------------------------------------
def test_what_is_not_used_is_a_warning() -> None:
    model = read_model(
        HEAD + "types: {B: {x: 1/2, y: 1/2}}\n"
        "outcomes:\n  w: {payoffs: {A: 1, B: 2}}\n  v: {payoffs: {A: 1, B: 2}}\n"
        "tree: {player: A, moves: {x: w}}\nparts: {spare: {player: A, moves: {q: w}}}\n"
        "measures: {none: [v]}\n"
    )
    said = [f"{f.line}: {f.what}" for f in model.warnings]
    assert said == [
        "7: the outcome v is never reached",
        "9: the part spare is not used",
        "4: the types of B make no difference",
    ]
    assert model.at().measure_values({"A": {"start": {"x": 1}}}) == {"none": 0}


def test_imperfect_recall_is_a_warning_that_names_the_set() -> None:
    model = model_of(
        "tree:\n  player: A\n  at: junction\n  moves:\n    exit: w\n    on:\n"
        "      player: A\n      at: junction\n      moves: {exit: v, on: w}\n"
    )
    [warning] = model.warnings
    assert "imperfect recall: A is absent-minded at 'junction'" in warning.what
    assert warning.line == 9
    assert len(model.at().recall_faults) == 1


# ---- what stands in the model ------------------------------------------------------------------
def test_titles_reach_the_model() -> None:
    model = load_model("unilateral-deterrence")
    assert model.titles["conflict"] == "Conflict"
    assert model.titles["challenge"] == "Make a demand"
    assert model.set_titles["reply (soft)"] == "The defender answers the demand (soft)"
    assert model.type_titles["Defender"]["hard"] == "would rather fight than concede"
    assert repr(model).startswith(
        "<Model unilateral-deterrence: extensive, Challenger and Defender"
    )


def test_definitions_are_written_out() -> None:
    model = load_model("unilateral-deterrence")
    [bluff] = [r for r in model.known_results if r.title.startswith("The bluff")]
    assert [str(c) for c in bluff.exists] == [
        "p_Def < (c_DC - c_SQ)/(c_DC - c_CD)",
        "p_Ch < (d_CD - d_DC)/(d_CD - d_DDs)",
    ]
    mix = bluff.behaviour[0]["Challenger"]["first (soft)"]
    values = model.values()
    assert {a: e.evaluate(values) for a, e in mix.items()} == {
        "challenge": F(1, 4),
        "wait": F(3, 4),
    }
    assert "c_S" not in model.parameters
    assert all("c_S" not in c.names for r in model.named_regimes for c in r.when)


def test_definitions_may_refer_to_each_other_and_to_derived_parameters() -> None:
    model = read_model(
        HEAD + OUTCOMES + "tree: {player: A, moves: {x: w}}\n"
        "parameters: {a: {default: 2}, b: {formula: a + 1}}\n"
        "definitions: {two: one + b, one: a/b}\nassumptions: [two > one]\n"
        "regimes: [{name: R, when: [one < two]}]\n"
    )
    assert model.assumptions == (Expression.parse("a/b + b > a/b"),)
    assert str(model.named_regimes[0].when[0]) == "a/b < a/b + b"


def test_a_faulty_definition_is_one_fault() -> None:
    faults = faults_of(
        HEAD + OUTCOMES + "tree: {player: A, moves: {x: w}}\n"
        "definitions: {one: gone, two: one}\nassumptions: [two > 1, one > 0]\n"
    )
    assert len(faults) == 1
    assert "unknown name 'gone'" in faults[0]


@pytest.mark.parametrize("name", TREES)
def test_formulas_and_numbers_are_the_same_game(name: str) -> None:
    model = load_model(name)
    values = model.values()
    game = model.at()
    for label, payoffs in model.tree.outcomes.items():
        assert tuple(e.evaluate(values) for e in payoffs) == game.outcomes[label]
        assert tuple(model.outcomes[label].payoffs[p] for p in model.players) == payoffs
    assert model.outcomes.keys() == model.tree.outcomes.keys()
    assert game.is_exact
    assert game.name == name
    assert game.title == model.title


def test_what_is_for_matrices_says_so() -> None:
    model = load_model("tripwire")
    for ask in (model.symbolic, model.strategic_at):
        with pytest.raises(UsageError, match="tripwire is a game tree"):
            ask()


def test_mangled_trees_are_refused_in_words_or_read() -> None:
    """Lines lost, cut, moved, repeated or overwritten: faults with places, never a traceback."""
    rng = random.Random("mangled")
    folder = ROOT / "models"
    texts = [(folder / f"{name}.yaml").read_text(encoding="utf-8") for name in TREES]
    words = ("[]", "{}", "''", "rest", "chance", "player", "{a: b}", "- a", "1/0", "Defender")
    refused = 0
    for _ in range(400):
        lines = rng.choice(texts).split("\n")
        for _ in range(rng.randint(1, 4)):
            k, sort = rng.randrange(len(lines)), rng.randrange(5)
            key = lines[k].partition(":")[0]
            lines[k : k + 1] = (
                [],
                [lines[rng.randrange(len(lines))]],
                [lines[k][: rng.randint(0, len(lines[k]))]],
                ["  " + lines[k]],
                [f"{key}: {rng.choice(words)}"],
            )[sort]
        faults: tuple[Fault, ...] = ()
        try:
            assert isinstance(read_model("\n".join(lines)), SymbolicModel)
        except InvalidFileError as error:
            faults = error.faults
        refused += bool(faults)
        assert all(f.line is not None and 1 <= f.line <= len(lines) for f in faults)
    assert 300 <= refused < 400


def test_measures_of_a_tree_are_of_every_kind() -> None:
    model = read_model(
        HEAD + TYPED + "outcomes:\n"
        "  fight_small: {payoffs: {A: {hi: 1, lo: 2}, B: 0}}\n"
        "  fight_large: {payoffs: {A: 4, B: {hi: 7, lo: 8, no: 9}}}\n"
        "  calm: {payoffs: {A: 0, B: 0}}\n"
        "tree: {player: A, at: s, moves: {x: {player: B, at: t, moves: {y: fight_small,"
        " z: fight_large}}, w: calm}}\n"
        "definitions: {twice: 2*p}\n"
        "measures:\n"
        "  any: {outcomes: ['fight_*']}\n"
        "  both: [calm, fight_large]\n"
        "  level: {worth: {'fight_*': 1, fight_large: 5 + p}}\n"
        "  mixed: {expression: 'twice*P(calm) + payoff(A) - prob(B, z)'}\n"
    )
    half = {"y": "1/2", "z": "1/2"}
    profile = {
        "A": {"s (hi)": {"x": 1}, "s (lo)": {"x": "1/4", "w": "3/4"}},
        "B": {"t (hi)": half, "t (lo)": {"z": 1}, "t (no)": {"y": 1}},
    }
    game = model.at()
    calm = F(2, 3) * F(3, 4)
    large = (1 - calm) * (F(1, 2) / 2 + F(1, 4))
    small = 1 - calm - large
    payoff = 4 * large + F(1, 2) * (F(1, 3) * 1 + F(1, 6) * 2)
    assert game.measure_values(profile) == {
        "any": 1 - calm,
        "both": calm + large,
        "level": small + (5 + F(1, 3)) * large,
        "mixed": F(2, 3) * calm + payoff - large,
    }


def test_private_information_may_be_written_out_by_hand() -> None:
    """Chance at the root and names of information sets say what `types` would have said."""
    typed = load_model("rudimentary-deterrence")
    reply = "player: B, at: reply {0}, moves: {{concede: A_wins, resist: conflict_{0}}}"
    nodes = [
        f"{{player: A, at: start, moves: {{wait: status_quo, challenge: {{{reply.format(t)}}}}}}}"
        for t in ("hard", "soft")
    ]
    told = read_model(
        HEAD + "outcomes:\n  status_quo: {payoffs: {A: 0, B: 3}}\n"
        "  A_wins: {payoffs: {A: 1, B: 1}}\n  conflict_hard: {payoffs: {A: -2, B: 2}}\n"
        "  conflict_soft: {payoffs: {A: -2, B: -1}}\n"
        f"tree: {{chance: {{hard: {{probability: 1/4, then: {nodes[0]}}},"
        f" soft: {{probability: rest, then: {nodes[1]}}}}}}}\n"
    )
    assert not told.warnings
    here, there = typed.at(), told.at()
    assert there.information_set("start").nodes == here.information_set("start").nodes
    for choice in itertools.product(("wait", "challenge"), *[("concede", "resist")] * 2):
        start, hard, soft = choice
        left = {"A": {"start": start}, "B": {"reply (hard)": hard, "reply (soft)": soft}}
        right = {"A": {"start": start}, "B": {"reply hard": hard, "reply soft": soft}}
        ours, theirs = (
            g.expected_payoffs(
                {p: {s: {a: 1} for s, a in acts.items()} for p, acts in told_.items()}
            )
            for g, told_ in ((here, left), (there, right))
        )
        assert ours == theirs
