"""Trees with private information for the tests of equilibria with beliefs."""

from __future__ import annotations

from fractions import Fraction

from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf


def beer_quiche(strong: str = "9/10") -> ExtensiveGame:
    """Cho and Kreps 1987, in deterrence dress: arm or parley, and an attacker who watches.

    The strong type likes to arm (beer), the weak one to parley (quiche); being left
    alone is worth two.  The rival attacks if he thinks it more likely that it is weak.
    """
    outcomes = {}
    branches = {}
    for kind, p in (("strong", Fraction(strong)), ("weak", 1 - Fraction(strong))):
        moves = {}
        for message in ("arm", "parley"):
            ends = {}
            for reply in ("attack", "refrain"):
                liked = (kind == "strong") == (message == "arm")
                right = (kind == "weak") == (reply == "attack")
                label = f"{kind} {message} {reply}"
                outcomes[label] = (int(liked) + 2 * (reply == "refrain"), int(right))
                ends[reply] = Leaf(label)
            moves[message] = Decision("Rival", f"after {message}", ends)
        branches[f"State {kind}"] = (p, Decision("State", f"signal ({kind})", moves))
    tree = Chance(branches, "State's type")
    return ExtensiveGame.from_tree(("State", "Rival"), tree, outcomes, name="beer-quiche")


def rudimentary(p: str = "1/4", a_sq: int = 0) -> ExtensiveGame:
    """M08: attack or not; the defender is hard with probability ``p``."""
    outcomes = {
        "SQ": (a_sq, 3),
        "DC": (1, 1),
        "DD hard": (-2, 2),
        "DD soft": (-2, -1),
    }
    branches = {}
    for kind, q in (("hard", Fraction(p)), ("soft", 1 - Fraction(p))):
        reply = Decision(
            "B", f"reply ({kind})", {"concede": Leaf("DC"), "resist": Leaf(f"DD {kind}")}
        )
        branches[f"B {kind}"] = (q, Decision("A", "first", {"wait": Leaf("SQ"), "attack": reply}))
    tree = Chance(branches, "B's type")
    return ExtensiveGame.from_tree(("A", "B"), tree, outcomes, name="rudimentary")


def chain_store(p: str = "1/10", b: str = "1/2") -> ExtensiveGame:
    """M24 with two challengers, met in turn; a tough defender always fights."""
    p_, b_ = Fraction(p), Fraction(b)
    # Worth of one market to the challenger and to a weak or tough defender.
    worth = {
        "out": (Fraction(0), Fraction(1), Fraction(1)),
        "yield": (b_, Fraction(0), Fraction(-1)),
        "fight": (b_ - 1, Fraction(-1), Fraction(0)),
    }
    outcomes = {}
    branches = {}

    def leaf(kind: str, first: str, second: str) -> Leaf:
        label = f"{kind} {first} {second}"
        k = 1 if kind == "weak" else 2
        outcomes[label] = (worth[first][0], worth[second][0], worth[first][k] + worth[second][k])
        return Leaf(label)

    def market(kind: str, first: str | None) -> Decision:
        who = "One" if first is None else "Two"
        where = "first" if first is None else f"second after {first}"

        def after(what: str) -> Decision | Leaf:
            return market(kind, what) if first is None else leaf(kind, first, what)

        reply = Decision(
            "Defender",
            f"reply {where} ({kind})",
            {"fight": after("fight"), "yield": after("yield")},
        )
        return Decision(who, where, {"out": after("out"), "in": reply})

    for kind, q in (("tough", p_), ("weak", 1 - p_)):
        branches[f"Defender {kind}"] = (q, market(kind, None))
    return ExtensiveGame.from_tree(
        ("One", "Two", "Defender"), Chance(branches, "type"), outcomes, name="chain-store"
    )


ESCALATION = {
    "cDC": 4,
    "cSQ": 2,
    "cED": 1,
    "cDD": -1,
    "cEEp": -3,
    "cDE": -4,
    "cEEm": -10,
    "dSQ": 3,
    "dDE": 1,
    "dDDp": -1,
    "dDC": -2,
    "dDDm": -4,
    "dEEp": -5,
    "dED": -6,
    "dEEm": -10,
}


def asymmetric_escalation(
    p_hard: str = "3/5",
    defender: tuple[str, str, str, str] = ("1/5", "1/10", "3/10", "2/5"),
    **changes: int,
) -> ExtensiveGame:
    """M13: the Asymmetric Escalation Game, two challenger types by four defender types."""
    v = {**ESCALATION, **changes}
    outcomes = {
        "SQ": (v["cSQ"], v["dSQ"]),
        "DC": (v["cDC"], v["dDC"]),
        "ED": (v["cED"], v["dED"]),
        "DE": (v["cDE"], v["dDE"]),
    }
    types = ("HH", "HS", "SH", "SS")
    for d in types:
        outcomes[f"DD {d}"] = (v["cDD"], v["dDDp" if d[0] == "H" else "dDDm"])
        for c in ("hard", "soft"):
            outcomes[f"EE {c} {d}"] = (
                v["cEEp" if c == "hard" else "cEEm"],
                v["dEEp" if d[1] == "H" else "dEEm"],
            )

    def play(c: str, d: str) -> Decision:
        war = Leaf(f"EE {c} {d}")
        last = Decision("Def", f"last ({d})", {"D": Leaf("ED"), "E": war})
        limited = Decision("Ch", f"limited ({c})", {"C": Leaf(f"DD {d}"), "E": last})
        escalated = Decision("Ch", f"escalated ({c})", {"D": Leaf("DE"), "E": war})
        reply = Decision("Def", f"reply ({d})", {"C": Leaf("DC"), "D": limited, "E": escalated})
        return Decision("Ch", f"first ({c})", {"C": Leaf("SQ"), "D": reply})

    branches = {}
    for c, p in (("hard", Fraction(p_hard)), ("soft", 1 - Fraction(p_hard))):
        inner = {
            f"Def {d}": (Fraction(q), play(c, d)) for d, q in zip(types, defender, strict=True)
        }
        branches[f"Ch {c}"] = (p, Chance(inner, f"Def's type after {c}"))
    return ExtensiveGame.from_tree(
        ("Ch", "Def"), Chance(branches, "Ch's type"), outcomes, name="asymmetric-escalation"
    )
