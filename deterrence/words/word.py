"""Documents for Word (.docx), by the library ``python-docx`` (extra ``report``).

Headings, lists, tables and captions have the styles of the same names, so that the table of
contents, the navigation and the looks are Word's own, and can be changed there.  Formulas are
Office Math, pictures have an alternative text.  All text goes in as text: nothing in it can
be a field, a link or markup.  The file holds no date: the same document gives the same bytes.

>>> from deterrence.words.blocks import Paragraph
>>> as_docx(Document("A title", (Paragraph(("text",)),)))[:2]
b'PK'
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import UsageError
from deterrence.version import __version__
from deterrence.words.blocks import (
    Block,
    Bullets,
    Callout,
    Document,
    Entries,
    Equations,
    Figure,
    Heading,
    Inline,
    Lines,
    Mark,
    Matrix,
    Paragraph,
    Table,
    head_size,
    inline_text,
)
from deterrence.words.markup import plain, symbol_parts
from deterrence.words.payoff_table import table_text
from deterrence.words.renderers import outline
from deterrence.words.typeset import expression_omml

_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
#: The date of everything in the file: a document has no clock.
_THEN = datetime(2000, 1, 1)
#: Width of the text in mm, and the widest and the tallest picture.
_TEXT, _PICTURE, _TALLEST = 172.0, 150.0, 115.0
#: Styles of paragraphs that Word does not have, with the one each is based on.
_CODE, _KEY, _TABLE, _MARK = "Verbatim", "Key statement", "Table text", "Certainty"
_CELL, _WIDEST = 22, 90


def as_docx(document: Document) -> bytes:
    """Return the document as a Word file; raises :class:`UsageError` without ``python-docx``."""
    file = need_docx().Document()
    _set_up(file, document)
    _Writer(file, dict(document.symbols)).write(document.blocks)
    buffer = io.BytesIO()
    file.save(buffer)
    return _undated(buffer.getvalue())


def need_docx() -> Any:
    """Return the library; raises :class:`UsageError` where it is missing."""
    try:
        import docx
    except ImportError:
        raise UsageError(
            "Word files need python-docx, which is not installed",
            remedy="pip install 'deterrence[report]', or write .html, .pdf or .md",
        ) from None
    return docx


def _undated(data: bytes) -> bytes:
    """Return a zip file whose parts have no date."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(part, old.read(name))
    return buffer.getvalue()


# ---- the file as a whole -----------------------------------------------------------------
def _set_up(file: Any, document: Document) -> None:
    """Set the properties, the page and the styles."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm, Pt, RGBColor

    about = file.core_properties
    about.title, about.author = plain(document.title)[:255], f"deterrence {__version__}"
    about.subject, about.comments = "A crisis as a game: results and how sure they are", ""
    about.created = about.modified = _THEN
    about.last_modified_by, about.revision, about.language = "", 1, "en"
    (page,) = file.sections
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(19)
    page.top_margin, page.bottom_margin = Mm(16), Mm(17)
    black = RGBColor(0, 0, 0)
    styles = file.styles
    sizes = {"Normal": 9.5, "Title": 17, "Heading 1": 11.5, "Heading 2": 10.5, "Heading 3": 10}
    for name, size in sizes.items():
        style = styles[name]
        style.font.size, style.font.color.rgb = Pt(size), black
        style.paragraph_format.space_before = Pt(0 if name in ("Normal", "Title") else 8)
        style.paragraph_format.space_after = Pt(3)
        style.paragraph_format.keep_with_next = name not in ("Normal",)
    styles["Normal"].font.name = "Calibri"
    styles["Normal"].paragraph_format.line_spacing = 1.0
    styles["Caption"].font.color.rgb = black
    styles["Caption"].font.size, styles["Caption"].font.bold = Pt(8.5), False
    styles["Caption"].paragraph_format.space_after = Pt(3)
    styles["List Bullet"].paragraph_format.space_after = Pt(2)
    cell = styles.add_style(_TABLE, WD_STYLE_TYPE.PARAGRAPH)
    cell.base_style, cell.font.size = styles["Normal"], Pt(8.5)
    cell.paragraph_format.space_after = Pt(0)
    code = styles.add_style(_CODE, WD_STYLE_TYPE.PARAGRAPH)
    code.base_style, code.font.name, code.font.size = styles["Normal"], "Consolas", Pt(8)
    key = styles.add_style(_KEY, WD_STYLE_TYPE.PARAGRAPH)
    key.base_style = styles["Normal"]
    key.paragraph_format.left_indent = Mm(3)
    _shaded(key.element)
    mark = styles.add_style(_MARK, WD_STYLE_TYPE.CHARACTER)
    mark.font.size, mark.font.small_caps = Pt(8), True
    foot = page.footer.paragraphs[0]
    foot.style = styles["Normal"]
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(_TEXT), WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{plain(document.title)[:80]} \N{MIDDLE DOT} deterrence {__version__}\t")
    for name in ("PAGE", "NUMPAGES"):
        _field(foot, name)
        foot.add_run(" / " if name == "PAGE" else "")


def _element(name: str, **attributes: str) -> Any:
    """Return an element of WordprocessingML, its attributes in the same namespace."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    found = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        found.set(qn(f"w:{key}"), value)
    return found


