"""What a re-check of a certificate found, as a document.

It stands apart from the check itself, which shares nothing with the rest of the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deterrence.verifying import Verdict
from deterrence.words.blocks import Block, Bullets, Document, Inline, Paragraph
from deterrence.words.shown import Shown, shows

#: Failures, and lines of what was checked, that fit on a screen.
_SHORT = 8


@dataclass(frozen=True, repr=False)
class Verified(Shown):
    """A verdict that shows itself."""

    verdict: Verdict

    @property
    def title(self) -> str:
        """The certificate's model, and the verdict."""
        return f"{self.verdict.title}: {'accepted' if self.verdict.accepted else 'rejected'}"

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data (schema 1)."""
        return self.verdict.to_dict()


def _document(answer: Verified, full: bool) -> Document:
    verdict = answer.verdict
    count = len(verdict.failures)
    blocks: list[Block] = []
    if verdict.accepted:
        doubt = ", and what was not is said below" if verdict.unchecked else ""
        blocks.append(Paragraph((f"Accepted: everything that was checked is right{doubt}.",)))
    else:
        blocks.append(Paragraph((f"Rejected: {count} thing{_s(count)} wrong.",)))
        blocks.append(_list([str(f) for f in verdict.failures], full))
    blocks.append(Paragraph((f"{'; '.join([verdict.title, *verdict.about])}.",)))
    for head, texts in (("Checked:", verdict.checked), ("Not checked:", verdict.unchecked)):
        if texts and verdict.accepted:
            blocks += [Paragraph((head,)), _list(texts, full)]
    return Document(answer.title, tuple(blocks))


def _s(count: int) -> str:
    return " is" if count == 1 else "s are"


def _list(texts: list[str], full: bool) -> Bullets:
    shown = texts if full else texts[:_SHORT]
    items: list[Inline] = [(t,) for t in shown]
    if len(shown) < len(texts):
        items.append((f"and {len(texts) - len(shown)} more (--full)",))
    return Bullets(tuple(items))


shows(Verified, _document)
