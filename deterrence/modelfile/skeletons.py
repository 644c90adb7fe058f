"""A first model file for somebody who never wrote one: it checks and solves as it stands.

Every entry has a comment that says what it is for, so that the file can be changed line by
line.  What a beginner may not need yet stands there, too, behind a ``#``.

>>> from deterrence.modelfile.loader import read_model
>>> for form in FORMS:
...     model = read_model(skeleton("my-crisis", form, ["Russia", "NATO"]))
...     print(form, model.title, model.players, len(model.parameters), model.warnings)
matrix My crisis ('Russia', 'NATO') 6 ()
tree My crisis ('Russia', 'NATO') 5 ()
ladder My crisis ('Russia', 'NATO') 9 ()
ordinal My crisis ('Russia', 'NATO') 8 ()
options My crisis ('Russia', 'NATO') 8 ()
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Sequence

from pydantic_core import PydanticCustomError

from deterrence.algebra.expressions import Expression
from deterrence.errors import UsageError
from deterrence.modelfile.schema import fields

#: The players of a skeleton for which none are named: the two sides of a war game.
PLAYERS = ("Blue", "Red")
#: More would make tables and trees that nobody fills in by hand.
MAX_PLAYERS = 4


def skeleton(name: str, form: str = "matrix", players: Sequence[str] = PLAYERS) -> str:
    """Return the text of a model file called ``name``.

    ``form`` is one of :data:`FORMS`.  Raises :class:`UsageError` for names and players that
    cannot be in a file, and for a number of players that the form does not have.
    """
    if form not in FORMS:
        raise UsageError(f"no form is called {form[:60]!r}", remedy=f"one of {', '.join(FORMS)}")
    title = _checked(name, "name").replace("-", " ").replace("_", " ").strip()
    sides = [_checked(player, "player") for player in players]
    twice = [side for k, side in enumerate(sides) if side in sides[:k]]
    if twice:
        raise UsageError(f"the player {twice[0]!r} is named twice", remedy="name each once")
    most = 2 if form in ("ladder", "ordinal", "options") else MAX_PLAYERS
    if not 2 <= len(sides) <= most:
        wanted = "two" if most == 2 else f"two to {most}"
        here = "there is 1" if len(sides) == 1 else f"there are {len(sides)}"
        called = {"ordinal": "an ordinal", "options": "a model with options"}
        raise UsageError(
            f"{called.get(form, f'a {form}')} is for {wanted} players, and here {here}",
            remedy="put commas between their names, as in Russia,NATO",
        )
    return FORMS[form](title[:1].upper() + title[1:] or name, sides)


def _checked(label: str, what: str) -> str:
    """Return a label as the loader would read it, or say why it would refuse it."""
    try:
        return fields._label(unicodedata.normalize("NFC", label.strip()))
    except PydanticCustomError as error:
        told = error.context or {}
        raise UsageError(
            f"this cannot be the {what}: {told.get('what', error)}",
            remedy=f"give {told['expected']}" if told.get("expected") else "",
        ) from None


# ---- parts of all forms ---------------------------------------------------------------------
def _text(text: str) -> str:
    """Write a text so that YAML reads it as it is."""
    plain = text[:1].isalnum() and all(c.isalnum() or c in " _-." for c in text)
    return text if plain else json.dumps(text, ensure_ascii=False)


def player_suffixes(players: Sequence[str]) -> list[str]:
    """Return what tells the players' parameters apart: initials, or numbers."""
    initials = [player[:1].upper() for player in players]
    clear = len({*initials}) == len(initials) and all(i.isascii() and i.isalpha() for i in initials)
    return initials if clear else [str(k) for k in range(1, len(players) + 1)]


def _pairs(players: Sequence[str], values: Sequence[str]) -> str:
    """Write ``{player: value, ...}``."""
    inside = (f"{_text(p)}: {v}" for p, v in zip(players, values, strict=True))
    return "{" + ", ".join(inside) + "}"


def _parameter(
    name: str, title: str, default: str, bounds: str, unit: str = "points", more: str = ""
) -> str:
    return f"""\
  {name}:
    title: {_text(title)}
    default: {default}
    bounds: [{bounds}]
    unit: {unit}
    source: assumption
{more}"""


