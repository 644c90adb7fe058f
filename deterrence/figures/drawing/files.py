"""The figure itself, and its files: PNG, SVG and PDF, the same bytes for the same figure.

SVG files carry title and description for screen readers, PDF files embed their fonts
as TrueType, no file holds a date.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from deterrence.errors import UsageError, did_you_mean
from deterrence.figures.drawing.style import SETTINGS

#: Kinds of file by suffix.
FORMATS = ("png", "svg", "pdf")
#: Dots per inch, and the limits to what can be asked for.
DPI, MIN_DPI, MAX_DPI = 300, 50, 2400
#: Largest image, in pixels along one side: matplotlib draws no larger ones.
MAX_PIXELS = 32_000


def need_matplotlib() -> None:
    """Raise :class:`UsageError` where matplotlib is missing."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise UsageError(
            "figures need matplotlib, which is not installed",
            remedy="pip install 'deterrence[plot]'",
        ) from None


@contextmanager
def settings() -> Iterator[None]:
    """Let matplotlib work under the package's own settings, whatever the user's are."""
    need_matplotlib()
    import matplotlib

    kept: dict[Any, Any] = {
        name: value
        for name, value in matplotlib.rcParamsDefault.items()
        if not name.startswith(("backend", "interactive", "toolbar", "date."))
    }
    with warnings.catch_warnings():
        # Settings that matplotlib itself is about to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        changed = matplotlib.rc_context(kept | SETTINGS)
    with changed:
        yield


def check_suffix(name: str) -> str:
    """Return a file name's format; any other than PNG, SVG and PDF is a :class:`UsageError`."""
    suffix = Path(name).suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        what = f"has the ending {Path(name).suffix!r}" if suffix else "has no ending"
        raise UsageError(
            f"{name!r} {what}, which is no kind of figure file",
            remedy=did_you_mean(suffix, FORMATS) or "end it with .png, .svg or .pdf",
        )
    return suffix


def check_dpi(dpi: float) -> None:
    """Raise :class:`UsageError` for a resolution that makes no sense."""
    if not MIN_DPI <= dpi <= MAX_DPI:
        raise UsageError(f"{dpi:g} dots per inch", remedy=f"choose {MIN_DPI} to {MAX_DPI}")


@cache
def figure_class() -> type[Any]:
    """Return the class of all figures: matplotlib's, with words to go with the picture."""
    need_matplotlib()
    from matplotlib.figure import Figure

    class DescribedFigure(Figure):
        """A figure with ``heading``, ``description`` (its text alternative) and ``warnings``.

        ``incomplete`` says that what is shown is not proven, or rests on too small a sample.
        """

        heading: str = ""
        description: str = ""
        warnings: tuple[str, ...] = ()
        incomplete: bool = False
        #: Which part of the height its key takes.
        key_share: float = 0.0

        def savefig(self, fname: Any, **options: Any) -> None:
            """Write the figure as matplotlib does; without options, always the same bytes."""
            if options.keys() <= {"dpi", "format"} and isinstance(fname, str | Path):
                kind = options.get("format") or check_suffix(str(fname))
                data = to_bytes(self, kind, options.get("dpi", DPI))
                Path(fname).write_bytes(data)
            else:
                super().savefig(fname, **options)

        def _repr_png_(self) -> bytes:
            return to_bytes(self, "png", 200)

        def _repr_svg_(self) -> str:
            return to_bytes(self, "svg").decode()

    return DescribedFigure


def to_bytes(figure: Any, kind: str, dpi: float = DPI) -> bytes:
    """Return the file of a figure; ``kind`` is ``png``, ``svg`` or ``pdf``.

    Raises :class:`UsageError` for other kinds and for images that are too large.
    Characters that the font lacks are told in ``figure.warnings``.
    """
    if kind not in FORMATS:
        raise UsageError(f"no figure file is called {kind!r}", remedy=", ".join(FORMATS))
    check_dpi(dpi)
    if kind == "png" and dpi * max(figure.get_size_inches()) > MAX_PIXELS:
        raise UsageError(
            f"an image of {dpi:g} dots per inch would be more than {MAX_PIXELS} pixels long",
            remedy="choose a smaller --dpi, or .pdf or .svg",
        )
    heading, text = figure.heading, figure.description
    metadata: dict[str, dict[str, Any]] = {
        "png": {"Software": None, "Title": heading, "Description": text},
        "svg": {"Date": None, "Creator": None, "Format": None, "Type": None, "Title": heading},
        "pdf": {
            "CreationDate": None,
            "Creator": None,
            "Producer": None,
            "Title": heading,
            "Subject": text,
        },
    }
    buffer = io.BytesIO()
    from matplotlib.figure import Figure

    with settings(), missing_glyphs() as told:
        # Not the method of the class, which would come back here.
        Figure.savefig(figure, buffer, format=kind, dpi=dpi, metadata=metadata[kind])
    add_warnings(figure, told)
    data = buffer.getvalue()
    if kind == "svg":
        from deterrence.figures.drawing.svg import compact

        return compact(data, heading, text)
    return data


@contextmanager
def missing_glyphs() -> Iterator[list[str]]:
    """Turn matplotlib's warnings about characters that its font lacks into one sentence.

    Other warnings go their way when the work is done.
    """
    told: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.filterwarnings("always", message=r"Glyph \d+ ")
        yield told
    for w in caught:
        if str(w.message).startswith("Glyph "):
            told[:] = ["the font of figures lacks characters that stand in titles or labels"]
        else:
            warnings.warn_explicit(w.message, w.category, w.filename, w.lineno, source=w.source)


def add_warnings(figure: Any, told: Iterable[str]) -> None:
    """Add to the warnings of a figure, each once."""
    figure.warnings = tuple(dict.fromkeys((*figure.warnings, *told)))
