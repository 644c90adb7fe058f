"""Statements about equilibria: the one place that reads and checks them.

A statement compares numbers that an equilibrium has: measures (``war``), the
probabilities of outcomes (``P(war)``) and of actions (``prob(NATO, escalate)``),
payoffs (``payoff(NATO)``) and parameters.  Comparisons may be joined by ``and``,
``or`` and ``not``; a number alone stands for it being 0.  Every analysis and every
command takes statements through :func:`read_statement`, so a text is accepted by all
of them or refused by all of them, with the same words.

>>> from deterrence.modelfile.catalogue import load_model
>>> game = load_model("rudimentary-deterrence")
>>> print(read_statement(game, "war").shown)
war == 0
>>> read_statement(game, "wor > 1/2")
Traceback (most recent call last):
    ...
deterrence.errors.UsageError: rudimentary-deterrence has no measure or parameter 'wor' \
(did you mean 'war'? measures: deterrence, war)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deterrence.algebra.expression_reader import QUERIES
from deterrence.algebra.expressions import Expression
from deterrence.errors import QueryError, UsageError, did_you_mean
from deterrence.game.measures import Measure
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.play import leaf_name
from deterrence.modelfile.model import SymbolicModel

#: What statements can be about: a model with symbols, or a game with numbers.
AnyGame = SymbolicModel | StrategicGame | ExtensiveGame
#: The left side, the sign and the right side of a comparison.
Comparison = tuple[Expression, str, Expression]
#: Statements in words that sentences begin with.
SUBJECTS = ("no war", "deterrence")
#: Characters of a list of names in an error.
_LISTED = 300


@dataclass(frozen=True)
class Statement:
    """A statement that fits its game.

    ``text`` is what was written.  ``shown`` is true or false, and speaks of measures by
    name; in ``formula`` their definitions are put in, so that it speaks of
    probabilities, payoffs and parameters only.
    """

    text: str
    shown: Expression
    formula: Expression

    def __str__(self) -> str:
        return str(self.shown)


@dataclass(frozen=True)
class Vocabulary:
    """The names that a statement about a game may use; see :func:`vocabulary`."""

    game: str
    measures: Mapping[str, Measure]
    parameters: tuple[str, ...]
    outcomes: tuple[str, ...]
    actions: Mapping[str, tuple[str, ...]]

    def check(self, e: Expression) -> None:
        """Raise :class:`UsageError` for the first name or label that the game does not have."""
        for name in sorted(e.names - {*self.measures, *self.parameters}):
            raise UsageError(
                f"{self.game} has no measure or parameter {name[:60]!r}",
                remedy=self._nearest(name),
            )
        for node in e.walk():
            if node.op == "query":
                self._check_query(node)

    def _nearest(self, name: str) -> str:
        known = [*self.measures, *self.parameters]
        if name in QUERIES:
            return self.asked(name)
        query = self._query_about(name)
        if query is not None and did_you_mean(name, known) == "":
            return f"did you mean {query}? {self.subjects}"
        return " ".join(text for text in (did_you_mean(name, known), self.subjects) if text)

    def _query_about(self, label: str) -> Expression | None:
        """Return what may be asked about an outcome, a player or an action."""
        if label in self.outcomes:
            return Expression("query", "P", label)
        if label in self.actions:
            return Expression("query", "payoff", label)
        movers = [player for player, own in self.actions.items() if label in own]
        return Expression("query", "prob", movers[0], label) if movers else None

    @property
    def subjects(self) -> str:
        """The list of measures for an error; of outcomes, where there are no measures."""
        if self.measures or not self.outcomes:
            return listed("measures", self.measures)
        return listed("outcomes", (str(Expression("query", "P", o)) for o in self.outcomes))

    def asked(self, query: str, labels: Sequence[str] = ()) -> str:
        """Say how a query is written, and what it can be asked about here."""
        text = f"write {query}({', '.join(QUERIES[query])}); "
        if query == "P":
            return text + listed("outcomes", self.outcomes)
        text += listed("players", self.actions)
        movers = [label for label in labels if label in self.actions]
        if query == "prob":
            for player in movers[:1] or self.actions:
                text += f"; {listed(f'actions of {player}', self.actions[player])}"
        return text

    def _check_query(self, query: Expression) -> None:
        kind, label, *action = query.args
        what, known = ("outcomes", self.outcomes) if kind == "P" else ("players", [*self.actions])
        if action and label in known:
            what, known, label = f"actions of {label}", self.actions[label], action[0]
        if label not in known:
            raise UsageError(
                f"{query} asks for {label[:60]!r}, which {self.game} does not have",
                remedy=remedy(label, known, what),
            )


def read_statement(game: AnyGame, text: str | Expression) -> Statement:
    """Return a statement about the equilibria of a game.

    Raises :class:`UsageError` for names and labels that the game does not have and for
    what says nothing about equilibria, and
    :class:`~deterrence.errors.ExpressionError` for text that is no expression.
    """
    e, words = _read(game, text)
    if not e.is_boolean:
        e = Expression("compare", ("==",), e, Expression.number(0))
    if not (e.names & {*words.measures} or any(n.op == "query" for n in e.walk())):
        raise UsageError(
            f"'{e}' says nothing about equilibria",
            remedy="name a measure, or ask P(outcome), payoff(player) or prob(player, action); "
            + words.subjects,
        )
    return Statement(str(text), e, _defined(e, words))


def read_quantity(game: AnyGame, text: str | Expression) -> Expression:
    """Return a number that an equilibrium has as an expression, definitions of measures put in.

    Raises as :func:`read_statement` does, and :class:`UsageError` for what is true or
    false.
    """
    e, words = _read(game, text)
    if e.is_boolean:
        raise UsageError(
            f"{str(text)[:60]!r} is true or false, no number", remedy="leave the comparison out"
        )
    return _defined(e, words)


def read_measures(game: AnyGame, names: Iterable[str]) -> tuple[Measure, ...]:
    """Return measures by their names; raise :class:`UsageError` where the game has none so called.

    >>> from deterrence.modelfile.catalogue import load_model
    >>> [m.title for m in read_measures(load_model("chicken"), ["war"])]
    ['probability of the collision']
    """
    known = {m.name: m for m in game.measures}
    found = []
    for name in names:
        if name not in known:
            raise UsageError(
                f"{game.name} has no measure {name[:60]!r}", remedy=remedy(name, known, "measures")
            )
        found.append(known[name])
    return tuple(found)


def _read(game: AnyGame, text: str | Expression) -> tuple[Expression, Vocabulary]:
    words = vocabulary(game)
    if isinstance(text, str) and not text.strip():
        raise UsageError("the statement is empty", remedy=which(game))
    try:
        e = Expression.parse(text, queries=True) if isinstance(text, str) else text
    except QueryError as error:
        raise UsageError(error.what, remedy=words.asked(error.query, error.labels)) from None
    words.check(e)
    return e, words


def _defined(e: Expression, words: Vocabulary) -> Expression:
    return e.substitute({name: m.expression for name, m in words.measures.items()})


# ---- what there is to speak of ------------------------------------------------------------
def vocabulary(game: AnyGame) -> Vocabulary:
    """Return the names that statements about a game may use.

    Outcomes are those that have a probability: not those that are paid on the way of a
    tree, but those that are never reached; and of cells with payoffs of their own, the
    cells' names.
    """
    parameters = game.parameters if isinstance(game, SymbolicModel) else game.values
    return Vocabulary(
        game=game.name,
        measures={m.name: m for m in game.measures},
        parameters=tuple(parameters),
        outcomes=_askable(game),
        actions={player: actions_of(game, player) for player in game.players},
    )


def outcomes_of(model: SymbolicModel) -> tuple[str, ...]:
    """Return the names of a model's outcomes: those whose probabilities are of interest.

    >>> from deterrence.modelfile.catalogue import load_model
    >>> outcomes_of(load_model("unilateral-deterrence"))
    ('status_quo', 'defender_concedes', 'challenger_backs_down', 'conflict')
    """
    return tuple(model.outcomes) if model.tree is None else _ends(model.tree)


def actions_of(game: AnyGame, player: str) -> tuple[str, ...]:
    """Return the names of a player's actions, in a tree over all information sets."""
    tree = _tree(game)
    if tree is None:
        assert not isinstance(game, ExtensiveGame)
        return game.actions[game.players.index(player)]
    return tuple(dict.fromkeys(a for s in tree.sets if s.player == player for a in s.actions))


