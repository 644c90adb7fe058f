r"""Signalling games: the intuitive criterion and D1, exactly, and which message kills what.

Chance draws the sender's type :math:`\theta`, the sender chooses a message :math:`m`, the
receiver sees the message only and replies.  (Later moves at which one action dominates are
taken as made.)  Of an equilibrium that gives the types :math:`u^*(\theta)`, look at a
message that is not sent.  :math:`BR(T, m)` are the replies that are best for some belief on
the types :math:`T`, :math:`MBR(T, m)` the mixtures of replies that are best together.

* Intuitive criterion (Cho and Kreps 1987, Quarterly Journal of Economics 102, p. 202): out
  are the types with :math:`u^*(\theta) > \max_{BR(\Theta, m)} u(\theta, m, a)`.  The
  equilibrium fails if some type has :math:`u^*(\theta) < \min u(\theta, m, a)` over the
  replies that are best for beliefs on the others.
* D1 (Banks and Sobel 1987, Econometrica 55; Cho and Kreps 1987, p. 205): out are the types
  that another type is always strictly keener than: whenever :math:`\theta` would gain by
  :math:`m` or not mind, :math:`\theta'` gains.  The equilibrium fails if no reply that is
  best for some belief on the types that stay keeps all types from sending :math:`m`.

Both are properties of what an equilibrium gives to the types.  All comparisons are exact;
ties go as the definitions say (strict where they are strict).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.linear import maximise
from deterrence.solvers.beliefs.best_replies import best_at_one_belief, best_together
from deterrence.solvers.beliefs.tree_facts import TreeFacts
from deterrence.words.markup import both

_ZERO, _ONE = Fraction(0), Fraction(1)

#: Payoffs by type and reply.
ReplyPayoffs = dict[int, dict[int, Any]]


@dataclass(frozen=True)
class Message:
    """A message that gets a reply: the receiver's set, and payoffs of both by type and reply."""

    set: int
    label: str
    replies: tuple[int, ...]
    sender: ReplyPayoffs
    receiver: ReplyPayoffs


@dataclass(frozen=True)
class Signalling:
    """A signalling game: the sender's types (nodes of the sender), and messages with replies."""

    sender: int
    receiver: int
    #: The name of the type at each of the sender's nodes.
    types: Mapping[int, str]
    messages: tuple[Message, ...]


def signalling_of(facts: TreeFacts) -> Signalling | None:
    """Return what makes a tree a signalling game, or ``None`` if it is none."""
    game = facts.game
    root = game.sets[game.nodes[0].set] if game.nodes[0].set >= 0 else None
    if root is None or not root.is_chance:
        return None
    types: dict[int, str] = {}
    senders, receivers = set(), set()
    for p, event, x in zip(root.chances, root.actions, game.nodes[0].children, strict=True):
        h = game.nodes[x].set
        if not p:
            continue
        if h < 0 or game.sets[h].is_chance or len(game.sets[h].nodes) != 1:
            return None
        types[x] = event
        senders.add(facts.mover[h])
    messages: dict[int, dict[int, tuple[int, str]]] = {}
    for x in types:
        h = game.nodes[x].set
        for action, y in zip(game.sets[h].actions, game.nodes[x].children, strict=True):
            s = game.nodes[y].set
            if s >= 0 and game.sets[s].is_chance:
                return None
            if s < 0 or len(facts.allowed[s]) == 1:
                if _payoffs(facts, y) is None:
                    return None
                continue  # no reply, or one that is certain
            if x in messages.setdefault(s, {}):
                return None  # two messages of one type look alike
            messages[s][x] = (y, action)
            receivers.add(facts.mover[s])
    if len(senders) != 1 or len(receivers) != 1 or senders == receivers or len(types) < 2:
        return None
    sender, receiver = senders.pop(), receivers.pop()
    found = []
    for s, nodes in messages.items():
        own: ReplyPayoffs = {}
        other: ReplyPayoffs = {}
        for x, (y, _) in nodes.items():
            for a in range(len(game.sets[s].actions)):
                worth = _payoffs(facts, game.nodes[y].children[a])
                if worth is None:
                    return None
                paid = [u + v for u, v in zip(worth, game.paid(y), strict=True)]
                own.setdefault(x, {})[a] = paid[sender]
                other.setdefault(x, {})[a] = paid[receiver]
        labels = dict.fromkeys(action for _, action in nodes.values())
        replies = tuple(range(len(game.sets[s].actions)))
        found.append(Message(s, " / ".join(labels), replies, own, other))
    return Signalling(sender, receiver, types, tuple(found))


def _payoffs(facts: TreeFacts, k: int) -> list[Any] | None:
    """Return what a node is worth to everybody if nothing is left to decide there."""
    game = facts.game
    node = game.nodes[k]
    total = list(game.paid(k))
    if node.set < 0:
        return total
    s = game.sets[node.set]
    if s.is_chance:
        pairs = [(p, c) for p, c in zip(s.chances, node.children, strict=True) if p]
    elif len(facts.allowed[node.set]) == 1:
        pairs = [(_ONE, node.children[facts.allowed[node.set][0]])]
    else:
        return None
    for p, child in pairs:
        below = _payoffs(facts, child)
        if below is None:
            return None
        total = [t + p * u for t, u in zip(total, below, strict=True)]
    return total


