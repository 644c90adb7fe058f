"""What a page adds to an answer: the story, the game as a picture, and what the symbols mean.

An answer's document says what was asked.  On paper or in a browser it stands alone, so
:func:`page_document` puts with it what a reader needs who has not seen the model.

>>> from deterrence import load_model
>>> page = page_document(Document("An answer", ()), None, load_model("tripwire"))
>>> [block.text for block in page.blocks if isinstance(block, Heading)]
['An answer', 'The story', 'The game']
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError
from deterrence.game.matrix_display import payoff_table
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.tree_document import tree_figure
from deterrence.modelfile.model import SymbolicModel
from deterrence.words.blocks import (
    Block,
    Callout,
    Document,
    Entries,
    Figure,
    Heading,
    Inline,
    Lines,
    Matrix,
    Paragraph,
    Table,
    inline_text,
)
from deterrence.words.markup import GLUE, both, mathml_symbol
from deterrence.words.renderers import as_html, rendered

Game = StrategicGame | ExtensiveGame
#: Cells of a matrix and nodes of a tree that a picture can show; larger ones are told.
MAX_CELLS = 64
MAX_NODES = 150
#: Nodes of a tree that is told.
_TOLD = 200
#: Dots per inch where a picture has to be one of dots.
_DPI = 220
_GLOSSARY = "What the symbols mean"
_NAME = re.compile(r"[A-Za-z]\w*")


def page_document(document: Document, answer: object, model: SymbolicModel | None) -> Document:
    """Return the document of an answer with its context: story, picture, symbols.

    What the answer tells is not repeated.  ``model`` is what was asked about, unless the
    answer holds it or there is none; the picture shows the game that the answer holds, or
    the model at the answer's values.
    """
    known = model or _held(answer, SymbolicModel)
    game = _held(answer, StrategicGame) or _held(answer, ExtensiveGame) or _game(known, answer)
    if game is None and known is None:
        return document
    blocks = list(document.blocks)
    told = rendered(document, "text")
    if not (blocks and isinstance(blocks[0], Heading) and blocks[0].level == 1):
        blocks.insert(0, Heading(document.title, 1))
    if known is not None:
        blocks += _story(known, " ".join(told.split()))
    if game is not None:  # an option form that is no table has none
        shown: list[Block] = [picture(game, known)]
        if known is not None and known.parameters:
            shown.insert(0, Paragraph((_values_of(known, game),)))
        place = _told_game(blocks)
        if place is None:
            blocks += [Heading("The game"), *shown]
        else:
            blocks[place : place + 1] = shown
    if known is not None and not any(
        isinstance(b, Heading) and b.text == _GLOSSARY for b in document.blocks
    ):
        blocks += _symbols(known, told, _explained(document.blocks))
    symbols = dict(document.symbols) if known is None else known.typeset | dict(document.symbols)
    return replace(document, blocks=tuple(blocks), symbols=symbols)


def _told_game(blocks: Sequence[Block]) -> int | None:
    """Return where an answer tells the game itself, under a heading that says so."""
    for k, block in enumerate(blocks[:-1]):
        if block == Heading("The game") and isinstance(blocks[k + 1], Lines | Matrix):
            return k + 1
    return None


T = TypeVar("T")


def _held(answer: object, kind: type[T]) -> T | None:
    """Return the first thing of a kind that an answer holds, or that its analysis does."""
    for name in ("model", "game"):
        found = getattr(answer, name, None)
        if isinstance(found, kind):
            return found
    analysis = getattr(answer, "analysis", None)
    return None if analysis is None else _held(analysis, kind)


def _game(model: SymbolicModel | None, answer: object) -> Game | None:
    """Return the game at the values of an answer, else at the usual ones, else with formulas."""
    if model is None or model.why_no_table:
        return None
    values = getattr(answer, "values", None)
    try:
        return model.at(values=values if isinstance(values, Mapping) else None)
    except DeterrenceError:  # parameters without a value
        return model.tree if model.tree is not None else model.symbolic()


def _values_of(model: SymbolicModel, game: Game) -> str:
    """Say at which values the game stands."""
    if not game.values or game.is_symbolic:
        return "Payoffs as formulas."
    given = {n: v for n, v in game.values.items() if model.parameters[n].formula is None}
    changed = [f"{n} = {both(v)}" for n, v in given.items() if v != model.parameters[n].default]
    if not changed:
        return "Payoffs at the usual values."
    rest = ", all else as usual" if len(changed) < len(given) else ""
    return f"Payoffs with {', '.join(changed)}{rest}."


def picture(game: Game, model: SymbolicModel | None = None) -> Block:
    """Return the matrix or the tree as a picture; as a table or as lines where none is drawn.

    ``model`` is where the game comes from; its titles are in the picture.  None is drawn
    without the extra ``plot``, of large games, and of games of many players.
    """
    if isinstance(game, StrategicGame):
        kind, small = "payoffs", len(game.payoffs[0]) <= MAX_CELLS
    else:
        kind, small = "tree", len(game.nodes) <= MAX_NODES
    if small:
        # Without matplotlib, and for some games, there is none.
        with contextlib.suppress(DeterrenceError):
            return _drawn(game, kind, model)
    if isinstance(game, StrategicGame):
        return Matrix(payoff_table(game))
    return replace(tree_figure(game, titles=game.titles, most=_TOLD), latex=None)


def _drawn(game: Game, kind: str, model: SymbolicModel | None) -> Figure:
    from deterrence.face.plotting import plot
    from deterrence.figures.drawing.files import to_bytes

    if model is None or game.is_symbolic:
        figure = plot(game, kind)
    else:
        figure = plot(model, kind, values=dict(game.values))
    return Figure(bare_svg(figure), figure.description, png=lambda: to_bytes(figure, "png", _DPI))


def bare_svg(figure: Any) -> str:
    """Return the SVG of a figure without title and description, which stand in the words."""
    from deterrence.figures.drawing.files import to_bytes

    svg = to_bytes(figure, "svg").decode()
    return re.sub(
        r"<(title|desc|metadata)\b.*?</\1>| aria-labelledby=\"[^\"]*\"", "", svg, flags=re.S
    )


def _story(model: SymbolicModel, told: str) -> Iterator[Block]:
    """Yield what the crisis is and what is to be learnt, unless the answer tells it."""
    story = " ".join(model.summary.split())
    if story and story[:40] not in told:
        yield Heading("The story")
        yield Paragraph((story,))
    insight = " ".join(model.insight.split())
    if insight and insight[:40] not in told:
        yield Callout("The point", (insight,))


def _explained(blocks: Sequence[Block]) -> set[str]:
    """Return what stands first in the rows of the answer's own tables."""
    found: set[str] = set()
    for block in blocks:
        if isinstance(block, Entries):
            found |= {name for name, _ in block.rows}
        elif isinstance(block, Table):
            found |= {inline_text(row[0]).strip() for row in block.rows}
    return found


