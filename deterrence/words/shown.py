"""Results that show themselves: as text, as HTML and as LaTeX, all from one document of blocks.

A result is defined in the layer that computes it, and told by a module beside it that knows
both the result and the words.  That module registers one function here, which gives the
document of a result, short or in full; the package that holds both imports it, so that no
result is ever met without its words.  ``print`` and notebooks show the short one.

>>> from deterrence.words.blocks import Document, Paragraph
>>> class Answer(Shown):
...     title = "An answer"
>>> def answer_document(answer: Answer, full: bool) -> Document:
...     return Document("An answer", (Paragraph(("forty-two" if full else "42",)),))
>>> shows(Answer, answer_document)
>>> print(Answer())
42
>>> Answer().document(full=True).text()
'forty-two'
>>> Answer()
<Answer: An answer>
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from deterrence.words.markup import plain

if TYPE_CHECKING:
    from deterrence.words.blocks import Document

#: What tells results, by the class that it is for.
_DOCUMENTS: dict[type, Callable[[Any, bool], Document]] = {}

R = TypeVar("R")

#: Where the title of a result is, or that of what it is about.
_TITLES = ("title", "game", "model", "name")


def shows(kind: type[R], document: Callable[[R, bool], Document]) -> None:
    """Register what tells results of a class; subclasses without an entry inherit it.

    ``document(result, full)`` returns the whole document where ``full`` is true, else one
    that is no longer than a screen (see :mod:`deterrence.words.fitting`).
    """
    _DOCUMENTS[kind] = document


class Shown:
    """A result that ``print`` and notebooks show by what was registered for its class.

    Dataclasses say ``repr=False``, or else their own ``repr`` would show every field.
    """

    __slots__ = ()

    def document(self, *, full: bool = False) -> Document:
        """Return what the result says as a document, on a screen or in full.

        >>> from deterrence import load_model
        >>> load_model("chicken").solve().document(full=True).title
        'Chicken (Hawk-Dove)'
        """
        for kind in type(self).__mro__:
            write = _DOCUMENTS.get(kind)
            if write is not None:
                return write(self, full)
        raise NotImplementedError(f"nothing tells {type(self).__name__}")

    def _rendered(self, form: str) -> str | None:
        from deterrence.words.renderers import rendered

        told = any(kind in _DOCUMENTS for kind in type(self).__mro__)
        return rendered(self.document(), form) if told else None

    def __str__(self) -> str:
        text = self._rendered("text")
        return repr(self) if text is None else text

    def __repr__(self) -> str:
        """Return what kind of result it is, and of which game: a line, cheap to make."""
        for name in _TITLES:
            found = getattr(self, name, "")
            title = found if isinstance(found, str) else getattr(found, "title", "")
            if isinstance(title, str) and title:
                return f"<{type(self).__name__}: {plain(title)}>"
        return f"<{type(self).__name__}>"

    def _repr_html_(self) -> str | None:
        return self._rendered("html")

    def _repr_latex_(self) -> str | None:
        return self._rendered("latex")
