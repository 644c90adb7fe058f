"""The documentation site: what it is made of, what a page does with what a file says, a build."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT
from docutils.core import publish_from_doctree
from docutils.utils import new_document

import deterrence
from deterrence import list_models, load_model, read_model

SITE = ROOT / "docs" / "site"
FOLDERS = [str(SITE), str(SITE / "_ext")]
#: Public names that are no classes or functions.
PLAIN = {"Value", "__version__"}


@pytest.fixture(autouse=True)
def on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in FOLDERS:
        monkeypatch.syspath_prepend(folder)


def test_every_model_and_every_page_is_on_the_site() -> None:
    import build

    places = set(build.sources().values())
    assert {f"models/{entry.name}.yaml" for entry in list_models()} <= places
    pages = [path for path in (ROOT / "docs").rglob("*.md") if path.parent != SITE]
    assert {p.relative_to(ROOT / "docs").as_posix() for p in pages} - {"README.md"} <= places
    assert {"index.md", "models.md", "api.rst", "CHANGELOG.md"} <= places


def test_links_lead_to_where_things_stand_on_the_site(tmp_path: Path) -> None:
    import build

    page = tmp_path / "docs" / "how-to" / "a.md"
    other, model = tmp_path / "docs" / "b.md", tmp_path / "models" / "m.yaml"
    for path in (page, other, model):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("here", encoding="utf-8")
    page.write_text(
        "[b](../b.md#there), [m][m], [no](nowhere.md), [out](https://a.example/b.md)\n"
        "[m]: ../../models/m.yaml\n",
        encoding="utf-8",
    )
    build.stage(tmp_path / "site", {page: "how-to/a.md", other: "b.md", model: "models/m.yaml"})
    staged = (tmp_path / "site" / "how-to" / "a.md").read_text("utf-8")
    assert "](../b.md#there)" in staged
    assert "[m]: ../models/m.yaml" in staged
    assert "](nowhere.md)" in staged
    assert "](https://a.example/b.md)" in staged


def test_a_page_that_no_section_lists_stands_at_its_end(tmp_path: Path) -> None:
    import build

    listing = tmp_path / "how-to.md"
    listing.write_text("# How\n\n:::{toctree}\nhow-to/a\n:::\n", encoding="utf-8")
    pages = {tmp_path / name: f"how-to/{name}" for name in ("a.md", "b.md")}
    for page in pages:
        page.write_text("# Page\n", encoding="utf-8")
    build.stage(tmp_path / "site", pages | {listing: "how-to.md"})
    staged = (tmp_path / "site" / "how-to.md").read_text("utf-8")
    assert staged.count("how-to/a\n") == staged.count("how-to/b\n") == 1
    assert staged.index(":caption: More") < staged.index("how-to/b")


def test_the_reference_has_every_public_name_once() -> None:
    listed = re.findall(r"^   (\w+)$", (SITE / "api.rst").read_text("utf-8"), re.MULTILINE)
    public = {*deterrence.__all__} - PLAIN
    assert not public - {*listed}, "public names that docs/site/api.rst does not list"
    assert not {*listed} - public, "docs/site/api.rst lists what is not public"
    assert len(listed) == len(public)


# ---- a page --------------------------------------------------------------------------------
EVIL = """<script>alert(1)</script> <img src=x onerror=alert(2)> `a <javascript:alert(3)>`_ $x$"""
HOSTILE = f"""
title: '{EVIL}'
form: strategic
summary: '{EVIL}'
insight: '{EVIL}'
source: '{EVIL}'
players: {{A: '{EVIL}', B: Other}}
actions: {{A: {{wait: '{EVIL}', go: Go}}, B: {{wait: Wait, go: Go}}}}
parameters:
  g: {{title: '{EVIL}', default: 2, bounds: [1, 3], unit: '{EVIL}', source: '{EVIL}'}}
  k: {{title: cost, default: 2, bounds: [1, 3]}}
assumptions: [g > 0, k > 0]
outcomes:
  peace: {{title: '{EVIL}', payoffs: {{A: 0, B: 0}}}}
  war: {{title: War, payoffs: {{A: -k, B: -k}}}}
  a: {{title: A, payoffs: {{A: g, B: -1}}}}
  b: {{title: B, payoffs: {{A: -1, B: g}}}}
game:
  wait: {{wait: peace, go: b}}
  go: {{wait: a, go: war}}
