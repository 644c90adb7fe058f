"""From the argument GAME and the values on the command line to a model and a game."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from deterrence.cli.output import recording, warn
from deterrence.errors import ExpressionError, UsageError, did_you_mean

if TYPE_CHECKING:
    from fractions import Fraction

    from deterrence.game.strategic import StrategicGame
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.modelfile.model import SymbolicModel

T = TypeVar("T")


@dataclass(frozen=True)
class GameChoice:
    """What was typed of a game: the argument GAME, and the options that choose its values."""

    name: str
    assignments: tuple[str, ...] = ()
    scenario: str | None = None
    rungs: int | None = None
    first: str | None = None
    rationalise: bool = False

    def load(self) -> SymbolicModel | StrategicGame | ExtensiveGame:
        """Return the model or the game with numbers, see :func:`load_either`."""
        found = load_either(self.name, self.rationalise)
        self.check_numbers(found)
        return found

    def check_numbers(self, *games: SymbolicModel | StrategicGame | ExtensiveGame | None) -> None:
        """Raise :class:`UsageError` where ``--rationalise`` was given and all games are models."""
        from deterrence.modelfile.model import SymbolicModel

        if self.rationalise and all(g is None or isinstance(g, SymbolicModel) for g in games):
            raise UsageError(
                f"--rationalise has no meaning for {self.name}: a model's numbers are read as "
                "they stand",
                remedy="leave it out; a model file may say 2/3",
            )

    def of_model(
        self, loaded: SymbolicModel, parameters: Iterable[str | None] = ()
    ) -> tuple[SymbolicModel, dict[str, Any]]:
        """Return the model in its shape, and the values that ``--set`` gives.

        ``parameters`` are names that have to be parameters of the model.
        """
        model = self.shaped(loaded)
        _check_scenario(model, self.scenario)
        for parameter in parameters:
            if parameter is not None:
                check_parameter(model, parameter)
        return model, read_assignments(self.assignments, model)

    def shaped(self, model: SymbolicModel) -> SymbolicModel:
        """Return a ladder with the rungs and the first mover that were asked for."""
        if self.rungs is not None:
            model = _told(f"--rungs {self.rungs}", model.with_rungs, self.rungs)
        if self.first is not None:
            model = _told(f"--first {self.first}", model.with_first, self.first)
        return model

    @property
    def words(self) -> tuple[str, ...]:
        """What was typed that chooses a game, without its values."""
        found = [self.name]
        found += [] if self.rungs is None else ["--rungs", str(self.rungs)]
        found += [] if self.first is None else ["--first", self.first]
        return tuple(found)

    def of_file(self) -> None:
        """Raise :class:`UsageError` where a game with numbers is to have values."""
        given = {"--set": self.assignments, "--scenario": self.scenario, "--rungs": self.rungs}
        given["--first"] = self.first
        for option, value in given.items():
            if value not in (None, ()):
                raise UsageError(
                    f"{option} has no meaning for {self.name}: it has numbers, no parameters",
                    remedy=f"leave {option} out, or name a model",
                )


@dataclass(frozen=True)
class Source:
    """A game at values, and the model it came from unless it was a file of numbers."""

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


def load_game(
    choice: GameChoice, loaded: SymbolicModel | StrategicGame | ExtensiveGame | None = None
) -> Source:
    """Return the game that GAME and the options beside it stand for.

    ``loaded`` is what GAME names where that was read already.  Raises :class:`UsageError` for
    names and values that do not fit, and :class:`InvalidFileError` for an invalid file.
    """
    from deterrence.modelfile.model import SymbolicModel

    loaded = choice.load() if loaded is None else loaded
    if not isinstance(loaded, SymbolicModel):
        choice.of_file()
        return Source(loaded)
    model, values = choice.of_model(loaded)
    game = model.at(choice.scenario, **values)
    origins = _origins(model, choice.scenario, values)
    return Source(game, model, tuple(_doubts(model, values)), values, origins)


def load_symbolic(
    choice: GameChoice,
    parameters: Iterable[str | None] = (),
    *,
    any_form: bool = False,
    loaded: SymbolicModel | StrategicGame | ExtensiveGame | None = None,
) -> tuple[SymbolicModel, dict[str, Any]]:
    """Return the model that GAME names, and the values that ``--set`` gives; tell its warnings.

    ``parameters`` are names that have to be parameters of the model.  ``any_form`` takes option
    forms that are no table, too; ``loaded`` is what GAME names, if it was read.  Raises
    :class:`UsageError` for a file of numbers, and for names
    and values that do not fit.
    """
    from deterrence.modelfile.model import SymbolicModel

    loaded = choice.load() if loaded is None else loaded
    if not isinstance(loaded, SymbolicModel):
        raise UsageError(
            f"{choice.name} has numbers, no formulas: conditions need a model with parameters",
            remedy=f"`deterrence solve {choice.name}` finds its equilibria",
        )
    if not any_form:
        loaded.need_game()
    found = choice.of_model(loaded, parameters)
    warn(map(str, found[0].warnings))
    return found


def load_tree(choice: GameChoice) -> tuple[SymbolicModel | ExtensiveGame, dict[str, Any]]:
    """Return the model with a game tree, or the tree of a ``.efg`` file, that GAME names.

    With the values that ``--set`` gives.  Raises :class:`UsageError` for matrices.
    """
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.modelfile.model import SymbolicModel

    loaded = choice.load()
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


def load_either(
    name: str, rationalise: bool = False
) -> SymbolicModel | StrategicGame | ExtensiveGame:
    """Return the model or the game with numbers that GAME names; ``-`` is standard input.

    ``rationalise`` reads decimals of games that look like fractions as fractions.
    """
    from deterrence.modelfile.catalogue import load_model, read_model
    from deterrence.modelfile.exchange.game_files import game_in_file, read_standard_input

    found: Any = (
        read_standard_input(rationalise) if name == "-" else game_in_file(name, rationalise)
    )
    if found is not None and not isinstance(found, bytes):
        recording().digests.append("")
        return found  # type: ignore[no-any-return]
    model = load_model(name) if found is None else read_model(found, "stdin")
    recording().digests.append(model.digest)
    return model


def _told(spelling: str, change: Callable[[T], SymbolicModel], to: T) -> SymbolicModel:
    """Return a changed model; an error begins with the option as it was typed."""
    try:
        return change(to)
    except UsageError as error:
        raise UsageError(f"{spelling[:80]}: {error.what}", remedy=error.remedy) from None


def read_assignments(
    assignments: Sequence[str], model: SymbolicModel, spelling: str = "--set"
) -> dict[str, Any]:
    """Read ``name=value`` texts exactly; every error names the option as it was typed."""
    values: dict[str, Any] = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        name = name.strip()
        option = f"{spelling} {text[:60]}"
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
