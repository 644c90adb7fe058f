"""A page per model: Sphinx reads model files as it reads Markdown.

The parser loads the model, asks the package what it comes to, and writes the answer as a
document.  What a file says goes into nodes and through the package's own renderer, which
escape it: no text of a model is ever read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers import Parser
from model_answers import Answer, answer_of
from model_lists import COLLECTIONS, FORMS, LEVELS, listed_models
from model_pictures import Picture, game_picture, map_picture, moves_picture, thumbnail
from sphinx import addnodes
from sphinx.application import Sphinx

from deterrence.errors import DeterrenceError
from deterrence.face.stability import stability
from deterrence.game.parameters import KnownResult, Parameter, Scenario
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.themes import THEMES
from deterrence.report.model_sheet import ModelSheet, sheet_document
from deterrence.report.option_sheet import states_table
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.words.blocks import (
    Block,
    Bullets,
    Document,
    Entries,
    Heading,
    Inline,
    Paragraph,
    Table,
    conjunction,
    inline_text,
)
from deterrence.words.markup import both
from deterrence.words.renderers import as_html

#: Parts of the sheet (``models show``) that a page has as they are, and under which heading.
_SHEET = (
    "Players and their actions",
    "Players and their options",
    "What cannot be",
    "States with a name",
    "What they want",
    "Players and their private information",
    "Players",
    "Moves",
    "What is better than what",
    "Assumptions that always hold",
    "Definitions",
    "Rank correlations",
    "Outcomes",
    "Measures",
    "Named regimes",
)
#: Parts of the whole answer that a page shows openly; the second one entry by entry, folded.
_OPEN = ("Results, and when they are possible", "Regimes: which results are possible together")
#: What is said of a known result, by the verdict of the analysis on it.
_TICKS = {"same": "✓ derived", "not compared": "✓ tested", "undecided": "✓ tested"}
#: Parts of it that a page has elsewhere.
_ELSEWHERE = ("The story", "What the symbols mean")
#: As what part of its size a picture can still be read.
_SHRINK = 0.7
#: Characters of HTML of all parts together, and of a result that is not folded.
_MOST_HTML, _LONG = 220_000, 9_000


class ModelParser(Parser):
    """Reads a model file as a page."""

    supported: ClassVar[tuple[str, ...]] = ("crisis-model",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Write the page of the model in a text into a document."""
        from deterrence import read_model

        self.setup_parse(inputstring, document)
        env = document.settings.env
        name = env.docname.rpartition("/")[2]
        asked = env.config.site_models
        page = _Page(read_model(inputstring, name), Path(env.config.site_extra))
        document += page.section(whole=not asked or name in asked)
        self.finish_parse()


