"""Solutions as text, CSV, HTML, LaTeX: all read the same object and leave nothing out."""

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
from deterrence.solvers.display.formats import (
    equilibrium_html,
    solution_csv,
    solution_html,
    solution_latex,
    solution_text,
)
from deterrence.solvers.display.words import REFINEMENT_WORDS, headline, status_line
from deterrence.solvers.refinements import REFINEMENTS
from deterrence.solvers.solution import Component, Equilibrium, Solution

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


def test_every_piece_of_the_answer_is_in_the_text() -> None:
    text = solution_text(TWO)
    for piece in (
        "A crisis",
        "2 Nash equilibria (complete)",
        "rho = 1/25",
        "Equilibrium 1 of 2",
        "  Russia       restrain\n",
        "  NATO         escalate\n",
        "Payoffs      Russia -3, NATO 2",
        "Outcomes     R_yields, for certain",
        "restrain 5/7 (0.7143), escalate 2/7 (0.2857)",
        "restrain 4/7 (0.5714), escalate 3/7 (0.4286)",
        "Frozen divide  20/49  (0.4082)",
        "Direct war      6/49  (0.1224)",
        "war  6/49  (0.1224)  probability of war",
        "Refinements  strict, undominated",
        "Note         Pareto-dominated by (a, b)",
        "Certificate  regret 0, exact; found by exact",
        "Status: complete: proven by exact enumeration",
        "nashpy missed one",
        f"strict: {REFINEMENT_WORDS['strict']}",
    ):
        assert piece in text, piece
    assert "quasi-strict" not in text


def test_a_continuum_is_one_block_with_what_is_common_said_once() -> None:
    text = solution_text(continuum())
    assert "3 extreme Nash equilibria in 2 components, 1 of them a continuum (complete)" in text
    assert "Continuum 1: 2 of the 3 extreme equilibria" in text
    assert "(dimension\n1)" in text or "(dimension 1)" in text
    mixture = "Russia: any mixture of [restrain] and [restrain 5/7 (0.7143), escalate 2/7 (0.2857)]"
    assert mixture in " ".join(text.split())
    block = text.split("Continuum 1")[1].split("\nEquilibrium 2 of 3")[0]
    assert block.count("regret 0, exact") == 1
    assert block.count("Payoffs") == 2
    for k in (1, 2, 3):
        assert text.count(f"Equilibrium {k} of 3") == 1


def test_a_continuum_of_an_unfinished_search_says_so() -> None:
    parts = continuum()
    unfinished = Solution(**{**parts.__dict__, "status": "partial"})
    assert "as far as it was found" in " ".join(solution_text(unfinished).split())


def test_many_strategies_of_a_continuum_are_named_by_number() -> None:
    members = tuple(range(6))
    shares = [F(k, 5) for k in members]
    several = solution(
        *(equilibrium(p, F(1)) for p in shares),
        components=(
            Component(
                members,
                {
                    "Russia": tuple({"restrain": 1 - p, "escalate": p} for p in shares),
                    "NATO": ({"escalate": F(1)},),
                },
                ({"Russia": members, "NATO": (0,)},),
                1,
            ),
        ),
    )
    assert "any mixture of the strategies in 1, 2, 3, 4, 5 and 6" in solution_text(several)
    assert "A continuum spanned by 6 extreme Nash equilibria (complete)" in solution_text(several)


def test_two_subsets_are_alternatives() -> None:
    parts = continuum()
    whole = parts.components[0]
    doubled = Component(whole.members, whole.extreme_points, whole.subsets * 2, 1)
    text = solution_text(
        Solution(**{**parts.__dict__, "components": (doubled, *parts.components[1:])})
    )
    assert "    either\n" in text
    assert "    or\n" in text


def test_a_correlated_equilibrium_shows_its_advice() -> None:
    cells = {"restrain, escalate": F(1, 2), "escalate, restrain": F(1, 2)}
    mediated = equilibrium(F(1, 2), F(1, 2), cells=cells, label="max welfare")
    answer = solution(mediated, concept="correlated", solver="correlated-lp")
    text = solution_text(answer)
    assert "Correlated equilibria for 1 objective (complete)" in text
    assert "\nmax welfare\n" in text
    assert "Advice       (restrain, escalate)  1/2  (0.5)" in text
    assert "gain from disobeying 0, exact" in text
    assert "(escalate, restrain)" in solution_html(answer)
    assert "(escalate, restrain)" in solution_latex(answer)
    rows = list(csv.DictReader(io.StringIO(solution_csv(answer))))
    assert {r["label"]: r["exact"] for r in rows if r["quantity"] == "joint"} == {
        "restrain, escalate": "1/2",
        "escalate, restrain": "1/2",
    }
    assert [r["label"] for r in rows if r["quantity"] == "objective"] == ["max welfare"]


