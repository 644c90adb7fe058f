"""What experts say, made a model: it checks, keeps the assumptions, and changes nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from fractions import Fraction as F

import pytest
from games_that_ship import GAMES
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.errors import InvalidFileError, UsageError
from deterrence.modelfile.catalogue import load_model
from deterrence.modelfile.elicitation.elicited import Elicitation, elicited, number_text
from deterrence.modelfile.elicitation.questions import Expert, Judgement, Subject, questions
from deterrence.modelfile.from_python import from_dict
from deterrence.modelfile.loader import read_model
from deterrence.modelfile.model import SymbolicModel

ON = datetime.date(2026, 11, 30)
CHICKEN = load_model("chicken")


def expert(name: str = "Anna", /, **said: Sequence[float | str] | float) -> Expert:
    found = {
        Subject(k): Judgement(*map(F, v if isinstance(v, tuple) else (v,) * 3))  # type: ignore[misc]
        for k, v in said.items()
    }
    return Expert(name, found)


def weighed(player: str, name: str = "Anna", /, **said: int) -> Expert:
    return Expert(name, {Subject(k, player): Judgement(F(v), F(v), F(v)) for k, v in said.items()})


def rest_of(model: SymbolicModel, like: SymbolicModel) -> SymbolicModel:
    return model.replace(parameters=like.parameters, scenarios=like.scenarios)


def make(
    model: SymbolicModel, *experts: Expert, weights: Mapping[str, F] | None = None
) -> Elicitation:
    found = elicited(model, experts, weights, on=ON)
    assert read_model(found.text, model.name) == found.model
    return found


@pytest.mark.parametrize("name", [n for n in GAMES if not load_model(n).orders])
def test_every_file_that_ships_can_be_written_and_says_the_same_else(name: str) -> None:
    """Every parameter is judged to be what it is, on a range around it."""
    model = load_model(name)
    said = {}
    for q in questions(model):
        if q.subject.player or q.now is None:
            continue
        low = q.now if q.low is None else q.low
        high = q.now + 1 if q.high is None else q.high
        limits = [x for sign, x in q.limits if sign in ("<", "<=")]
        high = min([high, *limits])
        said[q.subject] = Judgement(low, q.now, high)
    found = elicited(model, [Expert("Anna", said)], on=ON)
    assert rest_of(found.model, model) == model
    for kept, scenario in model.scenarios.items():
        assert found.model.scenarios[kept] == scenario
    assert found.model.values("elicited") == model.values()
    comments = [line for line in model.text.splitlines() if line.lstrip().startswith("#")]
    assert [c for c in comments if c in found.text.splitlines()] == comments


BLOCK = """title: T
form: strategic
players: [A, B]
actions: {A: [x, y], B: [x, y]}
parameters:  # what is known
  a:
    # of a
    default: 1
    distribution:
      name: uniform
      scale: 3
    bounds: [0, 3]
  b: {}
  c: {default: 1, bounds: [0, 3]}
  d: {default: 2}