class _Page:
    """Writes the page of one model."""

    def __init__(self, model: SymbolicModel, extra: Path) -> None:
        self.model, self.extra = model, extra
        self.sheet = _parts(sheet_document(ModelSheet(model), full=True))

    def section(self, *, whole: bool) -> nodes.section:
        """Return the page; only a ``whole`` one has what takes time to work out."""
        model = self.model
        answer = answer_of(model) if whole else None
        thumbnail(model, self.extra)
        top = _section("model", model.title or model.name)
        top += self.head()
        top += self.story()
        if answer is not None:
            top += self.game()
            top += self.stability()
            top += self.map(answer)
            top += self.answers(answer)
        top += self.known(answer)
        top += self.exercises()
        top += self.scenarios()
        top += self.parameters()
        top += self.rules()
        top += self.file()
        top += self.further()
        return top

    # ---- head and story ------------------------------------------------------------------
    def head(self) -> Iterable[nodes.Node]:
        """Yield what kind of model it is, and what one can do with it."""
        model = self.model
        badges = [FORMS[model.form]]
        badges += [f"level {LEVELS[model.level]}"] if model.level else []
        told = "".join(f"<span>{escape(badge)}</span>" for badge in badges)
        links = [(f"../explorers/{model.name}.html", "Open the explorer")]
        links = [link for link in links if (self.extra / link[0][3:]).exists()]
        links += [("#the-file", "Copy the file")]
        buttons = "".join(f'<a href="{escape(to)}">{escape(text)}</a>' for to, text in links)
        yield _raw(f'<p class="model-badges">{told}</p><p class="model-doors">{buttons}</p>')

    def story(self) -> Iterable[nodes.Node]:
        """Yield the crisis, what is to be learnt, and whose model it is."""
        model = self.model
        if model.summary:
            yield _prose(model.summary)
        if model.insight:
            yield nodes.admonition("", nodes.title("", "The point"), _prose(model.insight))
        if model.source:
            source = _prose(model.source, nodes.strong("", "Source. "))
            source["classes"].append("model-source")
            yield source

    # ---- pictures and answers ------------------------------------------------------------
    def game(self) -> Iterable[nodes.Node]:
        """Yield the matrix or the tree."""
        if self.model.options is not None and self.model.why_no_table:
            section = _section("the-states", "The states")
            blocks = list(states_table(self.model.options, self.model.values(), full=True))
            section += _html(blocks[1:], self.model)
            yield section
            return
        found = game_picture(self.model, self.extra)
        title = "The game" if self.model.tree is None else "The game tree"
        section = _section("the-game", title)
        section += [_figure(found)] if isinstance(found, Picture) else _html([found], self.model)
        yield section

    def stability(self) -> Iterable[nodes.Node]:
        """Yield which states of an option form are stable, and the graph of moves."""
        model = self.model
        if model.options is None:
            return
        section = _section("stable-states", "Which states are stable")
        yield section
        try:
            found = stability(model)
        except DeterrenceError as error:  # too many states for tables of all
            section += nodes.paragraph("", f"Not worked out for this page: {error.what}.")
            section += _command(f"deterrence stability {model.name} --state STATE")
            return
        parts = _parts(found.document(full=True))
        title = next(iter(parts))
        section += self.told(parts.pop(title))
        for heading, blocks in parts.items():
            section += nodes.rubric("", heading)
            section += self.told(blocks)
        picture = moves_picture(model, self.extra)
        if picture is not None:
            section += _figure(picture)
        section += _command(
            f"deterrence stability {model.name} --full",
            f"deterrence plot moves {model.name} -o moves.svg",
        )

    def map(self, answer: Answer) -> Iterable[nodes.Node]:
        """Yield the map of the regimes, where there is one."""
        found = map_picture(self.model, answer, self.extra)
        if found is not None:
            section = _section("regime-map", "The regimes on a map")
            section += _figure(found)
            section += _command(found.command)
            yield section

    def answers(self, answer: Answer) -> Iterable[nodes.Node]:
        """Yield the results with their conditions, in words and in symbols, and what follows."""
        if self.model.why_no_table:
            return
        section = _section("results", "Results and conditions")
        yield section
        if answer.analysis is None:
            section += nodes.paragraph("", answer.reason)
            name = self.model.name
            section += _command(f"deterrence regimes {name}", f"deterrence solve {name}")
            return
        full = answer.analysis.document(full=True)
        parts = _parts(full)
        for block in full.blocks:
            if isinstance(block, Heading) and block.level == 1:
                section += self.told(parts.pop(block.text), full)
        if answer.analysis.cover != "proven":
            section += self.doubts(answer.analysis)
        for c in answer.conclusions:
            section += self.told([b for b in c.document().blocks if isinstance(b, Bullets)], full)
        room = _MOST_HTML
        for title, blocks in parts.items():
            if title in _ELSEWHERE:
                continue
            told = [_told(block, full) for block in blocks]
            room -= sum(map(len, told))
            if room < 0:
                section += nodes.paragraph(
                    "", f"{title}: too long for a page; the command below has it."
                )
                continue
            if title not in _OPEN:
                section += [*_folded(title), _raw(f"{''.join(told)}</details>")]
                continue
            section += nodes.rubric("", title)
            for block, html in zip(blocks, told, strict=True):
                section += self.entry(block, html, folded=title == _OPEN[1])
        section += _command(f"deterrence regimes {self.model.name} --full")

    def doubts(self, analysis: RegimeAnalysis) -> nodes.Node:
        """Return what the effort of a page was too little for."""
        items = nodes.bullet_list()
        for message in analysis.messages:
            items += nodes.list_item("", nodes.paragraph("", message))
        about = nodes.paragraph(
            "",
            "This page was made with a bounded effort, and not everything is proven here: more "
            "results may exist. The command at the end of this section looks further.",
        )
        return nodes.warning("", about, items) if len(items) else nodes.warning("", about)

    def told(self, blocks: Sequence[Block], document: Document | None = None) -> nodes.Node:
        """Return blocks as the package shows them."""
        return _html(blocks, self.model, document)

    def entry(self, block: Block, html: str, *, folded: bool) -> Iterable[nodes.Node]:
        """Yield a result or a regime; long ones are folded under their titles."""
        if not isinstance(block, Entries) or not (folded or len(html) > _LONG):
            yield _raw(html)
            return
        yield from _folded(inline_text(block.title))
        yield _raw(f"{_told(replace(block, title=()), None)}</details>")

    def known(self, answer: Answer | None) -> Iterable[nodes.Node]:
        """Yield the known results, each with how it was checked and its source."""
        verdicts = {}
        if answer is not None and answer.analysis is not None:
            verdicts = {p.title: p.verdict for p in answer.analysis.published}
        results = self.model.known_results
        if not results:
            return
        section = _section("known-results", "Known results")
        section += nodes.paragraph(
            "",
            "What the literature says, or what was derived by hand. ✓ derived: found again by this "
            "page's own derivation, for all values; ✓ tested: compared at these values by the "
            "tests of the package.",
        )
        items = nodes.bullet_list(classes=["known"])
        for r in results:
            verdict = verdicts.get(r.title, "not compared")
            tick = _TICKS.get(verdict, verdict)
            lesson = [nodes.emphasis("", " (the point)")] if r.lesson else []
            item = nodes.list_item()
            item += nodes.paragraph(
                "", "", nodes.inline("", tick, classes=["tick"]), nodes.Text(f" {r.title}"), *lesson
            )
            item += self.told([Paragraph((*_where(r), f". Source: {r.source or 'by hand'}"))])
            items += item
        section += items
        yield section

    # ---- what the file says --------------------------------------------------------------
    def exercises(self) -> Iterable[nodes.Node]:
        """Yield the exercises, their answers folded."""
        if not self.model.exercises:
            return
        section = _section("exercises", "Exercises")
        items = nodes.enumerated_list(enumtype="arabic", prefix="", suffix=".")
        for e in self.model.exercises:
            item = nodes.list_item("", _prose(e.question))
            item += [*_folded("Answer"), _prose(e.answer)]
            item += _command(e.command) if e.command else ()
            item += _raw("</details>")
            items += item
        section += items
        yield section

    def scenarios(self) -> Iterable[nodes.Node]:
        """Yield the scenarios with their values and sources."""
        if not self.model.scenarios:
            return
        section = _section("scenarios", "Scenarios")
        items = nodes.definition_list(classes=["scenarios"])
        items += map(_scenario, self.model.scenarios.values())
        section += items
        name = next(iter(self.model.scenarios))
        section += _command(f"deterrence brief {self.model.name} --scenario {name}")
        yield section

    def parameters(self) -> Iterable[nodes.Node]:
        """Yield the parameters with their sources."""
        if not self.model.parameters:
            return
        section = _section("parameters", "Parameters")
        heads = ("Name", "Meaning", "Default", "Range and unit", "Source")
        rows = [_parameter(p) for p in self.model.parameters.values()]
        section += _table(heads, rows, self.model, "parameters")
        yield section

    def rules(self) -> Iterable[nodes.Node]:
        """Yield players, moves, outcomes, measures and what is assumed of them."""
        section = _section("rules", "The model in words")
        for title in _SHEET:
            if title in self.sheet:
                section += nodes.rubric("", title)
                section += _html(self.sheet[title], self.model)
        yield section

    def file(self) -> Iterable[nodes.Node]:
        """Yield the file: to load, to copy, to read, to cite."""
        model, name = self.model, self.model.name
        section = _section("the-file", "The file")
        section += nodes.paragraph("", "A copy of your own, to change and to ask:")
        verb = "stability" if model.why_no_table else "brief"
        section += _command(f"deterrence models copy {name}", f"deterrence {verb} {name}.yaml")
        file = f'<a href="{escape(name)}.yaml" download>{escape(name)}.yaml</a>'
        section += _raw(f"<p>Or load {file} (SHA-256 <code>{model.digest[:16]}…</code>).</p>")
        section += _folded("Read the file")
        section += [nodes.literal_block("", model.text, language="text"), _raw("</details>")]
        yield section

    def further(self) -> Iterable[nodes.Node]:
        """Yield the commands to go on with, and what stands beside the model."""
        model, name = self.model, self.model.name
        section = _section("go-on", "Go on")
        verbs = ("brief", "explore", "solve", "explain", "robustness")
        verbs = ("stability", "show") if model.why_no_table else verbs
        section += _command(*(f"deterrence {verb} {name}" for verb in verbs))
        known = {entry.name: entry.title for entry in listed_models()}
        if near := [n for n in model.see_also if n in known]:
            section += nodes.rubric("", "See also")
            items = nodes.bullet_list()
            for n in near:
                items += nodes.list_item(
                    "", nodes.paragraph("", "", _to_page(n, nodes.inline("", known[n])))
                )
            section += items
        if model.themes or model.collections:
            section += nodes.rubric("", "Where it belongs")
            links = [(f"collection={c}", COLLECTIONS.get(c, (c, ""))[0]) for c in model.collections]
            links += [
                (f"theme={t}", f"{t}: {THEMES[t]}" if t in THEMES else t) for t in model.themes
            ]
            told = "".join(
                f'<li><a href="../models.html?{escape(q)}">{escape(t)}</a></li>' for q, t in links
            )
            section += _raw(f'<ul class="model-themes">{told}</ul>')
        yield section


