"""The explorer of a model as an object: it shows itself in notebooks, and saves itself.

>>> from deterrence import load_model
>>> page = load_model("tripwire").explorer()
>>> page
<Explorer of tripwire>
>>> page.html.startswith("<!doctype html>"), "://" in page.html
(True, False)
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from deterrence.errors import DeterrenceError
from deterrence.words.markup import html_text

#: Height of the page in a notebook, in pixels.
_HEIGHT = 920


@dataclass(frozen=True, eq=False, repr=False)
class Explorer:
    """A page in which a model's guesses are moved by hand, and its answers follow.

    ``data`` is all that the page knows, as plain lists and names; ``html`` is the page as one
    file that needs nothing else.  A notebook shows it, shut off from the rest of the notebook.

    >>> from deterrence import load_model
    >>> page = load_model("tripwire").explorer(r="1/20")
    >>> page.data["start"]["values"]["r"], page.data["solver"]["kind"]
    ('1/20', 'forms')
    """

    data: Mapping[str, Any] = field(hash=False)

    def __repr__(self) -> str:
        return f"<Explorer of {self.data['model']['name']}>"

    @property
    def complete(self) -> bool:
        """Whether the page has every answer that it was to have."""
        return bool(self.data["solver"].get("complete", True))

    @cached_property
    def html(self) -> str:
        """The page as the text of one HTML file."""
        from deterrence.explorer.export import page_html

        return page_html(self.data)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file and return its path; a file of that name is replaced.

        >>> import tempfile
        >>> from deterrence import load_model
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     load_model("tripwire").explorer().save(f"{folder}/page.html").name
        'page.html'
        """
        where = Path(path)
        try:
            where.write_text(self.html, encoding="utf-8", newline="\n")
        except OSError as error:
            raise DeterrenceError(
                f"{str(where)!r} cannot be written: {error.strerror or error}"
            ) from None
        return where

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, where its script may touch nothing else."""
        title = html_text(f"Explorer of {self.data['model']['title']}")
        return (
            f'<iframe title="{title}" sandbox="allow-scripts" srcdoc="{_attribute(self.html)}" '
            f'style="width:100%;height:{_HEIGHT}px;border:0"></iframe>'
        )

    def widget(self) -> Any:
        """Return the same as a widget of Jupyter, marimo or VS Code (needs the extra ``widget``).

        Raises :class:`DeterrenceError` where anywidget is missing.
        """
        try:
            import anywidget
            import traitlets
        except ImportError:
            raise DeterrenceError(
                "a widget needs anywidget, which is not installed",
                remedy='pip install "deterrence[widget]"; a notebook shows the explorer itself '
                "without it",
            ) from None
        from deterrence.explorer.export import WIDGET, joined, packed, stylesheet

        class ExplorerWidget(anywidget.AnyWidget):
            """The page in a notebook's own document."""

            _esm = joined(WIDGET)
            _css = stylesheet()
            data = traitlets.Unicode().tag(sync=True)

        return ExplorerWidget(data=packed(self.data))


def _attribute(text: str) -> str:
    """Return text for an attribute of HTML in double quotes."""
    return text.replace("&", "&amp;").replace('"', "&quot;")
