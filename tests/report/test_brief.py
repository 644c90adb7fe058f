"""The brief: one page that says the answer first, and nothing that was not shown."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from brink import BRINK
from click.testing import CliRunner
from games_that_ship import GAMES
from markdown_it import MarkdownIt

from deterrence import Brief, Model, brief, load_model, read_model
from deterrence.cli.program import program
from deterrence.modelfile.condition_words import ConditionWords
from deterrence.words.markup import text_width
from deterrence.words.renderers import rendered

SIX = ["asymmetric-bipolarity", "chicken", "crisis-bargaining", "inspection", "tripwire"]
SIX += ["rudimentary-deterrence"]
ALL = GAMES
#: Models that no map of all values is finished for in time.
OPEN = {"asymmetric-escalation", "escalation-ladder", "reassurance", "reputation-three"}
FORMATS = ("text", "html", "latex", "markdown")


def check(page: Brief) -> None:
    """Hold a page against its own rules, and its numbers against `solve`."""
    text = str(page)
    lines = text.splitlines()
    assert len(lines) <= 40
    assert max(map(text_width, lines)) <= 80
    first = " ".join(lines[:10])
    assert re.search(r"possible|chance decides", first)
    assert "[exact" in first
    assert "Again" in text
    # Every statement in the lists has a mark.
    whole = " ".join(text.split())
    assert "[proven" in whole or "[open]" in whole
    check_numbers(page)


def check_numbers(page: Brief) -> None:
    solved = page.model.solve(scenario=page.scenario, values=page.given)  # type: ignore[attr-defined]
    distributions = {tuple(sorted((o, p) for o, p in e.outcomes.items() if p != 0)) for e in solved}
    found = {tuple(sorted(r.chances.items())) for r in page.here.results}
    # A page that ran out of time says so, and what it tells is true as far as it goes.
    assert found == distributions if page.here.complete else found <= distributions
    for name, (low, high) in page.here.ranges.items():
        values = [e.measures[name] for e in solved]
        whole = min(values), max(values)
        assert (low, high) == whole if page.here.complete else whole[0] <= low <= high <= whole[1]
    assert solved.status == "complete" or not page.here.complete
    # What the conditions say of this point is what the solver finds there.
    if page.map_complete:
        words = ConditionWords(page.model, page.values)
        told = [r.chances_at(page.values) for r in page.anywhere if words.holds(r.terms)]
        for chances in told:
            assert chances is None or tuple(sorted(chances.items())) in distributions
        assert len(told) >= 1


@pytest.mark.parametrize("name", SIX)
def test_a_page_holds_the_answer_and_agrees_with_solve(name: str) -> None:
    check(brief(load_model(name)))


@pytest.mark.everything
@pytest.mark.parametrize("name", [n for n in ALL if n not in SIX])
def test_all_pages_of_shipped_models(name: str) -> None:
    page = brief(load_model(name), time_limit=30 if name in OPEN else 60)
    check(page)
    assert page.map_complete or name in OPEN | {"correlated-mediator"}


def test_other_values_and_scenarios_are_told_and_can_be_repeated() -> None:
    model = load_model(BRINK)
    page = brief(model, scenario="vital-stake")
    text = str(page)
    check(page)
    assert "In the scenario 'A stake vital to the regional pole'" in text
    assert "NATO yields" in text.split("[exact]")[0]
    assert "--scenario vital-stake" in " ".join(text.split())
    there = " ".join(str(brief(model, l_R=15, l_N=12)).split())
    assert "one result is possible: Direct war" in there
    assert f"deterrence brief {BRINK} --set l_R=15 --set l_N=12" in there
    # What was given is no guess any more.
    assert "7 of 9 parameters are guesses" in there


def test_the_smallest_change_and_the_nearest_thresholds_are_those_of_robustness() -> None:
    model = load_model(BRINK)
    answer = model.robustness("war == 0")
    assert answer.every is not None
    assert answer.every.upper is not None
    text = " ".join(str(brief(model)).split())
    assert f"{100 * answer.every.upper.decimal:.2g} % of its range" in text
    assert "cost of direct war (c_R) below 1, now 5" in text


def test_a_model_is_told_by_its_own_concept() -> None:
    page = brief(load_model("correlated-mediator"))
    check_numbers(page)
    text = " ".join(str(page).split())
    assert page.here.concept == "correlated"
    assert page.complete
    assert "they are worked out for Nash equilibria" in text
    assert "iff" not in text


def test_nothing_universal_is_said_of_a_list_that_is_not_complete() -> None:
    # No map is tried of so large a matrix, however much time there is.
    page = brief(load_model("escalation-ladder"), time_limit=4)
    text = " ".join(str(page).split())
    assert not page.map_complete
    assert "[open]" in text
    assert "all values that the assumptions allow" not in text
    for sentence in re.findall(r"[^.]*\[proven\]", text):
        assert "only result" not in sentence


def test_a_model_without_measures_and_bounds() -> None:
    model = read_model(PLAIN, "blink")
    page = brief(model)
    assert page.flips is None
    assert "possible" in str(page).splitlines()[3]
    assert len(str(page).splitlines()) <= 40


PLAIN = """
title: Who blinks
form: strategic
source: invented
players: {A: One, B: Other}
actions: {A: {wait: Wait, go: Go}, B: {wait: Wait, go: Go}}
parameters:
  s: {title: stake, default: 1, source: assumption}
game:
  wait: {wait: {payoffs: {A: 0, B: 0}}, go: {payoffs: {A: -s, B: s}}}
  go: {wait: {payoffs: {A: s, B: -s}}, go: {payoffs: {A: -5, B: -5}}}