def _shaded(style: Any) -> None:
    """Give a style of paragraphs a grey ground and a bar on the left."""
    border = _element("pBdr")
    border.append(_element("left", val="single", sz="18", space="6", color="404040"))
    ways = style.get_or_add_pPr()
    ways.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
    shade = _element("shd", val="clear", color="auto", fill="F2F2F2")
    ways.insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc")


def _field(paragraph: Any, name: str) -> None:
    """Add a field of Word's own: the number of the page, or of all pages."""
    field = _element("fldSimple", instr=name)
    run = _element("r")
    text = _element("t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


# ---- blocks --------------------------------------------------------------------------------
class _Writer:
    """Writes blocks into a file of python-docx."""

    def __init__(self, file: Any, symbols: Mapping[str, str]) -> None:
        self.file, self.symbols = file, symbols

    def write(self, blocks: Sequence[Block]) -> None:
        levels = iter(outline(blocks))
        for block in blocks:
            if isinstance(block, Heading):
                _, level = next(levels)
                style = "Title" if level == 1 else f"Heading {min(level - 1, 9)}"
                self.file.add_paragraph(plain(block.text), style=style)
            else:
                self.block(block)

    def block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self.prose(block.parts)
        elif isinstance(block, Bullets):
            for item in block.items:
                self.prose(item, "List Bullet")
        elif isinstance(block, Callout):
            paragraph = self.file.add_paragraph(style=_KEY)
            paragraph.add_run(f"{plain(block.label)}: ").bold = True
            self.add(paragraph, block.parts)
        elif isinstance(block, Table):
            self.table(block)
        elif isinstance(block, Entries):
            self.entries(block)
        elif isinstance(block, Equations):
            for line in block.lines:
                sign = {"==": "=", ">=": "≥", "<=": "≤", "!=": "≠"}.get(line.sign, line.sign)
                note = ("  (", *line.note, ")") if line.note else ()
                self.prose((*line.lhs, f" {sign} ", *line.rhs, *note))
        elif isinstance(block, Figure):
            self.figure(block)
        elif isinstance(block, Matrix):
            self.lines(table_text(block.table, legend=block.legend).splitlines())
        elif isinstance(block, Lines):
            self.lines(block.lines)

    def prose(self, parts: Inline, style: str | None = None) -> Any:
        """Add a paragraph."""
        paragraph = self.file.add_paragraph(style=style)
        self.add(paragraph, parts)
        return paragraph

    def add(self, paragraph: Any, parts: Inline, *, bold: bool = False) -> None:
        """Add prose, formulas and marks to a paragraph."""
        for part in parts:
            if isinstance(part, Expression):
                if part.op != "name" or not self.name(paragraph, part.args[0]):
                    paragraph._p.append(self.formula(part))
            elif isinstance(part, Mark):
                paragraph.add_run(plain(part), style=_MARK)
            elif part:
                self.text(paragraph, part, bold=bold)

    def text(self, paragraph: Any, part: str, *, bold: bool) -> None:
        """Add text; what stands between backticks is a command, or a name in one."""
        pieces = part.split("`")
        pieces = pieces if len(pieces) % 2 else [part]
        for k, piece in enumerate(pieces):
            if piece:
                run = paragraph.add_run(_text(piece))
                run.bold = bold or None
                if k % 2:
                    run.font.name = "Consolas"

    def name(self, paragraph: Any, name: str) -> bool:
        """Add a symbol as letters, if that can be: they are as large as those around them."""
        parts = symbol_parts(name, self.symbols.get(name, ""))
        for text, place in zip(parts, ("", "subscript", "superscript"), strict=False):
            if text:
                run = paragraph.add_run(text)
                run.italic = place == "" or None
                if place:
                    setattr(run.font, place, True)
        return bool(parts)

    def formula(self, e: Expression) -> Any:
        """Return a formula as an element."""
        from docx.oxml import parse_xml

        return parse_xml(f'<m:oMath xmlns:m="{_MATH}">{expression_omml(e, self.symbols)}</m:oMath>')

    def lines(self, lines: Sequence[str]) -> None:
        """Add lines as they are, in letters of one width."""
        paragraph = self.file.add_paragraph(style=_CODE)
        for k, line in enumerate(lines):
            run = paragraph.add_run(plain(line))
            if k < len(lines) - 1:
                run.add_break()

    def figure(self, block: Figure) -> None:
        """Add a picture with its alternative text, or what it shows in words."""
        if block.png is not None:
            from docx.shared import Mm

            paragraph = self.file.add_paragraph()
            paragraph.paragraph_format.keep_with_next = bool(block.caption)
            shape = paragraph.add_run().add_picture(io.BytesIO(block.png()))
            scale = min(1.0, Mm(_PICTURE) / shape.width, Mm(_TALLEST) / shape.height)
            shape.width, shape.height = (int(scale * x) for x in (shape.width, shape.height))
            about = shape._inline.docPr
            about.set("descr", plain(block.words))
            about.set("name", "Figure")
        elif block.lines:
            self.lines(block.lines)
        else:
            self.prose((block.words,))
        if block.caption:
            self.prose(block.caption, "Caption")

    def entries(self, block: Entries) -> None:
        """Add names with what is said of them as a table of two columns."""
        if block.title:
            self.add(self.file.add_paragraph(style="Caption"), block.title)
        if not block.rows:
            return
        table = self.file.add_table(0, 2)
        for name, lines in block.rows:
            first, second = table.add_row().cells
            first.paragraphs[0].add_run(plain(name)).italic = True
            for k, line in enumerate(lines):
                paragraph = second.paragraphs[0] if not k else second.add_paragraph()
                self.add(paragraph, line)
        _widths(table, [0.22 * _TEXT, 0.78 * _TEXT])

    def table(self, block: Table) -> None:
        """Add a table with its caption above; its head is repeated on every page."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        if block.caption:
            caption = self.prose(block.caption, "Caption")
            caption.paragraph_format.keep_with_next = True
        table = self.file.add_table(0, len(block.heads), style="Table Grid")
        if any(block.heads):
            row = table.add_row()
            row._tr.get_or_add_trPr().append(_element("tblHeader"))
            for cell, head in zip(row.cells, block.heads, strict=True):
                cell.paragraphs[0].add_run(plain(head)).bold = True
        for parts in block.rows:
            row = table.add_row()
            row._tr.get_or_add_trPr().append(_element("cantSplit"))
            cells = row.cells
            title = len(parts) < len(block.heads)
            if title:
                cells = [cells[0].merge(cells[-1])]
            for cell, part in zip(cells, parts, strict=True):
                self.add(cell.paragraphs[0], part, bold=title)
        for row in table.rows:
            for k, cell in enumerate(row.cells):
                for paragraph in cell.paragraphs:
                    paragraph.style = self.file.styles[_TABLE]
                    if k in block.right:
                        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _widths(table, list(_shares(block)))


def _text(part: str) -> str:
    return "\u00a0".join(map(plain, part.split("\u00a0")))


def _shares(block: Table) -> Iterator[float]:
    """Yield the widths of a table's columns in mm, by their longest cells."""
    full = [row for row in block.rows if len(row) == len(block.heads)]
    sizes = [
        max([8, head_size(head), *(len(inline_text(row[k])) for row in full)])
        for k, head in enumerate(block.heads)
    ]
    fixed = [1.6 * s + 5 if s <= _CELL else 0.0 for s in sizes]
    long = sum(min(s, _WIDEST) for s, f in zip(sizes, fixed, strict=True) if not f)
    room = max(_TEXT - sum(fixed), 0.3 * _TEXT)
    scale = 1.0 if long else min(1.0, _TEXT / sum(fixed))
    for size, mm in zip(sizes, fixed, strict=True):
        yield scale * mm if mm else room * min(size, _WIDEST) / long


def _widths(table: Any, widths: Sequence[float]) -> None:
    """Set the widths of a table's columns, in mm."""
    from docx.shared import Mm

    table.autofit = False
    for column, mm in zip(table.columns, widths, strict=True):
        column.width = Mm(mm)
    for row in table.rows:
        for cell, mm in zip(row.cells, widths, strict=False):
            if cell._tc.grid_span == 1:
                cell.width = Mm(mm)