def _head(title: str, form: str, told: str, players: Sequence[str]) -> str:
    names = "\n".join(f"  {_text(player)}: {_text(f'who {player} is')}" for player in players)
    return f"""\
# A first model: every line can be changed. What follows a # is a comment, for people only.
# Lines belong together by their indentation: keep it, with blanks, never with tabs.
# Text that has a comma, a colon or brackets in it goes into "quotation marks".

title: {_text(title)}

# {told}
form: {form}

# What the crisis is, in a few sentences. They may go on over indented lines, after the >.
summary: >
  Say here who wants what from whom, and how the crisis could end.

# Where the model comes from: a book, an article, or that it is your own.
source: the author's own model

# Who decides, with a title for readers. The names are used all over the file.
players:
{names}
"""


_PARAMETERS = """
# The numbers. Each has a name for formulas, and:
#   title    what it means, in a phrase
#   default  the number itself, exact: 3, 0.25 or 1/4 (a point, no comma; 1/4, not 25%)
#   bounds   the lowest and the highest number that would still make sense
#   unit     in what it is counted
#   source   where the default comes from; `assumption` where it is a guess
# Worth and cost are on one scale of your own; what counts is how they compare.
parameters:
"""


def _controlled(player: str) -> str:
    return f"    controlled_by: {_text(player)}  # who can change it, for `deterrence levers`\n"


def _assumptions(names: Sequence[str]) -> str:
    lines = "\n".join(f"  - {name} > 0" for name in names)
    return f"""
# What always holds; numbers that break it are refused.
assumptions:
{lines}
"""


def _measures(name: str, title: str, outcomes: str, player: str) -> str:
    payoff = _text(str(Expression("query", "payoff", player)))
    return f"""
# What you want to know of each equilibrium: here, how likely some outcomes are.
measures:
  {name}:
    title: {title}
    outcomes: {outcomes}
    sense: avoid  # or want; leave it out where it is neither
  # A formula may ask P(outcome), payoff(player) and prob(player, action):
  # result:
  #   title: {_text(f"what {player} can expect")}
  #   expression: {payoff}
"""


def _scenario(title: str, story: str, values: str, name: str = "vital-stake") -> str:
    return f"""
# Stories: numbers that differ from the defaults, under a name (`--scenario {name}`).
scenarios:
  {name}:
    title: {_text(title)}
    story: {_text(story)}
    values: {{{values}}}
"""


_KNOWN = """
# What you know of the answer from elsewhere, so that the program can be held against it.
# To use it, take away the # and the one blank after it in the lines below.
"""


def _commented(text: str) -> str:
    return "".join(f"# {line}\n" for line in text.splitlines())


# ---- the forms ------------------------------------------------------------------------------
def _matrix(title: str, players: Sequence[str]) -> str:
    suffixes = player_suffixes(players)
    first, second = players[:2]
    own = dict(zip(players, suffixes, strict=True))
    parts = [_head(title, "strategic", "All choose at once, and nobody sees first what the "
                   "others do.", players)]  # fmt: skip
    actions = "\n".join(
        f"  {_text(p)}: {{hold: Hold back, press: Press the demand}}" for p in players
    )
    parts.append(f"""
# What each can do: a short name, and a title for readers.
actions:
{actions}
""")
    parts.append(_PARAMETERS)
    for k, (p, s) in enumerate(own.items()):
        more = _controlled(second) if k == 0 else ""
        parts.append(_parameter(f"g_{s}", f"what concessions are worth to {p}", "2", "1/2, 10"))
        parts.append(_parameter(f"l_{s}", f"what making concessions costs {p}", "1", "1/2, 10"))
        parts.append(
            _parameter(f"w_{s}", f"what a clash costs {p}", "4", "1/2, 20", more=more)
        )  # fmt: skip
    parts.append(_assumptions([f"{x}_{s}" for s in suffixes for x in "glw"]))
    concessions = "".join(
        f"  concessions_to_{s}:\n    title: {_text(f'Concessions to {p}')}\n    payoffs: "
        + _pairs(players, [f"g_{s}" if q == p else f"-l_{own[q]}" for q in players])
        + "\n"
        for p, s in own.items()
    )
    parts.append(f"""
# How the crisis can end, and what each end is worth to whom: a formula for each player, or a
# list of them in the order of the players. Write 2*g, not 2g.
outcomes:
  status_quo:
    title: The status quo goes on
    payoffs: {_pairs(players, ["0"] * len(players))}
{concessions}  clash:
    title: A clash
    payoffs: {_pairs(players, [f"-w_{s}" for s in suffixes])}
""")
    order = ", then ".join(f"of {player}" for player in players)
    parts.append(f"""
# The table: which actions lead to which outcome. The actions {order}.
game:
{_table(players, own, (), 2)}""")
    parts.append(_measures("clash", "probability of a clash", "[clash]", first))
    parts.append(
        _scenario(
            f"A stake vital to {first}",
            f"{first} would rather clash than make concessions.",
            f"l_{own[first]}: 6",
        )
    )
    if len(players) == 2:
        a, b = suffixes
        known = f"""\
known_results:
  - title: One side presses and the other makes concessions, or both take their chance
    source: derived; where a clash is the worst of all, this is the game of Chicken
    equilibria:
      - {_pairs(players, ["press", "hold"])}
      - {_pairs(players, ["hold", "press"])}
      - {_text(first)}: {{press: g_{b}/(g_{b} + w_{b} - l_{b}), hold: rest}}
        {_text(second)}: {{press: g_{a}/(g_{a} + w_{a} - l_{a}), hold: rest}}
"""
        parts += [_KNOWN, _commented(known)]
    return "".join(parts)