def refinements(
    facts: TreeFacts, game: Signalling, moves: Mapping[int, Sequence[Any]]
) -> dict[str, str]:
    """Return what both criteria say of a profile: ``passes``, or why it fails."""
    worth = _worth(facts, game, moves)
    verdicts = {}
    for name, test in (("intuitive criterion", _intuitive), ("D1", _d1)):
        failures = []
        for message in game.messages:
            if any(_sent(facts, moves, x, message) for x in message.sender):
                continue
            why = test(game, message, worth)
            if why:
                failures.append(f"after {message.label}, {why}")
        verdicts[name] = f"fails: {'; '.join(failures)}" if failures else "passes"
    return verdicts


def _sent(facts: TreeFacts, moves: Mapping[int, Sequence[Any]], x: int, message: Message) -> bool:
    node = facts.game.nodes[x]
    return any(
        p != 0 and facts.game.nodes[y].set == message.set
        for p, y in zip(moves[node.set], node.children, strict=True)
    )


def _worth(
    facts: TreeFacts, game: Signalling, moves: Mapping[int, Sequence[Any]]
) -> dict[int, Any]:
    """Return what each type gets in equilibrium from its move on."""
    worth = facts.worth_under(moves)
    return {x: worth[x][game.sender] - facts.game.paid(x)[game.sender] for x in game.types}


# ---- best replies ---------------------------------------------------------------------------
def _replies(message: Message, types: Sequence[int]) -> dict[int, list[Any]]:
    """Return what each reply pays the receiver against each of some types."""
    return {a: [message.receiver[x][a] for x in types] for a in message.replies}


def _possible(message: Message, types: Sequence[int]) -> list[int]:
    """Return the replies that are best at some belief on some types."""
    worth = _replies(message, types)
    return [a for a in message.replies if best_at_one_belief(worth, (a,))]


# ---- the two criteria -------------------------------------------------------------------------
def _intuitive(game: Signalling, message: Message, worth: Mapping[int, Any]) -> str:
    types = list(message.sender)
    possible = _possible(message, types)
    most = {x: max(message.sender[x][a] for a in possible) for x in types}
    out = [x for x in types if worth[x] > most[x]]
    left = [x for x in types if x not in out]
    if not out or not left:
        return ""
    after = _possible(message, left)
    for x in left:
        least = min(message.sender[x][a] for a in after)
        if least > worth[x]:
            never = " and ".join(
                f"{game.types[y]} (at most {both(most[y])} against {both(worth[y])})" for y in out
            )
            return (
                f"which never pays for {never}, {game.types[x]} gains once that is understood: "
                f"at least {both(least)} against {both(worth[x])}"
            )
    return ""


def _d1(game: Signalling, message: Message, worth: Mapping[int, Any]) -> str:
    types = list(message.sender)
    mixtures = best_together(_replies(message, types))
    out: dict[int, int] = {}
    for x in types:
        for y in types:
            if x != y and x not in out and _keener(message, mixtures, worth, x, y):
                out[x] = y
    left = [x for x in types if x not in out]
    if not left:
        return ""
    if any(_deterring(message, chosen, worth) for chosen in best_together(_replies(message, left))):
        return ""
    less = " and ".join(
        f"{game.types[x]} is less keen than {game.types[y]}" for x, y in out.items()
    )
    who = " or ".join(game.types[x] for x in left)
    because = f"{less}, and " if less else ""
    return f"{because}no reply to {who} keeps every type from sending it"


def _keener(
    message: Message, mixtures: Sequence[tuple[int, ...]], worth: Mapping[int, Any], x: int, y: int
) -> bool:
    """Say whether ``y`` gains strictly whenever ``x`` gains or does not mind, and gains at all."""
    gains = False
    for chosen in mixtures:
        own = [message.sender[x][a] - worth[x] for a in chosen]
        other = [message.sender[y][a] - worth[y] for a in chosen]
        gains = gains or max(other) > 0
        least = maximise(
            [-u for u in other], [[-u for u in own]], [_ZERO], [[_ONE] * len(chosen)], [_ONE]
        )
        if least.status == "optimal" and -least.value <= 0:
            return False
    return gains


def _deterring(message: Message, chosen: Sequence[int], worth: Mapping[int, Any]) -> bool:
    """Say whether a mixture of some replies leaves no type a gain."""
    rows = [[message.sender[x][a] for a in chosen] for x in message.sender]
    nothing, most = [_ZERO] * len(chosen), [worth[x] for x in message.sender]
    return maximise(nothing, rows, most, [[_ONE] * len(chosen)], [_ONE]).status == "optimal"
