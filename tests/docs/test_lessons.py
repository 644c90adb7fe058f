"""Lessons: what each has, and that what it names is in the models and on the slide.

Their code blocks run with those of all pages (``test_docs.py``), their exercises with those of
all models (``tests/models/test_exercises.py``).
"""

from __future__ import annotations

import re
import shlex
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from click.testing import CliRunner
from docs_runner import ROOT, blocks_of
from lesson_parts import FOLDER, LESSONS, TEACHERS, chosen, renewed, title

from deterrence import Model, load_model
from deterrence.modelfile.catalogue import model_names

NAMES = [lesson.stem for lesson in LESSONS]
SECTIONS = [
    "The story", "The one idea", "In the explorer", "At the command line", "A misconception",
    "Exercises", "A figure for the slide", "45 minutes", "Further reading",
]  # fmt: skip
#: Words of one side about the other, and promises that no model can keep.
UNFIT = re.compile(r"\b(forecasts?|predict\w*|aggress\w+|victims?|rogues?|enem(?:y|ies))\b", re.I)
each = pytest.mark.parametrize("lesson", LESSONS, ids=NAMES)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def models_of(text: str) -> dict[str, Model]:
    """Return the shipped models that a text names."""
    named = {*re.findall(r"[a-z][a-z0-9-]+", text)} & {*model_names()}
    return {name: load_model(name) for name in sorted(named)}


def explorer(text: str) -> str:
    return text.partition("## In the explorer")[2].partition("\n## ")[0]


def faults(text: str) -> list[str]:
    """Return what the steps in the explorer name that no model of theirs has."""
    steps = " ".join(explorer(text).split())
    models = [
        load_model(name) for name in re.findall(r"`deterrence explore ([a-z0-9-]+) -o", steps)
    ]
    scenarios = {s.title for m in models for s in m.scenarios.values()}
    sliders = {p.title for m in models for p in m.parameters.values()}
    wrong = [] if models else ["no page is made"]
    for kind, known in (("scenario", scenarios), ("slider", sliders)):
        named = re.findall(rf"\b{kind} \*([^*]+)\*", steps)
        wrong += [f"no {kind} is called {n!r}" for n in named if n not in known]
    for link in re.findall(r"`#([^`]+)`", steps):
        values = dict(one.split("=") for one in link.split("&"))
        if not any(_opens(m, values) for m in models):
            wrong.append(f"#{link} opens no page of these")
    return wrong


def _opens(model: Model, values: dict[str, str]) -> bool:
    if not values.keys() <= model.parameters.keys():
        return False
    model.values(values=values)  # raises where an assumption is broken
    return True


def test_there_are_seven() -> None:
    assert [name[:2] for name in NAMES] == [f"{k}-" for k in range(1, 8)]


@each
def test_a_lesson_has_all_its_parts(lesson: Path) -> None:
    text = text_of(lesson)
    assert title(lesson).startswith(f"Lesson {lesson.name[0]}: ")
    goal = re.search(r"^\*\*Goal:\*\* (.+)\.\n\n", text, re.MULTILINE)
    assert goal
    assert ". " not in goal[1]
    assert len(goal[1]) <= 140
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [h.partition(":")[0] for h in heads] == SECTIONS
    assert re.search(r': "[^"]+"$', heads[4]), "the misconception is quoted"
    assert "\nSources: " in text.partition("## The one idea")[0]
    assert len(text.partition("## Further reading")[2].split()) > 20


@each
def test_the_plan_takes_45_minutes(lesson: Path) -> None:
    rows = re.findall(r"^\| (\d+) to (\d+) \|", text_of(lesson), re.MULTILINE)
    ends = [0, *(int(end) for _, end in rows)]
    assert [int(begin) for begin, _ in rows] == ends[:-1]
    assert ends[-1] == 45


@each
def test_exercises_are_those_of_the_files(lesson: Path) -> None:
    assert len(chosen(lesson)) == 3
    assert renewed(lesson) == text_of(lesson), "python tests/docs/lesson_parts.py"
    for name, k in chosen(lesson):
        assert 1 <= k <= len(load_model(name).exercises)
        assert f"`{name}`" in text_of(lesson).partition("## The story")[0]


@pytest.mark.parametrize("name", sorted({n for x in LESSONS for n in models_of(text_of(x))}))
def test_a_model_of_a_lesson_has_questions_for_the_quiz(name: str) -> None:
    assert len(load_model(name).exercises) >= 2


