"""The gallery of models, and the explorer on the front page.

The gallery is a plain list in sections; a small script of the site's own (``site.js``)
filters it by theme, level, form and collection where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from model_lists import COLLECTIONS, FORMS, LEVELS, listed_models
from model_pictures import HEIGHT, WIDTH, thumbnail_place
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from deterrence.modelfile.catalogue import ModelEntry
from deterrence.modelfile.themes import THEMES


class Gallery(SphinxDirective):
    """``gallery``: every model, in the first collection that its file names."""

    def run(self) -> list[nodes.Node]:
        """Return the filters, and a section for every collection."""
        for entry in listed_models():
            self.env.note_dependency(f"models/{entry.name}.yaml")
        found: list[nodes.Node] = [_raw(_filters())]
        homes: dict[str, list[ModelEntry]] = {name: [] for name in [*COLLECTIONS, ""]}
        for entry in listed_models():
            homes.setdefault(next(iter(entry.collections), ""), []).append(entry)
        for name, entries in homes.items():
            title, about = COLLECTIONS.get(name, (name or "Others", ""))
            more = [e for e in listed_models() if name in e.collections and e not in entries]
            if entries or more:
                place = f"collection-{name or 'others'}"
                section = nodes.section(ids=[place], names=[place], classes=["collection"])
                section += nodes.title("", title)
                section += nodes.paragraph("", about) if about else []
                section += _raw("".join(_cards(entries, more)))
                found.append(section)
        return found


def _raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def _filters() -> str:
    """Return the filters, which the script shows."""
    tags = dict.fromkeys(tag for entry in listed_models() for tag in entry.themes)
    ordered = [tag for tag in THEMES if tag in tags] + [tag for tag in tags if tag not in THEMES]
    choices = {
        "theme": {tag: f"{tag}: {THEMES[tag]}" if tag in THEMES else tag for tag in ordered},
        "level": {str(level): told for level, told in LEVELS.items()},
        "form": FORMS,
        "collection": {name: title for name, (title, _) in COLLECTIONS.items()},
    }
    told = "".join(
        f'<label>{name.capitalize()} <select name="{name}"><option value="">any</option>'
        + "".join(f'<option value="{escape(v)}">{escape(t)}</option>' for v, t in given.items())
        + "</select></label>"
        for name, given in choices.items()
    )
    return (
        '<form class="gallery-filters" hidden><label>Words <input type="search" name="words">'
        f'</label>{told}<button type="reset">All</button><output aria-live="polite"></output>'
        "</form>"
    )


def _cards(entries: list[ModelEntry], more: list[ModelEntry]) -> Iterator[str]:
    """Yield the cards of a collection, and links to what stands under another one."""
    yield f'<ul class="gallery">{"".join(map(_card, entries))}</ul>'
    if more:
        links = ", ".join(
            f'<a href="models/{escape(e.name)}.html">{escape(e.title)}</a>' for e in more
        )
        yield f'<p class="gallery-more">Also in this collection: {links}.</p>'


def _card(entry: ModelEntry) -> str:
    facts = {
        "theme": " ".join(entry.themes),
        "level": str(entry.level),
        "form": entry.form,
        "collection": " ".join(entry.collections),
        "name": entry.name,
    }
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in facts.items())
    level = f" · level {entry.level}" if entry.level else ""
    return (
        f'<li{data}><a href="models/{escape(entry.name)}.html">'
        f'<img src="{thumbnail_place(entry.name)}" alt="" loading="lazy" '
        f'width="{WIDTH}" height="{HEIGHT}"><strong>{escape(entry.title)}</strong></a>'
        f"<span>{FORMS[entry.form]}{level}</span></li>"
    )


class FrontExplorer(SphinxDirective):
    """``front-explorer NAME``: the explorer of a model, live; a picture where there is no room."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the frame, and the map with a link for narrow screens."""
        name, config = self.arguments[0], self.config
        title = escape(next(entry.title for entry in listed_models() if entry.name == name))
        place = f"explorers/{name}.html"
        there = (Path(config.site_extra) / place).exists()
        drawn = not config.site_models or name in config.site_models
        picture = f"pictures/{name}-map.svg" if drawn else thumbnail_place(name)
        frame = f'<iframe src="{place}" loading="lazy" title="Explorer: {title}"></iframe>'
        to, what = (place, "open the explorer") if there else (f"models/{name}.html", "read more")
        links = (
            f'Live: move a guess, or the point in the map. <a href="{place}">Open it alone</a>; '
            f'<a href="models/{name}.html">the model behind it</a>; '
            f'<a href="models.html">{len(listed_models())} models</a>.'
        )
        return [
            _raw(
                f'<div class="front-explorer{"" if there else " plain"}">{frame if there else ""}'
                f'<a class="still" href="{to}"><img src="{picture}" alt="" width="400">'
                f"<span>{title}: {what}</span></a></div>"
                + (f'<p class="front-links">{links}</p>' if there else "")
            )
        ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Teach Sphinx the two directives."""
    app.add_directive("gallery", Gallery)
    app.add_directive("front-explorer", FrontExplorer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