def _table(
    players: Sequence[str], own: dict[str, str], pressing: tuple[bool, ...], indent: int
) -> str:
    """Write the rows of the table from one player on; the last player's in one line."""

    def outcome(presses: tuple[bool, ...]) -> str:
        if sum(presses) > 1:
            return "clash"
        return f"concessions_to_{own[players[presses.index(True)]]}" if any(presses) else (
            "status_quo"
        )  # fmt: skip

    text = ""
    for action in ("hold", "press"):
        chosen = (*pressing, action == "press")
        if len(chosen) == len(players) - 1:
            ends = [f"{last}: {outcome((*chosen, last == 'press'))}" for last in ("hold", "press")]
            text += f"{' ' * indent}{action}: {{{', '.join(ends)}}}\n"
        else:
            text += f"{' ' * indent}{action}:\n{_table(players, own, chosen, indent + 2)}"
    return text


def _tree(title: str, players: Sequence[str]) -> str:
    suffixes = player_suffixes(players)
    own = dict(zip(players, suffixes, strict=True))
    challenger, *others = players
    c = own[challenger]
    replier = others[0]
    parts = [_head(title, "extensive", "Move by move: who comes later sees what was done.",
                   players)]  # fmt: skip
    firm = _pairs([replier], ["{firm: 1/3, lax: rest}"])[1:-1]
    parts.append(f"""
# Does the other side know what {replier} wants? If not, {replier} has types, each with a
# probability. Take away the # in the next two lines, and in the outcome `clash` below.
# types:
#   {firm}
""")
    parts.append(_PARAMETERS)
    parts.append(
        _parameter(f"g_{c}", f"what concessions are worth to {challenger}", "2", "1/2, 10")
    )
    parts.append(
        _parameter(f"b_{c}", f"what backing down costs {challenger}", "1", "1/2, 10")
    )  # fmt: skip
    parts.append(
        _parameter(
            f"w_{c}", f"what a clash costs {challenger}", "4", "1/2, 20",
            more=_controlled(replier),
        )
    )  # fmt: skip
    for p in others:
        parts.append(
            _parameter(f"l_{own[p]}", f"what making concessions costs {p}", "3", "1/2, 10")
        )
        parts.append(_parameter(f"w_{own[p]}", f"what a clash costs {p}", "5", "1/2, 20"))
    costs = [f"{x}_{own[p]}" for p in others for x in "lw"]
    parts.append(_assumptions([f"g_{c}", f"b_{c}", f"w_{c}", *costs]))
    clash = "\n".join(f"      {_text(p)}: -w_{s}" for p, s in own.items())
    typed = f"      # {_text(replier)}: {{firm: -1, lax: -w_{own[replier]}}}"
    parts.append(f"""
# How the crisis can end, and what each end is worth to whom: a formula for each player, or a
# list of them in the order of the players. Write 2*g, not 2g.
outcomes:
  status_quo:
    title: The status quo goes on
    payoffs: {_pairs(players, ["0"] * len(players))}
  concessions:
    title: {_text(f"Concessions to {challenger}")}
    payoffs: {_pairs(players, [f"g_{c}", *(f"-l_{own[p]}" for p in others)])}
  backing_down:
    title: {_text(f"{challenger} backs down")}
    payoffs: {_pairs(players, [f"-b_{c}", *("0" for _ in others)])}
  clash:
    title: A clash
    payoffs:
{clash}
      # With types, this line in place of the one above for {replier}:
{typed}
""")
    sets = ["reply"] if len(others) == 1 else [f"reply of {own[p]}" for p in others]
    replies, indent = "", 6
    for p, at in zip(others, sets, strict=True):
        blank = " " * indent
        replies += (
            f"{blank}player: {_text(p)}\n{blank}at: {at}\n{blank}moves:\n"
            f"{blank}  concede: concessions\n{blank}  resist:\n"
        )
        indent += 4
    blank = " " * indent
    parts.append(f"""
# The crisis as it unfolds. A move has a player, a name for where it is (`at`), and under
# `moves` what can be done: each leads to an outcome, or to the next move.
tree:
  player: {_text(challenger)}
  at: first
  moves:
    wait: status_quo
    challenge:
{replies}{blank}player: {_text(challenger)}
{blank}at: last
{blank}moves:
{blank}  back down: backing_down
{blank}  press on: clash
""")
    parts.append(_measures("clash", "probability of a clash", "[clash]", challenger))
    parts.append(
        _scenario(
            f"A stake vital to {challenger}",
            f"{challenger} would rather clash than back down.",
            f"b_{c}: 6",
        )
    )
    behaviour = "".join(
        f"        {_text(p)}: {{{at}: resist}}\n" for p, at in zip(others, sets, strict=True)
    )
    known = f"""\
known_results:
  - title: Who would back down in the end is resisted, and so does not begin
    source: derived, from the end of the tree backwards
    concept: spe
    behaviour:
      - {_text(challenger)}: {{first: wait, last: back down}}
{behaviour}"""
    return "".join([*parts, _KNOWN, _commented(known)])


