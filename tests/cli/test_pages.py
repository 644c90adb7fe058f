"""Web pages and LaTeX of every verb: one frame, whole, still, safe; fragments that compile."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import click
import pytest
from brink import BRINK
from click.testing import Result

from deterrence.cli.program import program
from deterrence.words.markup import html_page

Run = Callable[..., Result]
#: What a verb needs beside the game.
MORE = {
    "sweep": ("-p", "{p}=0:1:3"),
    "sensitivity": ("--method", "tornado", "--measure", "war"),
    "robustness": ("--conclusion", "war == 0"),
    "compare": ("--scenarios",),
    "levers": ("--player", "{player}", "--conclusion", "war == 0"),
}
#: Elements without an end.
#: Verbs that refuse game trees.
NO_TREES = ("stability",)
VOID = {"meta", "br", "hr", "img", "link", "input", "wbr"}


def told_verbs(form: str) -> list[str]:
    """Return the verbs whose results tell themselves in a format."""
    found = []
    context = click.Context(program)
    for name in program.list_commands(context):
        command = program.get_command(context, name)
        assert command is not None
        for verb, one in [(name, command), *_below(name, command)]:
            options = {p.name: p for p in one.params}
            if "standalone" in options and form in getattr(options["form"].type, "choices", ()):
                found.append(verb)
    return [verb for verb in found if verb != "verify"]  # which takes what we wrote, not a game


def _below(name: str, command: click.Command) -> list[tuple[str, click.Command]]:
    below = command.commands if isinstance(command, click.Group) else {}
    return [(f"{name} {n}", c) for n, c in below.items()]


def asked(verb: str, game: str, parameter: str, player: str) -> list[str]:
    more = [text.format(p=parameter, player=player) for text in MORE.get(verb, ())]
    return [*verb.split(), game, *more]


class Parsed(HTMLParser):
    """What a page has: landmarks, headings, names of places, links, requests; all tags closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.requests: list[str] = []
        self.language = ""
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open, f"not closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self._open += [] if tag in VOID else [tag]
        self.ids += [given["id"]] if "id" in given else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.language = given.get("lang", self.language)
        for name, value in given.items():
            if name in ("href", "xlink:href"):
                self.links.append(value)
            elif name in ("src", "srcset", "data", "action", "poster", "background"):
                self.requests.append(value)
            self.requests += re.findall(r"url\((?!#)[^)]*\)|@import", value)
            assert not name.startswith("on"), f"{tag} {name}"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.requests += re.findall(r"url\([^)]*\)|@import", data)
        self.text += data


def check(page: str) -> Parsed:
    """Hold a page against what every page has."""
    assert page.startswith("<!doctype html>\n<html lang=")
    assert "default-src 'none'" in page
    found = Parsed(page)
    assert found.language == "en"
    assert [found.tags.count(tag) for tag in ("main", "h1", "title", "footer")] == [1, 1, 1, 1]
    assert len(set(found.ids)) == len(found.ids)
    assert not re.search(r"<th[^>]*>\s*(<math.*?</math>\s*)?</th>", page)
    assert {"script", "img", "iframe", "link", "object"}.isdisjoint(found.tags)
    assert not found.requests
    assert all(link.startswith("#") and link[1:] in found.ids for link in found.links)
    assert found.links[0] == "#main"
    assert found.headings[0] == 1
    for above, below in zip(found.headings, found.headings[1:], strict=False):
        assert below <= above + 1
    assert ("nav" in found.tags) == (found.headings.count(2) >= 4)
    return found


@pytest.mark.parametrize("verb", told_verbs("html"))
@pytest.mark.parametrize("game", [(BRINK, "rho", "NATO"), ("brinkmanship", "r_0", "Defender")])
def test_a_page_of_every_verb_is_whole_and_still(
    run: Run, verb: str, game: tuple[str, str, str]
) -> None:
    if game[0] == "brinkmanship" and verb in ("robustness", "levers", "sensitivity", "compare"):
        pytest.skip("its measures have other names, and it has no scenarios")
    if game[0] == "brinkmanship" and verb in NO_TREES:
        pytest.skip("it takes no game trees")
    result = run(*asked(verb, *game), "--format", "html")
    assert result.exit_code in (0, 4), result.stderr
    found = check(result.stdout)
    if verb == "compare":  # of several games, which have no one picture
        return
    assert "svg" in found.tags
    assert "The point" in found.text


def test_a_page_tells_story_picture_and_symbols_once(run: Run) -> None:
    page = run("show", BRINK, "--format", "html").stdout
    for heading in ("The story", "The game"):
        assert page.count(f">{heading}</h2>") == 1
    assert page.count("Two unequal poles face each other") == 1
    # The values have a table of their own; the page of `brief` explains what it names.
    assert "What the symbols mean" not in page
    page = run("brief", BRINK, "--format", "html").stdout
    assert page.count("Two unequal poles face each other") == 1
    assert page.count("What the symbols mean") == 1
    assert "nuclear damage to Russia" in page
    # What an answer explains itself is not explained again.
    page = run("regimes", "unilateral-deterrence", "--full", "--format", "html").stdout
    assert page.count(">What the symbols mean</h2>") == 1


