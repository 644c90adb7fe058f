"""What PyYAML complains of, in the words of somebody who writes model files."""

from __future__ import annotations

import re

from deterrence.errors import Fault

_MISFIT = (
    "this does not fit the lines above",
    "the same indentation as the lines above",
    "check the indentation, and text after a closing quotation mark or bracket",
)
_BLOCK = ("text after | or >", "the text on the next line, indented", "")
# What PyYAML says of the faults that people make most often -> what, expected, remedy.
_YAML_FAULTS: tuple[tuple[str, str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "': ' may not stand here",
        "one 'key: value' per line",
        "put quotes around text that contains ': ', and check the indentation",
    ),
    (
        "could not find expected ':'",
        "a key without ': '",
        "'key: value'",
        "is there a blank after the colon?",
    ),
    ("while scanning a quoted scalar", "a quotation mark is not closed", "", "close it"),
    ("unexpected end of stream", "a quotation mark is not closed", "", "close it"),
    (
        "expected ',' or ",
        "this bracket is not closed, or a comma is missing after it",
        "a comma or the closing bracket",
        "put quotes around text that contains brackets, commas or ': '",
    ),
    ("expected <block end>", *_MISFIT),
    ("expected key", *_MISFIT),
    ("<document start>", *_MISFIT),
    ("expected '-' indicator", *_MISFIT),
    (
        "incompatible YAML document",
        "a version of YAML that is not read",
        "YAML 1",
        "remove the line",
    ),
    ("unknown escape", "an unknown escape after a backslash", "", "use single quotes"),
    (
        "cannot start any token",
        "a value may not begin with this character",
        "plain text",
        "put quotes around it",
    ),
    ("undefined alias", "an alias (*)", "plain text", "put quotes around text that begins with *"),
    (
        "expected alphabetic or numeric",
        "a name is missing after & or *",
        "",
        "put quotes around it",
    ),
    (
        "sequence entries are not allowed",
        "'- ' may not stand here",
        "",
        "begin the list on a new line",
    ),
    ("expected the node content", "a value is missing before this", "a value", ""),
    ("expected node content", "a value is missing before this", "a value", ""),
    ("escape code", "an escape for a character that does not exist", "", "write the character"),
    ("escape sequence of", "an escape without its digits", "", "use single quotes"),
    ("unexpected ':'", "':' may not stand here", "", "put quotes around the text"),
    ("chomping", *_BLOCK),
    ("comment or a line break", *_BLOCK),
    ("comment or line break", *_BLOCK),
    ("maximum nesting depth", "the file is nested too deeply", "", "nest less deeply"),
    ("whitespace or line break", "a tag (!)", "plain text", "put quotes around it"),
)


def yaml_fault(error: Exception, text: str) -> Fault:
    """Return the fault that made PyYAML give up on ``text``, with its place."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, None)
    # At the end of a file the C parser counts a line that is not there.
    line = min(line, text.count("\n") + 1)
    if mark is None and isinstance(error, ValueError | OverflowError):
        what = "an escape or a version number that is out of range"
        at = max(text.find("\\U"), text.find("%YAML"), 0)
        return Fault(what, text.count("\n", 0, at) + 1, remedy="write the character itself")
    problem = str(getattr(error, "problem", "") or "")
    context = str(getattr(error, "context", "") or "")
    if (opened := _open_quote(text, line, column or 1)) is not None:
        what = f"a quotation mark that is closed only in line {line}"
        return Fault(what, *opened, expected="text in quotes on one line", remedy="close it")
    for fragment, what, expected, remedy in _YAML_FAULTS:
        if fragment in problem or fragment in context:
            start = getattr(error, "context_mark", None)
            if ("not closed" in what or "a key without" in what) and start is not None:
                line, column = start.line + 1, start.column + 1
            return Fault(what, line, column, expected=expected, remedy=remedy)
    return Fault(f"this cannot be read as YAML: {problem or error}"[:200], line, column)


def _open_quote(text: str, line: int, column: int) -> tuple[int, int] | None:
    """Return where a quotation mark was opened that a later line seems to have closed.

    Text in quotes may go on over lines, so a forgotten quotation mark shows where
    the next one stands.
    """
    lines = text.split("\n")
    for mark in ("'", '"'):
        if line > len(lines) or mark not in lines[line - 1][: column + 1]:
            continue
        for number in range(line - 1, 0, -1):
            above = lines[number - 1]
            if mark in above:
                start = re.search(rf"(?:^|[:,\[{{-])\s+({mark})[^{mark}]*$", above)
                if start is not None:
                    return number, start.start(1) + 1
                break
    return None
