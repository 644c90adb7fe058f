"""Answers as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from deterrence.algebra.roots import Root
from deterrence.analysis.robust.results import SAME, Alone, Levers, Robustness, SmallestChange
from deterrence.words.shown import shows

_LONG = 14  # characters of a fraction beyond which its decimal is shown alone


def shown(root: Root, digits: int = 6) -> str:
    """Return an exact number for reading: ``8/39 (0.205128)``, or ``0.0260991`` if irrational."""
    exact = root.rational
    decimal = f"{root.decimal:.{digits}g}"
    if exact is None:
        return f"{decimal}..."
    text = str(exact)
    if exact.denominator == 1 or text == decimal:
        return text
    return f"{text} ({decimal})" if len(text) <= _LONG else decimal


def _exact(root: Root) -> str:
    if root.rational is not None:
        return shown(root)
    return f"{shown(root)}, a root of {polynomial_text(root)}"


def polynomial_text(root: Root) -> str:
    """Return the polynomial that defines an algebraic number.

    >>> from deterrence.algebra.roots import isolate
    >>> polynomial_text(isolate([(1, 0, -2)])[0])
    'x**2 - 2'
    """
    parts = []
    top = len(root.polynomial) - 1
    for k, c in enumerate(root.polynomial):
        if not c:
            continue
        power = top - k
        letter = "" if power == 0 else "x" if power == 1 else f"x**{power}"
        size = str(abs(c)) if abs(c) != 1 or not letter else ""
        sign = "-" if c < 0 else "+"
        parts.append((sign, f"{size}*{letter}" if size and letter else size or letter))
    first, *rest = parts
    text = ("-" if first[0] == "-" else "") + first[1]
    return text + "".join(f" {sign} {term}" for sign, term in rest)


def robustness_text(answer: Robustness) -> str:
    """Return a robustness answer as text."""
    size = "largest change" if answer.norm == "max" else "sum of changes"
    lines = [
        f"{answer.title or answer.model}",
        f"How robust is: {answer.statement}",
        f"Size of a change: {size}, in {_measure(answer)}; "
        + ("bounds are kept." if answer.within_bounds else "bounds may be left."),
    ]
    for change in answer.answers:
        lines += ["", *_change_lines(change)]
    lines += ["", *_alone_table(answer.answers)] if answer.axes else []
    lines += [f"Note: {m}" for m in answer.messages]
    return "\n".join(lines)


def _measure(answer: Robustness) -> str:
    return {
        "range": "units of the parameters' ranges",
        "sd": "standard deviations",
        "payoff": "units of payoff",
        "payoff range": "units of each player's range of payoffs",
    }[answer.units]


def levers_text(answer: Levers) -> str:
    """Return a levers answer as text."""
    names = ", ".join(a.name for a in answer.axes) or "nothing that matters here"
    lines = [
        f"{answer.title or answer.model}",
        f"{answer.player} wants: {answer.statement}, in {answer.answer.quantifier} equilibrium",
        f"{answer.player} moves: {names}",
        f"Cost of a change: {'sum' if answer.norm == 'sum' else 'largest'} of its parts; "
        "a whole range costs " + ", ".join(f"{c} for {n}" for n, c in answer.costs.items()) + ".",
        "",
        *_change_lines(answer.answer, cost=True),
    ]
    if answer.answer.alone:
        lines += ["", *_alone_table([answer.answer])]
    lines += [f"Note: {m}" for m in answer.messages]
    return "\n".join(lines)


def change_text(change: SmallestChange) -> str:
    """Return one answer as text."""
    return "\n".join([*_change_lines(change), "", *_alone_table([change])])


def _change_lines(change: SmallestChange, *, cost: bool = False) -> list[str]:
    where = f" in {change.quantifier} equilibrium" if change.statement != SAME else ""
    now = "holds" if change.before else "does not hold"
    lines = [f"{change.statement}{where}: {now} at the base point."]
    if change.before == change.after:
        return [*lines, "  Nothing has to change."]
    goal = "makes it hold" if change.after else "makes it fail"
    word = "Cost" if cost else "Size"
    if change.impossible:
        lines.append(f"  Proven: no change within the limits {goal}.")
        return [*lines, *_notes(change)]
    if change.certainty == "proven" and change.upper is not None:
        reach = {
            True: f"a change of that size {goal}",
            False: f"changes only just larger {'make it hold' if change.after else 'make it fail'}",
            None: f"it is not known whether that size itself {goal}",
        }[change.attained]
        lines.append(f"  {word}: {_exact(change.upper)}; {reach}.")
        lines.append(f"  Proven: nothing {'cheaper' if cost else 'smaller'} {goal}.")
    else:
        low = "0" if change.lower is None else shown(change.lower)
        lines.append(f"  Proven: no change of size below {low} {goal}.")
        if change.upper is None:
            lines.append("  No change was found that does.")
        else:
            lines.append(f"  Found: one of size {shown(change.upper)}. In between it is open.")
    if change.moves:
        width = max(len(m.parameter) for m in change.moves)
        lines.append("  Moves:")
        for m in change.moves:
            title = f"  {m.title}" if m.title else ""
            sign = "+" if m.steps.decimal > 0 else ""
            lines.append(
                f"    {m.parameter:<{width}}  {m.base} -> {shown(m.limit)}"
                f"  ({sign}{m.steps.decimal:.4g}){title}"
            )
    if change.witness is not None:
        just = "There" if not change.excess else "Just beyond"
        lines.append(f"  {just}: {change.regime}" if change.regime else f"  {just}:")
        lines += [f"    equilibrium: {e}" for e in change.equilibria]
    return [*lines, *_notes(change)]


def _notes(change: SmallestChange) -> list[str]:
    return [f"  Note: {m}" for m in change.messages]


def _alone_table(changes: Sequence[SmallestChange]) -> list[str]:
    """Return the thresholds of single parameters, one line each."""
    lines = []
    for change in changes:
        if not change.alone:
            continue
        found = [a for a in change.alone if a.distance is not None]
        idle = list(
            dict.fromkeys(
                a.parameter
                for a in change.alone
                if all(b.distance is None for b in change.alone if b.parameter == a.parameter)
            )
        )
        where = f" in {change.quantifier} equilibrium" if change.statement != SAME else ""
        lines.append(f"Alone ({change.statement}{where}):")
        if found:
            width = max(len(a.parameter) for a in found)
            ordered = sorted(found, key=lambda a: a.distance.decimal if a.distance else 0)
            lines += [f"  {_alone_line(a, width)}" for a in ordered]
        if idle:
            lines.append(f"  never: {', '.join(idle)}")
    return lines


def _alone_line(a: Alone, width: int) -> str:
    assert a.distance is not None
    assert a.threshold is not None
    sign = (">" if a.direction > 0 else "<") + ("=" if a.attained else "")
    regime = f"  {a.regime}" if a.regime else ""
    return (
        f"{a.parameter:<{width}} {sign} {shown(a.threshold)}, from {a.base}: "
        f"{shown(a.distance)}{regime}"
    )


shows(SmallestChange, text=change_text)
shows(Robustness, text=robustness_text)
shows(Levers, text=levers_text)
