"""What a model says: in short for ``print`` and notebooks, all of it for ``models show``.

>>> from deterrence import load_model
>>> print(load_model("deadlock"))  # doctest: +ELLIPSIS
Deadlock
========
<BLANKLINE>
...
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.errors import DeterrenceError
from deterrence.game.matrix_display import payoff_table
from deterrence.game.tree.text import kind_of_game
from deterrence.game.tree.tree_document import tree_figure
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.themes import THEMES
from deterrence.report.option_sheet import option_blocks, option_dict, states_table
from deterrence.solvers.trees.concepts import default_concept
from deterrence.words.blocks import (
    Block,
    Bullets,
    Callout,
    Document,
    Entries,
    Heading,
    Inline,
    Matrix,
    Paragraph,
    conjunction,
)
from deterrence.words.fitting import fitted
from deterrence.words.shown import Shown, shows

if TYPE_CHECKING:
    from deterrence.algebra.expressions import Expression
    from deterrence.game.parameters import KnownResult, Parameter
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.game.tree.nodes import InformationSet

LEVELS = {1: "1, a first course", 2: "2, an advanced course", 3: "3, research"}
#: What is thought of a measure, in words.
SENSES = {"want": "wanted", "avoid": "to be avoided"}
#: Information sets and outcomes of a tree that are listed; of larger ones the first.
MAX_MOVES = 40
MAX_OUTCOMES = 200
#: Information sets that differ in types only, of which so many are named.
MAX_TOLD = 6
#: Lines of moves on a screen.
_FEW = 12

#: A name and the lines that explain it.
Row = tuple[str, tuple[Inline, ...]]


@dataclass(frozen=True, repr=False)
class ModelSheet(Shown):
    """Everything that a reader must know to judge a model's numbers."""

    model: SymbolicModel

    def to_dict(self) -> dict[str, Any]:
        """Return the model's contents as plain data."""
        return model_dict(self.model)


def sheet_document(sheet: ModelSheet, full: bool) -> Document:
    """Return the document; there is no shorter one."""
    model = sheet.model
    blocks: list[Block] = [Heading(model.title, 1), Paragraph((f"{model.name} ({model.form})",))]
    blocks += _story(model)
    if model.source:
        blocks.append(Callout("Source", (model.source,)))
    if model.options is not None:
        blocks += option_blocks(model, model.options)
    elif model.tree is None:
        blocks += _section("Players and their actions", _players(model))
        if model.default_concept:
            best = f", {model.default_objective}" if model.default_objective else ""
            blocks.append(Paragraph((f"It is solved by {model.default_concept}{best}.",)))
    else:
        title = "Players and their private information" if model.types else "Players"
        blocks += _section(title, _types(model))
        blocks += _section("Moves", _moves(model, model.tree))
        solved = f" It is solved by {model.default_concept}." if model.default_concept else ""
        blocks.append(Paragraph((f"The tree has {kind_of_game(model.tree)}.{solved}",)))
    blocks += _section("What is better than what", _orders(model))
    ranked = {n for o in model.orders.values() for n in o.parameters.values()}
    own = [p for n, p in model.parameters.items() if n not in ranked]
    blocks += _section("Parameters", map(_parameter, own))
    known = {text for o in model.orders.values() for text in o.conditions}
    assumed = [a for a in model.assumptions if str(a) not in known]
    if assumed:
        parts: list[str | Expression] = []
        for a in assumed:
            parts += [", " if parts else "", a]
        blocks += [Heading("Assumptions that always hold"), Paragraph(tuple(parts))]
    blocks += _section("Definitions", _definitions(model))
    blocks += _section("Rank correlations", _correlations(model))
    if model.options is None:
        blocks += _section("Outcomes", _outcomes(model))
    blocks += _section("Measures", _measures(model))
    blocks += _listed("Named regimes", _regimes(model))
    blocks += _section("Scenarios", _scenarios(model))
    for title, derived in (
        ("Known results from the literature", False),
        ("Results derived by hand", True),
    ):
        results = [r for r in model.known_results if r.derived == derived]
        blocks += _listed(title, _results(results))
    blocks += _section("Exercises", _exercises(model, full))
    blocks += _section("Where it belongs", _belongs(model))
    return Document(model.title, tuple(blocks), model.typeset)


