r"""A graph as a straight-line program, run over many points at once.

Registers are rows of one array, points its columns, so that every instruction is
one pass over contiguous memory that stays in the cache.  A product and the sum it
goes into are one instruction where nobody else needs the product; it is still
rounded twice, so that the compiled and the numpy machine give the same bits.

>>> import numpy as np
>>> from deterrence.analysis.points.kernel.graph import Graph
>>> g = Graph()
>>> a, b = g.input("a"), g.input("b")
>>> program = GraphProgram(g, [g.sub(g.mul(a, b), a)])
>>> machine = Machine(program, lanes=4, compiled=False)
>>> (row,) = machine.run({"a": np.array([1.0, 2.0]), "b": np.array([3.0, 5.0])}, 2)
>>> row.tolist()
[2.0, 8.0]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from deterrence.analysis.points.kernel.graph import HOST, LIBRARY, Graph
from deterrence.analysis.points.kernel.loops import loops

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Columns, Floats, Integers

#: An operation of numpy's: what, the register of the result, operands, what else it needs.
Single = tuple[str, int, list[int], str]

#: Instructions of the machine: (code, operands).  ``a*b - c*d`` and the like round the
#: products and the difference, as separate instructions would.
CODES = {
    "add": 0,
    "sub": 1,
    "mul": 2,
    "div": 3,
    "neg": 4,
    "abs": 5,
    "larger": 6,
    "mul_sub_mul": 7,  # a*b - c*d
    "mul_add_mul": 8,  # a*b + c*d
    "add_mul": 9,  # a + b*c
    "sub_mul": 10,  # a - b*c
    "mul_sub": 11,  # a*b - c
}


class GraphProgram:
    """Instructions for some outputs of a graph, with registers assigned.

    ``segments`` alternates between arrays of arithmetic instructions ``(code, out,
    a, b, c, d)`` and single operations ``(op, out, operands, data)`` of numpy.
    """

    def __init__(self, graph: Graph, outputs: Sequence[int]) -> None:
        self.graph = graph
        needed = reachable(graph, outputs)
        uses: dict[int, int] = dict.fromkeys(needed, 0)
        for n in needed:
            for a in graph.args[n]:
                uses[a] += 1
        pinned = set(outputs)
        fused = {n for n in needed if graph.ops[n] == "mul" and uses[n] == 1 and n not in pinned}
        steps: list[tuple[str, int, tuple[int, ...]]] = []
        inlined: set[int] = set()
        for n in needed:
            if graph.ops[n] in ("add", "sub"):
                steps.append(_fuse(graph, n, fused, inlined))
            elif graph.ops[n] not in ("input", "constant"):
                steps.append((graph.ops[n], n, graph.args[n]))
        steps = [s for s in steps if s[1] not in inlined]
        self._assign(graph, needed, steps, pinned)
        self.rows = {n: self._register[n] for n in outputs}
        self.length = len(steps)

    def _assign(
        self,
        graph: Graph,
        needed: Sequence[int],
        steps: Sequence[tuple[str, int, tuple[int, ...]]],
        pinned: set[int],
    ) -> None:
        self.inputs: dict[str, int] = {}
        self.constants: dict[int, float] = {}
        register: dict[int, int] = {}
        for n in needed:
            if graph.ops[n] == "input":
                name = graph.data[n]
                register[n] = len(register)
                self.inputs[name[0] if isinstance(name, tuple) else name] = register[n]
            elif graph.ops[n] == "constant":
                register[n] = len(register)
                self.constants[register[n]] = float(graph.data[n])
        last: dict[int, int] = {}
        for k, (_, _, args) in enumerate(steps):
            last.update(dict.fromkeys(args, k))
        count = len(register)
        free: list[int] = []
        permanent = set(register) | pinned
        self.segments: list[list[tuple[int, ...]] | Single] = []
        block: list[tuple[int, ...]] = []
        for k, (op, n, args) in enumerate(steps):
            # The result never overwrites an operand, so a row is read before it is written.
            if free:
                register[n] = free.pop()
            else:
                register[n], count = count, count + 1
            places = [register[a] for a in args]
            if op in HOST:
                if block:
                    self.segments.append(block)
                    block = []
                self.segments.append((op, register[n], places, graph.data[n]))
            else:
                padded = (*places, 0, 0, 0, 0)[:4]
                block.append((CODES[op], register[n], *padded))
            free.extend(
                register[a] for a in dict.fromkeys(args) if last[a] == k and a not in permanent
            )
        if block:
            self.segments.append(block)
        self.size = count
        self._register = register


def reachable(graph: Graph, outputs: Sequence[int]) -> list[int]:
    """Return the nodes that some nodes need, themselves included, in order."""
    seen: set[int] = set()
    todo = list(outputs)
    while todo:
        n = todo.pop()
        if n not in seen:
            seen.add(n)
            todo.extend(graph.args[n])
    return sorted(seen)


def _fuse(
    graph: Graph, n: int, fused: set[int], inlined: set[int]
) -> tuple[str, int, tuple[int, ...]]:
    """Return the instruction for a sum or difference, with products of its own inside."""
    op, (a, b) = graph.ops[n], graph.args[n]
    if a in fused and b in fused:
        inlined |= {a, b}
        return f"mul_{op}_mul", n, (*graph.args[a], *graph.args[b])
    if b in fused:
        inlined.add(b)
        return f"{op}_mul", n, (a, *graph.args[b])
    if a in fused:
        inlined.add(a)
        if op == "add":
            return "add_mul", n, (b, *graph.args[a])
        return "mul_sub", n, (*graph.args[a], b)
    return op, n, (a, b)


def row_length(lanes: int) -> int:
    """Return how long rows for so many lanes are: never a multiple of a memory page.

    Rows a whole number of pages apart would all fall on the same lines of the cache.
    """
    return -(-lanes // 8) * 8 + 40


def lanes_for(size: int, memory: int, most: int) -> int:
    """Return for how many points ``size`` registers fit in so many bytes, at most ``most``."""
    return max(64, min(most, memory // (8 * size))) // 64 * 64


class Machine:
    """Registers for ``lanes`` points, and the loop over a program's instructions.

    ``extra`` registers after the program's are for others to use.
    """

    def __init__(
        self, program: GraphProgram, lanes: int, *, compiled: bool, extra: int = 0
    ) -> None:
        import numpy as np

        self.program, self.lanes = program, lanes
        self.registers = np.zeros((program.size + extra + 2, row_length(lanes)))
        for row, value in program.constants.items():
            self.registers[row] = value
        self.segments = [
            np.array(s, dtype=np.int32) if isinstance(s, list) else s for s in program.segments
        ]
        #: The code of a program that is nothing but arithmetic.
        only = self.segments[0] if len(self.segments) == 1 else ()
        self.code: Integers | None = None if isinstance(only, tuple) else only
        #: Lanes that are worked on together, so that all registers stay in the cache.
        self.block = max(256, min(lanes, 700_000 // (8 * (program.size + extra)))) // 8 * 8
        if not compiled:
            self.block = lanes
        self._interpret = loops(compiled).interpret

    def load(self, inputs: Columns, count: int) -> int:
        """Put the inputs of ``count`` points into their registers; return the lanes in use.

        These are a multiple of 8: vector units work on whole groups, and so lanes
        beyond the last point repeat it.
        """
        width = -(-count // 8) * 8
        for name, row in self.program.inputs.items():
            self.registers[row, :count] = inputs[name]
            self.registers[row, count:width] = self.registers[row, count - 1]
        return width

    def run(self, inputs: Columns, count: int) -> list[Floats]:
        """Run on the first ``count`` lanes; return the outputs' rows, in order.

        The rows are views: the next run overwrites them.
        """
        import numpy as np

        registers, width = self.registers, self.load(inputs, count)
        with np.errstate(all="ignore"):
            for segment in self.segments:
                if isinstance(segment, tuple):
                    op, out, places, data = segment
                    parts = [registers[p, :width] for p in places]
                    registers[out, :width] = _host(op, data, parts)
                else:
                    for start in range(0, width, self.block):
                        self._interpret(segment, registers, start, min(start + self.block, width))
        return [registers[row, :count] for row in self.program.rows.values()]


def _host(op: str, data: str, parts: list[Floats]) -> Floats | float:
    """Return the result of an operation that is always numpy's."""
    import numpy as np

    if op == "truth":
        return _truth(data, *parts)
    if op == "not":
        return 1.0 - parts[0]
    if op in ("and", "or"):
        # Kleene's logic: one false decides a conjunction whatever else is unknown.
        decisive = 0.0 if op == "and" else 1.0
        stack = np.array(parts)
        known = np.where(np.isnan(stack).any(axis=0), np.nan, 1.0 - decisive)
        return np.where((stack == decisive).any(axis=0), decisive, known)
    if op == "if":
        test, yes, no = parts
        return np.where(test == 1.0, yes, np.where(test == 0.0, no, np.nan))
    if op == "pow_bound":
        value, base, exponent, m1, m2 = parts
        near = np.abs(exponent) * m1 / np.abs(base) + np.abs(np.log(base)) * m2 + LIBRARY
        bound: Floats = np.abs(value) * near
        return bound
    functions: dict[str, Callable[..., Floats]] = {
        "sqrt": np.sqrt,
        "exp": np.exp,
        "log": np.log,
        "pow": np.power,
        "min": np.minimum,
        "max": np.maximum,
    }
    return functions[op](*parts)


def _truth(sign: str, difference: Floats, limit: Floats) -> Floats | float:
    """Return 1, 0 or nan: whether ``difference sign 0`` holds, as far as floats can tell."""
    import numpy as np

    up = difference > limit
    if up.all():
        return float(sign in (">", ">=", "!="))
    down = difference < -limit
    level = (limit == 0) & (difference == 0)
    yes = {
        "<": down,
        "<=": down | level,
        ">": up,
        ">=": up | level,
        "==": level,
        "!=": up | down,
    }[sign]
    return np.where(up | down | level, yes.astype(float), np.nan)