def _symbols(model: SymbolicModel, told: str, explained: set[str]) -> Iterator[Block]:
    """Yield a glossary of the symbols in the answer, unless a table of its own has them all.

    A symbol that is not the parameter's name is explained in any case.
    """
    used = set(_NAME.findall(told)) & (model.parameters.keys() | model.definitions.keys())
    own = [n for n in used if mathml_symbol(n, model.typeset.get(n, "")) != mathml_symbol(n)]
    if used <= explained and not own:
        return
    rows: list[list[Inline]] = []
    for name, p in model.parameters.items():
        if name in used:
            value: Inline = (
                (f"={GLUE}", p.formula) if p.formula is not None else (_value(p.default),)
            )
            facts = [f for f in (p.range_text and f"range {p.range_text}", p.unit) if f]
            rows.append([(Expression.name(name),), (name,), (p.title,), value, ("; ".join(facts),)])
    for name, formula in model.definitions.items():
        if name in used and name not in model.parameters:
            meaning: Inline = ("stands for a formula",)
            rows.append([(Expression.name(name),), (name,), meaning, (f"={GLUE}", formula), ("",)])
    heads = ["Symbol", "In commands", "Meaning", "Usual value", "Range and unit"]
    if not own:
        del heads[1]
        for row in rows:
            del row[1]
    yield Heading(_GLOSSARY)
    yield Table(tuple(heads), tuple(map(tuple, rows)))


def _value(default: object) -> str:
    return "none" if default is None else both(default)


def model_html(model: SymbolicModel) -> str:
    """Return what a notebook shows of a model: its story, its picture, and how to ask."""
    document = model.document()
    if model.why_no_table:
        return as_html(document.blocks, document.symbols)
    game = _game(model, None)
    assert game is not None
    shown = [picture(game, model) if isinstance(b, Matrix | Figure) else b for b in document.blocks]
    return as_html(shown, document.symbols)