# ---- nodes ---------------------------------------------------------------------------------
def _section(place: str, title: str) -> nodes.section:
    section = nodes.section(ids=[place], names=[place])
    section += nodes.title("", title)
    return section


def _prose(text: str, *before: nodes.Node) -> nodes.paragraph:
    """Return a text as a paragraph; what stands in backticks is code, all else is as it is."""
    parts = re.split(r"`([^`]+)`", " ".join(text.split()))
    told = [nodes.literal("", p) if k % 2 else nodes.Text(p) for k, p in enumerate(parts) if p]
    return nodes.paragraph("", "", *before, *told)


def _raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def _html(blocks: Sequence[Block], model: SymbolicModel, told: Document | None = None) -> nodes.raw:
    symbols = model.typeset | dict(told.symbols if told is not None else {})
    return _raw(f'<div class="told">{_without_places(as_html(blocks, symbols))}</div>')


def _told(block: Block, document: Document | None) -> str:
    symbols = {} if document is None else document.symbols
    return f'<div class="told">{_without_places(as_html([block], symbols))}</div>'


def _without_places(html: str) -> str:
    """Return a piece without the names of its headings, which the page has already."""
    return re.sub(r'(<h[1-6]) id="[^"]*"', r"\1", html)


def _table(
    heads: tuple[str, ...], rows: Sequence[Sequence[Inline]], model: SymbolicModel, kind: str
) -> nodes.raw:
    kept = [k for k in range(len(heads)) if any(row[k] != ("",) for row in rows)]
    table = Table(tuple(heads[k] for k in kept), tuple(tuple(row[k] for k in kept) for row in rows))
    return _raw(f'<div class="told told-{kind}">{as_html([table], model.typeset)}</div>')


