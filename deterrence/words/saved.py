"""Results that compare by what they say, and come back from JSON as they were.

``to_dict()`` of a result is the JSON contract, made for readers.  :func:`restorable` adds what
is needed to restore it: its ``kind``, and ``rest``, which holds what the contract leaves out
or tells otherwise than it is kept.  So nothing stands there twice:

- where the contract has a field, in a form that gives the same value back, ``rest`` has nothing;
- where it has a field in part, ``rest`` has the parts that are missing, by name or position;
- all other fields stand in ``rest``, exact and complete, as ``{"=": ...}``.

Values are read by the types that the fields declare (:class:`Reader`): what does not have the
type is an error that says where it stands.  Nothing is evaluated or imported by what a
document says.  Fields that the constructor does not take, and those marked :data:`UNSAVED`,
are not saved.

>>> from dataclasses import dataclass
>>> @dataclass(frozen=True)
... class Share(Saved):
...     part: Fraction
...     seen: float
>>> share = Share(Fraction(1, 3), 0.25)
>>> told = restorable(share, {"schema": 1, "part": "1/3"})
>>> told
{'schema': 1, 'kind': 'Share', 'part': '1/3', 'rest': {'seen': {'=': 0.25}}}
>>> Reader().restored(Share, told) == share
True
"""

from __future__ import annotations

import math
import re
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from dataclasses import Field as DataField
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from deterrence.algebra.algebraic_numbers import Algebraic, element
from deterrence.algebra.enclosures import Enclosure
from deterrence.algebra.expressions import ARITHMETIC, Expression, from_parts
from deterrence.algebra.number_fields import Field
from deterrence.algebra.roots import Root, exact_number, isolate
from deterrence.algebra.univariate import count_roots, irreducible
from deterrence.errors import DeterrenceError, ExpressionError, shorten

#: The version of documents.
SCHEMA = 1
#: Marks a field that is not saved: ``field(metadata=UNSAVED)``.
UNSAVED = {"saved": None}
#: Degree of a polynomial that is read.
MAX_DEGREE = 60
#: Operations of a formula that is read, written out, and how deep they may be nested.
MAX_FORMULA, MAX_DEPTH = 500_000, 200
#: Digits that a number may have above and below the stroke.
MAX_DIGITS = 4000
_FRACTION = re.compile(rf"-?[0-9]{{1,{MAX_DIGITS}}}(?:/[0-9]{{1,{MAX_DIGITS}}})?", re.ASCII)
_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
#: Operations of formulas, and how many operands they have (None: any number).
_OPERATIONS = {
    "add": 2, "sub": 2, "mul": 2, "div": 2, "pow": 2, "neg": 1, "not": 1, "if": 3,
    "and": None, "or": None,
}  # fmt: skip
_NO = object()
#: What is known of classes: their saved fields, and the types of these.
_FIELDS: dict[type, tuple[DataField[Any], ...]] = {}
_TYPES: dict[type, dict[str, Any]] = {}

R = TypeVar("R")


class Saved:
    """A result that is compared by its fields, whoever made it and however long that took.

    Fields with ``compare=False`` do not count.
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        """Keep :func:`dataclass` from writing a comparison and a hash of its own."""
        super().__init_subclass__()
        for name in ("__eq__", "__hash__"):
            if name not in vars(cls):
                setattr(cls, name, getattr(cls, name))

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(
            same(getattr(self, f.name), getattr(other, f.name))
            for f in saved_fields(type(self))
            if f.compare
        )

    def _take(self, told: Mapping[str, Any]) -> None:
        """Take from a document what the fields do not hold; called once they are read."""

    def __hash__(self) -> int:
        """Go by the plain fields: formulas, names and numbers."""
        values = (getattr(self, f.name) for f in saved_fields(type(self)) if f.compare)
        # ``nan`` is left out: it is the same here, and hashes differently each time.
        return hash((type(self), *(v for v in values if isinstance(v, _PLAIN) and v == v)))


_PLAIN = (str, int, float, Fraction, Expression, type(None))


def same(one: Any, other: Any) -> bool:
    """Say whether two values are the same; ``nan`` is the same as ``nan`` here."""
    if one is other:
        return True
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (one != one and other != other)
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all(same(v, other[k]) for k, v in one.items())
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def saved_fields(kind: type) -> tuple[DataField[Any], ...]:
    """Return the fields of a class that are saved."""
    if kind not in _FIELDS:
        found = fields(kind) if is_dataclass(kind) else ()
        _FIELDS[kind] = tuple(f for f in found if f.init and f.metadata.get("saved", f) is not None)
    return _FIELDS[kind]


def saved_as(kind: Any) -> dict[str, Any]:
    """Return the metadata of a field that holds another type than it declares."""
    return {"saved": kind}


def _types(kind: type) -> dict[str, Any]:
    if kind not in _TYPES:
        declared = get_type_hints(kind)
        _TYPES[kind] = {
            f.name: f.metadata.get("saved", declared[f.name]) for f in saved_fields(kind)
        }
    return _TYPES[kind]


# ---- kinds of values that write and read themselves --------------------------------------
_WRITERS: dict[type, Callable[[Any], Any]] = {}
_READERS: dict[type, Callable[[Reader, Any, str], Any]] = {}


def saves(
    kind: type[R],
    write: Callable[[R], Any] | None = None,
    read: Callable[[Reader, Any, str], R] | None = None,
) -> None:
    """Register how values of a class, and of those that inherit it, are written and read.

    ``read`` is told the reader, the data and where they stand.
    """
    if write is not None:
        _WRITERS[kind] = write
    if read is not None:
        _READERS[kind] = read


def _registered(kind: type, table: Mapping[type, Any]) -> Any:
    return next((table[k] for k in kind.__mro__ if k in table), None)


# ---- writing ----------------------------------------------------------------------------
def restorable(result: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a result tells, with its kind and all that is needed to restore it."""
    rest = _rest(type(result), result, told)
    head = {"schema": told.get("schema", SCHEMA), "kind": type(result).__name__}
    found = {**head, **{k: v for k, v in told.items() if k not in ("schema", "kind", "rest")}}
    if rest:
        found["rest"] = rest
    return found