def model_document(model: SymbolicModel, full: bool) -> Document:
    """Return what ``print`` tells of a model: the crisis, who plays, and how to ask."""
    if full:
        return sheet_document(ModelSheet(model), full)

    def write(detail: int) -> Iterator[Block]:
        yield Heading(model.title or model.name, 1)
        yield from _story(model)
        if detail:
            yield Entries(("Players",), tuple(_who(model)))
        if detail > 1:
            yield from _game(model)
        asks = "model.brief(), model.solve(), model.regimes(), model.explain()"
        yield Paragraph((f"Ask it: {'model.stability()' if model.why_no_table else asks}.",))

    return Document(model.title or model.name, tuple(fitted(write, (2, 1, 0))), model.typeset)


def _story(model: SymbolicModel) -> Iterator[Block]:
    if model.summary:
        yield Paragraph((model.summary,))
    if model.insight:
        yield Callout("The point", (model.insight,))


def _game(model: SymbolicModel) -> Iterator[Block]:
    """Yield the matrix of formulas, best replies marked at the defaults; or the first moves."""
    if model.tree is not None:
        yield tree_figure(model.tree, symbols=model.typeset, titles=model.titles, most=_FEW)
        return
    if model.options is not None and model.why_no_table:
        with contextlib.suppress(DeterrenceError):  # a parameter without a default
            yield from states_table(model.options, model.values(), full=False)
        return
    with contextlib.suppress(DeterrenceError):  # a parameter without a default
        yield Matrix(payoff_table(model.strategic_at(), model.payoff_expressions()))


def _who(model: SymbolicModel) -> Iterator[Row]:
    for player in model.players:
        yield player, ((model.player_titles.get(player, ""),),)


shows(ModelSheet, sheet_document)
shows(SymbolicModel, model_document)


def _section(title: str, rows: Any) -> Iterator[Block]:
    listed = tuple((name, tuple(line for line in lines if any(line))) for name, lines in rows)
    if listed:
        yield Heading(title)
        yield Entries((), listed)


def _listed(title: str, items: Iterator[Inline]) -> Iterator[Block]:
    statements = tuple(items)
    if statements:
        yield Heading(title)
        yield Bullets(statements)


def _titled(label: str, title: str) -> str:
    return f"{label}: {title}" if title and title != label else label


def _title(label: str, title: str) -> Inline:
    return (title,) if title != label else ()


def _players(model: SymbolicModel) -> Iterator[Row]:
    for player, actions in zip(model.players, model.actions, strict=True):
        titles, pays = model.action_titles.get(player, {}), model.pays.get(player, {})
        named = (
            _payoffs(f"{_titled(a, titles.get(a, ''))}; pays ", pays[a])
            if a in pays
            else (_titled(a, titles.get(a, "")),)
            for a in actions
        )
        yield player, (_title(player, model.player_titles.get(player, "")), *named)


def _types(model: SymbolicModel) -> Iterator[Row]:
    for player in model.players:
        titles = model.type_titles.get(player, {})
        types: list[Inline] = []
        for name, prior in model.types.get(player, {}).items():
            title = f": {titles[name]}" if titles.get(name, name) != name else ""
            types.append((f"{name} with probability ", prior, title))
        yield player, (_title(player, model.player_titles.get(player, "")), *types)


def _moves(model: SymbolicModel, tree: ExtensiveGame) -> Iterator[Row]:
    """Describe every information set and chance move but the draws of types.

    Those that differ only in the types that are known there are told together.
    """
    draws = {f"{player} {name}" for player, given in model.types.items() for name in given}
    groups: dict[tuple[Any, ...], list[InformationSet]] = {}
    for s in tree.sets:
        if not (s.is_chance and set(s.actions) <= draws):
            base = s.label.rpartition(" (")[0] or s.label if model.types else s.label
            groups.setdefault((base, s.player, s.actions, s.chances), []).append(s)
    shown = list(groups.values())
    for group in shown[:MAX_MOVES]:
        s = group[0]
        labels = ", ".join(one.label for one in group[:MAX_TOLD])
        labels += ", ..." if len(group) > MAX_TOLD else ""
        title = model.set_titles.get(s.label, "")
        if len(group) > 1:
            title = title.rpartition(" (")[0] or title
        moves: list[Inline]
        if s.is_chance:
            chances = zip(s.actions, s.chances, strict=True)
            moves = [(f"{event} with probability ", _formula(p)) for event, p in chances]
        else:
            titles = model.action_titles.get(str(s.player), {})
            moves = [(_titled(a, titles.get(a, "")),) for a in s.actions]
        yield s.player or "chance", ((_titled(f"at {labels}", title),), *moves)
    if len(shown) > MAX_MOVES:
        yield "...", ((f"and {len(shown) - MAX_MOVES:,} more",),)


