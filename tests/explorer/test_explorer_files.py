"""The page as a file: one request, nothing foreign, hostile texts harmless, and its modules."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from deterrence import Model, load_model
from deterrence.errors import DeterrenceError
from deterrence.explorer.explorer import Explorer
from deterrence.explorer.export import LOADER, PAGE, WIDGET, joined, page_html, unpacked, web
from deterrence.explorer.page_data import page_data

HOSTILE = r"""
title: '</script><script>alert(1)</script> {{data}} ]]> " onload="x" <!-- אבג'
summary: '</main><img src=x onerror=alert(2)> {{script}}'
form: strategic
players: {A: '<b onclick="x">A</b>', B: 'B " quoted'}
actions:
  A: {x: '<svg/onload=alert(3)>', y: '\u003cscript>'}
  B: [x, y]
parameters:
  c: {title: '</style><script>alert(4)', default: 1, bounds: [0, 2], source: 'data:x'}
game: {x: {x: [1, 1], y: [0, c]}, y: {x: [c, 0], y: [2, 1]}}
scenarios:
  one: {title: '</title><script>alert(5)</script>', values: {c: 2}}
"""


@pytest.fixture(scope="module")
def hostile() -> str:
    return page_html(page_data(Model.from_text(HOSTILE, "hostile")))


@pytest.fixture(scope="module")
def tripwire() -> Explorer:
    return load_model("tripwire").explorer()


class Tags(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)


def test_hostile_texts_become_text(hostile: str) -> None:
    seen = Tags(hostile)
    names = [tag for tag, _ in seen.tags]
    assert names.count("script") == 3
    assert names.count("style") == 1
    assert not {"img", "svg", "iframe", "object", "embed", "link", "base", "form"} & {*names}
    for _, attributes in seen.tags:
        assert not [a for a in attributes if a.startswith("on") or a == "style"]
    assert "alert(1)" in " ".join(seen.texts["title"])
    assert "{{data}}" in " ".join(seen.texts["h1"])


def test_the_policy_names_the_only_scripts_and_style(hostile: str) -> None:
    policy = next(
        a["content"] or "" for t, a in Tags(hostile).tags if t == "meta" and "http-equiv" in a
    )
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag, kind in (('<script type="module">', "script"), ("<style>", "style")):
        text = hostile.split(tag)[-1].split(f"</{kind}>")[0]
        assert f"{kind}-src '{digest(text)}'" in policy
    assert policy.count("sha256-") == 3
    assert f" '{digest(joined(PAGE))}'" in policy


def digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def test_there_is_no_address_in_the_file(hostile: str, tripwire: Explorer) -> None:
    for page in (hostile, tripwire.html):
        assert "://" not in page
        assert not any({"src", "href", "srcset"} & {*a} for _, a in Tags(page).tags)


def test_the_data_come_back(tripwire: Explorer) -> None:
    text = re.search(r'data-encoding="deflate">([^<]*)<', tripwire.html)
    assert text is not None
    assert unpacked(text[1]) == tripwire.data


def test_without_a_script_the_brief_is_told(tripwire: Explorer) -> None:
    body = tripwire.html.partition("<main")[2].partition("</main>")[0]
    for told in ("A tripwire", "one result is possible: Status quo (#1). [exact]", "The point"):
        assert told in body


def test_no_text_turns_the_direction_of_writing(tripwire: Explorer) -> None:
    data = {**tripwire.data, "warnings": ["a \u202e b \u2067 c"]}
    page = page_html(data)
    assert unpacked(page.split('data-encoding="deflate">')[1].split("<")[0])["warnings"] == [
        "a  b  c"
    ]


# ---- modules -------------------------------------------------------------------------------
@pytest.mark.parametrize("entry", [PAGE, WIDGET, LOADER])
def test_names_are_unique_over_all_modules(entry: str) -> None:
    declared = re.compile(
        r"^(?:export )?(?:async )?(?:function\*?|const|let|class) ([A-Za-z_$][\w$]*)", re.M
    )
    names = [n for name in modules(entry) for n in declared.findall(web(name))]
    assert len(names) == len({*names}), sorted(n for n in names if names.count(n) > 1)


def modules(entry: str) -> list[str]:
    found = [entry]
    for name in found:
        found += [n for n in re.findall(r'from "\./([^"]+)";', web(name)) if n not in found]
    return found


@pytest.mark.parametrize("entry", [PAGE, WIDGET, LOADER])
def test_joined_modules_import_nothing(entry: str) -> None:
    whole = joined(entry)
    assert not re.search(r"^\s*import\b", whole, re.M)
    exported = re.findall(r"^export .*", whole, re.M)
    assert exported == ([] if entry != WIDGET else ["export default { render };"])
    assert "eval(" not in whole
    assert "new Function" not in whole


# ---- notebooks and files -------------------------------------------------------------------
def test_a_notebook_shows_the_page_in_a_frame_of_its_own(tripwire: Explorer) -> None:
    (frame,) = Tags(tripwire._repr_html_()).tags
    assert frame[0] == "iframe"
    assert frame[1]["sandbox"] == "allow-scripts"
    assert frame[1]["srcdoc"] == tripwire.html


def test_a_folder_is_no_file(tripwire: Explorer, tmp_path: object) -> None:
    with pytest.raises(DeterrenceError, match="cannot be written"):
        tripwire.save(str(tmp_path))


def test_the_widget_holds_modules_and_data(tripwire: Explorer) -> None:
    pytest.importorskip("anywidget")
    widget = tripwire.widget()
    assert unpacked(widget.data) == tripwire.data
    assert "render" in str(widget._esm)


def test_without_anywidget_the_remedy_is_told(
    tripwire: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(DeterrenceError, match="needs anywidget") as caught:
        tripwire.widget()
    assert "deterrence[widget]" in caught.value.remedy
