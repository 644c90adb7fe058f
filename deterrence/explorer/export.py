"""One HTML file with everything in it: page, style, modules joined, and the data packed.

The file asks for nothing else and lets nothing else run: its policy names the style, the packed
script and the few lines that put it in by their hashes.  The modules are ES modules of
:mod:`deterrence.explorer.web`; joining drops their imports of each other, so their top-level
names are unique over all of them.

>>> source = 'import { a } from "./a.mjs";\\n// why\\nexport function b() {\\n  return a();\\n}\\n'
>>> stripped(source)
'function b() {\\nreturn a();\\n}'
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from deterrence.explorer.static import static_html
from deterrence.words.markup import plain

#: The module that a page starts with, that a widget starts with, and the one that unpacks a page's.
PAGE, WIDGET, LOADER = "page.mjs", "widget.mjs", "loader.mjs"
_IMPORT = re.compile(r'^import\b[^;"]*"\./([a-z0-9_-]+\.mjs)";$', re.M)
#: Characters that can make a text look like another.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PLACE = re.compile(r"\{\{(\w+)\}\}")
_POLICY = (
    "default-src 'none'; script-src '{loader}' '{code}'; style-src '{style}'; img-src data: blob:; "
    "worker-src blob:; base-uri 'none'; form-action 'none'"
)


def page_html(data: Mapping[str, Any]) -> str:
    """Return a page as one HTML file; ``data`` is what :func:`~.page_data.page_data` returns."""
    code, loader, style = joined(PAGE), joined(LOADER), stylesheet()
    policy = _POLICY.format(loader=_hash(loader), code=_hash(code), style=_hash(style))
    parts = {
        "title": html.escape(plain(data["model"]["title"])),
        "policy": html.escape(policy),
        "style": style,
        "static": static_html(data),
        "data": packed(data),
        "code": _deflated(code),
        "script": loader,
    }
    # One pass, so that what is put in is never taken for a place.
    return _PLACE.sub(lambda found: parts[found[1]], web("page.html"))


@cache
def web(name: str) -> str:
    """Return a file of the page's sources."""
    return (files("deterrence.explorer") / "web" / name).read_text(encoding="utf-8")


@cache
def joined(first: str) -> str:
    """Return a module and all that it imports as one module, what is needed first in front."""
    order: dict[str, None] = {}

    def visit(name: str, above: Sequence[str]) -> None:
        if name in above:
            raise ValueError(f"modules import each other: {' -> '.join([*above, name])}")
        if name not in order:
            for needed in _IMPORT.findall(web(name)):
                visit(needed, [*above, name])
            order[name] = None

    visit(first, ())
    whole = "\n".join(stripped(web(name)) for name in order)
    for mark in ("</script", "<!--"):
        if mark in whole:
            raise ValueError(f"{mark} in a module would end the script")
    return whole


def stripped(source: str) -> str:
    """Return a module's lines without imports, comments, indentation and blank lines.

    A comment stands on lines of its own; no text runs over the end of a line in a way that its
    indentation would matter.
    """
    lines, inside = [], False
    for line in _IMPORT.sub("", source).splitlines():
        bare = line.strip()
        inside = inside or bare.startswith("/*")
        if inside:
            inside = not bare.endswith("*/")
        elif bare and not bare.startswith("//"):
            lines.append(bare.removeprefix("export ") if not _default(bare) else bare)
    return "\n".join(lines)


def _default(line: str) -> bool:
    return line.startswith("export default ")


@cache
def stylesheet() -> str:
    """Return the style without comments and indentation."""
    bare = re.sub(r"/\*.*?\*/", "", web("page.css"), flags=re.S)
    return "\n".join(filter(None, (line.strip() for line in bare.splitlines())))


def packed(data: Mapping[str, Any]) -> str:
    """Return data as base64 of deflated JSON, without what sets the direction of writing."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _deflated(_DIRECTION.sub("", text))


def _deflated(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def unpacked(text: str) -> dict[str, Any]:
    """Return the data in a packed text.

    >>> unpacked(packed({"schema": 1}))
    {'schema': 1}
    """
    found: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text)))
    return found


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