def _figure(picture: Picture) -> nodes.raw:
    """Return a picture that shrinks with the page as far as it can be read, and opens alone."""
    place, least = f"../{picture.place}", round(_SHRINK * picture.width)
    return _raw(
        f'<figure class="model-picture"><a href="{place}"><img src="{place}" loading="lazy" '
        f'width="{picture.width}" height="{picture.height}" style="min-width:{least}px" '
        f'alt="{escape(picture.words)}"></a></figure>'
    )


def _command(*lines: str) -> Iterable[nodes.Node]:
    text = "\n".join(f"$ {line}" for line in lines)
    yield nodes.literal_block(text, text, language="console")


def _folded(title: str) -> Iterable[nodes.Node]:
    yield _raw(f"<details><summary>{escape(title)}</summary>")


def _to_page(name: str, shown: nodes.Node) -> nodes.Node:
    return addnodes.pending_xref(
        "",
        shown,
        refdomain="std",
        reftype="doc",
        reftarget=f"/models/{name}",
        refexplicit=True,
        refwarn=True,
    )


# ---- texts ---------------------------------------------------------------------------------
def _parts(sheet: Document) -> dict[str, list[Block]]:
    """Return the blocks of a document by the heading above them."""
    found: dict[str, list[Block]] = {}
    below: list[Block] = []
    for block in sheet.blocks:
        if isinstance(block, Heading):
            below = found.setdefault(block.text, [])
        else:
            below.append(block)
    return found