def _tree(game: AnyGame) -> ExtensiveGame | None:
    if isinstance(game, ExtensiveGame):
        return game
    return game.tree if isinstance(game, SymbolicModel) else None


def _ends(tree: ExtensiveGame) -> tuple[str, ...]:
    return tuple(dict.fromkeys(leaf_name(tree, k) for k in tree.leaves))


def _askable(game: AnyGame) -> tuple[str, ...]:
    tree = _tree(game)
    if tree is not None:
        group = tree.groups
        on_the_way = {
            group.get(n.outcome, n.outcome)
            for n in tree.nodes
            if n.set >= 0 and isinstance(n.outcome, str)
        }
        declared = (group.get(label, label) for label in tree.outcomes)
        return tuple(dict.fromkeys((*_ends(tree), *(o for o in declared if o not in on_the_way))))
    if isinstance(game, StrategicGame):
        lotteries = game.cell_outcomes()
        return tuple(dict.fromkeys(label for lottery in lotteries for label, _ in lottery))
    assert isinstance(game, SymbolicModel)
    cells = zip(game.cells, game.cell_names(), strict=True)
    return (*game.outcomes, *(name for cell, name in cells if cell.payoffs is not None))


# ---- proposals ----------------------------------------------------------------------------
def proposal(game: AnyGame) -> str:
    """Return a statement that can be asked about this game: its own, not that of another.

    >>> from deterrence.modelfile.catalogue import load_model
    >>> proposal(load_model("chicken")), proposal(load_model("reassurance"))
    ('war == 0', 'trust == 0')
    """
    for measure in sorted(game.measures, key=lambda m: m.name != "war"):
        return f"{measure.name} {'==' if is_chance(measure.expression) else '>'} 0"
    words = vocabulary(game)
    if words.outcomes:
        return f"{Expression('query', 'P', words.outcomes[-1])} == 0"
    return f"{Expression('query', 'payoff', game.players[0])} > 0"


