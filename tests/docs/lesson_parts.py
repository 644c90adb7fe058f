"""What lessons show of the model files: exercises in each lesson, answers on the teacher's page.

A lesson names its exercises in a comment, ``<!-- exercises: chicken 1, deadlock 2 -->``; what
stands between this comment and the next is written from the files, so that there is no second
copy that could differ.  Run as a program, it writes these parts anew:
``python tests/docs/lesson_parts.py``
"""

from __future__ import annotations

import re
import shlex
import sys
import textwrap
from pathlib import Path

from docs_runner import ROOT

FOLDER = ROOT / "docs/lessons"
LESSONS = sorted(FOLDER.glob("[0-9]-*.md"))
TEACHERS = FOLDER / "for-teachers.md"
_EXERCISES = re.compile(
    r"(<!-- exercises: ([^>]*?) -->\n).*?(<!-- end of exercises -->)", re.DOTALL
)
_ANSWERS = re.compile(r"(<!-- answers -->\n).*?(<!-- end of answers -->)", re.DOTALL)


def chosen(lesson: Path) -> list[tuple[str, int]]:
    """Return model and number of the exercises of a lesson."""
    found = _EXERCISES.search(lesson.read_text(encoding="utf-8"))
    assert found, f"{lesson.name} names no exercises"
    return [(name, int(k)) for name, k in (one.split() for one in found[2].split(", "))]


def title(lesson: Path) -> str:
    """Return the heading of a lesson."""
    return lesson.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")


def command(name: str, k: int) -> str:
    """Return the command that answers an exercise."""
    from deterrence import load_model

    exercise = load_model(name).exercises[k - 1]
    if exercise.command:
        return " ".join(exercise.command.split())
    words = ["deterrence", "solve", name]
    words += ["--scenario", exercise.scenario] if exercise.scenario else []
    for parameter, value in exercise.values.items():
        words += ["--set", f"{parameter}={value}"]
    return shlex.join(words)


def _paragraph(text: str, first: str = "   ") -> str:
    plain = " ".join(text.split()).replace("*", r"\*")
    return textwrap.fill(
        plain, 96, initial_indent=first, subsequent_indent="   ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def questions(lesson: Path) -> str:
    """Return the exercises of a lesson, each with the command that answers it."""
    from deterrence import load_model

    parts = []
    for number, (name, k) in enumerate(chosen(lesson), 1):
        asked = load_model(name).exercises[k - 1].question
        parts += [_paragraph(f"`{name}`: {asked}", f"{number}. "), f"   `{command(name, k)}`"]
    return "\n\n".join(parts) + "\n"


def answers() -> str:
    """Return the answers to all exercises, folded, lesson by lesson."""
    from deterrence import load_model

    parts = []
    for lesson in LESSONS:
        parts.append(f"<details>\n<summary>{title(lesson)}</summary>")
        for number, (name, k) in enumerate(chosen(lesson), 1):
            parts.append(_paragraph(load_model(name).exercises[k - 1].answer, f"{number}. "))
        parts.append("</details>")
    return "\n\n".join(parts) + "\n"


def renewed(page: Path) -> str:
    """Return the text of a page with the parts that come from the files as they are now."""
    text = page.read_text(encoding="utf-8")
    if page == TEACHERS:
        return _ANSWERS.sub(lambda m: f"{m[1]}\n{answers()}\n{m[2]}", text)
    return _EXERCISES.sub(lambda m: f"{m[1]}\n{questions(page)}\n{m[3]}", text)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    for path in (*LESSONS, TEACHERS):
        path.write_text(renewed(path), encoding="utf-8")
