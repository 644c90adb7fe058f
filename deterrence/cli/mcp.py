"""``deterrence mcp``: the package as tools of a language model."""

from __future__ import annotations

import sys

import click

from deterrence.cli.options import command


@command(
    epilog="A client starts this command and speaks with it over standard input and output. "
    "Tools take the name of a model that ships, or the text of one; no file is read or written."
)
def mcp() -> None:
    """Serve the verbs as tools of a language model (Model Context Protocol)."""
    from deterrence.errors import UsageError

    try:
        import mcp as _sdk  # noqa: F401 (its absence is told before anything else happens)
    except ImportError:
        raise UsageError(
            "the Python package mcp is not installed", remedy="pip install 'deterrence[mcp]'"
        ) from None
    from deterrence.mcp.server import serve

    if sys.stdin is not None and sys.stdin.isatty():
        click.echo("This speaks with a program, not with people; Ctrl-C ends it.", err=True)
    serve()
