"""Games with numbers from files and from other programs' objects, and back into these."""

from __future__ import annotations

import os
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.numbers import to_number
from deterrence.errors import DeterrenceError, UnsupportedError, UsageError
from deterrence.face.given import Given
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value

if TYPE_CHECKING:
    import nashpy
    import pygambit

    from deterrence.game.tree.extensive import ExtensiveGame


def load_game(
    source: str | os.PathLike[str] | object, name: str | None = None, *, rationalise: bool = False
) -> StrategicGame | ExtensiveGame:
    """Return a game with numbers: from a file, or from an object of pygambit or nashpy.

    ``source`` is the path of a ``.nfg``, ``.efg``, ``.csv``, ``.tsv``, ``.xlsx`` or ``.ods``
    file, a ``pygambit`` game, which is read exactly, or a ``nashpy.Game``, whose integers and
    fractions are exact and whose floats mean their shortest decimals.  ``name`` is what the game
    will be called.  ``rationalise`` reads decimals that look like fractions as fractions;
    otherwise the game's ``remarks`` point them out.

    Raises :class:`UsageError` where there is no such file and for formats that are not read,
    and :class:`InvalidFileError` for a file that is not right.

    >>> import nashpy
    >>> from deterrence import load_game
    >>> game = load_game(nashpy.Game([[1, 0.1], [0, 3]]), "duel")
    >>> game.matrix("Column")
    [[Fraction(-1, 1), Fraction(-1, 10)], [Fraction(0, 1), Fraction(-3, 1)]]
    """
    found = foreign_game(source, rationalise)
    if found is None:
        if not isinstance(source, str | os.PathLike):
            raise UsageError(
                f"load_game() takes a path or a game of pygambit or nashpy, not "
                f"{type(source).__name__}",
                remedy="StrategicGame.from_matrices(A, B) makes a game of matrices",
            )
        found = _in_file(os.fspath(source), rationalise)
    return found if name is None else found.replace(name=name)


def _in_file(path: str, rationalise: bool) -> StrategicGame | ExtensiveGame:
    from deterrence.modelfile.exchange.game_files import ENDINGS, game_in_file

    found = game_in_file(path, rationalise)
    if found is None and not os.path.exists(path):
        raise UsageError(f"there is no file {path!r}")
    if found is None:
        raise UsageError(
            f"{path!r} is not a game with numbers: {', '.join(ENDINGS)}",
            remedy="load_model(PATH) reads a model file",
        )
    return found


def foreign_game(game: Any, rationalise: bool = False) -> StrategicGame | ExtensiveGame | None:
    """Return what an object of pygambit or nashpy is here; None for other objects."""
    makers = {kind.__module__.partition(".")[0] for kind in type(game).__mro__}
    if "pygambit" in makers:
        return _of_pygambit(game, rationalise)
    if "nashpy" in makers and hasattr(game, "payoff_matrices"):
        return _of_nashpy(game, rationalise)
    return None


def _of_pygambit(game: Any, rationalise: bool) -> StrategicGame | ExtensiveGame:
    """Read the text that the game writes: that is exact."""
    # Up to 16 every game is a Game, later there are ExtensiveGame and StrategicGame.
    is_tree = getattr(game, "is_tree", type(game).__name__ == "ExtensiveGame")
    kind = "efg" if is_tree else "nfg"
    try:
        text = str(getattr(game, f"to_{kind}")())
    except Exception as error:  # whatever another program says
        raise UsageError(
            f"this object of pygambit writes no .{kind} file: {type(error).__name__}",
            remedy="a pygambit game of version 16.2 or later does",
        ) from None
    from deterrence.modelfile.exchange.game_files import read_game

    return read_game(
        text.encode(), kind, "game", source="the pygambit game", rationalise=rationalise
    )


def _of_nashpy(game: Any, rationalise: bool) -> StrategicGame:
    from deterrence.modelfile.exchange.near_fractions import NumberWords

    words = NumberWords(rationalise)

    def exact(x: Any) -> Any:
        x = x.item() if hasattr(x, "item") else x
        if not isinstance(x, float):
            return to_number(x)
        to_number(x)  # nan and inf are refused as everywhere
        return words.read(repr(x))

    tables = []
    for matrix in game.payoff_matrices:
        rows = matrix.tolist() if hasattr(matrix, "tolist") else matrix
        try:
            tables.append([[exact(x) for x in row] for row in rows])
        except (ValueError, TypeError):
            raise UsageError("the nashpy game has a payoff that is no finite number") from None
    made = StrategicGame.from_matrices(*tables)
    return made.replace(remarks=words.remarks())