def test_the_teachers_page_has_all_answers() -> None:
    assert renewed(TEACHERS) == text_of(TEACHERS), "python tests/docs/lesson_parts.py"
    assert text_of(TEACHERS).count("<details>") == len(LESSONS)


def test_the_teachers_page_has_all_misconceptions() -> None:
    table = text_of(TEACHERS).partition("## Misconceptions")[2].partition("\n## ")[0]
    rows = re.findall(r'^\| (\d) \| "([^"]+)" \| (.+?) \|', table, re.MULTILINE)
    assert len(rows) == len(LESSONS)
    for lesson, (number, said, cures) in zip(LESSONS, rows, strict=True):
        part = text_of(lesson).partition("## A misconception: ")[2].partition("\n## ")[0]
        quoted, _, cure = part.partition("\n")
        assert (number, said.lower()) == (lesson.name[0], quoted.strip('"').lower())
        assert all(model in cure for model in re.findall(r"`([^`]+)`", cures))


def test_the_teachers_page_names_the_models_of_each_lesson() -> None:
    table = text_of(TEACHERS).partition("## Order")[2].partition("\n## ")[0]
    for lesson in LESSONS:
        [row] = re.findall(rf"^\| \[.*\]\({lesson.name}\) \|.*\|$", table, re.MULTILINE)
        [own] = re.findall(r"Models: ([^;.]+)[;.]", text_of(lesson))
        assert re.findall(r"`([^`]+)`", row) == re.findall(r"`([^`]+)`", own)


@each
def test_what_is_clicked_is_there(lesson: Path) -> None:
    assert faults(text_of(lesson)) == []


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("Nothing to open.", "no page"),
        ("`deterrence explore tripwire -o t.html`, the scenario *A thick one*", "A thick one"),
        ("`deterrence explore tripwire -o t.html`, the slider *risk*", "risk"),
        ("`deterrence explore tripwire -o t.html`, `#q=1/2`", "#q=1/2"),
    ],
)
def test_a_step_that_leads_nowhere_is_found(step: str, fault: str) -> None:
    assert any(fault in told for told in faults(f"## In the explorer\n\n{step}\n"))


@each
def test_the_slide_is_what_its_command_draws(lesson: Path, tmp_path: Path) -> None:
    """Same words and shape; outlines depend on the release of matplotlib.

    The command stands in a block that is not run with the others, so as to be drawn once.
    """
    from deterrence.cli.program import program

    [block] = [b for b in blocks_of(lesson) if b.text.startswith("deterrence plot ")]
    drawn = shlex.split(block.text.replace("\\\n", ""))
    name = drawn[drawn.index("-o") + 1]
    kept = ROOT / "docs/images/lessons" / name
    assert f"](../images/lessons/{name})" in text_of(lesson)
    assert "--slide" in drawn
    drawn[drawn.index("-o") + 1] = str(tmp_path / name)
    result = CliRunner().invoke(program, drawn[1:])
    assert result.exit_code == 0, result.output
    was, now = (ElementTree.parse(path).getroot() for path in (kept, tmp_path / name))
    assert [x.text for x in was[:2]] == [x.text for x in now[:2]]
    for svg in (was, now):
        *_, width, height = map(float, svg.get("viewBox", "").split())
        assert abs(width / height - 16 / 9) < 0.01
        # The smallest type has 15 points or more on a slide 13.3 inches wide.
        assert 7 * 960 / width >= 15
    assert kept.stat().st_size < 60_000


def test_every_picture_belongs_to_a_lesson() -> None:
    there = {path.name for path in (ROOT / "docs/images/lessons").iterdir()}
    assert there == {
        n for x in LESSONS for n in re.findall(r"images/lessons/([\w.-]+)", text_of(x))
    }


@pytest.mark.parametrize("page", sorted(FOLDER.glob("*.md")), ids=lambda page: page.stem)
def test_lessons_take_no_side(page: Path) -> None:
    found = UNFIT.search(text_of(page))
    assert found is None, found


def test_words_of_one_side_are_found() -> None:
    assert UNFIT.search("The Aggressor attacks.")
    assert UNFIT.search("What the model forecasts")


def test_every_lesson_is_listed() -> None:
    for lesson in LESSONS:
        assert f"]({lesson.name})" in text_of(FOLDER / "README.md")
        assert f"]({lesson.name})" in text_of(TEACHERS)
    assert "lessons/README.md" in text_of(ROOT / "docs/README.md")
    assert "lessons/for-teachers.md" in text_of(ROOT / "docs/README.md")
