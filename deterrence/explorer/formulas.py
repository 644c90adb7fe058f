"""Formulas, prose and blocks as the page reads them: nested lists of JSON, interpreted there.

>>> from deterrence.algebra.expressions import Expression
>>> formula(Expression.parse("g/(g + k - 1/2)"))
['/', 'g', ['-', ['+', 'g', 'k'], ['q', '1', '2']]]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from deterrence.algebra.expressions import Expression, joined
from deterrence.words.blocks import (
    Block,
    Bullets,
    Callout,
    Entries,
    Equations,
    Figure,
    Heading,
    Inline,
    Lines,
    Paragraph,
    Table,
    as_text,
)
from deterrence.words.markup import GLUE

#: A number, a name, or ``[operation, operand, ...]``.
Formula = Any
#: Whole numbers that JSON keeps in every reader.
_EXACT = 2**53
#: Operands of a sum that may come as differences; longer ones are flat sums of opposites.
_LONG = 20

_SIGNS = {"sub": "-", "div": "/", "pow": "^", "neg": "~"}
_WORDS = ("and", "or", "not", "if")
_COMPARED = ("<", "<=", ">", ">=", "==", "!=")
_OPERATIONS = {"+": "add", "*": "mul"} | {sign: op for op, sign in _SIGNS.items()}


def number(value: Fraction | int) -> Formula:
    """Return an exact number."""
    exact = Fraction(value)
    if exact.denominator == 1 and abs(exact) < _EXACT:
        return int(exact)
    return ["q", str(exact.numerator), str(exact.denominator)]


def formula(e: Expression) -> Formula:
    """Return an expression, queries included."""
    made: list[Formula] = []
    depth: list[int] = []
    for op, *args in e.parts():
        places = [a[0] if isinstance(a, tuple) and _is_place(a) else None for a in args]
        parts = [a if k is None else made[k] for k, a in zip(places, args, strict=True)]
        first = places[0] if op in ("add", "sub") else None
        depth.append(0 if first is None else depth[first] + 1)
        if first is not None and depth[-1] > _LONG:
            # Readers of JSON do not go down into long sums as deep as they are nested.
            last = parts[1] if op == "add" else ["~", parts[1]]
            made.append(["+", *_terms(parts[0]), last])
        else:
            made.append(_made(op, parts))
    return made[-1]


def _terms(part: Formula) -> list[Formula]:
    """Return the terms of a nested sum."""
    found: list[Formula] = []
    while _is(part, "-") or _is(part, "+"):
        last = part[2:] if part[0] == "+" else [["~", part[2]]]
        found = [*last, *found]
        part = part[1]
    return [part, *found]


def _is_place(a: tuple[Any, ...]) -> bool:
    return len(a) == 1 and isinstance(a[0], int)


def _made(op: str, parts: Sequence[Any]) -> Formula:
    if op == "number":
        return number(parts[0])
    if op == "name":
        return parts[0]
    if op in ("add", "mul"):
        sign = "+" if op == "add" else "*"
        first = parts[0][1:] if _is(parts[0], sign) else [parts[0]]
        return [sign, *first, *parts[1:]]
    if op == "compare":
        pairs = [[s, a, b] for s, a, b in zip(parts[0], parts[1:], parts[2:], strict=False)]
        return pairs[0] if len(pairs) == 1 else ["and", *pairs]
    if op == "query":
        return list(parts)
    if op == "call":
        return ["call", *parts]
    return [op if op in _WORDS else _SIGNS[op], *parts]


def _is(part: Formula, sign: str) -> bool:
    return isinstance(part, list) and part[0] == sign


def expression(f: Formula) -> Expression:
    """Return the expression that a formula stands for; sums that were flat are nested again.

    >>> print(expression(["/", "g", ["-", ["+", "g", "k"], ["q", "1", "2"]]]))
    g/(g + k - 1/2)
    """
    if isinstance(f, str):
        return Expression.name(f)
    if isinstance(f, int):
        return Expression.number(f)
    sign, *parts = f
    if sign == "q":
        return Expression.number(Fraction(int(parts[0]), int(parts[1])))
    if sign in ("P", "payoff", "prob"):
        return Expression("query", sign, *parts)
    if sign == "call":
        return Expression("call", parts[0], *map(expression, parts[1:]))
    operands = [*map(expression, parts)]
    if sign in _COMPARED:
        return Expression("compare", (sign,), *operands)
    if sign in _WORDS:
        return Expression(sign, *operands)
    op = _OPERATIONS[sign]
    if op == "neg":
        return Expression(op, *operands)
    return reduce(lambda a, b: Expression(op, a, b), operands[1:], operands[0])


def everything(conditions: Iterable[Expression]) -> Formula:
    """Return a conjunction; of none it is true, ``["and"]``."""
    listed = tuple(conditions)
    return formula(joined("and", listed)) if listed else ["and"]


def either(terms: Iterable[Sequence[Expression]]) -> Formula:
    """Return a disjunction of conjunctions; of none it is false, ``["or"]``."""
    parts = [everything(t) for t in terms]
    return parts[0] if len(parts) == 1 else ["or", *parts]


def prose(parts: Inline) -> list[Any]:
    """Return prose with formulas: texts, and ``{"f": formula}``."""
    return [
        {"f": formula(p)} if isinstance(p, Expression) else p.replace(GLUE, "\u00a0")
        for p in parts
        if p != ""
    ]


def block(b: Block) -> dict[str, Any]:
    """Return a block of a document; what has no form of its own comes as its lines of text."""
    if isinstance(b, Heading):
        return {"h": b.text}
    if isinstance(b, Paragraph):
        return {"p": prose(b.parts)}
    if isinstance(b, Callout):
        return {"p": [f"{b.label}: ", *prose(b.parts)]}
    if isinstance(b, Bullets):
        return {"ul": [prose(item) for item in b.items]}
    if isinstance(b, Equations):
        lines = [
            {"lhs": prose(x.lhs), "sign": x.sign, "rhs": prose(x.rhs), "note": prose(x.note)}
            for x in b.lines
        ]
        return {"eq": lines}
    if isinstance(b, Entries):
        rows = [[name, [prose(line) for line in lines]] for name, lines in b.rows]
        return {"dl": rows, **({"title": prose(b.title)} if b.title else {})}
    if isinstance(b, Table):
        return {"table": {"heads": list(b.heads), "rows": [[*map(prose, r)] for r in b.rows]}}
    if isinstance(b, Lines | Figure) and b.lines:
        return {"pre": list(b.lines)}
    return {"pre": as_text([b]).splitlines()}
