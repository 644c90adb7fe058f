"""The entry ``ladder`` of a model file: from the schema to a generated game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError, UsageError
from deterrence.modelfile.file_context import FileContext, Labels, labels_of_tree
from deterrence.modelfile.ladders.ladder import Ladder, Rung
from deterrence.modelfile.measure_rules import MeasureRule
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.schema.ladder import LadderSpecification
from deterrence.modelfile.value_checks import ValueChecks
from deterrence.modelfile.yaml.entries import EntryPath

#: A cost or hazard is repeated for every rung, so it must be short.
MAX_TERMS = 40
_K = frozenset({"k"})


def read_ladder(
    context: FileContext, base: SymbolicModel, rules: Sequence[MeasureRule], trial: ValueChecks
) -> SymbolicModel | None:
    """Return ``base`` with the game that the ladder generates, ``None`` where it has faults."""
    faults, spec = context.faults, context.spec.ladder
    if not context.require("ladder") or spec is None:
        return None
    if len(context.players) != 2:
        what = f"a ladder for {len(context.players)} players"
        faults.add(("players",), what, "two players", key=True)
        return None
    if "k" in context.names:
        what = "the name k is the number of the rung in a ladder's costs and hazards"
        faults.add(("parameters", "k"), what, "another name", key=True)
        return None
    before = len(faults.faults)
    parts: dict[str, dict[str, Expression]] = {}
    sequential = spec.moves == "sequential"
    for key in ("prize", "loss", "general_war"):
        entries = getattr(spec, key)
        context.check_players(("ladder", key), entries)
        # Stakes may differ by rung where the sides see at which rung they are.
        extra = _K if sequential and key != "general_war" else frozenset()
        parts[key] = _per_player(context, ("ladder", key), entries, extra)
        if not extra:
            context.defined += [(("ladder", key, p), e) for p, e in parts[key].items()]
    if spec.cost:
        context.check_players(("ladder", "cost"), spec.cost)
    cost = _per_player(context, ("ladder", "cost"), spec.cost, _K)
    hazard = _formula(context, ("ladder", "hazard"), spec.hazard)
    rungs: list[Rung] = []
    for label, rung in spec.rungs.items():
        path: EntryPath = ("ladder", "rungs", label)
        for player in rung.cost:
            if player not in context.players:
                where = (*path, "cost", player)
                faults.unknown(where, "player", player, context.players, key=True)
        own = _per_player(context, (*path, "cost"), rung.cost, _K)
        own_hazard = _formula(context, (*path, "hazard"), rung.hazard)
        if not rungs and (rung.cost or rung.hazard is not None):
            what = "the first rung is the status quo, which has no cost and no hazard"
            faults.add(path, what, "a label, or label: title", key=True)
        for player in rung.titles:
            if player not in context.players:
                where = (*path, "titles", player)
                faults.unknown(where, "player", player, context.players, key=True)
        if rung.titles and not sequential:
            what = "titles by player belong to ladders with moves in turn"
            faults.add((*path, "titles"), what, "title: ...", key=True)
        rungs.append(Rung(label, rung.title, own, own_hazard, rung.group, rung.titles))
    _check_turns(context, spec, [r.label for r in rungs])
    if len(faults.faults) > before or not context.spec.ladder:
        return None
    first, second = context.players
    ladder = Ladder(
        (first, second),
        tuple(rungs),
        parts["prize"],
        parts["loss"],
        parts["general_war"],
        cost,
        hazard,
        tuple(rules),
        sequential,
        spec.first,
        spec.who,
    )
    _try(ladder, trial)
    if len(faults.faults) > before:
        return None
    try:
        return base.with_ladder(ladder)
    except (ExpressionError, UsageError) as error:
        faults.add(("ladder",), error.what, remedy=error.remedy, key=True)
        return None


def labels_of_ladder(model: SymbolicModel) -> Labels:
    """Return what other entries of the file may refer to in the game of a ladder."""
    if model.tree is not None:
        return labels_of_tree(model.tree)
    actions = dict(zip(model.players, model.actions, strict=True))
    return Labels(dict.fromkeys(model.outcomes), actions)


def _check_turns(context: FileContext, spec: LadderSpecification, rungs: Sequence[str]) -> None:
    """Add faults for what is said of turns: unknown sides and rungs, or moves at once."""
    faults, path = context.faults, ("ladder",)
    if spec.moves != "sequential":
        for key in ("first", "who"):
            if getattr(spec, key):
                what = f"{key} belongs to ladders with moves in turn"
                faults.add((*path, key), what, remedy="write `moves: sequential`", key=True)
        return
    if spec.first and spec.first not in context.players:
        faults.unknown((*path, "first"), "player", spec.first, context.players)
    for rung, player in spec.who.items():
        if rung not in rungs[:-1]:
            faults.unknown((*path, "who", rung), "rung below the top", rung, rungs[:-1], key=True)
        if player not in context.players:
            faults.unknown((*path, "who", rung), "player", player, context.players)


def _formula(context: FileContext, path: EntryPath, text: str | None) -> Expression | None:
    if text is None:
        return None
    e = context.formula(path, text, _K)
    if e is not None and sum(1 for _ in e.walk()) > MAX_TERMS:
        context.faults.add(
            path, "the formula is too long for a ladder", f"at most {MAX_TERMS} terms"
        )
        return None
    return e


def _per_player(
    context: FileContext, path: EntryPath, entries: Mapping[str, str], extra: frozenset[str]
) -> dict[str, Expression]:
    read = {
        p: _formula(context, (*path, p), text) if extra else context.formula((*path, p), text)
        for p, text in entries.items()
    }
    return {p: e for p, e in read.items() if e is not None}


def _try(ladder: Ladder, trial: ValueChecks) -> None:
    """Add faults for costs without a value and hazards that are no probabilities."""
    for k in range(1, len(ladder.rungs)):
        own = ladder.rungs[k]
        for key in ("prize", "loss") if ladder.sequential else ():
            for player, formula in getattr(ladder, key).items():
                what = f"the {key} at rung {k} has no value at the defaults"
                values = {**trial.defaults, "k": k}
                trial.evaluate(("ladder", key, player), formula, values, what)
        path: EntryPath = ("ladder", "rungs", own.label) if own.hazard is not None else ("ladder",)
        values = {**trial.defaults, "k": k}
        formula = own.hazard if own.hazard is not None else ladder.hazard
        if formula is not None:
            what = f"the hazard of rung {k} has no value at the defaults"
            hazard = trial.evaluate((*path, "hazard"), formula, values, what)
            if hazard is not None and not 0 <= hazard <= 1:
                what = f"the hazard of rung {k} is {hazard} at the defaults"
                trial.faults.add((*path, "hazard"), what, "a number from 0 to 1")
                return
        for player in ladder.players:
            path = ("ladder", "rungs", own.label) if player in own.cost else ("ladder",)
            cost = own.cost.get(player, ladder.cost.get(player))
            if cost is not None:
                what = f"the cost of rung {k} has no value at the defaults"
                trial.evaluate((*path, "cost", player), cost, values, what)