measures: {{war: {{title: '{EVIL}', outcomes: [war], sense: avoid}}}}
regimes: [{{name: '{EVIL}', when: [k > 1], description: '{EVIL}'}}]
scenarios: {{one: {{title: '{EVIL}', story: '{EVIL}', values: {{g: 3}}, source: '{EVIL}'}}}}
known_results: [{{title: '{EVIL}', source: '{EVIL}', equilibria: [{{A: go, B: wait}}]}}]
exercises: [{{question: '{EVIL}', answer: '{EVIL}', statement: war == 0, holds: some}}]
"""


def page_of(model: Any, folder: Path, *, whole: bool) -> str:
    from model_pages import _Page

    document = new_document("page")
    document += _Page(model, folder).section(whole=whole)
    html: bytes = publish_from_doctree(document, writer="html5")
    return html.decode().partition("<body")[2]


def test_what_a_hostile_file_says_is_shown_and_nothing_else(tmp_path: Path) -> None:
    html = page_of(read_model(HOSTILE, "hostile"), tmp_path, whole=True)
    assert html.count("&lt;script&gt;alert(1)") > 10
    assert not re.search(r"<script|<img src=x|href=.javascript", html)
    for picture in tmp_path.rglob("*.svg"):
        assert not re.search(r"<script|<img", picture.read_text("utf-8"))


def test_a_page_has_what_its_file_says(tmp_path: Path) -> None:
    model = load_model("deadlock").replace(see_also=())
    html = page_of(model, tmp_path, whole=True)
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html)).replace("&#x27;", "'")
    for title in ("The game", "Results and conditions", "Known results", "Exercises", "The file"):
        assert f">{title}</" in html
    for known in model.known_results:
        assert known.title in plain
    for exercise in model.exercises:
        assert exercise.question in plain
    assert all(p.source in plain for p in model.parameters.values())
    assert "deterrence models copy deadlock" in plain
    assert f'href="{model.name}.yaml"' in html
    assert html.count("<details>") == html.count("</details>") > len(model.exercises)
    assert (tmp_path / "pictures" / "deadlock-small.svg").stat().st_size < 4000


def test_a_page_of_options_that_are_no_table_says_what_is_stable(tmp_path: Path) -> None:
    model = load_model("elmira").replace(see_also=())
    html = page_of(model, tmp_path, whole=True)
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html)).replace("&#x27;", "'")
    assert ">Which states are stable</" in html
    assert "Results and conditions" not in html
    found = model.stability()  # type: ignore[attr-defined]
    assert f"#{found.focus[0]} {found.state(found.focus[0]).title}" in plain
    for name, most in (("elmira-moves", 60_000), ("elmira-small", 4_000)):
        assert (tmp_path / "pictures" / f"{name}.svg").stat().st_size < most


def test_a_page_that_is_not_whole_takes_no_time(tmp_path: Path) -> None:
    html = page_of(load_model("escalation-ladder").replace(see_also=()), tmp_path, whole=False)
    assert "Results and conditions" not in html
    assert ">Parameters</" in html


def test_a_page_of_a_large_matrix_says_why_it_has_no_map(tmp_path: Path) -> None:
    from model_answers import answer_of

    answer = answer_of(load_model("escalation-ladder"))
    assert answer.analysis is None
    assert "too many actions" in answer.reason


# ---- the check, and a build ----------------------------------------------------------------
def test_the_check_finds_what_is_wrong(tmp_path: Path) -> None:
    from check import check

    (tmp_path / "b.html").write_text('<p id="here">x</p>', encoding="utf-8")
    good = '<a href="b.html#here">b</a> <a href="https://a.example/x">out</a> <a href="#top">'
    (tmp_path / "a.html").write_text(f'<main id="top">{good}</main>', encoding="utf-8")
    assert check(tmp_path) == ([], ["https://a.example/x"])
    faults = {
        '<a href="c.html">': "leads nowhere",
        '<a href="b.html#there">': "leads nowhere",
        "<img src='gone.svg'>": "leads nowhere",
        '<script src="https://a.example/x.js"></script>': "fetched from outside",
        '<img src="//a.example/x.png">': "fetched from outside",
        '<link rel="stylesheet" href="https://a.example/x.css">': "fetched from outside",
        f"<p>{'x' * 500_000}</p>": "more than 500,000",
    }
    for html, told in faults.items():
        (tmp_path / "a.html").write_text(html, encoding="utf-8")
        found, _ = check(tmp_path)
        assert len(found) == 1, html[:80]
        assert told in found[0]
    (tmp_path / "a.html").write_text(good, encoding="utf-8")
    (tmp_path / "a.css").write_text('@import "https://a.example/x.css";', encoding="utf-8")
    assert "fetched from outside" in check(tmp_path)[0][-1]


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """Three models are analysed; ``build.py`` checks links, sizes and addresses itself."""
    asked = ["tripwire", "chicken", "deadlock"]
    env = os.environ | {"SITE_MODELS": ",".join(asked), "SITE_BUILD": str(tmp_path)}
    command = [sys.executable, str(SITE / "build.py")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    html = tmp_path / "html"
    gallery = (html / "models.html").read_text("utf-8")
    for entry in list_models():
        assert (html / "models" / f"{entry.name}.yaml").exists()
        page = (html / "models" / f"{entry.name}.html").read_text("utf-8")
        assert ("Results and conditions" in page) == (entry.name in asked)
        assert gallery.count(f'data-name="{entry.name}"') == 1
    assert "models/tripwire" in (html / "searchindex.js").read_text("utf-8")
    assert "Install" in (html / "index.html").read_text("utf-8")