def _ladder(title: str, players: Sequence[str]) -> str:
    suffixes = player_suffixes(players)
    first, second = players
    parts = [_head(title, "ladder", "Two sides climb a ladder of escalation.", players)]

    def each(formula: Callable[[str], str]) -> str:
        return _pairs(players, [formula(s) for s in suffixes])

    parts.append(f"""
# The ladder. In a formula, k is the number of the rung: the status quo has 0, the next 1.
ladder:
  # sequential: the sides move in turn, and each stops or climbs one rung higher.
  # simultaneous: each chooses at once how far it would climb.
  moves: sequential
  # The rungs from below, the status quo first: a short name, and a title for readers.
  rungs:
    - status_quo: Status quo
    - pressure: Political and economic pressure
    - force: A show of force
    - war: Limited war
  # What it is worth to prevail, because the other side stopped climbing.
  prize: {each(lambda s: f"v_{s}")}
  # What it costs to be the one that stopped.
  loss: {each(lambda s: f"l_{s}")}
  # What it costs to climb to rung k.
  cost: {each(lambda s: f"c_{s}*k")}
  # How likely it is that a rung slips to general war by itself, once it is reached.
  hazard: rho
  # What general war costs, at the top of the ladder or by slipping.
  general_war: {each(lambda s: f"D_{s}")}
""")
    parts.append(_PARAMETERS)
    for k, (p, s) in enumerate(zip(players, suffixes, strict=True)):
        more = _controlled(second) if k == 0 else ""
        parts.append(_parameter(f"v_{s}", f"what it is worth to {p} to prevail", "4", "1/2, 20"))
        parts.append(_parameter(f"l_{s}", f"what giving way costs {p}", "2", "1/2, 20"))
        parts.append(
            _parameter(f"c_{s}", f"what climbing costs {p}, per rung", "1", "1/4, 5", more=more)
        )
        parts.append(_parameter(f"D_{s}", f"what general war costs {p}", "100", "20, 1000"))
    parts.append(
        _parameter("rho", "risk that a rung slips to general war", "1/50", "0, 1/2", "probability")
    )
    names = [f"{x}_{s}" for s in suffixes for x in "vlcD"]
    parts.append(_assumptions(names) + "  - 0 <= rho < 1\n")
    parts.append(
        _measures(
            "beyond_pressure", "probability that it goes beyond pressure",
            '["*_force", "*_war"]', first,
        )
    )  # fmt: skip
    parts.append(
        _scenario(
            f"Force is too dear for {second}",
            f"To climb to the show of force costs {second} more than giving way.",
            f"c_{suffixes[1]}: 5",
            "dear-force",
        )
    )
    known = """\
known_results:
  - title: Where nothing slips, there is no general war
    source: derived; nobody takes the last step to it
    values: {rho: 0}
    measures: {general_war: 0}
"""
    return "".join([*parts, _KNOWN, _commented(known)])