def which(game: AnyGame, option: str = "") -> str:
    """Say, where no statement was made, which could be: the remedy of an error.

    >>> from deterrence.modelfile.catalogue import load_model
    >>> which(load_model("rudimentary-deterrence"), "--conclusion ")
    "such as --conclusion 'war == 0'; measures: deterrence, war"
    """
    text = proposal(game)
    quoted = f"'{text}'" if "'" not in text else '"' + text.replace('"', '\\"') + '"'
    return f"such as {option}{quoted}; {vocabulary(game).subjects}"


# ---- parts of statements ------------------------------------------------------------------
def comparisons(e: Expression) -> Iterator[Comparison]:
    """Yield every comparison of two sides in a statement, in reading order."""
    if e.op == "compare":
        yield from zip(e.args[1:], e.args[0], e.args[2:], strict=False)
        return
    for child in e.children:
        yield from comparisons(child)


def is_chance(e: Expression) -> bool:
    """Say whether a formula adds up probabilities of outcomes, and nothing else."""
    return all(n.op == "add" or (n.op == "query" and n.args[0] == "P") for n in e.walk())


def usual_questions(model: SymbolicModel) -> tuple[str, ...]:
    """Return what is asked unless something else is, of probabilities only.

    What is to be avoided first, and of what is wanted whether it is certain.

    >>> from deterrence.modelfile.catalogue import load_model
    >>> usual_questions(load_model("rudimentary-deterrence"))
    ('war == 0', 'deterrence == 1')
    """
    order = {"avoid": 0, "want": 1, "": 2}
    chances = [m for m in model.measures if is_chance(m.expression)]
    return tuple(
        f"{m.name} == {1 if m.sense == 'want' else 0}"
        for m in sorted(chances, key=lambda m: order[m.sense])
    )


def phrase_of(statement: Expression, measures: Iterable[Measure]) -> str:
    """Return a statement as people say it, where they have words for it; else as it stands.

    That a probability is 0, or is not, has such words.  The word deterrence is kept for the
    measure of that name, which says what the model takes it to be.

    >>> from deterrence.modelfile.catalogue import load_model
    >>> model = load_model("rudimentary-deterrence")
    >>> texts = "war == 0", "war > 0", "deterrence > 0", "deterrence == 1", "war < 1/2"
    >>> [phrase_of(read_statement(model, text).shown, model.measures) for text in texts]
    ['no war', 'a risk of war', 'a chance of deterrence', 'deterrence', 'war < 1/2']
    """
    if statement.op != "compare" or len(statement.args[0]) != 1:
        return str(statement)
    (sign,), left, right = statement.args
    measure = next((m for m in measures if left.op == "name" and left.args[0] == m.name), None)
    if measure is None or not is_chance(measure.expression):
        return str(statement)
    name = measure.name.replace("_", " ")
    if right == Expression.number(1) and sign == "==" and name == "deterrence":
        return name
    if right == Expression.number(0) and sign == "==":
        return f"no {name}"
    if right == Expression.number(0) and sign in (">", "!="):
        return f"a {'chance' if measure.sense == 'want' else 'risk'} of {name}"
    return str(statement)


def subject_of(phrase: str, statement: Expression) -> str:
    """Return what a sentence about a statement begins with: words for the best known ones.

    >>> from deterrence.modelfile.catalogue import load_model
    >>> subject_of("no war", read_statement(load_model("chicken"), "war").shown)
    'No war'
    """
    return phrase.capitalize() if phrase in SUBJECTS else str(statement)


# ---- help in errors -----------------------------------------------------------------------
def remedy(word: str, known: Iterable[str], what: str, shown: Iterable[str] | None = None) -> str:
    """Return the nearest known word, and the list of those that there are (or of ``shown``)."""
    known = list(known)
    texts = did_you_mean(word, known), listed(what, known if shown is None else shown)
    return " ".join(text for text in texts if text)


def listed(what: str, names: Iterable[str]) -> str:
    """Return a list of names for an error, cut where it is long."""
    text = ", ".join(names) or "none"
    if len(text) > _LISTED:
        text = text[:_LISTED].rsplit(", ", 1)[0] + ", ..."
    return f"{what}: {text}"