def _rest(kind: Any, value: Any, told: Any) -> Any:
    """Return what has to be added to what is told of a value of a declared type; None: nothing."""
    if told is not _NO:
        try:
            if same(Reader().read(kind, told), value):
                return None
        except DeterrenceError:
            pass
    if isinstance(told, Mapping) and _is_structure(type(value)):
        hints = _types(type(value))
        return _named_class(kind, value) | {
            f.name: more
            for f in saved_fields(type(value))
            if not (f.name in told and not f.compare)
            and not (f.name not in told and _is_default(f, getattr(value, f.name)))
            and (more := _rest(hints[f.name], getattr(value, f.name), told.get(f.name, _NO)))
            is not None
        }
    item = _item(kind)
    lists = isinstance(told, list) and isinstance(value, tuple)
    if item is not None and lists and len(told) == len(value):
        parts = (_rest(item, v, t) for v, t in zip(value, told, strict=True))
        return {str(k): more for k, more in enumerate(parts) if more is not None}
    return {"=": written(value)}


def _is_structure(kind: type) -> bool:
    """Say whether values of a class are written field by field."""
    return is_dataclass(kind) and _registered(kind, _WRITERS) is None


def _named_class(kind: Any, value: Any) -> dict[str, str]:
    """Return the name of a value's class where the declared type says less."""
    return {} if type(value) is kind else {"class": type(value).__name__}


def _is_default(f: DataField[Any], value: Any) -> bool:
    default = f.default if f.default_factory is MISSING else f.default_factory()
    return default is not MISSING and same(default, value)


def _item(kind: Any) -> Any:
    """Return the type of the items of a tuple of any length, None for other types."""
    args = get_args(kind)
    return args[0] if get_origin(kind) is tuple and len(args) == 2 and args[1] is ... else None


