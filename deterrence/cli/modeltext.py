"""What ``deterrence models show`` prints of a model, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deterrence.game.tree.text import kind_of_game
from deterrence.solvers.trees.concepts import default_concept
from deterrence.words.markup import WIDTH, flow, plain, wrap

if TYPE_CHECKING:
    from deterrence.algebra.expressions import Expression
    from deterrence.game.parameters import Parameter
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.game.tree.nodes import InformationSet
    from deterrence.modelfile.model import SymbolicModel

#: What is thought of a measure, in words.
SENSES = {"want": "wanted", "avoid": "to be avoided"}
#: Information sets and outcomes of a tree that are listed; of larger ones the first.
MAX_MOVES = 40
MAX_OUTCOMES = 200
#: Information sets that differ in types only, of which so many are named.
MAX_TOLD = 6


def model_text(model: SymbolicModel, *, width: int = WIDTH) -> str:
    """Return everything that a reader must know to judge the model's numbers."""
    lines = [*wrap(model.title, width), plain(f"{model.name} ({model.form})")]
    if model.summary:
        lines += ["", *wrap(model.summary, width)]
    if model.insight:
        lines += ["", *wrap(f"Insight: {model.insight}", width, rest="  ")]
    if model.source:
        lines += ["", *wrap(f"Source: {model.source}", width, rest="  ")]
    if model.tree is None:
        lines += _section("Players and their actions", _players(model), width)
    else:
        title = "Players and their private information" if model.types else "Players"
        lines += _section(title, _types(model), width)
        lines += _section("Moves", _moves(model, model.tree), width)
        solved = f" It is solved by {model.default_concept}." if model.default_concept else ""
        lines += ["", *wrap(f"The tree has {kind_of_game(model.tree)}.{solved}", width)]
    lines += _section("Parameters", map(_parameter, model.parameters.values()), width)
    always = ", ".join(str(a) for a in model.assumptions)
    if always:
        lines += ["", "Assumptions that always hold"]
        lines += flow(map(str, model.assumptions), width, first="  ", rest="  ")
    lines += _section("Definitions", _definitions(model), width)
    lines += _section("Rank correlations", _correlations(model), width)
    lines += _section("Outcomes", _outcomes(model), width)
    lines += _section("Measures", _measures(model), width)
    lines += _section("Named regimes", _regimes(model), width)
    lines += _section("Scenarios", _scenarios(model), width)
    lines += _section("Known results", _results(model), width)
    return "\n".join(lines)


#: A head line and the lines that explain it.
Entry = tuple[str, Sequence[str]]


def _section(title: str, entries: Iterator[Entry] | Any, width: int) -> Iterator[str]:
    listed = list(entries)
    if not listed:
        return
    yield ""
    yield title
    for head, details in listed:
        yield from wrap(head, width, first="  ", rest="      ")
        for detail in details:
            if detail:
                yield from wrap(detail, width, first="      ", rest="      ")


def _titled(label: str, title: str) -> str:
    return f"{label}: {title}" if title and title != label else label


def _players(model: SymbolicModel) -> Iterator[Entry]:
    for player, actions in zip(model.players, model.actions, strict=True):
        titles = model.action_titles.get(player, {})
        named = [_titled(a, titles.get(a, "")) for a in actions]
        yield _titled(player, model.player_titles.get(player, "")), named


def _types(model: SymbolicModel) -> Iterator[Entry]:
    for player in model.players:
        titles = model.type_titles.get(player, {})
        types = [
            _titled(f"{name} with probability {prior}", titles.get(name, ""))
            for name, prior in model.types.get(player, {}).items()
        ]
        yield _titled(player, model.player_titles.get(player, "")), types


def _moves(model: SymbolicModel, tree: ExtensiveGame) -> Iterator[Entry]:
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
        head = _titled(f"{s.player or 'chance'} at {labels}", title)
        if s.is_chance:
            chances = zip(s.actions, s.chances, strict=True)
            yield head, [f"{event} with probability {p}" for event, p in chances]
        else:
            titles = model.action_titles.get(str(s.player), {})
            yield head, [_titled(a, titles.get(a, "")) for a in s.actions]
    if len(shown) > MAX_MOVES:
        yield f"... and {len(shown) - MAX_MOVES:,} more", []