def _formula(value: Any) -> str | Expression:
    from deterrence.algebra.expressions import Expression

    return value if isinstance(value, Expression) else str(value)


def _orders(model: SymbolicModel) -> Iterator[Row]:
    """Tell the order of the outcomes, the best first, with the names of what they are worth."""
    titles = model.titles
    for who, order in model.orders.items():
        for chain in order.chains:
            tied = (
                f"{' = '.join(titles.get(o) or o for o in group)} ({order.parameters[group[0]]})"
                for group in chain
            )
            yield who, ((" > ".join(tied),),)


def _parameter(p: Parameter) -> Row:
    value: Inline = ("= ", p.formula) if p.formula is not None else (f"= {p.default}",)
    if p.formula is None and p.default is None:
        value = ("no default",)
    facts = [f"range {p.range_text}" if p.range_text else "", p.unit and f"unit {p.unit}"]
    if p.controlled_by:
        facts.append(f"controlled by {p.controlled_by}")
    if p.distribution:
        facts.append("distribution " + ", ".join(f"{k} {v}" for k, v in p.distribution.items()))
    told = (*value, f": {p.title}") if p.title else value
    source = f"source: {p.source}" if p.source else ""
    return p.name, (told, ("; ".join(f for f in facts if f),), (source,))


def _definitions(model: SymbolicModel) -> Iterator[Row]:
    for name, formula in model.definitions.items():
        yield name, (("= ", formula),)


def _correlations(model: SymbolicModel) -> Iterator[Row]:
    for c in model.correlations:
        yield " and ".join(c.between), ((str(c.value),),)


def _payoffs(before: str, payoffs: Mapping[str, Expression]) -> Inline:
    parts: list[str | Expression] = [before]
    for k, (player, formula) in enumerate(payoffs.items()):
        parts += [f"{', ' if k else ''}{player} ", formula]
    return tuple(parts)


def _outcomes(model: SymbolicModel) -> Iterator[Row]:
    groups = {} if model.tree is None else model.tree.groups
    variants: dict[str, list[str]] = {}
    for label in model.outcomes:
        variants.setdefault(groups.get(label, label), []).append(label)
    shown = list(variants.items())
    for name, labels in shown[:MAX_OUTCOMES]:
        o = model.outcomes[labels[0]]
        lines = [_payoffs("payoffs: ", o.payoffs)]
        if labels != [name]:
            lines = [
                _payoffs(
                    f"payoffs {label.removeprefix(name).strip()}: ", model.outcomes[label].payoffs
                )
                for label in labels
            ]
        yield name, (_title(name, o.title), (o.description,), *lines)
    if len(shown) > MAX_OUTCOMES:
        yield "...", ((f"and {len(shown) - MAX_OUTCOMES:,} more",),)


def _measures(model: SymbolicModel) -> Iterator[Row]:
    for m in model.measures:
        facts = [m.unit, SENSES.get(m.sense, "")]
        told = "; ".join(fact for fact in facts if fact)
        title = f"{m.title} ({told})" if told else m.title
        yield m.name, ((title,), ("= ", m.expression))


def _regimes(model: SymbolicModel) -> Iterator[Inline]:
    for r in model.named_regimes:
        described = f". {r.description}" if r.description else ""
        yield (f"{r.name}: where ", *conjunction(r.when, "anything holds"), described)


def _scenarios(model: SymbolicModel) -> Iterator[Row]:
    for s in model.scenarios.values():
        values = ", ".join(f"{k} = {v}" for k, v in s.values.items())
        source = f"source: {s.source}" if s.source else ""
        yield s.name, (_title(s.name, s.title), (values,), (s.story,), (source,))


def _exercises(model: SymbolicModel, answers: bool) -> Iterator[Row]:
    for number, e in enumerate(model.exercises, 1):
        yield f"{number}", ((e.question,), *([(e.answer,)] if answers else []))


