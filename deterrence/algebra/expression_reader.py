"""The language of formulas, and its reader: Python's parser, then a whitelist over its tree.

Nothing is evaluated by Python.  What the whitelist does not name is an error
that says where it stands; length, terms, depth and exponents are capped.  The
reader builds formulas of any :class:`Buildable` kind, which is told to it, so that
:meth:`Expression.parse <deterrence.algebra.expressions.Expression.parse>` can use it.

>>> from deterrence.algebra.expressions import Expression
>>> read("(v - l)/2", Expression)
Expression('(v - l)/2')
"""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from collections.abc import Iterable
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

from deterrence.algebra.numbers import number_hint, parse_number
from deterrence.errors import ExpressionError, QueryError, did_you_mean, shorten

MAX_POWER = 100


class ReadingLimits(NamedTuple):
    """How large an expression may be that is read: characters, terms, levels."""

    length: int
    terms: int
    depth: int


#: What people write in model files, and what the package itself writes in its answers.
FILE_LIMITS = ReadingLimits(2_000, 500, 40)
ANSWER_LIMITS = ReadingLimits(1_000_000, 200_000, 150)

#: Functions by name: the least and the greatest number of arguments.
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "min": (1, None),
    "max": (1, None),
    "abs": (1, 1),
    "sqrt": (1, 1),
    "exp": (1, 1),
    "log": (1, 1),
}
#: Questions about a mixed profile, allowed in measures only: name -> what its labels are.
QUERIES: dict[str, tuple[str, ...]] = {
    "P": ("outcome",), "payoff": ("player",), "prob": ("player", "action"),
}  # fmt: skip
#: What cannot be the name of a parameter.  A query's name can: it asks where a bracket
#: follows it, and is the parameter where none does.  Of a function's name that would not
#: do: who writes ``max(1 - p)`` for a product would get another number, and no error.
RESERVED = frozenset({*FUNCTIONS, "and", "or", "not", "if", "else", "True", "False"})

