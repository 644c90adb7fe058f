"""The entries ``types``, ``tree`` and ``parts`` of a model file: from the schema to a game tree."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from deterrence.algebra.expressions import Expression, total
from deterrence.modelfile.file_context import FileContext, Labels, labels_of_tree
from deterrence.modelfile.forms.tree_builder import (
    MAX_OUTCOMES,
    Built,
    TypedOutcome,
    build,
    check_parts,
    count_outcomes,
)
from deterrence.modelfile.forms.tree_notation import Told, ToldEnd, ToldMove, ToldUse
from deterrence.modelfile.forms.tree_reader import REST, TreeReader
from deterrence.modelfile.forms.typed_formulas import Types, read_typed, variants
from deterrence.modelfile.measure_rules import MeasureRule
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.value_checks import ValueChecks
from deterrence.modelfile.yaml.entries import EntryPath

#: Types of one player.
MAX_TYPES = 50
#: Information sets with imperfect recall of which a file is warned.
MAX_RECALL = 5
#: Points at which priors are added up, to see whether they sum to 1 everywhere.
_POINTS = 4


def read_extensive(
    context: FileContext, base: SymbolicModel, rules: Sequence[MeasureRule], trial: ValueChecks
) -> tuple[SymbolicModel | None, Labels]:
    """Return ``base`` with the tree of the file, ``None`` where it has faults, and its labels."""
    reader = _TreeReader(context, trial)
    built = reader.read()
    if built is None:
        return None, reader.labels()
    game = built.game.replace(name=base.name, title=base.title)
    labels = reader.labels(built)
    measures = tuple(rule.measure(list(labels.outcomes or ())) for rule in rules)
    model = base.replace(
        outcomes=built.outcomes,
        tree=game.replace(measures=measures),
        measures=measures,
        types=reader.priors,
        type_titles=reader.titles,
        set_titles=built.set_titles,
        action_titles=built.action_titles,
    )
    reader.warn(built)
    return model, labels


class _TreeReader:
    def __init__(self, context: FileContext, trial: ValueChecks) -> None:
        self.context, self.trial, self.faults = context, trial, context.faults
        raw = context.faults.raw("types")
        #: Types as they stand in the file, faulty ones included.
        self.types: Types = {
            p: tuple(given)
            for p, given in (raw if isinstance(raw, dict) else {}).items()
            if isinstance(given, dict) and given and p in context.players
        }
        if raw is not None and len(self.types) < (len(raw) if isinstance(raw, dict) else 1):
            context.types_known = False
        self.priors: dict[str, dict[str, Expression]] = {}
        self.titles: dict[str, dict[str, str]] = {}
        self.tree: TreeReader | None = None
        #: Players on whose types a payoff or a chance depends.
        self.matter: set[str] = set()

    # ---- types --------------------------------------------------------
    def _read_types(self) -> bool:
        """Read the priors; say whether they are complete."""
        complete = True
        for player, given in self.context.spec.types.items():
            path: EntryPath = ("types", player)
            if player not in self.context.players:
                self.faults.unknown(path, "player", player, self.context.players, key=True)
                complete = False
                continue
            if not given:
                self.faults.add(path, "an empty mapping stands here", "{type: prior}", key=True)
            if len(given) > MAX_TYPES:
                what = f"{player} has {len(given)} types"
                self.faults.add(path, what, f"at most {MAX_TYPES}", key=True)
                self.faults.stop()
            for name in given:
                if name in self.context.players:
                    what = f"the type {name!r} has the name of a player"
                    self.faults.add((*path, name), what, "another name", key=True)
            priors: dict[str, Expression] = {}
            rests = [t for t, spec in given.items() if spec.prior.strip() == REST]
            if len(rests) > 1:
                self.faults.add(path, "two types get the rest", "at most one", key=True)
            for name, spec in given.items():
                if name not in rests:
                    e = self.context.formula((*path, name), spec.prior)
                    if e is not None:
                        priors[name] = e
            if not given or len(priors) + len(rests) < len(self.types[player]) or len(rests) > 1:
                complete = False
                continue
            if rests:
                priors[rests[0]] = Expression.number(1) - total(priors.values())
            listed = [(name, priors[name]) for name in given]
            if self.trial.check_chances(path, [((*path, n), n, e) for n, e in listed]):
                self._sums_to_one(path, [e for _, e in listed])
            self.priors[player] = dict(listed)
            self.titles[player] = {n: s.title for n, s in given.items() if s.title}
        return complete

    def _sums_to_one(self, path: EntryPath, priors: Sequence[Expression]) -> None:
        """Add a fault where the priors sum to 1 at the defaults only.

        Two formulas that agree at a few points chosen without regard to them are the
        same formula (Schwartz 1980, Zippel 1979), up to a negligible chance.
        """
        sum_ = total(priors)
        parameters = self.trial.parameters
        free = [n for n, p in parameters.items() if p.formula is None]
        for turn in range(1, _POINTS + 1):
            values = {n: Fraction(7 + (k * 37 + turn * 61) % 83, 97) for k, n in enumerate(free)}
            for name in self.trial.derived:
                formula = parameters[name].formula
                if formula is not None:
                    values[name] = self.trial.attempt(formula, values)
            value = self.trial.attempt(sum_, values)
            if value is None:
                continue  # a formula has no value there
            if isinstance(value, float) and math.isclose(value, 1):
                continue
            if value != 1:
                what = "the priors sum to 1 at the defaults only"
                wanted = "a sum of 1 whatever the parameters are, as of p and 1 - p"
                self.faults.add(path, what, wanted, "write `rest` for one of them", key=True)
                return

    # ---- outcomes -----------------------------------------------------
    def _outcomes(self) -> dict[str, TypedOutcome]:
        found = {}
        for label, spec in self.context.spec.outcomes.items():
            path: EntryPath = ("outcomes", label, "payoffs")
            entries = self.faults.payoffs(path, spec.payoffs, self.context.players)
            payoffs = {}
            for player, (where, raw) in entries.items():
                read = read_typed(self.context, where, raw, self.types, player)
                if read is not None:
                    payoffs[player] = read
            if payoffs.keys() == set(self.context.players):
                found[label] = TypedOutcome(label, payoffs, spec.title, spec.description)
                self.matter |= set(found[label].players)
        return found

    # ---- the tree -----------------------------------------------------
    def read(self) -> Built | None:
        """Return the game, ``None`` where there are faults."""
        before = len(self.faults.faults)
        spec, labels = self.context.spec, self.context.raw("outcomes")
        whole = self._read_types()
        outcomes = self._outcomes()
        parts = self.context.raw("parts")
        for name in parts:
            if name in labels:
                what = f"the part {name!r} has the name of an outcome"
                self.faults.add(("parts", name), what, "another name", key=True)
        reader = self.tree = TreeReader(self.context, self.types, labels, parts)
        root = None
        if self.context.require("tree"):
            root = reader.read(("tree",), spec.tree)
            if isinstance(root, ToldEnd):
                self.faults.add(("tree",), "nobody has a move", "{player: ..., moves: ...}")
        told = {name: reader.read(("parts", name), raw) for name, raw in spec.parts.items()}
        for move in reader.chances:
            self._check_chances(move)
        usable = {name: t for name, t in told.items() if t is not None}
        copies = math.prod(len(t) for t in self.types.values())
        if root is None or not check_parts(self.faults, usable, root, copies):
            return None
        if isinstance(_first(root, usable), ToldEnd):
            self.faults.add(("tree",), "nobody has a move", "{player: ..., moves: ...}")
        if count_outcomes(outcomes, self.types) > MAX_OUTCOMES:
            what = "the outcomes are too many once types are put in"
            self.faults.add(("outcomes",), what, f"at most {MAX_OUTCOMES:,}", key=True)
        if len(self.faults.faults) > before or not whole or len(outcomes) < len(labels):
            return None
        players = self.context.players
        return build(root, usable, players, self.priors, outcomes, list(reader.named))

    def _check_chances(self, move: ToldMove) -> None:
        path = (*move.path, "chance")
        matter = tuple(dict.fromkeys(p for c in move.chances for p in c.players))
        self.matter |= set(matter)
        for known in variants(self.types, matter):
            listed = [
                ((*path, event, "probability"), event, chance.at(known))
                for event, chance in zip(move.actions, move.chances, strict=True)
            ]
            if not self.trial.check_chances(path, listed):
                return

    # ---- labels and warnings ------------------------------------------
    def labels(self, built: Built | None = None) -> Labels:
        """Return what other entries may refer to; of a faulty tree, the names of outcomes."""
        if built is None:
            raw = self.context.raw("outcomes")
            return Labels(dict.fromkeys(raw) if raw else None)
        # Outcomes that are never reached may be asked for.
        return labels_of_tree(built.game, self.context.raw("outcomes"))

    def warn(self, built: Built) -> None:
        """Warn of what is not used, and of players who forget."""
        assert self.tree is not None
        for label in self.context.raw("outcomes"):
            if label not in self.tree.reached:
                what = f"the outcome {label} is never reached"
                self.faults.warn(("outcomes", label), what, "use it in the tree, or remove it")
        for name in self.context.raw("parts"):
            if name not in self.tree.used:
                what = f"the part {name} is not used"
                self.faults.warn(("parts", name), what, "use it in the tree, or remove it")
        movers = {s.player for s in built.game.sets}
        for player in self.types:
            if player not in movers | self.matter:
                what = f"the types of {player} make no difference"
                self.faults.warn(("types", player), what, "remove them")
        for fault in built.game.recall_faults[:MAX_RECALL]:
            where = (*built.places.get(fault.information_set, ("tree",)), "at")
            remedy = "if that is not meant, name the nodes differently with `at`"
            self.faults.warn(where, f"imperfect recall: {fault}", remedy)


def _first(root: Told, parts: Mapping[str, Told]) -> Told:
    while isinstance(root, ToldUse):
        root = parts[root.part]
    return root
