"""From the argument GAME and the values on the command line to a model and a game."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deterrence.cli.output import warn
from deterrence.errors import ExpressionError, UsageError, did_you_mean

if TYPE_CHECKING:
    from fractions import Fraction

    from deterrence.game.strategic import StrategicGame
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.modelfile.model import SymbolicModel

_SNIFF = 4096


@dataclass(frozen=True)
class GameChoice:
    """What was typed of a game: the argument GAME, and the options that choose its values."""

    name: str
    assignments: tuple[str, ...] = ()
    scenario: str | None = None
    rungs: int | None = None

    def of_model(
        self, loaded: SymbolicModel, parameters: Iterable[str | None] = ()
    ) -> tuple[SymbolicModel, dict[str, Any]]:
        """Return the model with its rungs, and the values that ``--set`` gives.

        ``parameters`` are names that have to be parameters of the model.
        """
        model = loaded if self.rungs is None else _with_rungs(loaded, self.rungs)
        _check_scenario(model, self.scenario)
        for parameter in parameters:
            if parameter is not None:
                check_parameter(model, parameter)
        return model, read_assignments(self.assignments, model)

    def of_file(self) -> None:
        """Raise :class:`UsageError` where a Gambit file is to have values."""
        given = {"--set": self.assignments, "--scenario": self.scenario, "--rungs": self.rungs}
        for option, value in given.items():
            if value not in (None, ()):
                raise UsageError(
                    f"{option} has no meaning for {self.name}: a Gambit file has numbers, "
                    "no parameters",
                    remedy=f"leave {option} out, or name a model",
                )


@dataclass(frozen=True)
class Source:
    """A game at values, and the model it came from unless it was one of Gambit's files."""

    game: StrategicGame | ExtensiveGame
    model: SymbolicModel | None = None
    warnings: tuple[str, ...] = ()
    #: The values that ``--set`` gave.
    values: Mapping[str, Any] = field(default_factory=dict)
    #: Where a value that is not the default comes from: ``set``, ``scenario`` or its formula.
    origins: Mapping[str, str] = field(default_factory=dict)


def load_matrix(choice: GameChoice) -> Source:
    """Return the same as :func:`load_game`, and raise :class:`UsageError` for game trees."""
    from deterrence.game.strategic import StrategicGame

    loaded = load_game(choice)
    if isinstance(loaded.game, StrategicGame):
        return loaded
    raise UsageError(
        f"{choice.name} is a game tree, which this command does not take",
        remedy=f"`deterrence show {choice.name} --format nfg` writes its strategic form",
    )


def load_game(choice: GameChoice) -> Source:
    """Return the game that GAME, ``--set``, ``--scenario`` and ``--rungs`` stand for.

    Raises :class:`UsageError` for names and values that do not fit, and
    :class:`InvalidFileError` for an invalid file.
    """
    from deterrence.modelfile.model import SymbolicModel

    loaded = load_either(choice.name)
    if not isinstance(loaded, SymbolicModel):
        choice.of_file()
        return Source(loaded)
    model, values = choice.of_model(loaded)
    game = model.at(choice.scenario, **values)
    origins = _origins(model, choice.scenario, values)
    return Source(game, model, tuple(_doubts(model, values)), values, origins)


def load_symbolic(
    choice: GameChoice, parameters: Iterable[str | None] = ()
) -> tuple[SymbolicModel, dict[str, Any]]:
    """Return the model that GAME names, and the values that ``--set`` gives; tell its warnings.

    ``parameters`` are names that have to be parameters of the model.  Raises
    :class:`UsageError` for a Gambit file, which has numbers only, and for names
    and values that do not fit.
    """
    from deterrence.modelfile.model import SymbolicModel

    loaded = load_either(choice.name)
    if not isinstance(loaded, SymbolicModel):
        raise UsageError(
            f"{choice.name} has numbers, no formulas: conditions need a model with parameters",
            remedy=f"`deterrence solve {choice.name}` finds its equilibria",
        )
    found = choice.of_model(loaded, parameters)
    warn(map(str, found[0].warnings))
    return found


def load_tree(choice: GameChoice) -> tuple[SymbolicModel | ExtensiveGame, dict[str, Any]]:
    """Return the model with a game tree, or the tree of a ``.efg`` file, that GAME names.

    With the values that ``--set`` gives.  Raises :class:`UsageError` for matrices.
    """
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.modelfile.model import SymbolicModel

    loaded = load_either(choice.name)
    if isinstance(loaded, ExtensiveGame):
        choice.of_file()
        return loaded, {}
    if not isinstance(loaded, SymbolicModel) or loaded.tree is None:
        raise UsageError(
            f"{choice.name} is no game tree", remedy="`deterrence plot payoffs` draws its matrix"
        )
    return choice.of_model(loaded)


def check_parameter(model: SymbolicModel, name: str, option: str = "") -> None:
    """Raise :class:`UsageError` for what is no parameter; ``option`` is what was typed."""
    if name not in model.parameters:
        raise UsageError(
            f"{option and f'{option}: '}{model.name} has no parameter {name[:60]!r}",
            remedy=did_you_mean(name, model.parameters)
            or f"parameters: {', '.join(model.parameters) or 'none'}",
        )


