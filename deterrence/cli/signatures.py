"""Options from the signature of a function: what can be asked of it is what it takes.

A parameter that :data:`deterrence.cli.options.OPTIONS` knows is spelt and explained as
there.  Any other is made from its annotation (``bool``, ``int``, ``float``, ``str``,
``Literal``, or a sequence of one of these) and from the sentence of the docstring that
begins with its name.

>>> def draw(model: str, *, depth: int | None = None, bold: bool = False) -> None:
...     '''Draw a model.
...
...     ``depth`` folds up what comes later.  ``bold`` draws thick lines.  Raises nothing.
...     '''
>>> help_of(draw)
'Draw a model.'
>>> [(o.opts[0], o.help) for o in options_of(draw)]
[('--depth', 'Folds up what comes later.'), ('--bold', 'Draws thick lines.')]
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import click

from deterrence.cli.options import OPTIONS, ConceptName, option
from deterrence.game.stability_notions import read_notion

#: Parameters that the command line calls otherwise.
_SPELT = {"measures": "measure", "conclusions": "conclusion"}
#: Options of which a function may have more to say than their own texts.
_MORE = ("measure", "conclusion", "concept")
_ORDINALS = ("first", "second", "third")


def parameters_of(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return the parameters of a function that have a name, by name."""
    found = inspect.signature(function).parameters.values()
    return {p.name: p for p in found if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)}


def options_of(function: Callable[..., Any], leave: Iterable[str] = ()) -> list[click.Option]:
    """Return an option for every parameter with a default, but for those in ``leave``.

    An option that is not given has the value None (a sequence: none, a flag: False), so
    that the function's own default holds.  Parameters that a command line cannot
    give, such as mappings, have none.
    """
    texts = _Docstring(function)
    found = []
    for name, parameter in parameters_of(function).items():
        if parameter.default is not parameter.empty and name not in leave:
            made = _option(function, parameter, texts.of(name))
            found += [made] if made is not None else []
    return found


def help_of(function: Callable[..., Any], leave: Iterable[str] = ()) -> str:
    """Return what the docstring says of the function, in words for everybody.

    Not what it raises, nor what it says of the parameters in ``leave`` and of those whose
    options say it themselves.
    """
    return _Docstring(function, leave).general


def _option(
    function: Callable[..., Any], parameter: inspect.Parameter, text: str
) -> click.Option | None:
    name = parameter.name
    shared = _SPELT.get(name, name)
    kind, multiple = _kind(_annotation(function, parameter.annotation))
    shown: dict[str, Any] = {}
    default = parameter.default
    if isinstance(default, str | int | float) and not isinstance(default, bool) and default != "":
        shown["show_default"] = f"{default:g}" if isinstance(default, float) else str(default)
    if shared in OPTIONS:
        own = {"multiple": True} if multiple else {}
        found = _made(option(shared, name, **own, **shown))
        if shared == "concept" and isinstance(kind, click.Choice):
            # Those of this figure alone; of notions of stability there are more than a list has.
            found.type = ConceptName(kind.choices, read_notion if "gmr" in kind.choices else None)
        return found
    if kind is None:
        return None
    spelt = f"--{name.replace('_', '-')}"
    if kind is bool:
        if parameter.default is True:
            both = f"{spelt}/--no-{spelt[2:]}"
            return _made(click.option(both, name, default=None, help=text, show_default="yes"))
        return _made(click.option(spelt, name, is_flag=True, help=text))
    metavar = {int: "N", float: "NUMBER", str: "TEXT"}.get(kind)
    if multiple:
        text = f"{text} May be repeated.".strip()
    made = click.option(
        spelt, name, type=kind, multiple=multiple, help=text, metavar=metavar, **shown
    )
    return _made(made)


def _made(decorate: Callable[[Any], Any]) -> click.Option:
    def bare() -> None:
        pass

    (found,) = decorate(bare).__click_params__
    assert isinstance(found, click.Option)
    return found


