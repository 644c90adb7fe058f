r"""Formulas as one graph of arithmetic nodes, with a bound on the rounding error of each.

A node is an operation on earlier nodes; equal operations are one node.  The
graph is run over many points at once (:mod:`.program`), and once over a finite
field to see what vanishes identically (:mod:`.field`).

Every node :math:`x` has a *magnitude* node :math:`M` and a number :math:`k` such
that its computed value :math:`\hat x` satisfies :math:`|\hat x - x| \le k u M` up
to terms of order :math:`u^2`, with :math:`u = 2^{-53}` and :math:`|x| \le M`.  The
rules are those of running error analysis (Higham 2002, *Accuracy and Stability of
Numerical Algorithms*, sections 3.1 to 3.3): sums add magnitudes, products multiply
them, and :math:`k` counts roundings.

>>> g = Graph()
>>> a, b = g.input("a"), g.input("b")
>>> g.add(g.mul(a, b), g.mul(a, b)) == g.add(g.mul(a, b), g.mul(a, b))
True
>>> magnitude, k = g.bound(g.sub(a, b))
>>> g.ops[magnitude], k
('add', 3)
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

#: Unit roundoff of double precision.
UNIT = 2.0**-53

#: Roundings charged to ``exp``, ``log`` and powers, whose libraries promise a few units at most.
LIBRARY = 8

#: Operations that only whole arrays of numpy do; everything else is plain arithmetic.
HOST = frozenset(
    {"sqrt", "exp", "log", "pow", "pow_bound", "min", "max", "truth", "and", "or", "not", "if"}
)


def slack(k: float) -> float:
    """Return the factor c with error <= c * magnitude, second-order terms included."""
    return (1.125 * k + 4) * UNIT


class Graph:
    """Nodes in the order in which they can be computed; see the module's text.

    ``ops[n]`` is the operation of node ``n``, ``args[n]`` the nodes it works on,
    ``data[n]`` what else it needs: an input's name, a constant's value, the sign
    that a ``truth`` node asks for.  ``inputs_rounded`` says that inputs are
    floats within a unit in the last place of the true values, rather than the values
    themselves.
    """

    def __init__(self, *, inputs_rounded: bool = True) -> None:
        self.ops: list[str] = []
        self.args: list[tuple[int, ...]] = []
        self.data: list[Any] = []
        self.inputs_rounded = inputs_rounded
        self._known: dict[Any, int] = {}
        self._bounds: dict[int, tuple[int, int]] = {}
        #: Nodes that must not be zero, and nodes that must be positive, for values to exist.
        self.nonzero: list[int] = []
        self.positive: list[int] = []
        self.zero, self.one = self.constant(0), self.constant(1)

    def _node(self, op: str, args: tuple[int, ...], data: Any = None) -> int:
        key = (op, args, type(data), data)
        if key not in self._known:
            self._known[key] = len(self.ops)
            self.ops.append(op)
            self.args.append(args)
            self.data.append(data)
        return self._known[key]

    # ---- leaves -------------------------------------------------------
    def input(self, name: str) -> int:
        """Return the node of a value that is given per point."""
        return self._node("input", (), name)

    def exact_input(self, name: str) -> int:
        """Return the node of an input that is exactly the float that is given."""
        return self._node("input", (), (name,))

    def given(self, name: str, size: str) -> int:
        """Return an input whose error is at most one unit of another input, its magnitude."""
        node = self._node("input", (), name)
        self._bounds[node] = self._node("input", (), (size,)), 1
        return node

    def constant(self, value: Fraction | float) -> int:
        """Return a constant; a ``float`` counts as rounded, a ``Fraction`` is meant exactly."""
        return self._node("constant", (), value if isinstance(value, float) else Fraction(value))

    def value(self, n: int) -> Fraction | float | None:
        """Return a constant's value, None for other nodes."""
        return self.data[n] if self.ops[n] == "constant" else None

    # ---- arithmetic ---------------------------------------------------
    def add(self, a: int, b: int) -> int:
        """Return a + b."""
        if a == self.zero or b == self.zero:
            return b if a == self.zero else a
        return self._node("add", (min(a, b), max(a, b)))

    def sub(self, a: int, b: int) -> int:
        """Return a - b."""
        if b == self.zero:
            return a
        return self.neg(b) if a == self.zero else self._node("sub", (a, b))

    def mul(self, a: int, b: int) -> int:
        """Return a * b."""
        if a == self.zero or b == self.zero:
            return self.zero
        if a == self.one or b == self.one:
            return b if a == self.one else a
        return self._node("mul", (min(a, b), max(a, b)))

    def div(self, a: int, b: int) -> int:
        """Return a / b; points where b may be zero are nobody's business but the exact solver's."""
        if b == self.one:
            return a
        if self.value(b) is None:
            self.nonzero.append(b)
        return self._node("div", (a, b))

    def neg(self, a: int) -> int:
        """Return -a."""
        if self.ops[a] == "neg":
            return self.args[a][0]
        known = self.value(a)
        return self._node("neg", (a,)) if known is None else self.constant(-known)

    def abs(self, a: int) -> int:
        """Return the magnitude of a."""
        if self.ops[a] == "abs":
            return a
        if self.ops[a] == "neg":
            return self.abs(self.args[a][0])
        known = self.value(a)
        return self._node("abs", (a,)) if known is None else self.constant(max(known, -known))

    def larger(self, a: int, b: int) -> int:
        """Return the maximum of two nodes that are not negative."""
        if a == b or b == self.zero:
            return a
        return b if a == self.zero else self._node("larger", (min(a, b), max(a, b)))

    def power(self, a: int, n: int) -> int:
        """Return a to the power of a whole number n >= 0, by repeated squaring."""
        result, square = self.one, a
        while n:
            if n & 1:
                result = self.mul(result, square)
            n >>= 1
            if n:
                square = self.mul(square, square)
        return result

    def host(self, op: str, *args: int, data: Any = None) -> int:
        """Return an operation of :data:`HOST`."""
        if op in ("sqrt", "log") or op == "pow":
            self.positive.append(args[0])
        return self._node(op, args, data)

    # ---- truth --------------------------------------------------------
    def compare(self, sign: str, difference: int, keep: int | None = None) -> int:
        """Return 1 where ``difference sign 0`` holds, 0 where not, nan where floats cannot tell.

        Where ``keep`` is 0 the difference is known to be zero.
        """
        magnitude, k = self.bound(difference)
        if keep is not None:
            difference, magnitude = self.mul(keep, difference), self.mul(keep, magnitude)
        limit = self.mul(self.constant(slack(k)), magnitude)
        return self.host("truth", difference, limit, data=sign)

    # ---- error bounds -------------------------------------------------
    def bound(self, n: int) -> tuple[int, int]:
        """Return the magnitude node and the number of roundings of a node."""
        todo = [n]
        while todo:
            at = todo[-1]
            missing = [a for a in self.args[at] if a not in self._bounds]
            if missing and at not in self._bounds:
                todo.extend(missing)
                continue
            todo.pop()
            if at not in self._bounds:
                self._bounds[at] = self._bound(at)
        return self._bounds[n]

    def _bound(self, n: int) -> tuple[int, int]:
        op, args = self.ops[n], self.args[n]
        if op == "input":
            given = self.inputs_rounded and not isinstance(self.data[n], tuple)
            return self.abs(n), 2 * given
        if op == "constant":
            value: Fraction | float = self.data[n]
            if isinstance(value, float):
                return self.constant(abs(value)), 2
            return self.constant(abs(value)), int(Fraction(float(value)) != value)
        known = [self._bounds[a] for a in args]
        if op in ("neg", "abs"):
            return known[0]
        (m, k), rest = known[0], known[1:]
        if op in ("add", "sub", "mul", "div", "larger", "min", "max"):
            (m2, k2) = rest[0]
            if op in ("add", "sub"):
                # The difference of two exact numbers has one rounding of its own only.
                return (self.abs(n), 1) if k == k2 == 0 else (self.add(m, m2), max(k, k2) + 1)
            if op == "mul":
                return self.mul(m, m2), k + k2 + 1
            if op == "div":
                size = self.abs(args[1])
                return self.mul(self._over(m, size), self._over(m2, size)), k + k2 + 1
            return self.larger(m, m2), max(k, k2)
        if op == "sqrt":
            return self.mul(n, self._over(m, args[0])), k + 1
        if op == "exp":  # the error of the argument is a relative one of the result
            return self.mul(n, self.add(self.one, m)), k + LIBRARY
        if op == "log":
            return self.add(self.abs(n), self._over(m, args[0])), k + LIBRARY
        if op == "pow":
            m2, k2 = rest[0]
            return self._node("pow_bound", (n, args[0], args[1], m, m2)), k + k2 + LIBRARY
        if op == "if":
            (m1, k1), (m2, k2) = rest
            return self._node("if", (args[0], m1, m2)), max(k1, k2)
        if op in ("truth", "and", "or", "not"):
            return self.one, 0
        return n, 0  # magnitudes themselves

    def _over(self, a: int, b: int) -> int:
        """Return the quotient of two magnitudes, without a guard: it is infinite where b is 0."""
        return self.one if a == b else self._node("div", (a, b))


def guards(graph: Graph) -> list[int]:
    """Return truth nodes: divisors are not zero, arguments of logarithms are positive.

    They must be so with a margin, which the error bounds of quotients rely on.
    """
    result = []
    for nodes, sign in ((graph.nonzero, "!="), (graph.positive, ">")):
        for n in dict.fromkeys(nodes):
            magnitude, k = graph.bound(n)
            limit = graph.mul(graph.constant(1024 * slack(k)), magnitude)
            result.append(graph.host("truth", n, limit, data=sign))
    return result
