"""``deterrence models``: list, show, check, begin and copy models, and print the file schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from deterrence.cli.faults import fault_lines
from deterrence.cli.options import (
    Command,
    GameName,
    LabelName,
    ModelName,
    format_option,
    option,
    options,
    output_options,
    told_options,
)
from deterrence.cli.output import ResultChoice, check_output, deliver, emit, warn, write_file
from deterrence.errors import DeterrenceError, Fault, InvalidFileError, UsageError, did_you_mean

F = TypeVar("F", bound=Callable[..., Any])


class _Models(click.Group):
    """The group; a model's name in place of a command gets a better answer than usual."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in self.commands and not name.startswith("-"):
            from deterrence.modelfile.catalogue import model_names

            hint = did_you_mean(name, self.commands) or f"commands: {', '.join(self.commands)}"
            if name in model_names():
                hint = f"to see this model: deterrence models show {name}"
            ctx.fail(f"No command {name!r} ({hint}).")
        return super().resolve_command(ctx, args)


#: What a model is built as, and what its file calls that.
_FORMS = {"matrix": "strategic", "tree": "extensive", "ladder": "ladder", "options": "options"}


def _form(**more: Any) -> Callable[[F], F]:
    text = "All choose at once, move by move, rung by rung, or with options to take or leave."
    return click.option("--form", "kind", type=click.Choice([*_FORMS]), help=text, **more)