game: [[[a, b], [c, d]], [[0, 0], [0, 0]]]"""


@pytest.mark.parametrize(
    "more",
    [
        "",
        "\n",
        "\nscenarios: {}\n",
        "\nscenarios: {s: {values: {a: 2}}}\n",
        "\nscenarios:\n  # of s\n  s:\n    values: {a: 2}\n",
        "\nscenarios:\n  elicited:\n    title: old\n    values:\n      a: 2\n  s: {values: {}}\n",
        "\nsummary: |+\n  Text that goes on\n\n",
        "\nscenarios:\n  s:\n    values:\n      a: 1  # last\n# end",
    ],
)
def test_every_way_to_write_a_file_is_gone_on_from(more: str) -> None:
    model = read_model(BLOCK + more)
    judged = expert(a=(0, 1, 3), b=(1, 2, 3), c=(1, 2, 3), d=(1, 2, 3))
    found = make(model, judged)
    assert rest_of(found.model, model) == model
    assert all(found.model.parameters[n].distribution["name"] == "beta" for n in "abcd")
    assert found.model.scenario("elicited").values == {"a": 1, "b": 2, "c": 2, "d": 2}
    assert found.model.scenarios.keys() == {*model.scenarios, "elicited"}
    assert "# of a" in found.text
    again = make(found.model, judged)  # the second time it is replaced
    assert again.model == found.model
    assert make(again.model, judged).text == again.text


def test_a_model_from_python_has_a_file_too() -> None:
    model = from_dict({
        "title": "Duel", "form": "strategic", "players": ["A", "B"],
        "actions": {"A": ["x", "y"], "B": ["x", "y"]}, "parameters": {"k": {}},
        "game": [[[0, 0], [0, "k"]], [[1, 1], [0, 0]]],
    })  # fmt: skip
    found = make(model, expert(k=(1, 2, 4)))
    assert found.model.scenario("elicited").values == {"k": 2}
    with pytest.raises(UsageError, match="has no text"):
        elicited(model.replace(title="Other"), [expert(k=1)], on=ON)


# ---- any consistent judgements ------------------------------------------------------
tenths = st.integers(0, 50).map(lambda k: F(k, 10))


@st.composite
def chicken_experts(draw: st.DrawFn) -> list[Expert]:
    """Draw experts who all judge everything, and keep T >= R > S >= P, bounds included."""
    experts = []
    for k in range(draw(st.integers(1, 3))):
        said = {}
        for side in "AB":
            worth = [*sorted([draw(tenths), draw(tenths)], reverse=True)]
            worth += sorted([-F(1, 10) - draw(tenths) * F(49, 50), -draw(tenths)], reverse=True)
            if worth[1] == worth[2]:
                worth[1] = worth[1] + F(1, 100)
            if worth[0] < worth[1]:
                worth[0] = worth[1]
            for name, likely in zip("TRSP", worth, strict=True):
                p = CHICKEN.parameters[f"{name}_{side}"]
                assert p.lower is not None
                assert p.upper is not None
                spread = draw(tenths)
                low, high = max(p.lower, likely - spread), min(p.upper, likely + draw(tenths))
                said[Subject(p.name)] = Judgement(low, likely, high)
        experts.append(Expert(f"E{k}", said))
    return experts


@settings(max_examples=25)
@given(chicken_experts(), st.lists(st.fractions(F(1, 5), 5, max_denominator=5), min_size=3))
def test_consistent_judgements_give_a_file_that_checks(
    experts: list[Expert], weights: list[F]
) -> None:
    given_ = {e.name: w for e, w in zip(experts, weights, strict=False)}
    try:
        found = make(CHICKEN, *experts, weights=given_)
    except InvalidFileError as error:  # nothing but experts who leave nothing in between
        if "so far apart" in str(error):
            return
        raise
    assert found.model.warnings == CHICKEN.warnings
    found.model.values()  # which checks the assumptions, at the defaults
    values = found.model.values("elicited")  # and at the scenario
    for name, p in found.model.parameters.items():
        judged = [e.judged[Subject(name)] for e in experts]
        low, high = min(j.low for j in judged), max(j.high for j in judged)
        assert low <= values[name] <= high
        if any(j.has_range for j in judged):
            assert p.distribution is not None
            loc, scale = p.distribution["loc"], p.distribution["scale"]
            assert (loc, loc + scale) == (low, high)
            assert p.lower <= low
            assert high <= p.upper
        else:
            assert p.distribution is None


# ---- what is refused, and what is told ----------------------------------------------
@pytest.mark.parametrize(
    ("experts", "told"),
    [
        ([expert(R_A=(1, 4, 5))], "Anna: the likely values break the assumption 'T_A >= R_A'"),
        ([expert(T_A=1, R_A=2)], "R_A = 2, T_A = 1 (change one of them)"),
        ([expert("A", T_A=1), expert("B", R_A=2)], "the likely values break the assumption"),
        ([weighed("A", status_quo=10, collision=0)], "gives the best end for A 10; expected 100"),
        ([weighed("A", status_quo=100, collision=5)], "gives the worst end for A 5; expected 0"),
        (
            [weighed("A", a_yields=99, b_yields=100, collision=0)],
            "at a_yields, A: the weight 99 makes S_A 89/100: likely is 89/100, beyond the bounds",
        ),
        (
            [
                weighed("A", "E1", b_yields=100, collision=0),
                weighed("A", "E2", b_yields=100, collision=0, a_yields=50),
            ],
            "E1 does not weigh a_yields, and others do",
        ),
        (
            [expert("A", P_A=-5), weighed("A", "B", b_yields=100, collision=0)],
            "P_A is judged twice",
        ),
        (
            [expert("A", S_A=(-5, -5, "-4.99999")), expert("B", S_A=("-0.00001", "-0.000005", 0))],
            "so far apart",
        ),
    ],
)  # fmt: skip
def test_what_contradicts_the_model_is_a_fault(experts: list[Expert], told: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        elicited(CHICKEN, experts, on=ON)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("experts", "weights", "told"),
    [
        ([], {}, "nobody has judged"),
        ([Expert("A")], {}, "nobody has judged"),
        ([expert("A", T_A=1), expert("A", T_A=2)], {}, "two experts"),
        ([expert("Anna", T_A=1)], {"Ana": F(2)}, "did you mean 'Anna'"),
        ([expert("A", T_A=1)], {"A": F(0)}, "the weight of A is 0"),
        ([expert(str(k), T_A=1) for k in range(51)], {}, "51 experts"),
    ],
)
def test_experts_and_weights_have_to_fit(
    experts: list[Expert], weights: dict[str, F], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        elicited(CHICKEN, experts, weights, on=ON)


def test_weights_are_values_on_the_scale_of_the_file() -> None:
    found = make(CHICKEN, weighed("A", b_yields=100, status_quo=95, a_yields=50, collision=0))
    # From P_A = -10 to T_A = 1, as at the defaults.
    assert found.model.scenario("elicited").values == {
        "T_A": 1, "P_A": -10, "R_A": F(9, 20), "S_A": F(-9, 2),
    }  # fmt: skip
    (note,) = found.notes
    assert "--set S_A=-9/2" in note
    assert "values without a range" in note


def test_weights_of_formulas_are_held_against_payoffs() -> None:
    model = load_model("asymmetric-bipolarity")
    before = model.values()
    ends = {"nato_yields": 50, "frozen_divide": 100, "russia_yields": 40, "direct_war": 0}
    found = make(model, expert("Bo", g_R=4), weighed("Russia", **ends))
    assert found.model.values("elicited") == before  # nothing is solved for
    assert any(
        "Russia is said to prefer 'Frozen divide' to 'NATO yields'" in n for n in found.notes
    )
    assert "Russia is said to prefer" in found.model.scenario("elicited").story
    agreed = {"nato_yields": 100, "frozen_divide": 80, "russia_yields": 0, "direct_war": 40}
    notes = make(model, expert("Bo", g_R=3), weighed("Russia", **agreed)).notes
    assert any("have the order of the payoffs" in n for n in notes)


def test_an_order_gets_numbers_that_keep_it() -> None:
    model = load_model("ordinal-crisis")
    assert all(q.subject.player for q in questions(model))
    said = {
        Subject(label, player): Judgement(F(low), F(likely), F(high))
        for player, other in (("Russia", "NATO"), ("NATO", "Russia"))
        for label, low, likely, high in (
            (f"{other.lower()}_yields", 100, 100, 100), ("divide", 50, 70, 90),
            (f"{player.lower()}_yields", 10, 40, 60), ("war", 0, 0, 0),
        )
    }  # fmt: skip
    found = make(model, Expert("Anna", said)).model
    assert not found.orders
    assert found.assumptions == model.assumptions
    assert found.values() == found.values("elicited")
    assert found.values()["divide_R"] == 70
    assert found.parameters["divide_R"].distribution is not None
    assert (found.parameters["war_R"].formula is None) is False  # it fixes the scale
    for key in ("title", "summary", "insight", "outcomes", "measures", "known_results"):
        assert getattr(found, key) == getattr(model, key)
    half = {s: j for s, j in said.items() if s.player == "Russia"}
    with pytest.raises(InvalidFileError, match="of whom only an order is known"):
        elicited(model, [Expert("Anna", half)], on=ON)
    worse = {**said, Subject("war", "NATO"): Judgement(F(0), F(45), F(50))}
    worse[Subject("nato_yields", "NATO")] = Judgement(F(0), F(0), F(0))
    with pytest.raises(InvalidFileError, match="break the assumption"):
        elicited(model, [Expert("Anna", worse)], on=ON)


TYPED = """title: T
form: extensive
players: [C, D]
types: {C: {hard: 1/2, soft: 1/2}}
outcomes: {quiet: Quiet, gain: Gain, war: War}
order:
  C: {hard: gain > war > quiet, soft: gain > quiet > war}
  D: quiet > gain = war