def written(value: Any) -> Any:
    """Return a value as JSON holds it, exact, so that it can be read back by its type.

    Raises ``TypeError`` for what cannot be.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, float):
        number = float(value)
        return number if math.isfinite(number) else {"float": str(number)}
    if isinstance(value, int):
        return int(value)
    write = _registered(type(value), _WRITERS)
    if write is not None:
        return write(value)
    if is_dataclass(type(value)):
        inherited = any(map(saved_fields, type(value).__mro__[1:]))
        return _named_class(None if inherited else type(value), value) | {
            f.name: written(getattr(value, f.name))
            for f in saved_fields(type(value))
            if not _is_default(f, getattr(value, f.name))
        }
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value):
            return {key: written(inner) for key, inner in value.items()}
        return [[written(key), written(inner)] for key, inner in value.items()]
    if isinstance(value, tuple | list):
        return [written(inner) for inner in value]
    if isinstance(value, frozenset):
        return [written(inner) for inner in sorted(value)]
    if hasattr(value, "item"):  # a number of numpy
        return written(value.item())
    raise TypeError(f"{type(value).__name__} cannot be saved: see {__name__}")


# ---- reading ----------------------------------------------------------------------------
class Reader:
    """Reads values by their declared types.

    All methods raise :class:`DeterrenceError` for what does not have the type; ``where`` says
    where it stands, for the message.
    """

    def restored(self, kind: type[R], told: Mapping[str, Any]) -> R:
        """Return the result of a document (:func:`restorable`)."""
        result = self.read(kind, told, told.get("rest"))
        if isinstance(result, Saved):
            result._take(told)
        return result  # type: ignore[no-any-return]

    def read(self, kind: Any, told: Any, rest: Any = None, where: str = "") -> Any:
        """Return the value of a type that ``told`` is, completed by ``rest``."""
        if rest is not None:
            if not isinstance(rest, dict):
                raise self.wrong(rest, "an object", f"rest{where}")
            if rest.keys() == {"="}:
                told, rest = rest["="], None
        origin, args = get_origin(kind), get_args(kind)
        if kind is Any:
            return self._number(told, where)
        if origin in (Union, types.UnionType):
            return self._one_of(args, told, rest, where)
        if origin is Literal:
            if not any(told == a and type(told) is type(a) for a in args):
                raise self.wrong(told, f"one of {', '.join(map(str, args))}", where)
            return told
        if isinstance(kind, TypeVar):
            return self.read(kind.__bound__ or Any, told, rest, where)
        if origin is not None:
            return self._collection(origin, args, told, rest, where)
        if kind in (types.NoneType, None):
            return self._plain(types.NoneType, told, where)
        if kind in (str, bool, int):
            return self._plain(kind, told, where)
        if kind is float:
            return self._float(told, where)
        read = _registered(kind, _READERS)
        if read is not None:
            return read(self, told, where)
        if _is_structure(kind):
            return self._dataclass(kind, told, rest, where)
        if isinstance(kind, type) and _registered(kind, _WRITERS) is not None:
            # Its reader lies in a layer above, which is not needed to write.
            raise self.wrong(told, f"a {kind.__name__} that is read here", where)
        raise TypeError(f"{kind} cannot be read: see {__name__}")

    def wrong(self, told: Any, wanted: str, where: str) -> DeterrenceError:
        """Return the error that something else than ``wanted`` stands somewhere."""
        place = f"at {where.lstrip('.')}: " if where else ""
        shown = "nothing" if told is _NO else shorten(repr(told), 60)
        return DeterrenceError(f"{place}{shown} stands here, not {wanted}")

    def _plain(self, kind: type, told: Any, where: str) -> Any:
        if type(told) is not kind:
            names = {str: "text", bool: "true or false", int: "a whole number"}
            raise self.wrong(told, names.get(kind, "null"), where)
        return told

    def _float(self, told: Any, where: str) -> float:
        if isinstance(told, dict) and told.keys() == {"float"} and told["float"] in _FLOATS:
            return _FLOATS[told["float"]]
        if isinstance(told, bool) or not isinstance(told, int | float):
            raise self.wrong(told, "a number", where)
        return float(told)

    def _number(self, told: Any, where: str) -> Any:
        """Return what stands where any kind of number may, or a group of them."""
        if isinstance(told, str):
            return self.fraction(told, where)
        if told is None or isinstance(told, bool | int | float):
            return told
        if isinstance(told, list):
            return tuple(self._number(t, where) for t in told)
        if isinstance(told, dict) and len(told) == 1:
            (tag,) = told
            if tag == "float":
                return self._float(told, where)
            if tag in _TAGS:
                return self.read(_TAGS[tag], told, None, where)
        raise self.wrong(told, "a number", where)

    def fraction(self, told: Any, where: str) -> Fraction:
        """Return an exact number from its text."""
        if isinstance(told, str) and _FRACTION.fullmatch(told):
            above, _, below = told.partition("/")
            if not below or int(below):
                return Fraction(int(above), int(below or 1))
        raise self.wrong(told, "an exact number such as 1/3, as text", where)

    def _one_of(self, args: tuple[Any, ...], told: Any, rest: Any, where: str) -> Any:
        error: DeterrenceError | None = None
        for kind in sorted(args, key=lambda k: k is not types.NoneType):
            try:
                return self.read(kind, told, rest, where)
            except DeterrenceError as found:
                # What is said of the only kind of structure is worth more than of null.
                error = error if error is not None and kind is types.NoneType else found
        raise error or self.wrong(told, "a value", where)

    def _collection(
        self, origin: Any, args: tuple[Any, ...], told: Any, rest: Any, where: str
    ) -> Any:
        if origin in (tuple, frozenset) or issubclass(origin, list):
            if not isinstance(told, list):
                raise self.wrong(told, "a list", where)
            more: dict[str, Any] = rest or {}
            some = args[:1] * len(told) if origin is not tuple or args[-1:] == (...,) else args
            if len(some) != len(told):
                raise self.wrong(told, f"a list of {len(some)}", where)
            items = [
                self.read(kind, t, more.get(str(k)), f"{where}.{k}")
                for k, (kind, t) in enumerate(zip(some, told, strict=True))
            ]
            return items if issubclass(origin, list) else origin(items)
        if issubclass(origin, Mapping) or origin is Mapping:
            key, inner = args
            if isinstance(told, dict):
                return {
                    self._from_key(key, k, where): self.read(inner, v, None, f"{where}.{k}")
                    for k, v in told.items()
                }
            if isinstance(told, list) and all(isinstance(p, list) and len(p) == 2 for p in told):
                return {
                    self.read(key, k, None, where): self.read(inner, v, None, where)
                    for k, v in told
                }
            raise self.wrong(told, "an object", where)
        if _is_structure(origin):
            return self._dataclass(origin, told, rest, where)
        raise TypeError(f"{origin} cannot be read: see {__name__}")

    def _from_key(self, kind: Any, key: str, where: str) -> Any:
        """Return the key of an object; the contract writes whole numbers as text."""
        if kind is int and re.fullmatch(r"-?[0-9]{1,18}", key, re.ASCII):
            return int(key)
        return self.read(kind, key, None, where)

    def _dataclass(self, kind: type, told: Any, rest: Any, where: str) -> Any:
        if not isinstance(told, dict):
            raise self.wrong(told, "an object", where)
        more = rest or {}
        kind = self._class(kind, more.get("class", told.get("class")), where)
        hints = _types(kind)
        values = {}
        for f in saved_fields(kind):
            place = f"{where}.{f.name}"
            if f.name in told or f.name in more:
                values[f.name] = self.read(
                    hints[f.name], told.get(f.name, _NO), more.get(f.name), place
                )
            elif f.default is not MISSING:
                values[f.name] = f.default
            elif f.default_factory is not MISSING:
                values[f.name] = f.default_factory()
            else:
                raise self.wrong(_NO, "a value", place)
        return made(kind, values)

    def _class(self, kind: type, name: Any, where: str) -> type:
        """Return the class of a value: the declared one, or one that inherits it."""
        known = [kind]
        for k in known:
            known += k.__subclasses__()
        found = next((k for k in known if k.__name__ == name), None if name else kind)
        if found is None:
            raise self.wrong(name, f"the name of a kind of {kind.__name__}", f"{where}.class")
        return found


def made(kind: type[R], values: Mapping[str, Any]) -> R:
    """Return an instance with these fields, those that are not saved left out."""
    instance = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(instance, name, value)
    for f in fields(kind):  # type: ignore[arg-type]
        if not f.init and f.default is not MISSING:
            object.__setattr__(instance, f.name, f.default)
    check = getattr(instance, "__post_init__", None)
    if check is not None:
        check()
    return instance


# ---- numbers and formulas ---------------------------------------------------------------
@lru_cache(maxsize=4096)
def _parsed(text: str) -> Expression:
    """Return a formula; what is told is read several times, level by level."""
    return Expression.parse(text, queries=True)


def _write_expression(e: Expression) -> Any:
    text = str(e)
    try:
        if _parsed(text) == e:
            return {"formula": text}
    except ExpressionError:
        pass
    return {"formula": [written(part) for part in e.parts()]}


def _read_expression(reader: Reader, told: Any, where: str) -> Expression:
    if isinstance(told, dict) and told.keys() == {"formula"}:
        told = told["formula"]
    if isinstance(told, list) and told:
        parts = [_read_part(reader, part, k, where) for k, part in enumerate(told)]
        if _is_small(parts):
            return from_parts(parts)
        raise reader.wrong(told, "a formula that can be written out", where)
    if not isinstance(told, str):
        raise reader.wrong(told, "a formula", where)
    return _parsed(told)


def _is_small(parts: Sequence[tuple[Any, ...]]) -> bool:
    """Say whether a formula with parts that occur often is not too large, or too deep, as a text.

    In a long sum or product the operands on the left are no depth.
    """
    sizes, depths = [0] * len(parts), [0] * len(parts)
    for k, (op, *args) in enumerate(parts):
        operands = [a[0] for a in args if isinstance(a, tuple) and type(a[0]) is int]
        sizes[k] = 1 + sum(sizes[a] for a in operands)
        chained = op in ARITHMETIC
        depths[k] = max(
            (depths[a] + (not chained or n > 0) for n, a in enumerate(operands)), default=0
        )
        if sizes[k] > MAX_FORMULA or depths[k] > MAX_DEPTH:
            return False
    return True


def _read_part(reader: Reader, part: Any, number: int, where: str) -> tuple[Any, ...]:
    """Return one operation of a formula; its operands stand before it."""
    if isinstance(part, list) and part and isinstance(part[0], str):
        op, *args = part
        if op == "number" and len(args) == 1:
            return op, reader.fraction(args[0], where)
        if op in ("name", "query", "call") and args and all(isinstance(a, str) for a in args[:1]):
            if op == "name":
                e = Expression.parse(args[0])
                if e.op == "name" and len(args) == 1:
                    return op, args[0]
            elif op == "query" and all(isinstance(a, str) for a in args):
                return op, *args
            elif op == "call" and len(args) > 1:
                Expression.parse(f"{args[0]}({', '.join('1' * (len(args) - 1))})")
                return op, args[0], *(_place(reader, a, number, where) for a in args[1:])
        if op == "compare" and len(args) > 2 and isinstance(args[0], list):
            signs = tuple(args[0])
            if len(signs) == len(args) - 2 and all(
                s in ("<", "<=", ">", ">=", "==", "!=") for s in signs
            ):
                return op, signs, *(_place(reader, a, number, where) for a in args[1:])
        if op in _OPERATIONS and _OPERATIONS[op] in (None, len(args)) and args:
            return op, *(_place(reader, a, number, where) for a in args)
    raise reader.wrong(part, "an operation of a formula", where)


def _place(reader: Reader, operand: Any, number: int, where: str) -> tuple[int]:
    known = isinstance(operand, list) and len(operand) == 1 and type(operand[0]) is int
    if known and 0 <= operand[0] < number:
        return (operand[0],)
    raise reader.wrong(operand, "an operand that stands before", where)


def _write_root(root: Root) -> Any:
    return {"root": [list(root.polynomial), str(root.low), str(root.high), root.number]}


def _read_root(reader: Reader, told: Any, where: str) -> Root:
    if isinstance(told, dict) and told.keys() == {"root"}:
        kind = tuple[tuple[int, ...], Fraction, Fraction, int]
        root = Root(*reader.read(kind, told["root"], None, where))
        if _is_isolated(root):
            return root
    elif isinstance(told, dict) and told.keys() == {"exact", "decimal"}:
        return exact_number(reader.fraction(told["exact"], where))  # as the contract tells it
    raise reader.wrong(told, "a root of a polynomial", where)


def _is_isolated(root: Root) -> bool:
    """Say whether this is what it says, so that narrowing its interval comes to an end."""
    if not 2 <= len(root.polynomial) <= MAX_DEGREE + 1 or irreducible(root.polynomial) != [
        root.polynomial
    ]:
        return False
    found = isolate([root.polynomial])
    if not 0 <= root.number < len(found) or root.low > root.high:
        return False
    if root.low == root.high:
        return found[root.number].rational == root.low
    same_one = max(found[root.number].low, root.low), min(found[root.number].high, root.high)
    intervals = (root.low, root.high), same_one
    return all(a < b and count_roots(root.polynomial, a, b) == 1 for a, b in intervals)


def _write_algebraic(x: Algebraic) -> Any:
    return {"algebraic": [_write_root(x.field.root), [str(c) for c in x.coefficients]]}


def _read_algebraic(reader: Reader, told: Any, where: str) -> Algebraic:
    if isinstance(told, dict) and told.keys() == {"algebraic"}:
        kind = tuple[Root, tuple[Fraction, ...]]
        root, coefficients = reader.read(kind, told["algebraic"], None, where)
        if root.rational is None:
            number = element(Field(root), coefficients)
            if isinstance(number, Algebraic):
                return number
    raise reader.wrong(told, "an algebraic number", where)


def _write_enclosure(x: Enclosure) -> Any:
    return {"enclosure": [str(x.low), str(x.high)]}


def _read_enclosure(reader: Reader, told: Any, where: str) -> Enclosure:
    if isinstance(told, dict) and told.keys() == {"enclosure"}:
        return Enclosure(*reader.read(tuple[Fraction, Fraction], told["enclosure"], None, where))
    raise reader.wrong(told, "a number between two others", where)


_TAGS: dict[str, type] = {"formula": Expression, "algebraic": Algebraic, "enclosure": Enclosure}
saves(Fraction, str, Reader.fraction)
saves(Expression, _write_expression, _read_expression)
saves(Root, _write_root, _read_root)
saves(Algebraic, _write_algebraic, _read_algebraic)
saves(Enclosure, _write_enclosure, _read_enclosure)
