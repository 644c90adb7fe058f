"""All commands at once: one name for a thing, one thing for a name, and old names say the new."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from brink import BRINK
from click.testing import Result

import deterrence
from deterrence.cli.options import OPTIONS, Command, ConceptName, Format, option
from deterrence.cli.program import program

Run = Callable[..., Result]
#: Types whose choices differ from command to command.
PER_COMMAND = (Format, ConceptName)
MODEL = BRINK


def commands(
    group: click.Group = program, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))
        else:
            yield (*path, name), found


ALL = dict(commands())


def test_there_are_commands_and_figures() -> None:
    assert {("solve",), ("models", "copy"), ("plot", "tornado")} < set(ALL)


def test_an_option_that_two_commands_share_is_the_same_in_both() -> None:
    seen: dict[str, tuple[str, object]] = {}
    for path, command in ALL.items():
        for one in command.params:
            if not isinstance(one, click.Option):
                continue
            text = (one.help or "").removesuffix(" May be repeated.")
            kind = type(one.type) if isinstance(one.type, PER_COMMAND) else repr(one.type)
            for spelling in one.opts:
                told = (text, kind)
                assert seen.setdefault(spelling, told) == told, f"{spelling} of {path}; see OPTIONS"


def test_every_option_is_explained() -> None:
    for path, command in ALL.items():
        for one in command.params:
            if isinstance(one, click.Option):
                assert one.help, f"{one.opts[0]} of {' '.join(path)}"
                assert one.help.endswith("."), one.help


def test_what_can_be_written_is_overwritten_by_force_only() -> None:
    for path, command in ALL.items():
        names = {p.name for p in command.params}
        assert ("output" in names) <= ("force" in names), path
        assert ("time_limit" in names) <= ("quiet" in names), path


def test_what_may_run_long_has_a_time_limit() -> None:
    limited = {p[0] for p, c in ALL.items() if any(o.name == "time_limit" for o in c.params)}
    assert limited == {
        "brief",
        "solve",
        "regimes",
        "explain",
        "stability",
        "explore",
        "sweep",
        "sensitivity",
        "robustness",
        "levers",
        "compare",
        "plot",
        "report",
    }


def test_commands_define_no_option_that_two_of_them_have() -> None:
    """What more than one command has stands in OPTIONS, not twice in the commands' files."""
    once: dict[str, str] = {}
    for file in sorted((Path(deterrence.__file__).parent / "cli").glob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "click.option":
                for spelling in call.args:
                    if isinstance(spelling, ast.Constant) and str(spelling.value)[:2] == "--":
                        name = str(spelling.value)
                        assert once.setdefault(name, file.name) == file.name, name
                        assert all(name not in spellings for spellings, _ in OPTIONS.values())


REMOVED = [
    (path, old, new)
    for path, command in ALL.items()
    if isinstance(command, Command)
    for old, new in command.removed.items()
]


def test_the_spellings_that_were_removed_are_known() -> None:
    assert {(" ".join(path), old, new) for path, old, new in REMOVED} == {
        ("levers", "--want", "--conclusion"),
        ("sensitivity", "--only", "--over"),
        ("sensitivity", "--level", "--confidence"),
        ("sweep", "--points", "--samples"),
    }


@pytest.mark.parametrize(("path", "old", "new"), REMOVED)
def test_a_removed_spelling_names_the_new_one(
    run: Run, path: tuple[str, ...], old: str, new: str
) -> None:
    for arguments in ([MODEL, old, "x"], [old, "x", MODEL], [MODEL, f"{old}=x"]):
        result = run(*path, *arguments)
        assert result.exit_code == 2
        assert f"Error: {old} is now {new}" in result.stderr
    assert new in [spelling for p in ALL[path].params for spelling in p.opts]


TEXTS = [p for p, c in ALL.items() if any(isinstance(o.type, Format) for o in c.params)]


@pytest.mark.parametrize("path", TEXTS, ids=" ".join)
def test_text_is_called_text_everywhere(run: Run, path: tuple[str, ...]) -> None:
    result = run(*path, "--format", "table")
    assert result.exit_code == 2
    assert "--format table is now --format text" in result.stderr


def test_what_is_said_in_options_is_not_said_elsewhere() -> None:
    for own in ({"help": "other"}, {"type": str}, {"metavar": "X"}):
        with pytest.raises(TypeError, match="is said in OPTIONS"):
            option("scenario", **own)


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_names_no_python(run: Run, path: tuple[str, ...]) -> None:
    text = run(*path, "--help").stdout
    assert not re.search(r"``|:class:|model\.|\w+\(\)|\bNone\b", text)


PYTHON = re.compile(r"\w\.\w+\(|\w\(\)|\w=(\.\.\.|'|\")")


def test_remedies_name_no_python() -> None:
    """What an error proposes is read on the command line, too."""
    root = Path(deterrence.__file__).parent
    # Only a program in Python can make these mistakes: no command leads there.
    excused = {"modelfile/parameter_values.py", "modelfile/from_python.py", "face"}
    excused |= {"analysis/sweeping/dataset.py", "words/saved.py", "words/frames.py"}
    found = []
    for file in root.rglob("*.py"):
        place = file.relative_to(root)
        if place.as_posix() in excused or place.parts[0] in excused:
            continue
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for keyword in call.keywords if isinstance(call, ast.Call) else ():
                if keyword.arg == "remedy":
                    for text in ast.walk(keyword.value):
                        value = text.value if isinstance(text, ast.Constant) else None
                        if isinstance(value, str) and PYTHON.search(value):
                            found.append(f"{place}: {value}")
    assert found == []