def test_the_value_of_a_zero_sum_game_is_everywhere() -> None:
    answer = solution(PURE, concept="zero-sum", solver="zero-sum-lp", value=F(-22, 7))
    assert "Value of the game for Russia: -22/7 (-3.1429)" in solution_text(answer)
    assert "-22/7" in solution_html(answer)
    assert "-22/7" in solution_latex(answer)
    assert f"value,Russia,,-22/7,{-22 / 7}\n" in solution_csv(answer)


@pytest.mark.parametrize("status", ["partial", "none"])
def test_an_unfinished_answer_says_so_in_every_format(status: Any) -> None:
    answer = solution(*((MIXED,) if status == "partial" else ()), status=status)
    words = status_line(answer)
    assert status in words
    assert f"Status: {words}" in solution_text(answer)
    assert words[1:] in solution_html(answer)
    assert words[1:] in solution_latex(answer)
    assert status in headline(answer)
    assert status == "none" or f"crisis,nash,{status},1" in solution_csv(answer)


def test_floats_are_called_floats() -> None:
    answer = solution(equilibrium(0.25, 0.75, regret=1e-12))
    assert "regret 1e-12, in floats" in solution_text(answer)
    rows = list(csv.DictReader(io.StringIO(solution_csv(answer))))
    assert {r["exact"] for r in rows} == {""}


def test_a_huge_fraction_is_rounded_and_marked() -> None:
    p = F(10**30 + 1, 3 * 10**30)
    answer = solution(equilibrium(p, F(1, 2)))
    text = solution_text(answer)
    assert "escalate ~0.3333" in text
    assert "~ stands before a rounded number" in text
    assert str(p) in solution_csv(answer)
    assert "~ stands" not in solution_text(TWO)


def test_long_names_never_break_a_number() -> None:
    long = "a player whose name is long enough to need a line of its own"
    game = GAME.replace(players=(long, "NATO"))
    e = MIXED.with_(
        profile=Profile({long: MIXED.profile["Russia"], "NATO": MIXED.profile["NATO"]}),
        payoffs={long: F(-15, 7), "NATO": F(-6, 7)},
    )
    text = solution_text(solution(e, game=game))
    lines = text.splitlines()
    below = lines[lines.index(f"  {long}") + 1]
    assert below.strip() == "restrain 5/7 (0.7143), escalate 2/7 (0.2857)"


def test_words_exist_for_every_refinement() -> None:
    assert set(REFINEMENT_WORDS) == set(REFINEMENTS)


class Table(HTMLParser):
    """Collects the cells of all tables, row by row, and the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def test_the_html_table_has_a_column_per_equilibrium() -> None:
    table = Table()
    table.feed(solution_html(TWO))
    assert table.open == []
    rows = {row[0]: row[1:] for row in table.rows if len(row) == 3}
    assert rows[""] == ["Equilibrium 1", "Equilibrium 2"]
    assert rows["Direct war"] == ["0", "6/49 (0.1224)"]
    assert rows["regret"] == ["0", "0"]
    assert ["restrain", "1", "5/7 (0.7143)"] in table.rows
    assert ["restrain", "0", "4/7 (0.5714)"] in table.rows


def test_many_equilibria_make_several_tables() -> None:
    answer = solution(*(equilibrium(F(k, 20), F(0)) for k in range(20)))
    table = Table()
    table.feed(solution_html(answer))
    heads = [cell for row in table.rows for cell in row if cell.startswith("Equilibrium")]
    assert heads == [f"Equilibrium {k + 1}" for k in range(20)]
    assert solution_latex(answer).count(r"\begin{tabular}") == 7


def test_a_strangers_labels_are_inert_in_html_and_latex() -> None:
    evil = "<script>alert(1)</script>"
    answer = solution(
        MIXED.with_(notes=(evil,), measures={evil: F(1)}, refinements=(evil,)),
        messages=(evil, "50% of A_1"),
    )
    table = Table()
    table.feed(solution_html(answer) + equilibrium_html(answer.equilibria[0]))
    assert "script" not in table.tags
    assert r"50\% of A\_1" in solution_latex(answer)
    assert "\x1b" not in solution_text(
        answer.__class__(**{**answer.__dict__, "messages": ("\x1b[31m",)})
    )


def test_html_has_no_fixed_colours() -> None:
    page = solution_html(TWO)
    assert "color:" not in page.replace("border-color:", "")
    assert "#" not in page.replace("&#", "")


def test_a_notebook_shows_the_same() -> None:
    assert TWO._repr_html_() == solution_html(TWO)
    assert TWO._repr_latex_() == solution_latex(TWO)
    assert MIXED._repr_html_() == equilibrium_html(MIXED)
    assert "3/7" in equilibrium_html(MIXED)
    assert "regret 0, exact" in equilibrium_html(MIXED)