def test_the_picture_shows_the_values_of_the_answer(run: Run) -> None:
    name, at = BRINK, ("--set", "l_R=15", "--format", "html")
    for verb in ("show", "brief"):
        assert "Payoffs at the usual values." in run(verb, name, *at[2:]).stdout
        page = run(verb, name, *at).stdout
        assert "Payoffs with l_R = 15, all else as usual." in page
        label = re.search(r'<figure[^>]* aria-label="([^"]*)"', page)
        assert label is not None
        assert "Russia: escalate; NATO: restrain" in label[1]
        assert "restrain, NATO escalate" not in label[1]


def test_without_matplotlib_the_game_is_a_table_or_lines(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    for name, tag in (("chicken", "table"), ("brinkmanship", "pre")):
        found = check(run("models", "show", name, "--format", "html").stdout)
        assert "svg" not in found.tags
        assert tag in found.tags


def test_games_of_files_have_pages_too(run: Run, tmp_path: Path) -> None:
    for form in ("nfg", "efg"):
        file = tmp_path / f"game.{form}"
        name = "chicken" if form == "nfg" else "brinkmanship"
        file.write_text(run("show", name, "--format", form).stdout, encoding="utf-8")
        assert "svg" in check(run("show", str(file), "--format", "html").stdout).tags


EVIL = '"><script>alert(1)</script><img src=http://x.y onerror=z> ]]> </main> \\input{z}'
HOSTILE = f"""
title: '{EVIL}'
form: strategic
summary: '{EVIL} url(http://x.y)'
insight: '{EVIL}'
source: '{EVIL}'
players: {{A: '{EVIL}', B: Other}}
actions: {{A: {{wait: '{EVIL}', go: Go}}, B: {{wait: Wait, go: Go}}}}
parameters:
  main: {{title: '{EVIL}', default: 1, bounds: [0, 4], unit: '{EVIL}', source: '{EVIL}',
    controlled_by: A}}
outcomes:
  peace: {{title: '{EVIL}', description: '{EVIL}', payoffs: {{A: 0, B: 0}}}}
  war: {{title: War, payoffs: {{A: main, B: -main}}}}
game:
  wait: {{wait: peace, go: war}}
  go: {{wait: war, go: peace}}
measures:
  war: {{title: '{EVIL}', outcomes: [war], sense: avoid}}
scenarios:
  other: {{title: '{EVIL}', story: '{EVIL}', values: {{main: 2}}}}
"""


@pytest.mark.parametrize("verb", told_verbs("html"))
def test_hostile_titles_stay_text(run: Run, tmp_path: Path, verb: str) -> None:
    file = tmp_path / "evil.yaml"
    file.write_text(HOSTILE, encoding="utf-8")
    result = run(*asked(verb, str(file), "main", "A"), "--format", "html")
    assert result.exit_code in (0, 4), result.stderr
    assert "<script>alert(1)</script>" in check(result.stdout).text


def test_headings_make_places_and_a_list_of_contents() -> None:
    few = html_page("A title", "<h2 id='a'>One</h2>", [("a", "One")])
    assert "<nav" not in few
    assert "<h1>A title</h1>" in few
    many = html_page("T", "<h1>T</h1><p>x</p>", [(c, f"<{c}>") for c in "abcd"])
    assert many.index("</h1>") < many.index("<nav") < many.index("<p>x")
    assert '<a href="#c">&lt;c&gt;</a>' in many


PREAMBLE = "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{istgame}\n"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex here")
@pytest.mark.parametrize("verb", told_verbs("latex"))
def test_the_fragment_of_every_verb_compiles_inside_a_document(
    run: Run, tmp_path: Path, verb: str
) -> None:
    evil = tmp_path / "evil.yaml"
    evil.write_text(HOSTILE, encoding="utf-8")
    games = [(BRINK, "rho", "NATO"), (str(evil), "main", "A")]
    if verb not in ("robustness", "levers", "sensitivity", "compare", *NO_TREES):
        games.append(("brinkmanship", "r_0", "Defender"))
    parts = []
    for game in games:
        result = run(*asked(verb, *game), "--format", "latex")
        assert result.exit_code in (0, 4), result.stderr
        assert "\\documentclass" not in result.stdout
        parts.append(result.stdout)
    whole = run(*asked(verb, *games[-1]), "--format", "latex", "--standalone").stdout
    body = "\n\n\\clearpage\n".join(parts)
    compiled(tmp_path, f"{PREAMBLE}\\begin{{document}}\n{body}\n\\end{{document}}\n")
    compiled(tmp_path, whole)


def compiled(folder: Path, text: str) -> None:
    (folder / "page.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout.decode("latin-1")[-2000:]
