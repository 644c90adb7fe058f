"""The formats of a report, by the suffix of its file."""

from __future__ import annotations

from pathlib import Path

from deterrence.errors import UsageError, did_you_mean

#: Formats by the suffix of a file.
SUFFIXES = {
    "html": "html",
    "htm": "html",
    "pdf": "pdf",
    "docx": "docx",
    "md": "markdown",
    "tex": "latex",
    "txt": "text",
}
FORMATS = tuple(dict.fromkeys(SUFFIXES.values()))
#: Formats that a terminal cannot show.
BINARY = ("pdf", "docx")


def format_of(name: str) -> str:
    """Return the format of a file by its suffix; others are a :class:`UsageError`.

    >>> format_of("memo.docx"), format_of("memo.md")
    ('docx', 'markdown')
    """
    suffix = Path(name).suffix.lower().removeprefix(".")
    if suffix not in SUFFIXES:
        what = f"has the ending {Path(name).suffix!r}" if suffix else "has no ending"
        raise UsageError(
            f"{name!r} {what}, which is no kind of report",
            remedy=did_you_mean(suffix, SUFFIXES) or "end it with .pdf, .docx, .html or .md",
        )
    return SUFFIXES[suffix]


def need(form: str) -> None:
    """Raise :class:`UsageError` where the library of a format is missing."""
    if form == "pdf":
        from deterrence.words.typst import need_typst

        need_typst()
    elif form == "docx":
        from deterrence.words.word import need_docx

        need_docx()
