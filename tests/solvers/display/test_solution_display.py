"""Solutions of matrices: one document in every language, short and full, and as CSV."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import pytest

from deterrence.algebra.expressions import Expression
from deterrence.game.measures import Measure
from deterrence.game.naming import Naming
from deterrence.game.profile import Profile
from deterrence.game.strategic import StrategicGame
from deterrence.solvers.display.documents import REFINEMENT_WORDS
from deterrence.solvers.properness import DECIDED
from deterrence.solvers.refinements import REFINEMENTS
from deterrence.solvers.solution import Component, Equilibrium, Solution
from deterrence.words.renderers import rendered

F = Fraction
GAME = StrategicGame.from_matrices(
    [[0, -3], [2, -8]],
    [[0, 2], [-3, -8]],
    players=("Russia", "NATO"),
    actions=(("restrain", "escalate"),) * 2,
    name="crisis",
).replace(
    title="A crisis",
    outcomes=tuple(((label, F(1)),) for label in ("calm", "R_yields", "N_yields", "war")),
    naming=Naming(titles={"calm": "Frozen divide", "war": "Direct war"}),
    measures=(Measure("war", Expression.parse("P(war)", queries=True), "probability of war"),),
    values={"rho": F(1, 25)},
)


def equilibrium(russia: Any, nato: Any, **more: Any) -> Equilibrium:
    profile = Profile(
        {
            "Russia": {"restrain": 1 - russia, "escalate": russia},
            "NATO": {"restrain": 1 - nato, "escalate": nato},
        }
    )
    chances = GAME.cell_probabilities(profile)
    return Equilibrium(
        **{
            "profile": profile,
            "payoffs": GAME.expected_payoffs(profile),
            "outcomes": GAME.outcome_distribution(chances),
            "measures": GAME.measure_values(chances, profile),
            "regret": F(0),
            "found_by": ("exact",),
            **more,
        }
    )


def solution(*equilibria: Equilibrium, **more: Any) -> Solution:
    return Solution(
        **{"game": GAME, "solver": "exact", "status": "complete", "equilibria": equilibria, **more}
    )


PURE = equilibrium(F(0), F(1), refinements=("strict", "undominated"))
MIXED = equilibrium(F(2, 7), F(3, 7), component=1, notes=("Pareto-dominated by (a, b)",))
TWO = solution(PURE, MIXED, messages=("nashpy missed one",))


def continuum() -> Solution:
    first = equilibrium(F(0), F(1))
    second = equilibrium(F(2, 7), F(1), refinements=("undominated",))
    points = {
        "Russia": (
            {"restrain": F(1), "escalate": F(0)},
            {"restrain": F(5, 7), "escalate": F(2, 7)},
        ),
        "NATO": ({"restrain": F(0), "escalate": F(1)},),
    }
    whole = Component((0, 2), points, ({"Russia": (0, 1), "NATO": (0,)},), 1)
    lone = Component(
        (1,),
        {"Russia": ({"escalate": F(1)},), "NATO": ({"restrain": F(1)},)},
        ({"Russia": (0,), "NATO": (0,)},),
    )
    return solution(
        first,
        equilibrium(F(1), F(0), component=1),
        second,
        components=(whole, lone),
    )


FORMS = ("text", "html", "latex", "markdown")


def told(answer: Solution | Equilibrium, form: str = "text", *, full: bool = False) -> str:
    """Return a document with every run of blanks as one."""
    text = rendered(answer.document(full=full), form)
    return " ".join(text.replace("&nbsp;", " ").replace("~", " ").split())


def test_the_answer_comes_first_and_says_how_far_it_is_proven() -> None:
    lines = str(TWO).splitlines()
    assert lines[:2] == ["A crisis", "========"]
    answer = " ".join(lines[3:6])
    assert answer.startswith("Two results are possible, and theory does not choose")
    assert "R_yields; chance (#9 both mix) [Frozen divide 0.4082" in told(TWO)
    assert "Behind them: two Nash equilibria, proven to be all. [exact]" in told(TWO)


def test_every_piece_of_the_answer_is_in_the_short_text() -> None:
    text = told(TWO)
    for piece in (
        "Direct war (war) 0 0.1224 (6/49)",
        "Frozen divide 0 0.4082 (20/49)",
        "Payoff of Russia -3",
        "#2 Russia: restrain; NATO: escalate. Strict.",
        "#9 both mix. Russia: restrain 0.7143 (5/7), escalate 0.2857 (2/7); NATO: restrain "
        "0.5714 (4/7), escalate 0.4286 (3/7). Pareto-dominated by (a, b).",
        "Values rho = 0.04",
        "regret 0, recomputed exactly from the payoffs; found by exact; "
        "proven complete by exact enumeration. [exact]",
        "nashpy missed one",
    ):
        assert piece in text, piece
    assert "Equilibrium 1" not in text
    assert "quasi-strict" not in text


def test_the_full_text_has_every_number_and_what_words_mean() -> None:
    text = told(TWO, full=True)
    for piece in (
        "#9 both mix Russia restrain 0.7143 (5/7), escalate 0.2857 (2/7)",
        "Measures war 0.1224 (6/49)",
        "Refinements strict, undominated",
        "Certificate regret 0, exact; found by exact",
        f"strict: {REFINEMENT_WORDS['strict']}",
        "Note Pareto-dominated by (a, b)",
        "rho 0.04",
    ):
        assert piece in text, piece


def test_a_continuum_is_told_in_words() -> None:
    text = told(continuum())
    assert "one continuum of Nash equilibria and one single equilibrium" in text
    assert (
        "Continuum with the ends #2 and #8. Russia: any mixture of restrain and escalate with at "
        "least 0.7143 (5/7) on restrain; NATO: escalate." in text
    )
    assert "What lies between the ends of a continuum of equilibria is possible, too." in text
    full = told(continuum(), full=True)
    assert full.count("regret 0, exact") == 3
    assert "A set of dimension 1" in full


def test_a_continuum_of_an_unfinished_search_says_so() -> None:
    unfinished = Solution(**{**continuum().__dict__, "status": "partial"})
    assert "as far as it was found" in told(unfinished, full=True)
    assert "At least three results are possible" in told(unfinished)
    assert "[exact; there may be more]" in told(unfinished)
    assert "proven" not in told(unfinished)


def test_shares_of_one_action_bound_a_mixture() -> None:
    """By hand: the triangle with the ends a, (2/3, 1/3, 0), (2/3, 0, 1/3) is P(a) >= 2/3."""
    game = StrategicGame.from_matrices(
        [[0], [0], [0]], [[0], [0], [0]], actions=(("a", "b", "c"), ("x",))
    )
    ends = (
        {"a": F(1)},
        {"a": F(2, 3), "b": F(1, 3)},
        {"a": F(2, 3), "c": F(1, 3)},
    )
    members = []
    for end in ends:
        profile = Profile({"Row": end, "Column": {"x": 1}})
        chances = game.cell_probabilities(profile)
        members.append(
            Equilibrium(
                profile,
                game.expected_payoffs(profile),
                game.outcome_distribution(chances),
                {},
                F(0),
            )
        )
    whole = Component(
        (0, 1, 2), {"Row": ends, "Column": ({"x": F(1)},)}, ({"Row": (0, 1, 2), "Column": (0,)},), 2
    )
    answer = Solution(game, "exact", "complete", tuple(members), (whole,))
    assert "any mixture of a, b and c with at least 0.6667 (2/3) on a" in told(answer)


def test_two_subsets_are_alternatives() -> None:
    parts = continuum()
    whole = parts.components[0]
    doubled = Component(whole.members, whole.extreme_points, whole.subsets * 2, 1)
    text = told(Solution(**{**parts.__dict__, "components": (doubled, *parts.components[1:])}))
    assert "NATO: escalate; or Russia: any mixture" in text


def test_extreme_equilibria_of_one_pattern_have_letters_in_every_language() -> None:
    answer = solution(*(equilibrium(p, F(1)) for p in (F(3, 5), F(1, 5))))
    assert [i.label for i in answer.identities] == ["#8a", "#8b"]
    letters = [e["letter"] for e in answer.to_dict()["equilibria"]]
    rows = list(csv.DictReader(io.StringIO(answer.to_csv())))
    assert letters == ["a", "b"]
    assert [(r["number"], r["letter"]) for r in rows if r["quantity"] == "regret"] == [
        ("8", "a"),
        ("8", "b"),
    ]
    for form in ("text", "html"):
        assert "#8a" in told(answer, form)
        assert "#8b" in told(answer, form)


def test_equilibria_with_one_distribution_are_one_result() -> None:
    """Two equilibria that end in one outcome, whoever does what for it."""
    game = GAME.replace(outcomes=tuple(((label, F(1)),) for label in ("calm", "war", "war", "war")))
    both = [equilibrium(F(0), F(1)), equilibrium(F(1), F(0))]
    both = [e.with_(outcomes={"war": F(1), "calm": F(0)}) for e in both]
    answer = Solution(game, "exact", "complete", tuple(both))
    (result,) = answer.results
    assert (result.name, result.members) == ("Direct war", (0, 1))
    data = answer.to_dict()
    assert data["results"] == [
        {"name": "Direct war", "outcomes": {"war": "1"}, "equilibria": [0, 1]}
    ]
    assert {e["result"] for e in data["equilibria"]} == {"Direct war"}
    text = told(answer)
    assert "One result is possible: Direct war. Behind it: two Nash equilibria" in text
    assert "Payoff of Russia -3 to 2" in text


def test_results_of_one_name_are_told_apart() -> None:
    answer = solution(equilibrium(F(1, 2), F(1, 2)), equilibrium(F(1, 3), F(1, 2)))
    names = [r.called for r in answer.results]
    assert len(set(names)) == 2
    assert all("#9" in name for name in names)


def test_a_correlated_equilibrium_shows_its_advice() -> None:
    cells = {"restrain, escalate": F(1, 2), "escalate, restrain": F(1, 2)}
    mediated = equilibrium(
        F(1, 2), F(1, 2), cells=cells, label="max welfare",
        outcomes={"R_yields": F(1, 2), "N_yields": F(1, 2)},
    )  # fmt: skip
    answer = solution(mediated, concept="correlated", solver="correlated-lp")
    text = told(answer)
    assert "Max welfare: R_yields 0.5; N_yields 0.5." in text
    assert "Correlated equilibria for one objective, with its proven optimum. [exact]" in text
    assert "mediator draws (restrain, escalate) 0.5; (escalate, restrain) 0.5" in text
    assert "regret" in text
    for form in FORMS:
        assert "restrain, escalate" in told(answer, form)
    (named,) = answer.identities
    assert (named.number, named.name, named.label) == (None, "max welfare", "max welfare")
    rows = list(csv.DictReader(io.StringIO(answer.to_csv())))
    assert {r["label"]: r["exact"] for r in rows if r["quantity"] == "joint"} == {
        "restrain, escalate": "1/2",
        "escalate, restrain": "1/2",
    }
    assert [r["label"] for r in rows if r["quantity"] == "objective"] == ["max welfare"]


def test_the_value_of_a_zero_sum_game_is_everywhere() -> None:
    answer = solution(PURE, concept="zero-sum", solver="zero-sum-lp", value=F(-22, 7))
    for form in FORMS:
        assert "value of the game is -3.1429 (-22/7) for Russia" in told(answer, form)
    assert f"value,Russia,,,-22/7,{-22 / 7}\n" in answer.to_csv()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("full", [False, True])
def test_an_unfinished_answer_says_so_in_every_format(form: str, full: bool) -> None:
    partial = told(solution(MIXED, status="partial"), form, full=full)
    assert "as far as was found" in partial
    assert "there may be more equilibria than these" in partial
    nothing = told(solution(status="none"), form, full=full)
    assert "No Nash equilibrium was found: none was found, which does not prove" in nothing
    for text in (partial, nothing):
        assert "proven" not in text
    assert "crisis,nash,partial,1" in solution(MIXED, status="partial").to_csv()


def test_floats_are_called_floats() -> None:
    answer = solution(equilibrium(0.25, 0.75, regret=1e-12))
    assert "nobody gains by deviating more than 1e-12, in floats" in told(answer).lower()
    assert "[rounded]" in told(answer)
    assert "[exact]" not in told(answer)
    rows = list(csv.DictReader(io.StringIO(answer.to_csv())))
    assert {r["exact"] for r in rows} == {""}


def test_floats_that_differ_by_rounding_are_one_result() -> None:
    one, other = equilibrium(0.25, 0.75), equilibrium(0.25 + 1e-15, 0.75)
    assert len(solution(one, other).results) == 1


def test_a_huge_fraction_is_rounded_and_marked() -> None:
    p = F(10**30 + 1, 3 * 10**30)
    answer = solution(equilibrium(p, F(1, 2)))
    assert "escalate ~0.3333" in str(answer).replace("\n", " ")
    assert "~ stands before a rounded number" in answer.document(full=True).text()
    assert str(p) in answer.to_csv()
    middle = F(12345, 67891234)
    assert str(middle) not in str(solution(equilibrium(middle, F(1, 2))))
    assert str(middle) in told(solution(equilibrium(middle, F(1, 2))), full=True)


def test_long_names_never_break_a_number() -> None:
    long = "a player whose name is long enough to need a line of its own"
    game = GAME.replace(players=(long, "NATO"))
    e = MIXED.with_(
        profile=Profile({long: MIXED.profile["Russia"], "NATO": MIXED.profile["NATO"]}),
        payoffs={long: F(-15, 7), "NATO": F(-6, 7)},
    )
    for full in (False, True):
        for line in solution(e, game=game).document(full=full).text().splitlines():
            assert len(line) <= 80
            assert not line.strip().startswith(("0.7143", "0.2857", "(5/7)", "(2/7)"))


def test_a_label_that_looks_like_a_number_is_in_quotation_marks() -> None:
    game = StrategicGame.from_matrices(
        [[1, -1], [-1, 1]], [[-1, 1], [1, -1]], actions=(("1", "2"),) * 2
    )
    e = equilibrium(F(1, 2), F(1, 2))
    mix = Profile({p: {"1": F(1, 2), "2": F(1, 2)} for p in game.players})
    chances = game.cell_probabilities(mix)
    e = e.with_(
        profile=mix,
        payoffs={p: F(0) for p in game.players},
        outcomes=game.outcome_distribution(chances),
        measures={},
    )
    assert "Row: '1' 0.5, '2' 0.5" in told(solution(e, game=game))


def test_words_exist_for_every_refinement() -> None:
    assert set(REFINEMENT_WORDS) == {*REFINEMENTS, *DECIDED}


class Tags(HTMLParser):
    """Collects the tags, and checks that each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("br", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_many_equilibria_fit_on_a_screen_and_are_all_there_in_full() -> None:
    answer = solution(*(equilibrium(F(k, 401), F(k, 401)) for k in range(1, 400)))
    lines = str(answer).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    assert "399 results are possible" in told(answer)
    assert "`--full` tells them" in told(answer)
    assert told(answer, full=True).count("Certificate regret") == 399


@pytest.mark.parametrize("full", [False, True])
def test_a_strangers_labels_are_inert_in_every_language(full: bool) -> None:
    evil = "<script>alert(1)</script>"
    answer = solution(
        MIXED.with_(notes=(evil,), measures={evil: F(1)}, refinements=(evil,)),
        messages=(evil, "50% of A_1", "\x1b[31m"),
        game=GAME.replace(title=evil),
    )
    tags = Tags()
    tags.feed(rendered(answer.document(full=full), "html", standalone=True))
    tags.feed(rendered(answer.equilibria[0].document(full=full), "html"))
    assert "script" not in tags.tags
    assert r"50\% of A\_1" in rendered(answer.document(full=full), "latex")
    assert "<script>" not in rendered(answer.document(full=full), "markdown")
    for form in FORMS:
        assert "\x1b" not in rendered(answer.document(full=full), form)


def test_html_has_no_fixed_colours() -> None:
    page = rendered(TWO.document(full=True), "html")
    assert "color:" not in page.replace("border-color:", "")


def test_a_notebook_and_print_show_the_short_document() -> None:
    short = TWO.document()
    assert TWO._repr_html_() == rendered(short, "html")
    assert TWO._repr_latex_() == rendered(short, "latex")
    assert str(TWO) == short.text()
    assert repr(TWO) == "<Solution: A crisis>"


def test_one_equilibrium_prints_itself_in_a_few_lines() -> None:
    lines = str(MIXED).splitlines()
    assert len(lines) < 15
    assert "0.4286 (3/7)" in str(MIXED)
    assert "regret 0, exact" in str(MIXED)
    assert "Equilibrium(" not in repr(MIXED)
    assert "0.4286 (3/7)" in (MIXED._repr_html_() or "").replace("&nbsp;", " ")
