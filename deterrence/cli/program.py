"""The program and its commands, its errors and its exit codes.

Everything here loads click and nothing else, so that ``deterrence --help`` is
instant; a command's module is imported when the command is called.  Exit codes
are those of :mod:`deterrence.errors`.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, cast

import click

PROGRAM = "deterrence"

#: Every command: where it lives, and what it does.  A new one is one file and one line here.
COMMANDS: dict[str, tuple[str, str]] = {
    "models": ("deterrence.cli.models:models", "List, show, check and copy models."),
    "brief": ("deterrence.cli.brief:brief", "Say on one page, in words, what a model comes to."),
    "show": ("deterrence.cli.show:show", "Show a game's payoffs, best replies and dominance."),
    "solve": ("deterrence.cli.solve:solve", "Find all equilibria, each with its certificate."),
    "regimes": (
        "deterrence.cli.regimes:regimes",
        "Say for which parameter values each equilibrium exists, proven.",
    ),
    "explain": ("deterrence.cli.explain:explain", "Derive equilibria step by step."),
    "stability": (
        "deterrence.cli.stability:stability",
        "Say which states are stable, by which notion, for whom and why.",
    ),
    "sweep": ("deterrence.cli.sweep:sweep", "Solve at many parameter values, into a file."),
    "sensitivity": (
        "deterrence.cli.sensitivity:sensitivity",
        "Say which uncertain parameter matters most, and how likely each outcome is.",
    ),
    "robustness": (
        "deterrence.cli.robustness:robustness",
        "Find the smallest change that flips a conclusion, with a certificate.",
    ),
    "levers": ("deterrence.cli.levers:levers", "Find the cheapest change a player can make."),
    "elicit": (
        "deterrence.cli.elicit:elicit",
        "Ask experts for the numbers, and make a model of what they say.",
    ),
    "compare": (
        "deterrence.cli.compare:compare",
        "Put scenarios, values or two models side by side.",
    ),
    "report": ("deterrence.cli.report:report", "Write a memo: PDF, Word, HTML or Markdown."),
    "verify": (
        "deterrence.cli.verify:verify",
        "Check a certificate or proofs again, with code that shares nothing with the solvers.",
    ),
    "plot": ("deterrence.cli.plot:plot", "Draw a figure."),
    "explore": (
        "deterrence.cli.explore:explore",
        "Write a page in which the guesses are moved by hand.",
    ),
    "mcp": ("deterrence.cli.mcp:mcp", "Serve the verbs as tools of a language model."),
    "cache": ("deterrence.cli.cache:cache", "Tell where finished answers are kept, or clear it."),
    "completion": ("deterrence.cli.completion:completion", "Print the shell completion script."),
}

_EPILOG = (
    "Exit codes: 0 fine, 1 failure, 2 usage, 3 invalid model or game file, "
    "4 incomplete or out of time, 5 a certificate was rejected, 130 interrupted."
)


class LazyGroup(click.Group):
    """A group of commands that are imported when they are called, not when they are listed."""

    #: The commands: where each lives, and what it does.
    entries: Mapping[str, tuple[str, str]] = {}
    what = "command"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in their order."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in self.entries:
            return None
        module, name = self.entries[cmd_name][0].split(":")
        return cast("click.Command", getattr(importlib.import_module(module), name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest the nearest one."""
        if args and args[0] not in self.entries and not args[0].startswith("-"):
            from deterrence.errors import did_you_mean

            known = f"{self.what}s: {', '.join(self.entries)}"
            ctx.fail(
                f"No {self.what} {args[0]!r} ({did_you_mean(args[0], self.entries) or known})."
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing one."""
        with formatter.section(f"{self.what}s".capitalize()):
            formatter.write_dl([(name, text) for name, (_, text) in self.entries.items()])


class Program(LazyGroup):
    """The whole command line; errors are told without a traceback."""

    entries = COMMANDS
    debug = False

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command, report its errors without a traceback, and exit with its code."""
        self.debug = os.environ.get("DETERRENCE_DEBUG", "") not in ("", "0")
        for stream in (sys.stdout, sys.stderr):
            # A label that the terminal cannot write must not end the program.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        stdout = sys.stdout
        try:
            result = super().main(args, prog_name or PROGRAM, complete_var, False, **extra)
            code = result if isinstance(result, int) else 0
        except (click.Abort, KeyboardInterrupt):
            complain("interrupted")
            code = 130
        except SystemExit as end:
            # Where the reader of a pipe has gone, click wraps the stream and exits with 1; that
            # is nobody's fault.
            code = 0 if sys.stdout is not stdout else end.code if isinstance(end.code, int) else 1
        except Exception as error:
            if self.debug:
                raise
            code = report(error)
        if standalone_mode:
            sys.exit(code)
        return code


def report(error: Exception) -> int:
    """Write an error to standard error and return its exit code."""
    from deterrence.errors import (
        DeterrenceError,
        ExpressionError,
        InvalidFileError,
        UsageError,
    )

    if isinstance(error, click.ClickException):
        from deterrence.words.markup import plain

        # What click quotes was typed: a name may hold anything.
        text = io.StringIO()
        error.show(text)
        for line in text.getvalue().splitlines():
            click.echo(plain(line), err=True)
        return error.exit_code
    if isinstance(error, InvalidFileError):
        from deterrence.cli.faults import fault_lines

        complain(f"{error.what} in a model or game file")
        for line in fault_lines(error.source, error.faults):
            click.echo(line, err=True)
        return error.exit_code
    if isinstance(error, DeterrenceError):
        complain(error.what, error.remedy)
        # A formula in a file is a fault of the file; one that comes as itself was typed.
        return UsageError.exit_code if isinstance(error, ExpressionError) else error.exit_code
    if isinstance(error, OSError):
        from deterrence.cli.output import silence

        silence()
        name = f"{error.filename}: " if error.filename else ""
        complain(f"{name}{error.strerror or error}")
        return 1
    what = "out of memory" if isinstance(error, MemoryError) else str(error).split("\n")[0]
    complain(
        f"this is a fault of the program: {type(error).__name__}: {what[:300]}",
        f"please report it; `{PROGRAM} --debug ...` shows where it happened",
    )
    return 1


def complain(what: str, remedy: str = "") -> None:
    """Write one error and its remedy to standard error."""
    from deterrence.words.markup import plain

    click.echo(f"Error: {plain(what)}", err=True)
    if remedy:
        click.echo(f"Hint: {plain(remedy)}", err=True)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from deterrence.version import __version__

        click.echo(f"{PROGRAM} {__version__}")
        ctx.exit()


@click.group(
    cls=Program,
    name=PROGRAM,
    invoke_without_command=True,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.option(
    "--debug", is_flag=True, help="Show the traceback of an error (or DETERRENCE_DEBUG=1)."
)
@click.pass_context
def program(ctx: click.Context, debug: bool) -> None:
    """Solve models of crises exactly, and certify every equilibrium.

    \b
    deterrence models                                 what there is
    deterrence brief asymmetric-bipolarity            what one of them comes to
    deterrence show asymmetric-bipolarity             its payoffs
    deterrence solve asymmetric-bipolarity            its equilibria
    deterrence solve chicken --set S_A=-1/3           at other values
    deterrence regimes asymmetric-bipolarity          for which values what holds
    deterrence explain asymmetric-bipolarity          and why
    """
    command = cast("Program", ctx.command)
    command.debug = command.debug or debug
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
