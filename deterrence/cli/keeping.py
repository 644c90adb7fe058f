"""What a command prints is kept, so that the same command prints it again at once.

The question is all that was typed and could matter, the bytes of the model files that were named,
and the program with its libraries; so nothing needs to be loaded to find an answer.  Kept is what
ended with the exit code 0, in the format that was asked for, with its warnings.
"""

from __future__ import annotations

import functools
import hashlib
import os
import stat
from collections.abc import Callable
from typing import Any, TypeVar, cast

import click

from deterrence.cli.options import option
from deterrence.cli.output import Record, ResultChoice, recorded, warn
from deterrence.cli.source import GameChoice

F = TypeVar("F", bound=Callable[..., int])
#: What a command is told that changes nothing in what it prints.
_BESIDE = ("quiet",)


def kept(*files: str) -> Callable[[F], F]:
    """Keep the answers of a command, and give it the option ``--no-cache``.

    ``files`` are its arguments that ask for more than an answer, and is then worked out anew.
    It stands next to the function, which has ``game`` and ``result``.
    """

    def decorate(function: F) -> F:
        @option("no_cache")
        @functools.wraps(function)
        def run(*, no_cache: bool, **arguments: Any) -> int:
            from deterrence.keeping.store import Store, chosen_folder

            key = None
            folder = None if no_cache or any(map(arguments.get, files)) else chosen_folder()
            if folder is not None:
                key = _question(function.__name__, arguments)
            if key is None:
                return function(**arguments)
            store = Store(folder)
            try:
                return _answered(store, key, function, arguments)
            finally:
                if getattr(click.get_current_context().find_root().command, "debug", False):
                    for note in store.notes:
                        click.echo(f"Cache: {note}", err=True)

        return cast("F", run)

    return decorate


def keeps_parts(function: F) -> F:
    """Let a command that asks several verbs of the package keep what these answer.

    It gives the command the option ``--no-cache``, too.
    """

    @option("no_cache")
    @functools.wraps(function)
    def run(*, no_cache: bool, **arguments: Any) -> int:
        from deterrence.face.keeping import caching

        with caching(not no_cache):
            return function(**arguments)

    return cast("F", run)


def _answered(
    store: Any, key: dict[str, Any], function: Callable[..., int], arguments: dict[str, Any]
) -> int:
    from deterrence.keeping.stamp import stamp

    game, result = cast("GameChoice", arguments["game"]), cast("ResultChoice", arguments["result"])
    result.check(game.name)
    found = store.read(key)
    if _is_answer(found):
        warn(found["warnings"])
        result.deliver(found["text"])
        return 0
    with recorded() as record:
        code = function(**arguments)
    digests = sorted(key["games"].values())
    whole = code == 0 and _is_whole(record, arguments) and sorted(record.digests) == digests
    if whole and stamp() == key["made by"]:
        store.keep(key, {"text": record.texts[0], "warnings": record.warnings})
    return code


def _is_whole(record: Record, arguments: dict[str, Any]) -> bool:
    """Say whether a command gave one answer, in which nothing is left out for want of time."""
    limited = arguments.get("time_limit") is not None and record.warnings
    return len(record.texts) == 1 and not record.left_open and not limited


def _is_answer(found: Any) -> bool:
    if not isinstance(found, dict) or found.keys() != {"text", "warnings"}:
        return False
    warnings = found["warnings"]
    texts = [found["text"], *warnings] if isinstance(warnings, list) else [None]
    return all(isinstance(text, str) for text in texts)


def _question(command: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
    """Return all that an answer depends on; None where that cannot be told before it is asked."""
    from deterrence.keeping.stamp import stamp
    from deterrence.keeping.store import as_key

    asked = {name: value for name, value in arguments.items() if name not in _BESIDE}
    game, result = asked.pop("game"), asked.pop("result")
    named = [game.name, *([asked["other"]] if asked.get("other") else [])]
    digests = {name: _digest(name) for name in named}
    to_file = result.output not in (None, "-")
    asked = {**asked, **vars(game), "format": result.form, "full": result.full,
             "standalone": result.standalone, "to file": to_file}  # fmt: skip
    typed, made_by = as_key(asked), stamp()
    if len(digests) < len(named) or None in (typed, made_by, *digests.values()):
        return None
    return {"what": f"deterrence {command}", "asked": typed, "games": digests, "made by": made_by}


def _digest(name: str) -> str | None:
    """Return the digest of the model file that a name stands for; None for all else.

    A name is that of a model that ships only where there is no file of this name, which could
    be a game with numbers.
    """
    from deterrence.modelfile.file_bytes import MAX_BYTES
    from deterrence.surroundings import models_folder

    try:
        if name.endswith((".yaml", ".yml")) or os.path.lexists(name):
            if not stat.S_ISREG(os.stat(name).st_mode):
                return None
            with open(name, "rb") as file:
                data = file.read(MAX_BYTES + 1)
        elif name == "-" or "/" in name or os.sep in name:
            return None
        else:
            data = models_folder().joinpath(f"{name}.yaml").read_bytes()
    except (OSError, ValueError):
        return None
    return None if len(data) > MAX_BYTES else hashlib.sha256(data).hexdigest()