def to_nashpy(
    game: StrategicGame | SymbolicModel,
    /,
    *,
    exact: bool = False,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> nashpy.Game:
    """Return a two-player matrix as a ``nashpy.Game``.

    Of a model its matrix at the default values, changed by ``scenario``, ``values`` and
    keywords that name parameters.  Payoffs are integers where all are, else floats, in which
    nashpy reckons; with ``exact`` they are fractions, which its algorithms do not take but
    :func:`load_game` reads back as they were.  Raises :class:`UsageError` for game trees and
    for more players.

    >>> from deterrence import load_game, load_model, to_nashpy
    >>> game = to_nashpy(load_model("chicken"), P_A="-8")
    >>> [matrix.tolist() for matrix in game.payoff_matrices]
    [[[0, -1], [1, -8]], [[0, 1], [-1, -10]]]
    """
    matrix = _at(to_nashpy, game, scenario, values, overrides)
    if not isinstance(matrix, StrategicGame) or len(matrix.players) != 2:
        raise UsageError(
            f"{matrix.name} is no two-player matrix, which is what nashpy takes",
            remedy="game.strategic_form() of a tree with two players is one",
        )
    matrix.need_values(", which nashpy does not take")
    import nashpy
    import numpy

    payoffs = [matrix.matrix(player) for player in matrix.players]
    numbers = [x for table in payoffs for row in table for x in row]
    kind: Any = object if exact else float
    if not exact and all(isinstance(x, Fraction) and x.denominator == 1 for x in numbers):
        # Beyond the integers of numpy are floats.
        kind = int if all(abs(x) < 2**62 for x in numbers) else float
    made = [
        numpy.array([[x if exact else kind(x) for x in row] for row in table], dtype=kind)
        for table in payoffs
    ]
    return nashpy.Game(*made)


def to_pygambit(
    game: StrategicGame | ExtensiveGame | SymbolicModel,
    /,
    *,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> pygambit.Game:
    """Return a game, or a model at values, as a game of ``pygambit``, exact.

    Values are given as to :func:`to_nashpy`.  Raises :class:`UnsupportedError` where pygambit,
    the extra ``gambit``, is not installed.

    >>> from deterrence import UsageError, load_model, to_pygambit
    >>> try:
    ...     to_pygambit(load_model("chicken"), P_C=1)
    ... except UsageError as error:
    ...     print(error.what)
    chicken has no parameter 'P_C', and to_pygambit() no such option
    """
    at = _at(to_pygambit, game, scenario, values, overrides)
    if isinstance(at, StrategicGame):
        from deterrence.modelfile.exchange.nfg import write_nfg

        kind, text = "nfg", write_nfg(at)
    else:
        from deterrence.modelfile.exchange.efg import write_efg

        kind, text = "efg", write_efg(at)
    try:
        import pygambit
    except ImportError:
        raise UnsupportedError(
            "pygambit is not installed",
            remedy="pip install 'deterrence[gambit]', or write_nfg(game) and write_efg(game)",
        ) from None
    import io

    try:
        return getattr(pygambit, f"read_{kind}")(io.StringIO(text))
    except Exception as error:  # whatever another program says
        raise DeterrenceError(f"pygambit does not read the game: {error}") from None


def _at(
    verb: Any,
    game: Any,
    scenario: str | None,
    values: Mapping[str, Value] | None,
    overrides: Mapping[str, Value],
) -> StrategicGame | ExtensiveGame:
    """Return a game as it is, and a model at values."""
    given = Given(verb, scenario, values, overrides)
    if isinstance(game, SymbolicModel):
        return game.at(scenario, values=given.numbers(game))
    from deterrence.game.tree.extensive import ExtensiveGame

    if not isinstance(game, StrategicGame | ExtensiveGame):
        raise UsageError(f"{verb.__name__}() takes a game or a model, not {type(game).__name__}")
    given.refuse(f"{game.name} has numbers and no parameters")
    return game