def _belongs(model: SymbolicModel) -> Iterator[Row]:
    if model.level:
        yield "level", ((LEVELS[model.level],),)
    if model.themes:
        about = (f"{tag}: {THEMES[tag]}" if tag in THEMES else tag for tag in model.themes)
        yield "themes", tuple((theme,) for theme in about)
    for name, listed in (("collections", model.collections), ("see also", model.see_also)):
        if listed:
            yield name, ((", ".join(listed),),)


def _results(results: Sequence[KnownResult]) -> Iterator[Inline]:
    for r in results:
        parts: Inline = (f"{r.title}.",)
        if r.exists is not None:
            found = conjunction(r.exists, "everywhere")
            parts += (
                f" ({r.concept}) ",
                *(("Where ", *found) if r.exists else ("Everywhere",)),
                ".",
            )
        source = f" Source: {r.source}"
        if r.derived:
            more = r.source[len("derived") :].strip(" ;,:")
            source = f" ({more})" if more else ""
        yield (*parts, source) if source else parts


def model_dict(model: SymbolicModel) -> dict[str, Any]:
    """Return the model's contents for programs: exact numbers and formulas as strings."""
    return {
        "schema": 1,
        "name": model.name,
        "title": model.title,
        "form": model.form,
        "summary": model.summary,
        "insight": model.insight,
        "level": model.level,
        "themes": list(model.themes),
        "collections": list(model.collections),
        "see_also": list(model.see_also),
        "source": model.source,
        "sha256": model.digest,
        "players": {p: model.player_titles.get(p, "") for p in model.players},
        **({} if model.tree is None else _tree(model, model.tree)),
        **({} if model.options is None else option_dict(model.options)),
        "actions": {
            player: {a: model.action_titles.get(player, {}).get(a, "") for a in actions}
            for player, actions in _actions(model).items()
        },
        **({"pays": _json(model.pays)} if model.pays else {}),
        **({"orders": {who: str(o) for who, o in model.orders.items()}} if model.orders else {}),
        **{
            key: text
            for key, text in (
                ("default_concept", model.default_concept),
                ("default_objective", model.default_objective),
            )
            if text and model.tree is None
        },
        "parameters": {name: _fields(p) for name, p in model.parameters.items()},
        "derived": list(model.derived),
        "assumptions": [str(a) for a in model.assumptions],
        "definitions": {name: str(e) for name, e in model.definitions.items()},
        "correlations": [_fields(c) for c in model.correlations],
        "outcomes": {label: _fields(o) for label, o in model.outcomes.items()},
        "measures": {m.name: _fields(m) for m in model.measures},
        "regimes": [_fields(r) for r in model.named_regimes],
        "scenarios": {name: _fields(s) for name, s in model.scenarios.items()},
        "no_levers": dict(model.no_levers),
        "known_results": [
            {"title": r.title, "source": r.source, "derived": r.derived, "lesson": r.lesson}
            for r in model.known_results
        ],
        "exercises": [_fields(e) for e in model.exercises],
    }


def _actions(model: SymbolicModel) -> dict[str, tuple[str, ...]]:
    if model.why_no_table:
        return {}
    if model.tree is None:
        return dict(zip(model.players, model.actions, strict=True))
    sets = model.tree.sets
    return {
        player: tuple(dict.fromkeys(a for s in sets if s.player == player for a in s.actions))
        for player in model.players
    }


def _tree(model: SymbolicModel, tree: ExtensiveGame) -> dict[str, Any]:
    """Return what only models with game trees have."""
    return {
        "types": {
            player: {
                name: {
                    "prior": str(prior),
                    "title": model.type_titles.get(player, {}).get(name, ""),
                }
                for name, prior in given.items()
            }
            for player, given in model.types.items()
        },
        "information_sets": {
            s.label: {
                "player": s.player,
                "title": model.set_titles.get(s.label, ""),
                "actions": list(s.actions),
            }
            | ({"probabilities": [str(p) for p in s.chances]} if s.is_chance else {})
            for s in tree.sets
        },
        "default_concept": default_concept(tree),
        "nodes": len(tree.nodes),
        "groups": dict(tree.groups),
    }


def _fields(value: Any) -> dict[str, Any]:
    fields = {name: getattr(value, name) for name in value.__dataclass_fields__}
    return {name: _json(v) for name, v in fields.items() if name not in ("name", "label")} | (
        {"name": value.name} if type(value).__name__ == "NamedRegime" else {}
    )


def _json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(k): _json(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_json(v) for v in value]
    return str(value)