def _ordinal(title: str, players: Sequence[str]) -> str:
    first, second = players
    a, b = (f"{side}_yields" for side in _sides(players))
    actions = "\n".join(f"  {_text(p)}: {{hold: Hold back, press: Press on}}" for p in players)
    told = "All choose at once, and nobody sees first what the others do."
    known = """\
known_results:
  - title: One side yields, or both take their chance
    source: derived; where a clash is the worst of all, this is the game of Chicken
    count: 3
"""
    return f"""{_head(title, "strategic", told, players)}
# What each can do: a short name, and a title for readers.
actions:
{actions}

# How the crisis can end: a short name, and a title for readers.
outcomes:
  status_quo: The status quo goes on
  {a}: {_text(f"{first} yields")}
  {b}: {_text(f"{second} yields")}
  clash: A clash

# What each likes better than what, the best first; no number is needed. A side that does not
# care which of two it is has "clash = {a}" there. Where nobody knows how two
# compare, write chains: [[{b}, clash], [{b}, {a}]].
order:
  {_text(first)}: [{b}, status_quo, {a}, clash]
  {_text(second)}: [{a}, status_quo, {b}, clash]

# The table: which actions lead to which outcome. The actions of {first}, then of {second}.
game:
  hold: {{hold: status_quo, press: {a}}}
  press: {{hold: {b}, press: clash}}

# What you want to know: the probability of some outcomes.
measures:
  deterrence: {{title: probability that the status quo holds, outcomes: [status_quo], sense: want}}
  clash: {{title: probability of a clash, outcomes: [clash], sense: avoid}}
{_KNOWN}{_commented(known)}"""


def _options(title: str, players: Sequence[str]) -> str:
    first, second = players
    a, b = (f"{side}_presses" for side in _sides(players))
    told = "Each has options, taken or not, and may change its own at any time."
    known = """\
known_results:
  - title: One side presses on and the other does not, or both take their chance
    source: derived; where a clash is the worst of all, this is the game of Chicken
    count: 3
"""
    return f"""{_head(title, "options", told, players)}
# What each can do or leave: a short name, and a title for readers. What cannot be undone is
# written as {{title: Strike, irreversible: yes}}.
options:
  {_text(first)}:
    {a}: {_text(f"{first} presses on")}
  {_text(second)}:
    {b}: {_text(f"{second} presses on")}

# What cannot be, and what is all the same: statements with not, and, or, if, iff. To use it,
# take away the # and the one blank after it.
# infeasible:
#   - {a} and {b}
# merged:
#   end: {{title: It is all over, when: {a} or {b}}}

# Names for states. YN says yes or no of each option, in the order of the file.
states:
  quiet: {{title: Nobody presses on, when: NN}}
  clash: {{title: A clash, when: {a} and {b}}}

# Where the crisis is now.
status_quo: quiet

# What each wants, the most important first. Or an order of all states, the best first:
#   order: YN > quiet > NY > clash
# or a formula in which an option that is taken is 1:
#   payoff: 2*{a} - 5*clash
preferences:
  {_text(first)}:
    statements: [not clash, not {b}, {a}]
  {_text(second)}:
    statements: [not clash, not {a}, {b}]

# What you want to know of an equilibrium: the probability of some states.
measures:
  clash: {{title: probability of a clash, outcomes: [clash], sense: avoid}}
{_KNOWN}{_commented(known)}"""


def _sides(players: Sequence[str]) -> list[str]:
    """Return the players' labels as they can be in names: in small letters, or their numbers."""
    plain = [
        "".join(c for c in player.lower() if c.isascii() and c.isalnum()) for player in players
    ]
    fit = len({*plain}) == len(plain) and all(p[:1].isalpha() and len(p) <= 30 for p in plain)
    return plain if fit else [f"side_{k}" for k in range(1, len(players) + 1)]


#: What ``models new --form`` can be, and who writes it.
FORMS: dict[str, Callable[[str, Sequence[str]], str]] = {
    "matrix": _matrix,
    "tree": _tree,
    "ladder": _ladder,
    "ordinal": _ordinal,
    "options": _options,
}
