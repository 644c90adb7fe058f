"""The bytes of a report in each of its formats."""

from __future__ import annotations

from deterrence.errors import UsageError, did_you_mean
from deterrence.report.memo import Report, writes
from deterrence.report.memo_page import documents, most_pages
from deterrence.report.page_heights import pages_of
from deterrence.report.report_formats import FORMATS
from deterrence.words.renderers import rendered

#: How much more room Word takes than the pages that heights are estimated for.
_WORD = 1.08


def report_bytes(found: Report, form: str) -> bytes:
    """Return the file of a report.

    Where the pages of a PDF turn out to be more than they may, it is told more tersely.
    """
    if form not in FORMATS:
        raise UsageError(
            f"no report is written as {form!r}",
            remedy=did_you_mean(form, FORMATS) or f"one of {', '.join(FORMATS)}",
        )
    if form == "pdf":
        from deterrence.words.typst import as_pdf, count_pages

        for document in documents(found):
            if count_pages(document) <= most_pages(found):
                break
        return as_pdf(document)
    if form == "docx":
        from deterrence.words.word import as_docx

        for document in documents(found):
            if _WORD * pages_of(document.blocks) <= most_pages(found):
                break
        return as_docx(document)
    document = found.document()
    return f"{rendered(document, form, standalone=True).rstrip()}\n".encode(
        "utf-8", "backslashreplace"
    )


writes(report_bytes)