def _check_scenario(model: SymbolicModel, scenario: str | None) -> None:
    if scenario is not None and scenario not in model.scenarios:
        hint = did_you_mean(scenario, model.scenarios)
        known = ", ".join(model.scenarios)
        raise UsageError(
            f"--scenario {scenario}: {model.name} has no such scenario",
            remedy=hint or (f"scenarios: {known}" if known else "this model has no scenarios"),
        )


def _origins(
    model: SymbolicModel, scenario: str | None, values: Mapping[str, Any]
) -> dict[str, str]:
    formulas = {n: p.formula for n, p in model.parameters.items() if p.formula is not None}
    origins = {name: f"= {formula}" for name, formula in formulas.items()}
    if scenario is not None:
        origins |= dict.fromkeys(model.scenarios[scenario].values, f"scenario {scenario}")
    return origins | dict.fromkeys(values, "set")


def load_either(name: str) -> SymbolicModel | StrategicGame | ExtensiveGame:
    """Return the model or the Gambit file's game that GAME names; ``-`` is standard input."""
    from deterrence.modelfile.catalogue import load_model, read_model

    if name == "-":
        data = _standard_input()
        if _is_gambit(data):
            return _read_gambit(data, "stdin", "standard input")
        return read_model(data, "stdin")
    found = _gambit_file(name)
    return load_model(name) if found is None else _read_gambit(found, Path(name).stem, name)


def _read_gambit(data: bytes, name: str, source: str) -> StrategicGame | ExtensiveGame:
    if _mark(data) == b"EFG" or (source.endswith(".efg") and _mark(data) != b"NFG"):
        from deterrence.modelfile.exchange.efg import read_efg

        return read_efg(data, name, source=source)
    from deterrence.modelfile.exchange.nfg import read_nfg

    return read_nfg(data, name, source=source)


def _mark(data: bytes) -> bytes:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:3]


def _is_gambit(data: bytes) -> bool:
    return _mark(data) in (b"NFG", b"EFG")


def _standard_input() -> bytes:
    """Return all of standard input up to the limit of what it seems to be."""
    from deterrence.modelfile import file_bytes as readbytes
    from deterrence.modelfile.exchange import gambit

    if sys.stdin is None:
        raise UsageError("standard input is closed", remedy="name a model or a file")
    data = sys.stdin.buffer.read(readbytes.MAX_BYTES + 1)
    if _is_gambit(data):
        data += sys.stdin.buffer.read(max(0, gambit.MAX_BYTES + 1 - len(data)))
    return data


def _gambit_file(name: str) -> bytes | None:
    """Return the bytes of a file that is or says it is one of Gambit's, else ``None``."""
    from deterrence.modelfile.exchange import gambit

    try:
        regular = stat.S_ISREG(os.stat(name).st_mode)
    except (OSError, ValueError):
        if name.endswith((".nfg", ".efg")):
            raise UsageError(f"there is no file {name!r}") from None
        return None
    if not regular:
        return None
    try:
        with open(name, "rb") as file:
            data = file.read(_SNIFF)
            if not name.endswith((".nfg", ".efg")) and not _is_gambit(data):
                return None
            return data + file.read(gambit.MAX_BYTES + 1 - len(data))
    except OSError as error:
        raise UsageError(f"{name!r} cannot be read: {error.strerror or error}") from None


def _with_rungs(model: SymbolicModel, rungs: int) -> SymbolicModel:
    try:
        return model.with_rungs(rungs)
    except UsageError as error:
        raise UsageError(f"--rungs {rungs}: {error.what}", remedy=error.remedy) from None


def read_assignments(assignments: Sequence[str], model: SymbolicModel) -> dict[str, Any]:
    """Read ``name=value`` texts exactly; every error names the option as it was typed."""
    values: dict[str, Any] = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        name = name.strip()
        option = f"--set {text[:60]}"
        if not equals:
            raise UsageError(f"{option}: no value", remedy="write it as name=value, as in k_R=1/3")
        check_parameter(model, name, option)
        if name in values:
            raise UsageError(f"{option}: {name} is set twice", remedy="set it once")
        values[name] = read_number(value, option)
    return values


def read_number(text: str, option: str) -> Fraction:
    """Read a number exactly; an error names the option as it was typed."""
    from deterrence.algebra.numbers import parse_number

    try:
        return parse_number(text)
    except ExpressionError as error:
        raise UsageError(
            f"{option}: {error.what}",
            remedy=f"give {error.expected}" if error.expected else error.remedy,
        ) from None


def _doubts(model: SymbolicModel, values: Mapping[str, Any]) -> list[str]:
    doubts = [str(fault) for fault in model.warnings]
    for name, value in values.items():
        parameter = model.parameters[name]
        if not parameter.contains(value):
            doubts.append(f"{name} = {value} is outside its range, {parameter.range_text}")
    return doubts
