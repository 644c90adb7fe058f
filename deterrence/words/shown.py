"""Results that show themselves: as text, as HTML and as LaTeX.

A result is defined in the layer that computes it, and written out by a module beside it that
knows both the result and the words.  That module registers its functions here, so that the
result need not import it; the package that holds both imports it, so that no result is ever
met without its words.

>>> class Answer(Shown):
...     pass
>>> shows(Answer, text=lambda answer: "forty-two", html=lambda answer: "<p>42</p>")
>>> print(Answer())
forty-two
>>> Answer()._repr_html_(), Answer()._repr_latex_()
('<p>42</p>', None)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

#: Functions by form (``text``, ``html``, ``latex``) and by the class that they are for.
_WRITERS: dict[str, dict[type, Callable[[Any], str]]] = {"text": {}, "html": {}, "latex": {}}

R = TypeVar("R")


def shows(
    kind: type[R],
    *,
    text: Callable[[R], str] | None = None,
    html: Callable[[R], str] | None = None,
    latex: Callable[[R], str] | None = None,
) -> None:
    """Register how results of a class are written; subclasses without an entry inherit it."""
    for form, write in (("text", text), ("html", html), ("latex", latex)):
        if write is not None:
            _WRITERS[form][kind] = write


class Shown:
    """A result that ``print`` and notebooks show by what was registered for its class."""

    __slots__ = ()

    def _shown(self, form: str) -> str | None:
        for kind in type(self).__mro__:
            write = _WRITERS[form].get(kind)
            if write is not None:
                return write(self)
        return None

    def __str__(self) -> str:
        text = self._shown("text")
        return repr(self) if text is None else text

    def _repr_html_(self) -> str | None:
        return self._shown("html")

    def _repr_latex_(self) -> str | None:
        return self._shown("latex")