@click.group(cls=_Models, invoke_without_command=True)
@click.pass_context
def models(ctx: click.Context) -> None:
    """List, show, check, begin and copy models. Without a command: list."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_command)


@models.command("list")
@click.option(
    "--theme", metavar="THEME", help="About this: a tag (S5, credibility) or words of one."
)
@click.option("--level", type=click.IntRange(1, 3), help="From 1, first course, to 3, research.")
@_form()
@click.option("--collection", metavar="NAME", help="Part of this collection, such as eurasia.")
@format_option("text", "json")
def list_command(
    theme: str | None, level: int | None, kind: str | None, collection: str | None, form: str
) -> None:
    """List the models that ship with the package, all or some."""
    from deterrence.modelfile.catalogue import list_models

    everything = list_models()
    entries = [
        entry
        for entry in everything
        if entry.fits(
            theme=theme or "",
            level=level or 0,
            form=_FORMS.get(kind or "", ""),
            collection=collection or "",
        )
    ]
    if not entries:
        named = sorted({name for entry in everything for name in entry.collections})
        tags = {tag: None for entry in everything for tag in entry.themes}
        raise UsageError(
            "no model that ships is all of this",
            remedy=f"collections: {', '.join(named)}; themes: {', '.join(tags)}",
        )
    if form == "json":
        emit(json.dumps({"schema": 1, "models": [e._asdict() for e in entries]}, indent=2))
        return
    emit(_listing([(e.name, e.form, [e.title]) for e in entries]))


@models.command()
@click.argument("words", metavar="WORDS...", nargs=-1, required=True)
@format_option("text", "json")
def search(words: Sequence[str], form: str) -> None:
    """Find the models that speak of some WORDS: in titles, themes, sources, scenarios."""
    from deterrence.modelfile.catalogue import search_models

    hits = search_models(" ".join(words))
    if form == "json":
        found = [{**hit.entry._asdict(), "line": hit.line} for hit in hits]
        emit(json.dumps({"schema": 1, "models": found}, indent=2))
        return
    if not hits:
        raise UsageError(
            f"no model speaks of {' '.join(words)[:80]!r}",
            remedy="try fewer words; `deterrence models list` has all titles",
        )
    emit(_listing([(h.entry.name, h.entry.form, [h.entry.title, h.line]) for h in hits]))


def _listing(rows: Sequence[tuple[str, str, Sequence[str]]]) -> str:
    """Return names, forms and titles (with what stands below them) as a table that wraps."""
    from deterrence.words.markup import WIDTH, columns, plain, wrap

    left = sum(max(len(row[k]) for row in rows) for k in range(2))
    told = [["name", "form", "title"]]
    for name, kind, texts in rows:
        lines = [line for text in texts for line in wrap(text, max(20, WIDTH - left - 4))] or [""]
        told += [[plain(name), plain(kind), lines[0]], *(["", "", line] for line in lines[1:])]
    return "\n".join(columns(told))


@models.command()
@click.argument("game", metavar="NAME", type=GameName())
@told_options()
def show(game: str, result: ResultChoice) -> None:
    """Show what a model says: source, parameters, outcomes, measures, scenarios.

    NAME is a model that ships, a model file, or - for standard input.
    """
    result.check(game)
    from deterrence.cli.source import load_either
    from deterrence.modelfile.model import SymbolicModel

    model = load_either(game)
    if not isinstance(model, SymbolicModel):
        raise UsageError(
            f"{game} is a game with numbers, not a model", remedy=f"use: deterrence show {game}"
        )
    from deterrence.report.model_sheet import ModelSheet

    warn(map(str, model.warnings))
    result.show(ModelSheet(model), model)


@models.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=GameName())
@format_option("text", "json")
def check(files: Sequence[str], form: str) -> int:
    """Check model files and files of games, and report all faults of all files.

    One line per fault, as editors understand it: file:line:column: message.
    """
    from deterrence.words.markup import plain

    reports = [_examine(name) for name in files]
    if form == "json":
        emit(json.dumps({"schema": 1, "files": [_report_dict(r) for r in reports]}, indent=2))
    else:
        lines: list[str] = []
        for report in reports:
            name = report["file"]
            lines += fault_lines(name, report["faults"])
            lines += fault_lines(name, report["warnings"], "warning")
            if not report["faults"]:
                lines.append(plain(f"{name}: fine"))
        emit("\n".join(lines))
    codes: list[int] = [report["exit_code"] for report in reports]
    return max(codes)


def _examine(name: str) -> dict[str, Any]:
    """Return the faults and warnings of one file, and the exit code that they deserve."""
    from deterrence.cli.source import load_either

    faults: Sequence[Fault] = ()
    warnings: Sequence[Fault] = ()
    code = 0
    try:
        loaded = load_either(name)
        remarks = [Fault(remark) for remark in getattr(loaded, "remarks", ())]
        warnings = getattr(loaded, "warnings", remarks)
    except InvalidFileError as error:
        faults, code = error.faults, error.exit_code
    except DeterrenceError as error:
        faults, code = [Fault(error.what, remedy=error.remedy)], error.exit_code
    return {"file": name, "faults": faults, "warnings": warnings, "exit_code": code}


def _report_dict(report: dict[str, Any]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "file": report["file"],
        "valid": not report["faults"],
        "faults": [asdict(fault) for fault in report["faults"]],
        "warnings": [asdict(fault) for fault in report["warnings"]],
    }


@models.command()
@click.option("--order", metavar="ORDER", help="Row's order, the best first: 'T>R>S>P'.")
@click.option("--versus", metavar="ORDER", help="Column's order; Row's if not given.")
@click.option("--row", metavar="RANKS", help="Row's ranks row by row, 4 the best: 3142.")
@click.option("--column", metavar="RANKS", help="Column's ranks row by row: 3412.")
@click.option("--name", metavar="NAME", help="As in chicken, or 'deadlock x chicken'.")
@click.option("--equilibria", type=click.IntRange(0, 2), help="List games with so many pure ones.")
@options("full")
@format_option("text", "json")
@output_options
def ordinal(
    order: str | None,
    versus: str | None,
    row: str | None,
    column: str | None,
    name: str | None,
    equilibria: int | None,
    full: bool,
    form: str,
    output: str | None,
    force: bool,
) -> None:
    """Find a strict ordinal 2x2 game by its orders, ranks or name, and say what holds there.

    T: I alone play D; R: both C; S: I alone play C; P: both D. Without an option: all of
    them in numbers. -o FILE writes the game as a model file.
    """
    from deterrence.game.ordinal_games import OrdinalGame, named, read_order
    from deterrence.report.ordinal_sheet import (
        OrdinalList,
        OrdinalSheet,
        overview,
        with_equilibria,
    )

    ways = (order or versus, row or column, name, equilibria)
    if sum(way is not None for way in ways) > 1:
        raise UsageError(
            "there are several ways to find a game here",
            remedy="one of --order, --row and --column, --name, --equilibria",
        )
    found: OrdinalSheet | OrdinalList = overview()
    if order is not None:
        given = read_order(order), read_order(versus or order)
        found = OrdinalSheet(OrdinalGame.of(*given), given)
    elif row is not None and column is not None:
        found = OrdinalSheet(OrdinalGame.of_ranks(row, column))
    elif name is not None:
        found = OrdinalSheet(named(name))
    elif equilibria is not None:
        found = with_equilibria(equilibria)
    elif any(way is not None for way in ways):
        raise UsageError(
            "the order of one side is missing",
            remedy="--versus goes with --order, and --row with --column",
        )
    if output is None:
        ResultChoice(form, None, False, full).show(found)
        return
    if not isinstance(found, OrdinalSheet):
        raise UsageError(
            "a list of games is no model", remedy="choose one with --order, --row or --name"
        )
    from deterrence.modelfile.ordinal_file import text_of_game

    check_output(output, force=force)
    deliver(text_of_game(found.game, found.title), output)
    if output != "-":
        from deterrence.words.markup import plain

        click.echo(plain(f"{output}: {found.title}, as a model to change"), err=True)


@models.command()
@click.argument("name", type=LabelName())
@_form(default="matrix", show_default=True)
@click.option(
    "--players",
    type=LabelName(),
    metavar="A,B",
    help="Who plays, with commas between the names; Blue,Red if not given.",
)
@click.option("--ordinal", is_flag=True, help="An order of the outcomes in place of payoffs.")
@output_options
def new(
    name: str, kind: str, players: str | None, ordinal: bool, output: str | None, force: bool
) -> None:
    """Begin a model file of your own: it checks and solves, and comments say what to change.

    It is written to NAME.yaml here, to --output, or to standard output for -o -.
    """
    from deterrence.modelfile.skeletons import PLAYERS, skeleton

    stem = name.removesuffix(".yaml").removesuffix(".yml")
    if Path(stem).name != stem or stem.startswith("-"):
        raise UsageError(
            f"{name!r} is no name of a model",
            remedy="name it as in my-crisis; -o says where the file goes",
        )
    sides = PLAYERS if players is None else players.split(",")
    if ordinal and kind != "matrix":
        raise UsageError(
            f"a {kind} with an order is not begun here",
            remedy="--ordinal without --form; `deterrence models copy ordinal-challenge` is a tree",
        )
    text = skeleton(stem, "ordinal" if ordinal else kind, sides)
    path = f"{stem}.yaml" if output is None else output
    check_output(path, force=force)
    deliver(text, path)
    if path == "-":
        return
    from shlex import quote

    from deterrence.words.markup import plain

    click.echo(plain(f"{path}: a model to change; next, try"), err=True)
    derived = kind != "matrix" or len(sides) == 2
    verbs = ("solve", "regimes" if derived else "show")
    for verb in ("models check", *(("show", "stability") if kind == "options" else verbs)):
        click.echo(plain(f"  deterrence {verb} {quote(path)}"), err=True)


@models.command()
@click.argument("name", type=ModelName())
@click.argument("destination", required=False, type=click.Path())
@option("force")
def copy(name: str, destination: str | None, force: bool) -> None:
    """Copy the file of a model that ships, to make a model of your own.

    DESTINATION is a file, a folder, or - for standard output; without it, NAME.yaml here.
    """
    from deterrence.modelfile.catalogue import model_source

    data = model_source(name)
    if destination == "-":
        emit(data.decode())
        return
    path = Path(destination or f"{name}.yaml")
    if path.is_dir():
        path /= f"{name}.yaml"
    check_output(str(path), force=force)
    write_file(str(path), data)
    from deterrence.words.markup import plain

    click.echo(plain(f"{path}: copied from {name}"), err=True)


@models.command()
def schema() -> None:
    """Print the JSON Schema of model files, for editors."""
    from deterrence.modelfile.schema.model_file import json_schema_text

    emit(json_schema_text())