_AST_COMPARE: dict[type, str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_AST_BINARY: dict[type, str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
}


class Buildable(Protocol):
    """What a kind of formulas must offer to be read; ``Expression`` does."""

    op: str
    args: tuple[Any, ...]

    def __init__(self, op: str, *args: Any) -> None: ...

    @classmethod
    def number(cls, value: object) -> Self:
        """Return a constant."""
        ...

    @classmethod
    def name(cls, name: str) -> Self:
        """Return a parameter."""
        ...

    @classmethod
    def binary(cls, op: str, left: Self, right: Self) -> Self:
        """Return ``left op right``; ``ExpressionError`` where there is no such number."""
        ...

    def __neg__(self) -> Self: ...

    @property
    def is_boolean(self) -> bool:
        """Whether the value is true or false rather than a number."""
        ...


F = TypeVar("F", bound=Buildable)


def read(
    text: str,
    kind: type[F],
    names: Iterable[str] | None = None,
    queries: bool = False,
    limits: ReadingLimits = ANSWER_LIMITS,
) -> F:
    """Return the formula, of the given kind, that ``text`` is.

    ``names`` lists the names that may occur (``None``: any).  ``queries``
    allows ``P(...)``, ``payoff(...)`` and ``prob(...)``.  Raises
    :class:`ExpressionError` with the column of the fault.
    """
    if len(text) > limits.length:
        raise ExpressionError(
            f"the expression has {len(text)} characters", expected=f"at most {limits.length}"
        )
    for column, char in enumerate(text, start=1):
        if not char.isascii() or not (char.isprintable() or char in "\n\t"):
            raise ExpressionError(
                f"the character {char!r} (U+{ord(char):04X}) is not allowed in an expression",
                column=column,
                expected="ASCII letters, digits, + - * / ** ( ) , < > = . and _",
            )
    # Line breaks inside a folded YAML scalar are blanks; leading ones would be indentation.
    flat = text.replace("\n", " ").replace("\t", " ")
    shift = len(flat) - len(flat.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's advice on texts such as `1if`
            tree = ast.parse(flat.lstrip(), mode="eval")
    except SyntaxError as error:
        raise ExpressionError(
            f"{shorten(text)!r} is not an expression: {error.msg}",
            column=min((error.offset or 1), len(text) + 1) + shift,
            expected="arithmetic such as (v - l)/2 or a < b",
            remedy=_hint(flat) or _equality_hint(flat),
        ) from None
    except (RecursionError, MemoryError, ValueError):
        raise ExpressionError(
            f"{shorten(text)!r} is nested too deeply", expected=f"at most {limits.depth} levels"
        ) from None
    known = None if names is None else frozenset(names)
    return _SyntaxReader(kind, flat, shift, known, queries, limits).read(tree.body, 1)


class _SyntaxReader(Generic[F]):
    """Turn a whitelisted Python syntax tree into a formula, with positions."""

    def __init__(
        self,
        kind: type[F],
        text: str,
        shift: int,
        names: frozenset[str] | None,
        queries: bool,
        limits: ReadingLimits,
    ) -> None:
        self.kind, self.text, self.shift = kind, text, shift
        self.names, self.queries, self.limits = names, queries, limits
        self.nodes = 0

    def fail(
        self, node: ast.AST, what: str, expected: str = "", remedy: str = ""
    ) -> ExpressionError:
        column = getattr(node, "col_offset", 0) + self.shift + 1
        return ExpressionError(what, column=column, expected=expected, remedy=remedy)

    def source(self, node: ast.expr) -> str:
        start, end = node.col_offset + self.shift, (node.end_col_offset or 0) + self.shift
        return self.text[start:end]

    def read(self, node: ast.expr, depth: int) -> F:
        self.nodes += 1
        if self.nodes > self.limits.terms:
            expected = f"at most {self.limits.terms} terms"
            raise self.fail(node, "the expression is too long", expected)
        if depth > self.limits.depth:
            expected = f"at most {self.limits.depth} levels"
            raise self.fail(node, "the expression is nested too deeply", expected)
        if isinstance(node, ast.Constant):
            return self.constant(node)
        if isinstance(node, ast.Name):
            return self.variable(node)
        if isinstance(node, ast.BinOp) and type(node.op) in _AST_BINARY:
            return self.chain(node, depth)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd | ast.Not):
            inner = self.read(node.operand, depth + 1)
            if isinstance(node.op, ast.Not):
                return self.kind("not", self.truth(inner, node.operand))
            self.numeric(inner, node.operand)
            return -inner if isinstance(node.op, ast.USub) else inner
        if isinstance(node, ast.Call):
            return self.call(node, depth)
        if isinstance(node, ast.Compare):
            return self.compare(node, depth)
        if isinstance(node, ast.BoolOp):
            parts = [self.truth(self.read(v, depth + 1), v) for v in node.values]
            return self.kind("and" if isinstance(node.op, ast.And) else "or", *parts)
        if isinstance(node, ast.IfExp):
            test = self.truth(self.read(node.test, depth + 1), node.test)
            then = self.numeric(self.read(node.body, depth + 1), node.body)
            other = self.numeric(self.read(node.orelse, depth + 1), node.orelse)
            return self.kind("if", test, then, other)
        raise self.fail(
            node,
            f"{shorten(self.source(node))!r} is not allowed in an expression",
            "numbers, parameter names, + - * / **, comparisons, " + ", ".join(FUNCTIONS),
            _hint(self.source(node)),
        )

    def constant(self, node: ast.Constant) -> F:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            source = self.source(node)
            raise self.fail(
                node, f"{shorten(source)!r} is not a number", "a number", _product_hint(source)
            )
        try:
            return self.kind.number(parse_number(self.source(node)))
        except ExpressionError as error:
            raise self.fail(node, error.what, error.expected, error.remedy) from None

    def variable(self, node: ast.Name) -> F:
        if self.names is not None and node.id not in self.names:
            remedy = did_you_mean(node.id, self.names)
            if node.id in {*FUNCTIONS, *QUERIES}:
                remedy = f"{node.id} is a function: write {node.id}(...)"
            raise self.fail(node, f"unknown name {shorten(node.id)!r}", remedy=remedy)
        return self.kind.name(node.id)

    def chain(self, node: ast.BinOp, depth: int) -> F:
        """Read ``a + b + c ...``: Python nests it to the left, a reader does not."""
        spine = [node]
        while isinstance(spine[-1].left, ast.BinOp) and type(spine[-1].left.op) in _AST_BINARY:
            spine.append(spine[-1].left)
        first = spine[-1].left
        left = self.numeric(self.read(first, depth + 1), first)
        for link in reversed(spine):
            left = self.binary(link, left, depth)
        return left

    def binary(self, node: ast.BinOp, left: F, depth: int) -> F:
        self.nodes += 1
        right = self.numeric(self.read(node.right, depth + 1), node.right)
        if isinstance(node.op, ast.Pow) and right.op == "number" and abs(right.args[0]) > MAX_POWER:
            raise self.fail(
                node.right, "the exponent is too large", f"an exponent of at most {MAX_POWER}"
            )
        try:
            return self.kind.binary(_AST_BINARY[type(node.op)], left, right)
        except ExpressionError as error:
            raise self.fail(node.right, error.what, error.expected, error.remedy) from None

    def call(self, node: ast.Call, depth: int) -> F:
        known = {**FUNCTIONS, **(QUERIES if self.queries else {})}
        if not isinstance(node.func, ast.Name) or node.func.id not in known:
            name = shorten(self.source(node.func))
            remedy = did_you_mean(name, known) or self.product(node)
            if name in QUERIES:
                asked = f"{_spelt(name)} is asked in measures and conclusions only"
                remedy = "; ".join(part for part in (asked, self.product(node)) if part)
            raise self.fail(
                node,
                f"{name!r} is not a function that may be used here",
                ", ".join(known),
                remedy,
            )
        name = node.func.id
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise self.fail(node, f"{name}(...) takes plain arguments only")
        if name in QUERIES and self.queries:
            return self.query(node, name)
        low, high = FUNCTIONS[name]
        if len(node.args) < low or (high is not None and len(node.args) > high):
            wanted = f"{low}" if high == low else f"{low} or more"
            raise self.fail(node, f"{name}() has {len(node.args)} arguments", f"{wanted}")
        args = [self.numeric(self.read(a, depth + 1), a) for a in node.args]
        return self.kind("call", name, *args)

    def product(self, node: ast.Call) -> str:
        """Say how the product is written that a bracket after a number or name may mean."""
        factor = self.source(node.func)
        if len(node.args) != 1 or node.keywords:
            return ""
        return f"for a product, write {shorten(f'{factor}*({self.source(node.args[0])})', 60)}"

    def query(self, node: ast.Call, name: str) -> F:
        labels = []
        for arg in node.args:
            if isinstance(arg, ast.Name):
                labels.append(arg.id)
            elif isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                labels.append(unicodedata.normalize("NFC", arg.value))
            else:
                raise self.fail(
                    arg, f"{shorten(self.source(arg))!r} is not a label", _spelt(name),
                    self.product(node),
                )  # fmt: skip
        if len(labels) != len(QUERIES[name]):
            count = f"{len(labels)} label{'' if len(labels) == 1 else 's'}"
            raise QueryError(
                f"{name}() has {count}", query=name, labels=labels, expected=_spelt(name),
                column=node.col_offset + self.shift + 1,
            )  # fmt: skip
        return self.kind("query", name, *labels)

    def compare(self, node: ast.Compare, depth: int) -> F:
        ops = []
        for op in node.ops:
            if type(op) not in _AST_COMPARE:
                raise self.fail(node, "this comparison is not allowed", "< <= > >= == !=")
            ops.append(_AST_COMPARE[type(op)])
        parts = [node.left, *node.comparators]
        return self.kind(
            "compare", tuple(ops), *[self.numeric(self.read(p, depth + 1), p) for p in parts]
        )

    def numeric(self, value: F, node: ast.AST) -> F:
        if value.is_boolean:
            raise self.fail(node, f"'{shorten(str(value))}' is true or false", "a number here")
        return value

    def truth(self, value: F, node: ast.AST) -> F:
        if not value.is_boolean:
            raise self.fail(
                node, f"'{shorten(str(value))}' is a number", "a condition such as a < b here"
            )
        return value


def _spelt(query: str) -> str:
    """Return how a query is written, as in ``prob(player, action)``."""
    return f"{query}({', '.join(QUERIES[query])})"


# ---- what people write for what is meant ----------------------------------------------------
_PERCENTAGE = re.compile(r"[0-9][0-9.,]*\s*%(?!\s*[\w(])", re.ASCII)
_PRODUCT = re.compile(
    r"(?<![\w.])((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*)([A-Za-z_]\w*|\()"
    r"|((?<![\w.])[A-Za-z_]\w*|\))\s+([A-Za-z_]\w*|[0-9][0-9.]*|\()",
    re.ASCII,
)
_WORDS = {"and", "or", "not", "if", "else"}


def _hint(text: str) -> str:
    """Say what to write for a power, a percentage, a decimal comma or a product, if one is meant.

    >>> _hint("2s"), _hint("40%*s"), _hint("s*0,5"), _hint("a^2")
    ('write 2*s', 'write 0.4 or 2/5', 'write 0.5, with a point', 'write ** for a power')
    """
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "0", text)  # labels say nothing of the arithmetic
    if "^" in text:
        return "write ** for a power"
    if (share := _PERCENTAGE.search(text)) and (hint := number_hint(share[0])):
        return hint
    comma = re.search(r"(?<![\w.,])[0-9]+,[0-9]+(?![\w.,])", text, re.ASCII)
    return number_hint(comma[0]) if comma else _product_hint(text)


def _product_hint(text: str) -> str:
    """Say what to write for two things side by side: ``2*s`` for ``2s`` or ``2 s``."""
    for found in _PRODUCT.finditer(text):
        left, right = (found[1], found[2]) if found[1] else (found[3], found[4])
        left = left.strip()
        if not {left, right} & _WORDS and not (right == "(" and left in FUNCTIONS):
            around = left if left != ")" else "(...)"
            return f"write {around}*{right if right != '(' else '(...)'}"
    return ""


def _equality_hint(text: str) -> str:
    if "=" in text.replace("==", "").replace("<=", "").replace(">=", "").replace("!=", ""):
        return "write == for equality"
    return ""