def _parameter(p: Parameter) -> Entry:
    value = f"{p.name} = {p.formula if p.formula is not None else p.default}"
    if p.formula is None and p.default is None:
        value = f"{p.name} (no default)"
    facts = [f"range {p.range_text}" if p.range_text else "", p.unit and f"unit {p.unit}"]
    if p.controlled_by:
        facts.append(f"controlled by {p.controlled_by}")
    if p.distribution:
        facts.append("distribution " + ", ".join(f"{k} {v}" for k, v in p.distribution.items()))
    details = ["; ".join(f for f in facts if f), f"source: {p.source}" if p.source else ""]
    return (f"{value}: {p.title}" if p.title else value), details


def _definitions(model: SymbolicModel) -> Iterator[Entry]:
    for name, formula in model.definitions.items():
        yield f"{name} = {formula}", []


def _correlations(model: SymbolicModel) -> Iterator[Entry]:
    for c in model.correlations:
        yield f"{' and '.join(c.between)}: {c.value}", []


def _payoffs(payoffs: Mapping[str, Expression]) -> str:
    return ", ".join(f"{player} {formula}" for player, formula in payoffs.items())


def _outcomes(model: SymbolicModel) -> Iterator[Entry]:
    groups = {} if model.tree is None else model.tree.groups
    variants: dict[str, list[str]] = {}
    for label in model.outcomes:
        variants.setdefault(groups.get(label, label), []).append(label)
    shown = list(variants.items())
    for name, labels in shown[:MAX_OUTCOMES]:
        o = model.outcomes[labels[0]]
        lines = [f"payoffs: {_payoffs(o.payoffs)}"]
        if labels != [name]:
            lines = [
                f"payoffs {label.removeprefix(name).strip()}: "
                f"{_payoffs(model.outcomes[label].payoffs)}"
                for label in labels
            ]
        yield _titled(name, o.title), [o.description, *lines]
    if len(shown) > MAX_OUTCOMES:
        yield f"... and {len(shown) - MAX_OUTCOMES:,} more", []


def _measures(model: SymbolicModel) -> Iterator[Entry]:
    for m in model.measures:
        facts = [m.unit, SENSES.get(m.sense, "")]
        told = "; ".join(fact for fact in facts if fact)
        yield f"{_titled(m.name, m.title)}{f' ({told})' if told else ''}", [f"= {m.expression}"]


def _regimes(model: SymbolicModel) -> Iterator[Entry]:
    for r in model.named_regimes:
        yield r.name, [f"when {' and '.join(map(str, r.when))}", r.description]


def _scenarios(model: SymbolicModel) -> Iterator[Entry]:
    for s in model.scenarios.values():
        values = ", ".join(f"{k} = {v}" for k, v in s.values.items())
        source = f"source: {s.source}" if s.source else ""
        yield _titled(s.name, s.title), [values, s.story, source]


def _results(model: SymbolicModel) -> Iterator[Entry]:
    for r in model.known_results:
        where = ""
        if r.exists is not None:
            conditions = " and ".join(map(str, r.exists))
            where = f"({r.concept}) " + (f"where {conditions}" if conditions else "everywhere")
        yield r.title, [where, f"source: {r.source}" if r.source else ""]


def model_dict(model: SymbolicModel) -> dict[str, Any]:
    """Return the model's contents for programs: exact numbers and formulas as strings."""
    return {
        "schema": 1,
        "name": model.name,
        "title": model.title,
        "form": model.form,
        "summary": model.summary,
        "insight": model.insight,
        "source": model.source,
        "sha256": model.digest,
        "players": {p: model.player_titles.get(p, "") for p in model.players},
        **({} if model.tree is None else _tree(model, model.tree)),
        "actions": {
            player: {a: model.action_titles.get(player, {}).get(a, "") for a in actions}
            for player, actions in _actions(model).items()
        },
        "parameters": {name: _fields(p) for name, p in model.parameters.items()},
        "assumptions": [str(a) for a in model.assumptions],
        "definitions": {name: str(e) for name, e in model.definitions.items()},
        "correlations": [_fields(c) for c in model.correlations],
        "outcomes": {label: _fields(o) for label, o in model.outcomes.items()},
        "measures": {m.name: _fields(m) for m in model.measures},
        "regimes": [_fields(r) for r in model.named_regimes],
        "scenarios": {name: _fields(s) for name, s in model.scenarios.items()},
        "known_results": [{"title": r.title, "source": r.source} for r in model.known_results],
    }


def _actions(model: SymbolicModel) -> dict[str, tuple[str, ...]]:
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
