r"""Expressions of a model as polynomials in normal form, and these as graph nodes.

Expanding a formula before it is computed makes equal payoffs equal, and takes
cancellation out: :math:`1 - (1 - \rho)^2` becomes :math:`\rho (2 - \rho)`, whose sign is plain
also where :math:`\rho` is tiny.  Polynomials are written in Horner's form.
Quotients and functions are atoms, polynomial variables of their own.

>>> from deterrence.algebra.expressions import Expression
>>> graph = Graph()
>>> f = FormulaReader(graph, {"c": Fraction(2)}, {"r": graph.input("r")}, {})
>>> f.polynomial(Expression.parse("(1 - (1 - r))*c - 2*r"))
{}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.kernel.graph import Graph
from deterrence.errors import ExpressionError

#: A product of atoms with their powers, sorted: ((node, power), ...).
NodeMonomial = tuple[tuple[int, int], ...]
NodePolynomial = dict[NodeMonomial, Fraction]

#: Polynomials with more terms are not expanded further.
MAX_TERMS = 60

_ARITHMETIC = ("add", "sub", "mul", "div", "pow")


def combine(a: NodePolynomial, b: NodePolynomial, factor: int | Fraction = 1) -> NodePolynomial:
    """Return a + factor * b."""
    result = dict(a)
    for monomial, c in b.items():
        total = result.get(monomial, 0) + factor * c
        if total:
            result[monomial] = Fraction(total)
        else:
            result.pop(monomial, None)
    return result


def multiply(a: NodePolynomial, b: NodePolynomial) -> NodePolynomial:
    """Return the product."""
    result: NodePolynomial = {}
    for m1, c1 in a.items():
        for m2, c2 in b.items():
            powers = Counter(dict(m1))
            for atom, e in m2:
                powers[atom] += e
            monomial = tuple(sorted(powers.items()))
            total = result.get(monomial, 0) + c1 * c2
            if total:
                result[monomial] = Fraction(total)
            else:
                result.pop(monomial, None)
    return result


def degree(p: NodePolynomial) -> int:
    """Return the total degree in the atoms."""
    return max((sum(e for _, e in m) for m in p), default=0)


class FormulaReader:
    """Reads expressions: ``constants`` by name, ``inputs`` as nodes, ``formulas`` of the rest.

    ``query(kind, *labels)`` gives the polynomial of a query such as ``P(war)``.
    """

    def __init__(
        self,
        graph: Graph,
        constants: Mapping[str, Any],
        inputs: Mapping[str, int],
        formulas: Mapping[str, Expression],
        query: Callable[..., NodePolynomial] | None = None,
    ) -> None:
        self.graph, self.constants, self.inputs = graph, constants, inputs
        self.formulas, self.query = formulas, query
        self._known: dict[Expression, NodePolynomial] = {}
        self._fixed: dict[Expression, bool] = {}

    # ---- expressions to polynomials -----------------------------------
    def node(self, e: Expression) -> int:
        """Return the node of an expression's value."""
        return self.emit(self.polynomial(e))

    def polynomial(self, e: Expression) -> NodePolynomial:
        """Return an expression's normal form; ``{}`` is zero."""
        if e not in self._known:
            self._known[e] = self._read(e)
        return self._known[e]

    def is_constant(self, e: Expression) -> bool:
        """Say whether the value is the same at all points."""
        if e not in self._fixed:
            self._fixed[e] = all(n in self.constants for n in e.names) and not any(
                part.op == "query" for part in e.walk()
            )
        return self._fixed[e]

    def _read(self, e: Expression) -> NodePolynomial:
        op, args, graph = e.op, e.args, self.graph
        if op == "number":
            return _number(args[0])
        if op == "name" and args[0] in self.inputs:
            return variable(self.inputs[args[0]])
        if op == "name" and args[0] in self.formulas:
            return self.polynomial(self.formulas[args[0]])
        if self.is_constant(e):
            value = e.evaluate(self.constants)
            if isinstance(value, bool):
                value = Fraction(value)
            return (
                _number(value) if isinstance(value, Fraction) else variable(graph.constant(value))
            )
        if op in _ARITHMETIC:
            return self._arithmetic(e)
        if op == "neg":
            return combine({}, self.polynomial(args[0]), -1)
        if op == "query":
            if self.query is None:
                raise ExpressionError(f"{e} needs an equilibrium")
            return self.query(*args)
        if op == "compare":
            parts = [self.polynomial(a) for a in args[1:]]
            links = [
                self._compare(sign, combine(a, b, -1))
                for sign, a, b in zip(args[0], parts, parts[1:], strict=False)
            ]
            return variable(links[0] if len(links) == 1 else graph.host("and", *links))
        nodes = [self.emit(self.polynomial(a)) for a in e.children]
        if op == "call":
            return variable(self._call(args[0], nodes))
        return variable(graph.host(op, *nodes))  # and, or, not, if

    def _call(self, function: str, nodes: Sequence[int]) -> int:
        graph, node = self.graph, nodes[0]
        if function == "abs":
            return graph.abs(node)
        if function in ("min", "max"):
            for other in nodes[1:]:
                node = graph.host(function, node, other)
            return node
        return graph.host(function, node)

    def _compare(self, sign: str, difference: NodePolynomial) -> int:
        return self.graph.compare(sign, self.emit(difference), self.keep(difference))

    def keep(self, difference: NodePolynomial) -> int | None:
        """Return the node that says whether a compared difference is to be looked at."""
        del difference
        return None

    def _arithmetic(self, e: Expression) -> NodePolynomial:
        links = []
        while e.op in _ARITHMETIC and not self.is_constant(e):
            links.append((e.op, e.args[1]))
            e = e.args[0]
        result = self.polynomial(e)
        for op, operand in reversed(links):
            right = self.polynomial(operand)
            if op in ("add", "sub"):
                result = combine(result, right, 1 if op == "add" else -1)
            elif op == "mul":
                result = self._product(result, right)
            elif op == "div":
                result = self._quotient(result, right)
            else:
                result = self._power(result, right)
            if len(result) > MAX_TERMS:
                result = self.opaque(result)
        return result

    def opaque(self, p: NodePolynomial) -> NodePolynomial:
        """Return a polynomial as one atom."""
        return p if len(p) <= 1 else variable(self.emit(p))

    def _product(self, a: NodePolynomial, b: NodePolynomial) -> NodePolynomial:
        if len(a) * len(b) > MAX_TERMS:
            a, b = self.opaque(a), self.opaque(b)
        return multiply(a, b)

    def _quotient(self, a: NodePolynomial, b: NodePolynomial) -> NodePolynomial:
        constant = _constant(b)
        if constant == 0:
            raise ExpressionError("division by zero")
        if constant is not None:
            return combine({}, a, 1 / constant)
        return self._product(a, variable(self.graph.div(self.graph.one, self.emit(b))))

    def _power(self, a: NodePolynomial, b: NodePolynomial) -> NodePolynomial:
        n = _constant(b)
        if n is not None and n.denominator == 1 and abs(n) <= 100:
            if n < 0:
                a, n = self._quotient(_number(Fraction(1)), a), -n
            result = _number(Fraction(1))
            for _ in range(int(n)):
                if len(a) * len(result) > MAX_TERMS:
                    return variable(self.graph.power(self.emit(a), int(n)))
                result = multiply(result, a)
            return result
        if n == Fraction(1, 2):
            return variable(self.graph.host("sqrt", self.emit(a)))
        return variable(self.graph.host("pow", self.emit(a), self.emit(b)))

    # ---- polynomials to nodes -----------------------------------------
    def emit(self, p: NodePolynomial, atom: Callable[[int], int] = lambda n: n) -> int:
        """Return the node that computes a polynomial; ``atom`` may exchange its variables."""
        graph = self.graph
        uses = Counter(a for monomial in p for a, _ in monomial)
        best = min(uses, key=lambda a: (-uses[a], a), default=None)
        if best is None or uses[best] == 1:
            return self._sum(p, atom)
        inside: NodePolynomial = {}
        rest: NodePolynomial = {}
        for monomial, c in p.items():
            powers = dict(monomial)
            if best in powers:
                powers[best] -= 1
                inside[tuple((a, e) for a, e in powers.items() if e)] = c
            else:
                rest[monomial] = c
        # A leading minus goes to the sum, so that no node only turns a sign.
        turned = rest and all(c < 0 for c in inside.values())
        if turned:
            inside = combine({}, inside, -1)
        product = graph.mul(atom(best), self.emit(inside, atom))
        if not rest:
            return product
        if turned:
            return graph.sub(self.emit(rest, atom), product)
        if all(c < 0 for c in rest.values()):
            return graph.sub(product, self.emit(combine({}, rest, -1), atom))
        return graph.add(self.emit(rest, atom), product)

    def _sum(self, p: NodePolynomial, atom: Callable[[int], int]) -> int:
        graph = self.graph
        terms = sorted(p.items(), key=lambda t: (t[1] < 0, t[0]))
        total = graph.zero
        for monomial, c in terms:
            product = graph.one
            for a, e in monomial:
                product = graph.mul(product, graph.power(atom(a), e))
            product = graph.mul(graph.constant(abs(c)), product)
            total = graph.add(total, product) if c > 0 else graph.sub(total, product)
        return total


def _number(value: Fraction) -> NodePolynomial:
    return {(): value} if value else {}


def variable(node: int) -> NodePolynomial:
    """Return a node as a polynomial."""
    return {((node, 1),): Fraction(1)}


def _constant(p: NodePolynomial) -> Fraction | None:
    if not p:
        return Fraction(0)
    return p[()] if len(p) == 1 and () in p else None
