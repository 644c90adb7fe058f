"""Results that show themselves: as text, as HTML and as LaTeX, all from one document of blocks.

A result is defined in the layer that computes it, and told by a module beside it that knows
both the result and the words.  That module registers one function here, which gives the
document of a result, short or in full; the package that holds both imports it, so that no
result is ever met without its words.  ``print`` and notebooks show the short one.

>>> from deterrence.words.blocks import Document, Paragraph
>>> class Answer(Shown):
...     pass
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

if TYPE_CHECKING:
    from deterrence.words.blocks import Document

#: What tells results, by the class that it is for.
_DOCUMENTS: dict[type, Callable[[Any, bool], Document]] = {}
#: Older functions by form, for classes that have no document yet.
_WRITERS: dict[str, dict[type, Callable[[Any], str]]] = {"text": {}, "html": {}, "latex": {}}

R = TypeVar("R")


def shows(
    kind: type[R],
    document: Callable[[R, bool], Document] | None = None,
    *,
    text: Callable[[R], str] | None = None,
    html: Callable[[R], str] | None = None,
    latex: Callable[[R], str] | None = None,
) -> None:
    """Register what tells results of a class; subclasses without an entry inherit it.

    ``document(result, full)`` returns the whole document where ``full`` is true, else one
    that is no longer than a screen (see :mod:`deterrence.words.fitting`).  The other functions
    are for classes that have no document yet.
    """
    if document is not None:
        _DOCUMENTS[kind] = document
    for form, write in (("text", text), ("html", html), ("latex", latex)):
        if write is not None:
            _WRITERS[form][kind] = write


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

    def _written(self, form: str) -> str | None:
        for kind in type(self).__mro__:
            if kind in _DOCUMENTS:
                from deterrence.words.renderers import rendered

                return rendered(self.document(), form)
            if kind in _WRITERS[form]:
                return _WRITERS[form][kind](self)
        return None

    def __str__(self) -> str:
        text = self._written("text")
        return repr(self) if text is None else text

    def __repr__(self) -> str:
        told = any(kind in _DOCUMENTS for kind in type(self).__mro__)
        title = f": {self.document().title}" if told else ""
        return f"<{type(self).__name__}{title}>"

    def _repr_html_(self) -> str | None:
        return self._written("html")

    def _repr_latex_(self) -> str | None:
        return self._written("latex")
