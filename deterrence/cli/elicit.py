"""``deterrence elicit``: ask experts, on sheets or in a terminal, and make a model of it."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from deterrence.cli.options import GameName, command, output_options
from deterrence.cli.output import (
    check_output,
    check_outputs,
    deliver,
    spare_input,
    write_file,
)
from deterrence.cli.source import GameChoice, load_symbolic, read_number
from deterrence.errors import DeterrenceError, UsageError

if TYPE_CHECKING:
    from fractions import Fraction

    from deterrence.modelfile.elicitation.elicited import Elicitation
    from deterrence.modelfile.elicitation.questions import Expert, Question
    from deterrence.modelfile.model import SymbolicModel

_EPILOG = (
    "Low and high are the ends of what seems possible, likely is the likeliest value in between. "
    "Ends of the crisis have weights from 0, the worst, to 100, the best. What nobody judges "
    "stays as it is. The result has the scenario `elicited`, and distributions that "
    "`sensitivity` draws from."
)
_EXPLAINED = """\
Three numbers: the lowest value that you think possible, the likeliest one, and the highest
one, as in: 2 5 9. Think of the ends first: would you be surprised to see a value beyond them?
One number alone is a value without a range. Enter alone leaves things as they are.
Ctrl-D stops; what was answered is kept.
"""
_EXPLAINED_ENDS = """\
Of all ends, the worst one for this player has 0 and the best one 100. Say of each other one
how much of the way from the worst to the best it is worth: 25 is a quarter of it. Enter alone
leaves it out. Ctrl-D stops; what was answered is kept.
"""


@command(epilog=_EPILOG)
@click.argument("game", type=GameName())
@click.option("--sheet", is_flag=True, help="Write an empty sheet, CSV, for experts to fill in.")
@click.option(
    "--expert", "experts", multiple=True, metavar="NAME",
    help="Who is asked; `expert` if not given. May be repeated for --sheet.",
)  # fmt: skip
@click.option(
    "--from", "sheets", multiple=True, type=click.Path(), metavar="FILE",
    help="Pool what stands in this sheet. May be repeated.",
)  # fmt: skip
@click.option(
    "--weight", "weights", multiple=True, metavar="NAME=NUMBER",
    help="How much an expert counts, 1 if not given. May be repeated.",
)  # fmt: skip
@output_options
def elicit(
    game: str,
    sheet: bool,
    experts: tuple[str, ...],
    sheets: tuple[str, ...],
    weights: tuple[str, ...],
    output: str | None,
    force: bool,
) -> int:
    """Ask experts about the numbers of GAME, and write a model with what they say.

    Without --sheet and --from: ask one expert here, in the terminal.
    """
    _check(game, sheet, experts, sheets, weights)
    names = _names(experts or ("expert",))
    if sheet:
        check_output(output, force=force, game=game)
        model, _ = load_symbolic(GameChoice(game))
        _write_sheet(game, model, names, output)
        return 0
    if sheets:
        check_output(output, force=force, game=game)
        for name in sheets if output not in (None, "-") else ():
            spare_input(str(output), name)
        model, _ = load_symbolic(GameChoice(game))
        _write_model(model, _read_sheets(model, sheets), _read_weights(weights), output)
        return 0
    if not _is_terminal():
        raise UsageError(
            "there is no terminal to ask questions in",
            remedy="--sheet writes a sheet to fill in, and --from reads it",
        )
    return _interview(game, names[0], output, force)


def _check(
    game: str,
    sheet: bool,
    experts: Sequence[str],
    sheets: Sequence[str],
    weights: Sequence[str],
) -> None:
    if sheet and sheets:
        raise UsageError("--sheet writes a sheet, and --from reads one", remedy="do one of the two")
    if experts and sheets:
        raise UsageError("--expert has no meaning with --from: the sheet names its experts")
    if weights and not sheets:
        raise UsageError("--weight has no meaning without --from", remedy="pool sheets with it")
    if len(experts) > 1 and not sheet:
        raise UsageError("one expert is asked in a terminal", remedy="--sheet is for several")
    if [game, *sheets].count("-") > 1:
        raise UsageError("standard input can be read once", remedy="name files")


def _names(experts: Sequence[str]) -> list[str]:
    from deterrence.modelfile.elicitation.sheets import MAX_EXPERTS, checked_name

    names = [checked_name(name) for name in experts]
    if len({*names}) < len(names):
        raise UsageError("an expert is named twice", remedy="name each once")
    if len(names) > MAX_EXPERTS:
        raise UsageError(f"{len(names)} experts", remedy=f"at most {MAX_EXPERTS}")
    return names


def _read_weights(texts: Sequence[str]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for text in texts:
        name, equals, number = text.rpartition("=")
        option = f"--weight {text[:60]}"
        if not equals:
            raise UsageError(f"{option}: no number", remedy="write it as name=2")
        if name.strip() in found:
            raise UsageError(f"{option}: {name.strip()} has two weights", remedy="give it one")
        found[name.strip()] = read_number(number, option)
    return found


def _read_sheets(model: SymbolicModel, sheets: Sequence[str]) -> list[Expert]:
    from deterrence.modelfile.elicitation.sheets import read_sheet
    from deterrence.modelfile.file_bytes import read_bytes

    return [expert for name in sheets for expert in read_sheet(model, read_bytes(name), name)]


# ---- writing ------------------------------------------------------------------------
def _write_sheet(game: str, model: SymbolicModel, names: Sequence[str], output: str | None) -> None:
    from deterrence.modelfile.elicitation.questions import Expert
    from deterrence.modelfile.elicitation.sheets import write_sheet

    deliver(write_sheet(model, [Expert(name) for name in names]), output)
    if output not in (None, "-"):
        _say(f"{output}: a sheet to fill in; then")
        _say(f"  deterrence elicit {quote(game)} --from {quote(str(output))}")


def _write_model(
    model: SymbolicModel,
    experts: Sequence[Expert],
    weights: Mapping[str, Fraction],
    output: str | None,
) -> None:
    from deterrence.modelfile.elicitation.elicited import elicited

    found = elicited(model, experts, weights, on=datetime.date.today())
    deliver(found.text, output)
    for note in found.notes:
        _say(f"Note: {note}")
    if output not in (None, "-"):
        _tell(found, str(output))


def _tell(found: Elicitation, output: str) -> None:
    from deterrence.modelfile.elicitation.elicited import SCENARIO

    judged, spread = len(found.judged), len(found.spread)
    _say(f"{output}: {judged} parameters judged, {spread} with a distribution; next, try")
    asked = next((m for m in found.model.measures if m.name.isidentifier()), None)
    base = f"{quote(output)} --scenario {SCENARIO}"
    _say(f"  deterrence sensitivity {base}")
    if asked is not None:
        statement = f"{asked.name} == {1 if asked.sense == 'want' else 0}"
        _say(f"  deterrence robustness {base} --conclusion {quote(statement)}")


def _say(text: str) -> None:
    from deterrence.words.markup import plain

    click.echo(plain(text), err=True)


# ---- asking -------------------------------------------------------------------------
def _is_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _interview(game: str, name: str, output: str | None, force: bool) -> int:
    """Ask the questions; what was answered goes into a sheet, whatever happens."""
    from deterrence.modelfile.elicitation.questions import Expert
    from deterrence.modelfile.elicitation.sheets import write_sheet

    target = output or f"{Path(game).stem}-elicited.yaml"
    if target == "-" or game == "-":
        raise UsageError("questions need a file to read, and one to write", remedy="name files")
    sheet = str(Path(target).with_suffix(".csv"))
    check_outputs(target, sheet, force=force, game=game)
    model, _ = load_symbolic(GameChoice(game))
    expert = Expert(name)
    code = 0
    try:
        _ask(model, expert)
    except click.Abort as stop:
        click.echo(err=True)
        code = 130 if isinstance(stop.__context__, KeyboardInterrupt) else 4
    if not expert.judged:
        _say("nothing was answered, and nothing is written")
        return code
    write_file(sheet, write_sheet(model, [expert]).encode())
    _say(f"{sheet}: what was answered")
    if code:
        _say("fill in the rest there, or go on with what there is:")
        _say(f"  deterrence elicit {quote(game)} --from {quote(sheet)} -o {quote(target)}")
        return code
    _write_model(model, [expert], {}, target)
    return 0


def _ask(model: SymbolicModel, expert: Expert) -> None:
    from deterrence.modelfile.elicitation.questions import questions

    asked = questions(model)
    _say(f"{model.title}: {len(asked)} questions. Low, likely and high, as in: 2 5 9.")
    _say("Enter leaves things as they are, ? explains, Ctrl-D stops and keeps the answers.")
    for number, question in enumerate(asked, 1):
        _say(f"\n{number}. {question.text}")
        _ask_one(question, expert)


def _ask_one(question: Question, expert: Expert) -> None:
    while True:
        given = click.prompt("", default="", show_default=False, prompt_suffix="> ", err=True)
        if not given.strip():
            return
        if given.strip() == "?":
            explained = _EXPLAINED_ENDS if question.subject.player else _EXPLAINED
            click.echo(explained, err=True, nl=False)
            continue
        try:
            expert.judged[question.subject] = question.answer(given)
            return
        except DeterrenceError as error:
            _say(f"{error}; once more, or enter to leave it")