# ---- annotations ---------------------------------------------------------------------------
def _kind(annotation: Any) -> tuple[Any, bool]:
    """Return the type of an option, None where there is none, and whether it may be repeated."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        kinds = [_kind(a) for a in typing.get_args(annotation) if a is not type(None)]
        known = [kind for kind, _ in kinds if kind is not None]
        # Of several types that a value may have, the text stands for all.
        chosen = str if str in known else known[0] if len(set(map(str, known))) == 1 else None
        return chosen, any(multiple for kind, multiple in kinds if kind == chosen)
    if origin is typing.Literal:
        return click.Choice([str(a) for a in typing.get_args(annotation)]), False
    if origin is not None and isinstance(origin, type) and issubclass(origin, Iterable):
        inner = [a for a in typing.get_args(annotation) if a is not Ellipsis]
        if issubclass(origin, Mapping) or len(inner) != 1:
            return None, False
        return _kind(inner[0])[0], True
    return (annotation if annotation in (bool, int, float, str) else None), False


def _annotation(function: Callable[..., Any], annotation: Any) -> Any:
    """Return what an annotation stands for, None where it cannot be found out."""
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, {}, _Names(sys.modules[function.__module__]))
    except (NameError, TypeError, SyntaxError, ImportError, AttributeError):
        return None


class _Names(dict[str, Any]):
    """The names of a module, those included that it imports for type checkers only."""

    def __init__(self, module: types.ModuleType) -> None:
        super().__init__()
        self.module = module

    def __missing__(self, name: str) -> Any:
        for place in (vars(self.module), vars(builtins)):
            if name in place:
                return place[name]
        origin, original = self.later[name]
        return getattr(importlib.import_module(origin), original)

    @cached_property
    def later(self) -> dict[str, tuple[str, str]]:
        """What is imported under ``if TYPE_CHECKING``, by name."""
        found = {}
        for block in ast.parse(inspect.getsource(self.module)).body:
            if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test):
                for line in block.body:
                    for alias in line.names if isinstance(line, ast.ImportFrom) else ():
                        origin = str(getattr(line, "module", ""))
                        found[alias.asname or alias.name] = (origin, alias.name)
        return found


# ---- docstrings ----------------------------------------------------------------------------
_ROLE = re.compile(r":[a-z]+:`~?([^`]*)`")
_NAMED = re.compile(r"``(\w+)``(?: and ``\w+``)?(:? )")
_VERB = re.compile(r"^(?:is|are|has|have) ")


class _Docstring:
    """A docstring, taken apart into what is said of each parameter and of the whole."""

    def __init__(self, function: Callable[..., Any], leave: Iterable[str] = ()) -> None:
        self.names = parameters_of(function)
        self.leave = {next(iter(self.names), ""), *leave}
        self.texts: dict[str, str] = {}
        paragraphs: list[str] = []
        text = (inspect.getdoc(function) or "").split("\n>>> ")[0]
        for paragraph in text.split("\n\n"):
            kept = [self._general(sentence) for sentence in self._sentences(paragraph)]
            if any(kept):
                paragraphs.append(" ".join(map(_plain, filter(None, kept))))
        self.general = "\n\n".join(paragraphs)

    def of(self, name: str) -> str:
        """Return what is said of a parameter, as a sentence; nothing where nothing is."""
        return self.texts.get(name, "")

    def _sentences(self, paragraph: str) -> Iterator[str]:
        """Yield sentences; one of a parameter begins with its name, after a semicolon, too."""
        known = "|".join(map(re.escape, self.names))
        marked = re.sub(rf"\n\s*(?:[-*] +)?(?=``(?:{known})``:? )", "\0", paragraph)
        marked = re.sub(rf";\s+(?=``(?:{known})`` )", ".\0", marked)
        marked = re.sub(r"(?<=[.!?])\s+(?=[A-Z`])", "\0", marked)
        # What only Python can do is nothing for a command line.
        marked = re.sub(r"[;,] [^;.\0]*``\w+\.\w+[^`]*``[^;.\0]*", "", marked)
        yield from (" ".join(part.split()) for part in marked.split("\0") if part.strip())

    def _general(self, sentence: str) -> str:
        """Return a sentence about the whole; keep one about a parameter, and return nothing.

        What is said of a parameter whose option has a text of its own is about the whole,
        if there is more to it than that text.
        """
        if sentence.startswith("Raises "):
            return ""
        match = _NAMED.match(sentence)
        if match is None or match[1] not in self.names:
            return sentence
        name = match[1]
        text = _plain(_VERB.sub("", sentence[match.end() :])).rstrip(".;")
        self.texts.setdefault(name, f"{text[:1].upper()}{text[1:]}.")
        if name in self.leave:
            return ""
        needed = [n for n, p in self.names.items() if p.default is p.empty][1:]
        spelt = f"--{_SPELT.get(name, name)}" if _SPELT.get(name, name) in _MORE else ""
        if name in needed:
            spelt = "-p" if len(needed) == 1 else f"-p {_ORDINALS[needed.index(name)]}"
        return f"{spelt}{sentence[match.end(1) + 2 :]}" if spelt else ""


def _plain(text: str) -> str:
    return _ROLE.sub(r"\1", text).replace("``", "")
