"""What holds of the built site: links lead somewhere, pages are small, nothing comes from outside.

``python docs/site/check.py FOLDER`` prints the faults, and writes the addresses of other sites
that pages link to, which are not fetched, into ``external-links.txt`` beside the folder.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Bytes that nobody minds to load: of a page, an explorer and a figure.
MOST = {"*.html": 500_000, "explorers/*.html": 150_000, "*.svg": 150_000}
_TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:\s+[^\s=>]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)")
_ATTRIBUTE = re.compile(r"\s([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
_CODE = re.compile(r"(<script\b[^>]*>).*?</script>|<!--.*?-->", re.DOTALL)
#: Attributes whose address a browser fetches by itself.
_FETCHED = {"src", "srcset", "poster", "data", "action"}
_IN_CSS = re.compile(r"""(?:@import\s+|url\(\s*)["']?((?:https?:)?//[^"')\s]+)""")


def check(site: Path) -> tuple[list[str], list[str]]:
    """Return the faults of a site, and the addresses of other sites that it links to."""
    # What the theme keeps among its own files are no pages.
    found = [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]
    pages = {path: _read(path) for path in found}
    places = {path: {v for _, n, v in tags if n in ("id", "name")} for path, tags in pages.items()}
    faults, outside = [], set()
    for page, tags in pages.items():
        for tag, name, value in tags:
            if name != "href" and name not in _FETCHED:
                continue
            where = f"{page.relative_to(site)}: <{tag} {name}={value[:100]!r}>"
            if urlsplit(value).scheme or value.startswith("//"):
                link = name == "href" and tag == "a"
                outside |= {value} if link else set()
                if not link and not value.startswith("data:"):
                    faults.append(f"{where} is fetched from outside")
            elif not _leads_somewhere(page, value, places):
                faults.append(f"{where} leads nowhere")
    for path in site.rglob("*.css"):
        found = _IN_CSS.findall(path.read_text("utf-8"))
        faults += [f"{path.relative_to(site)}: {to} is fetched from outside" for to in found]
    return faults + list(_large(site)), sorted(outside)


def _read(page: Path) -> list[tuple[str, str, str]]:
    """Return what stands in the tags of a page: tag, attribute and value."""
    text = _CODE.sub(lambda found: found[1] or "", page.read_text("utf-8"))
    return [
        (tag.lower(), name.lower(), unescape(next(filter(None, values), "")))
        for tag, attributes in _TAG.findall(text)
        for name, *values in _ATTRIBUTE.findall(attributes)
    ]


def _leads_somewhere(page: Path, value: str, places: dict[Path, set[str]]) -> bool:
    parts = urlsplit(value)
    path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if path.is_dir():
        path /= "index.html"
    if parts.fragment in ("", "#"):
        return path.exists()
    return unquote(parts.fragment) in places.get(path, ())


def _large(site: Path) -> Iterator[str]:
    for pattern, most in MOST.items():
        for path in site.rglob(pattern):
            if (size := path.stat().st_size) > most:
                yield f"{path.relative_to(site)} has {size:,} bytes, more than {most:,}"


def main(folder: str) -> int:
    """Print the faults of a site; return 0 where there are none."""
    site = Path(folder).resolve()
    faults, outside = check(site)
    (site.parent / "external-links.txt").write_text("\n".join(outside) + "\n", encoding="utf-8")
    for fault in faults:
        print(f"docs site: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