tree:
  player: C
  at: first
  moves:
    wait: quiet
    go: {player: D, at: reply, moves: {yield: gain, fight: war}}
"""


def test_orders_of_types_and_ties_get_numbers_too() -> None:
    model = read_model(TYPED)
    asked = [q for q in questions(model) if q.subject.player == "C"]
    titles = [q.title for q in asked]
    assert len(titles) == len({*titles}) == 6
    assert len([q for q in questions(model) if q.subject.player == "D"]) == 2  # two are tied
    ranks = {q.subject: worth(model, q.subject) for q in questions(model)}
    found = make(model, Expert("Anna", ranks)).model
    assert found.assumptions == model.assumptions
    assert found.tree is not None
    assert len(found.tree.nodes) == len(model.tree.nodes)  # type: ignore[union-attr]
    found.at()


def worth(model: SymbolicModel, subject: Subject) -> Judgement:
    """Weigh an end by its rank, the best 100 and the worst 0."""
    payoff = model.outcomes[subject.name].payoffs[subject.player]
    own = [model.values()[str(o.payoffs[subject.player])] for o in model.outcomes.values()]
    weight = 100 * (payoff.evaluate(model.values()) - min(own)) / (max(own) - min(own))
    return Judgement(weight, weight, weight)


def test_the_source_names_experts_and_weights() -> None:
    both = [expert("Anna", T_A=(1, 2, 3)), expert("Bo", T_A=(2, 4, 5))]
    found = make(CHICKEN, *both, weights={"Bo": F(3)})
    scenario = found.model.scenario("elicited")
    assert scenario.source == (
        "elicited from 2 experts on 2026-11-30 (Anna, weight 1, Bo, weight 3)"
    )
    assert scenario.values == {"T_A": F(7, 2)}
    assert found.model.parameters["R_A"] == CHICKEN.parameters["R_A"]


@settings(max_examples=100)
@given(st.fractions(-1000, 1000))
def test_numbers_are_written_exactly(value: F) -> None:
    assert F(number_text(value)) == value
