"""What ``deterrence models show`` prints of a model, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deterrence.game.markup import WIDTH, flow, wrap

if TYPE_CHECKING:
    from deterrence.game.expressions import Expression
    from deterrence.game.parameters import Parameter
    from deterrence.modelfile.model import Model


def model_text(model: Model, *, width: int = WIDTH) -> str:
    """Return everything that a reader must know to judge the model's numbers."""
    lines = [*wrap(model.title, width), f"{model.name} ({model.form})"]
    if model.summary:
        lines += ["", *wrap(model.summary, width)]
    if model.source:
        lines += ["", *wrap(f"Source: {model.source}", width, rest="  ")]
    lines += _section("Players and their actions", _players(model), width)
    lines += _section("Parameters", map(_parameter, model.parameters.values()), width)
    always = ", ".join(str(a) for a in model.assumptions)
    if always:
        lines += ["", "Assumptions that always hold"]
        lines += flow(map(str, model.assumptions), width, first="  ", rest="  ")
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


def _players(model: Model) -> Iterator[Entry]:
    for player, actions in zip(model.players, model.actions, strict=True):
        titles = model.action_titles.get(player, {})
        named = [_titled(a, titles.get(a, "")) for a in actions]
        yield _titled(player, model.player_titles.get(player, "")), named


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


def _correlations(model: Model) -> Iterator[Entry]:
    for c in model.correlations:
        yield f"{' and '.join(c.between)}: {c.value}", []


def _payoffs(payoffs: Mapping[str, Expression]) -> str:
    return ", ".join(f"{player} {formula}" for player, formula in payoffs.items())


def _outcomes(model: Model) -> Iterator[Entry]:
    for label, o in model.outcomes.items():
        yield _titled(label, o.title), [o.description, f"payoffs: {_payoffs(o.payoffs)}"]


def _measures(model: Model) -> Iterator[Entry]:
    for m in model.measures:
        unit = f" ({m.unit})" if m.unit else ""
        yield f"{_titled(m.name, m.title)}{unit}", [f"= {m.expression}"]


def _regimes(model: Model) -> Iterator[Entry]:
    for r in model.named_regimes:
        yield r.name, [f"when {' and '.join(map(str, r.when))}", r.description]


def _scenarios(model: Model) -> Iterator[Entry]:
    for s in model.scenarios.values():
        values = ", ".join(f"{k} = {v}" for k, v in s.values.items())
        source = f"source: {s.source}" if s.source else ""
        yield _titled(s.name, s.title), [values, s.story, source]


def _results(model: Model) -> Iterator[Entry]:
    for r in model.known_results:
        yield r.title, [f"source: {r.source}" if r.source else ""]


def model_dict(model: Model) -> dict[str, Any]:
    """Return the model's contents for programs: exact numbers and formulas as strings."""
    return {
        "schema": 1,
        "name": model.name,
        "title": model.title,
        "form": model.form,
        "summary": model.summary,
        "source": model.source,
        "sha256": model.digest,
        "players": {p: model.player_titles.get(p, "") for p in model.players},
        "actions": {
            player: {a: model.action_titles.get(player, {}).get(a, "") for a in actions}
            for player, actions in zip(model.players, model.actions, strict=True)
        },
        "parameters": {name: _fields(p) for name, p in model.parameters.items()},
        "assumptions": [str(a) for a in model.assumptions],
        "correlations": [_fields(c) for c in model.correlations],
        "outcomes": {label: _fields(o) for label, o in model.outcomes.items()},
        "measures": {m.name: _fields(m) for m in model.measures},
        "regimes": [_fields(r) for r in model.named_regimes],
        "scenarios": {name: _fields(s) for name, s in model.scenarios.items()},
        "known_results": [{"title": r.title, "source": r.source} for r in model.known_results],
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