def _where(r: KnownResult) -> Inline:
    """Say where a result holds: under conditions, in a scenario, at values, or at the defaults."""
    if r.exists is not None:
        return ("Where ", *conjunction(r.exists, "")) if r.exists else ("Everywhere",)
    told = [f"in the scenario {r.scenario}"] if r.scenario else []
    told += [f"with {', '.join(f'{name} = {value}' for name, value in r.values.items())}"] * bool(
        r.values
    )
    where = " ".join(told) or "at the defaults"
    return (where[:1].upper() + where[1:],)


def _scenario(s: Scenario) -> nodes.definition_list_item:
    told = [f"Values: {', '.join(f'{name} = {value}' for name, value in s.values.items())}."]
    told += [f"Source: {s.source}"] if s.source else []
    term = nodes.term("", s.title, nodes.Text(" " if s.title else ""), nodes.literal("", s.name))
    body = nodes.definition()
    body += _prose(s.story) if s.story else []
    body += nodes.paragraph("", " ".join(told), classes=["told-source"])
    return nodes.definition_list_item("", term, body)


def _parameter(p: Parameter) -> Sequence[Inline]:
    value: Inline = ("none",) if p.default is None else (both(p.default),)
    if p.formula is not None:
        value = ("= ", p.formula)
    whose = f" (controlled by {p.controlled_by})" if p.controlled_by else ""
    range_and_unit = ", ".join(filter(None, (p.range_text, p.unit)))
    return ((p.name,), (p.title + whose,), value, (range_and_unit,), (p.source,))


def link_names(app: Sphinx, document: nodes.document) -> None:
    """Make the name of a model, where a page has it as code, a link to the model's page."""
    names = {entry.name for entry in listed_models()}
    for literal in list(document.findall(nodes.literal)):
        name = literal.astext()
        linked = isinstance(literal.parent, nodes.reference | addnodes.pending_xref | nodes.title)
        if name in names and not linked:
            literal.replace_self(_to_page(name, literal.deepcopy()))


def setup(app: Sphinx) -> dict[str, Any]:
    """Teach Sphinx to read model files."""
    app.add_config_value("site_models", [], "env", list)
    app.add_config_value("site_extra", "", "", str)
    # The digest of the package and of this code: others answer anew.
    app.add_config_value("site_code", "", "env", str)
    app.add_source_suffix(".yaml", "crisis-model")
    app.add_source_parser(ModelParser)
    app.connect("doctree-read", link_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