assumptions: [s > 0, s < 5]
"""

NASTY = "<script>alert(1)</script> [x](javascript:y) \\input{z} ${}$ `rm` | *b*"
HOSTILE = f"""
title: '{NASTY}'
form: strategic
summary: '{NASTY}. {"w" * 150}'
insight: '- {NASTY}'
source: invented
players: {{A: One, B: Other}}
actions: {{A: {{wait: '{NASTY}', go: Go}}, B: {{wait: Wait, go: Go}}}}
parameters:
  s: {{title: '{NASTY} {"v" * 90}', default: 1, bounds: [0, 4], source: assumption}}
  t: {{title: '# {NASTY}', default: 2, bounds: [0, 4], source: assumption}}
assumptions: [s > 0, t > 0]
outcomes:
  peace: {{title: '{NASTY}', payoffs: {{A: 0, B: 0}}}}
  war: {{title: '{"u" * 190}', payoffs: {{A: s - t, B: t - s}}}}
game:
  wait: {{wait: peace, go: war}}
  go: {{wait: war, go: peace}}
measures:
  war: {{title: '{NASTY}', outcomes: [war], sense: avoid}}
"""


@pytest.fixture(scope="module")
def hostile() -> Brief:
    return brief(read_model(HOSTILE, "hostile"))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]


def test_hostile_titles_stay_text(hostile: Brief) -> None:
    lines = str(hostile).splitlines()
    assert len(lines) <= 40
    assert max(map(text_width, lines)) <= 80
    for text in (
        rendered(hostile.document(), "html"),
        rendered(hostile.document(full=True), "html", standalone=True),
        MarkdownIt().render(rendered(hostile.document(), "markdown")),
    ):
        tags = _Tags()
        tags.feed(text)
        assert not tags.found & {"script", "img", "em"}
        assert all(place.startswith("#") for place in tags.links)
    latex = rendered(hostile.document(), "latex")
    assert "\\input" not in latex


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex here")
def test_latex_compiles(hostile: Brief, tmp_path: Path) -> None:
    for k, page in enumerate([hostile, brief(load_model("tripwire"))]):
        file = tmp_path / f"{k}.tex"
        file.write_text(rendered(page.document(), "latex", standalone=True), encoding="utf-8")
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", file.name],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:]


def test_in_full_nothing_is_left_out() -> None:
    page = load_model(BRINK).brief()
    assert len(page.document(full=True).text()) > len(str(page))
    data = json.loads(json.dumps(page.to_dict()))
    assert data["model"] == "brink"
    assert [r["name"] for r in data["results_here"]] == [r.name for r in page.here.results]
    assert [r["name"] for r in data["results_anywhere"]] == [r.name for r in page.anywhere]
    assert all(r["conditions"] for r in data["results_anywhere"])
    assert data["flips"]["robustness"]["answers"]


def test_results_show_themselves() -> None:
    page = load_model("tripwire").brief()
    assert isinstance(page, Brief)
    assert repr(page) == f"<Brief: {page.model.title}>"
    assert page._repr_html_() == rendered(page.document(), "html")
    assert isinstance(page.model, Model)


@pytest.mark.parametrize("form", FORMATS)
def test_the_command_writes_every_format(form: str, tmp_path: Path) -> None:
    file = tmp_path / "page"
    done = CliRunner().invoke(
        program, ["brief", "tripwire", "--set", "r=1/2", "--format", form, "-o", str(file)]
    )
    assert done.exit_code == 0, done.output
    text = file.read_text(encoding="utf-8")
    assert text.startswith({"text": "A tripwire\n=", "html": "<!doctype", "latex": "\\section",
                            "markdown": "# A tripwire"}[form])  # fmt: skip
    assert "Status quo" in text


def test_what_is_open_has_its_exit_code() -> None:
    done = CliRunner().invoke(program, ["brief", "reputation-three", "--time-limit", "3", "-q"])
    assert done.exit_code == 4
    assert "[open]" in done.output


def test_a_game_with_numbers_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "g.nfg"
    file.write_text('NFG 1 R "g" { "A" "B" } { 2 2 }\n\n1 1 0 0 0 0 1 1\n')
    done = CliRunner().invoke(program, ["brief", str(file)])
    assert done.exit_code == 2
    assert "parameters" in done.output


def test_the_state_in_question_is_told_with_its_stability() -> None:
    page = brief(load_model(BRINK))
    assert page.stability is not None
    text = " ".join(str(page).split())
    # The flagship's lesson, as `deterrence stability` has it.
    told = page.model.stability(conditions=False)  # type: ignore[attr-defined]
    state = told.state(told.focus[0]).title
    assert told.equilibria("nm") == (told.focus[0],)
    assert f"Looking one or two moves ahead, {state} is not stable; looking three or more" in text
    there = brief(page.model, l_R=15, l_N=12)
    assert "Looking one move ahead" in " ".join(str(there).split())


def test_a_page_without_a_state_in_question_says_nothing_of_stability() -> None:
    for name in ("prisoners-dilemma", "tripwire"):
        page = brief(load_model(name))
        assert page.stability is None
        assert "stable" not in str(page)


def test_of_options_that_are_no_table_it_says_what_is_stable() -> None:
    found = CliRunner().invoke(program, ["brief", "elmira"])
    told = CliRunner().invoke(program, ["stability", "elmira"])
    assert found.exit_code == 0
    assert found.stdout == told.stdout
    assert len(found.stdout.splitlines()) <= 40
    for verb in ("report", "explore"):
        refused = CliRunner().invoke(program, [verb, "elmira", "-o", "never.html"])
        assert refused.exit_code not in (0, 1)
        assert "states are merged" in refused.stderr
        assert "deterrence stability" in refused.stderr
        assert not Path("never.html").exists()
