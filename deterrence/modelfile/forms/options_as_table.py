"""An option form as a table, where it is one: everybody chooses among the same own options.

That is so where nothing is irreversible or merged, and what is feasible for one player does not
depend on the others.  Who has no formula gets parameters for the ranks, as ``order`` gives them
(:mod:`deterrence.modelfile.orders`), so that what is proven holds whatever the numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from deterrence.algebra.expressions import Expression
from deterrence.game.option_form import OptionForm
from deterrence.game.parameters import CellContent, OrdinalPreference, Outcome, Parameter
from deterrence.modelfile.file_context import FileContext, Labels
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.orders import SOURCE, rank_symbol
from deterrence.modelfile.schema.fields import MAX_NAME, MAX_TITLE
from deterrence.modelfile.size_limits import MAX_ACTIONS, MOST
from deterrence.modelfile.skeletons import player_suffixes

#: Cells beyond which no table is made: each is an outcome.
MAX_CELLS = MOST["outcomes"]


def why_no_table(form: OptionForm) -> str:
    """Say why an option form is no table, ``""`` where it is one.

    >>> from deterrence.game.option_form import Option
    >>> options = (Option("strike", "A"), Option("withdraw", "B"))
    >>> why_no_table(OptionForm(("A", "B"), options, np.array([0, 1, 2])))
    'what one player can do depends on the others'
    """
    if form.merged:
        return "states are merged"
    if any(option.irreversible for option in form.options):
        return "some options are irreversible"
    if form.size > MAX_CELLS:
        return f"{form.size:,} states are too many for a table"
    sizes = [len(parts) for parts in _parts(form)]
    if np.prod(sizes, dtype=object) != form.size:
        return "what one player can do depends on the others"
    if max(sizes) > MAX_ACTIONS:
        return f"{max(sizes):,} actions of a player are too many for a table"
    return ""


def _parts(form: OptionForm) -> list[list[int]]:
    """Return the feasible parts of the patterns, player by player."""
    own = [form.own(i) for i in range(len(form.players))]
    return [np.unique(form.patterns & mine).tolist() for mine in own]


def as_table(
    context: FileContext, base: SymbolicModel, form: OptionForm
) -> tuple[SymbolicModel, Labels]:
    """Return the model as a table, whose outcomes are the states."""
    titles = [_actions(form, i, parts) for i, parts in enumerate(_parts(form))]
    patterns = [sum(choice) for choice in itertools.product(*_parts(form))]
    states = np.searchsorted(form.patterns, patterns).tolist()
    labels = [form.label(s) for s in range(form.size)]
    parameters, assumptions = dict(base.parameters), list(base.assumptions)
    orders: dict[str, OrdinalPreference] = {}
    worth = []
    for i, player in enumerate(form.players):
        if form.preferences[i].payoff is not None:
            worth.append(form.payoffs(i))
            continue
        classes = _classes(form, i)
        if (
            sum(len({*o.parameters.values()}) for o in orders.values()) + len(classes)
            > (MOST["parameters"])
        ):
            what = f"{player} has {len(classes)} classes of states: too many for symbols"
            context.faults.warn(
                ("preferences", player), what, "in a table the ranks stand as numbers"
            )
            worth.append(form.payoffs(i))
            continue
        order, own = _ranked(context, form, i, classes, parameters)
        parameters |= own
        context.used |= own.keys()
        orders[player] = order
        known = {str(a) for a in assumptions}
        new = [text for text in order.conditions if text not in known]
        assumptions += [Expression.parse(text) for text in new]
        worth.append(tuple(Expression.name(order.parameters[label]) for label in labels))
    outcomes = {
        label: Outcome(
            label,
            {p: worth[i][s] for i, p in enumerate(form.players)},
            form.title(s),
        )
        for s, label in enumerate(labels)
    }
    one = Expression.number(1)
    model = base.replace(
        actions=tuple(tuple(own) for own in titles),
        action_titles=dict(zip(form.players, titles, strict=True)),
        outcomes=outcomes,
        cells=tuple(CellContent(((labels[s], one),)) for s in states),
        parameters=parameters,
        assumptions=tuple(assumptions),
        orders=orders,
    )
    actions = dict(zip(form.players, model.actions, strict=True))
    return model, Labels(dict.fromkeys(labels), actions)


def _actions(form: OptionForm, player: int, parts: Sequence[int]) -> dict[str, str]:
    """Return labels and titles of what a player can do: the options that she takes."""
    found: dict[str, str] = {}
    for part in parts:
        taken = [o for k, o in enumerate(form.options) if part >> k & 1]
        label = "_and_".join(o.name for o in taken) or "nothing"
        title = ", ".join(o.title or o.name for o in taken) or "Nothing"
        while label in found:
            label += "_"
        found[label] = title
    return found


def _classes(form: OptionForm, player: int) -> list[list[int]]:
    """Return the states between which a player is indifferent, the best first."""
    ranks = form.ranks(player, {})
    order = np.argsort(-ranks, kind="stable")
    cuts = np.flatnonzero(np.diff(ranks[order])) + 1
    return [group.tolist() for group in np.split(order, cuts)]


def _ranked(
    context: FileContext,
    form: OptionForm,
    player: int,
    classes: Sequence[Sequence[int]],
    taken: Mapping[str, Parameter],
) -> tuple[OrdinalPreference, dict[str, Parameter]]:
    """Return the order of a player over the states, and a parameter for each class of ties."""
    suffix = player_suffixes(form.players)[player]
    used = {
        *taken,
        *(o.name for o in form.options),
        *form.names,
        *context.names,
        *context.raw("definitions"),
        *context.raw("measures"),
    }
    found: dict[str, Parameter] = {}
    names: dict[str, str] = {}
    for k, group in enumerate(classes):
        label = form.label(group[0])
        base, tries = label[: MAX_NAME - len(suffix) - 4], 1
        name = f"{base}_{suffix}"
        while name in used or name in found:
            tries += 1
            name = f"{base}_{tries}_{suffix}"
        told = " or ".join(f"'{form.title(s)}'" for s in group)
        found[name] = Parameter(
            name,
            f"what {told} is worth to {form.players[player]}"[:MAX_TITLE],
            default=Expression.number(len(classes) - k).args[0],
            unit="rank",
            symbol=rank_symbol(label, suffix),
            source=SOURCE,
        )
        names |= {form.label(s): name for s in group}
    chain = tuple(tuple(form.label(s) for s in group) for group in classes)
    return OrdinalPreference((chain,), names), found
