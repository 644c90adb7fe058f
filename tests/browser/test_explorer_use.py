"""The explorer's page in use: by keyboard, by link, on paper, without scripts, in a notebook."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import PHONE, Opener, Visit
from click.testing import CliRunner
from explored import field, go_to, labels, ranges, settled, slider, verdict

from deterrence import load_model
from deterrence.explorer.explorer import Explorer

NAME = "chicken"
HOSTILE = Path(__file__).parents[1] / "cases" / "hostile-texts.yaml"
Pages = Callable[[str], Path]
Explorers = Callable[[str], Explorer]
#: Every place that can be reached, in the order of the page; of a choice the one that is chosen.
_PLACES = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter(e => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true}))
  .filter(e => e.type !== "radio" || e.checked).map(described)"""
_DESCRIBED = """() => { window.described = e =>
  `${e.localName} ${e.type || ""} ${e.dataset.name || e.id || e.textContent.slice(0, 30)}` }"""
#: What moves, or would.
_MOTION = """() => [...document.querySelectorAll("*")].filter(e => {
  const s = getComputedStyle(e)
  return [s.transitionDuration, s.animationDuration].join().split(",").some(t => parseFloat(t) > 0)
}).map(e => `${e.localName}.${e.className}`)"""


@pytest.fixture
def seen(visit: Opener, page_of: Pages) -> Visit:
    opened = visit(page_of(NAME))
    settled(opened)
    return opened


def test_the_tabulator_reaches_all_in_order_and_shows_where_it_is(seen: Visit) -> None:
    seen.page.evaluate(_DESCRIBED)
    expected = seen.page.evaluate(_PLACES)
    reached = []
    for _ in expected:
        seen.page.keyboard.press("Tab")
        told, outline, box = seen.page.evaluate(
            """() => {
              const e = document.activeElement, s = getComputedStyle(e)
              const r = e.getBoundingClientRect()
              return [described(e), s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 1,
                r.top < innerHeight && r.bottom > 0]
            }"""
        )
        assert outline, told
        assert box, f"{told} has the focus out of view"
        reached.append(told)
    assert reached == expected


def test_sliders_fields_and_the_point_by_keyboard(seen: Visit) -> None:
    key = seen.page.keyboard.press
    slider(seen, "T_A").focus()
    before = field(seen, "T_A").input_value()
    key("ArrowRight")
    seen.page.wait_for_function("before => location.hash.includes('T_A=')", arg=before)
    assert float(field(seen, "T_A").input_value()) > float(before)
    key("End")
    seen.page.wait_for_function("() => location.hash.includes('T_A=5')")
    assert field(seen, "T_A").input_value() == "5"
    assert slider(seen, "T_A").get_attribute("aria-valuetext").startswith("5")

    # Typed exactly, against an assumption, and not a number at all.
    typed = field(seen, "T_A")
    for text, fault in (("-1", "assumption"), ("many", "number"), ("7/3", "")):
        typed.fill(text)
        typed.press("Enter")
        says = seen.page.locator(f"#{typed.get_attribute('id')}-fault").inner_text()
        assert fault in says if fault else not says
        assert (typed.get_attribute("aria-invalid") is None) == (not fault)
    seen.page.wait_for_function("() => location.hash === '#T_A=7/3'")

    point = seen.page.locator("[data-part=map] .point")
    point.focus()
    place, told = seen.page.url, point.get_attribute("aria-label")
    key("ArrowRight")
    seen.page.wait_for_function("place => location.href !== place", arg=place)
    across = seen.page.url
    key("ArrowUp")
    seen.page.wait_for_function("place => location.href !== place", arg=across)
    settled(seen)
    assert point.get_attribute("aria-label") != told
    assert seen.page.evaluate("document.activeElement.className") == "point"


def test_a_finger_sets_the_point(visit: Opener, page_of: Pages) -> None:
    seen = visit(page_of(NAME), viewport=PHONE, has_touch=True)
    settled(seen)
    plane = seen.page.locator("[data-part=map] canvas")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    seen.page.touchscreen.tap(box["x"] + 0.8 * box["width"], box["y"] + 0.2 * box["height"])
    seen.page.wait_for_function("() => location.hash.length > 1")
    settled(seen)
    assert not seen.outside()


def test_the_verdict_is_said_aloud_once_the_hand_rests(seen: Visit) -> None:
    said = seen.page.locator("[data-part=verdict] [aria-live]")
    before = said.text_content()
    go_to(seen, {"T_A": "0", "T_B": "0"})
    seen.page.wait_for_timeout(900)
    assert said.text_content() not in ("", before)


def test_stability_follows_the_guesses(seen: Visit) -> None:
    part = seen.page.locator("[data-part=stability]")
    part.locator("> summary").press("Enter")
    says = part.locator("[data-part=stability-says]")
    assert "Status quo is stable for both by SMR, GMR, L3, and NM" in says.inner_text()
    rows = part.locator("tbody tr")
    assert rows.nth(1).locator("td").all_inner_texts() == ["E"] * 5 + ["B"] * 3
    # Where restraint is worth more than to prevail, nobody has a reason to leave it.
    field(seen, "T_A").fill("0")
    field(seen, "T_A").press("Enter")
    field(seen, "R_A").fill("1")
    field(seen, "R_A").press("Enter")
    settled(seen)
    assert "A" in rows.nth(0).locator("td").first.inner_text()
    part.locator("select").select_option("1")
    assert says.inner_text().startswith("A yields")


def test_the_quiz_by_keyboard_and_the_same_for_a_class(seen: Visit, visit: Opener) -> None:
    key = seen.page.keyboard.press

    def question(one: Visit) -> str:
        told: str = one.page.locator("[data-part=quiz] fieldset").inner_text()
        return told

    go_to(seen, {".quiz": "17"})
    other = visit(f"{seen.address}#.quiz=17", viewport=PHONE)
    assert question(seen) == question(other)
    assert not other.outside()

    seen.page.locator("[data-part=quiz] input[type=radio]").first.focus()
    key("Space")
    key("Tab")
    key("Enter")
    told = seen.page.locator("[data-part=quiz]").inner_text()
    assert "1 so far" in told
    assert seen.page.locator("[data-part=quiz] [data-right]").count() == 1
    assert not seen.violations()


def test_a_link_and_a_command_lead_to_the_same_answer(seen: Visit, visit: Opener) -> None:
    seen.context.grant_permissions(["clipboard-read", "clipboard-write"])
    go_to(seen, {"T_A": "7/3", "P_B": "-2.5"})
    copied = []
    for what in ("Copy link", "Copy command"):
        seen.page.get_by_role("button", name=what).click()
        seen.page.wait_for_function(
            "() => document.querySelector('[role=status].toast').textContent"
        )
        copied.append(seen.page.evaluate("() => navigator.clipboard.readText()"))
    link, command = copied
    other = visit(link)
    settled(other)
    assert (verdict(other), labels(other)) == (verdict(seen), labels(seen))
    assert field(other, "T_A").input_value() == "7/3"

    from deterrence.cli.program import program

    program_name, *words = shlex.split(command)
    assert program_name == "deterrence"
    printed = CliRunner().invoke(program, words)
    assert printed.exit_code == 0, printed.output
    assert all(label in printed.stdout for label in labels(seen))
    solved = load_model(NAME).solve(T_A="7/3", P_B="-2.5")
    risks = [e.measures["war"] for e in solved]
    assert ranges(seen)["war"] == pytest.approx([float(min(risks)), float(max(risks))], abs=1e-4)


@pytest.mark.parametrize(
    "link",
    [
        "#T_A=1e999&R_A=NaN&S_A=--1&P_A=%3Cimg src=x onerror=alert(1)%3E&.colour=evil"
        "&.axes=__proto__,constructor&__proto__=5&constructor=1&toString=2"
        "&.at=%3Cscript%3Ealert(1)%3C/script%3E"
        "&.quiz=99999999999999999999&x=%E0%A4%A&=&&&#",
        f"#T_A={'9' * 5000}/{'7' * 5000}&" + "a=1&" * 20000,
        "#T_A=0&R_A=5",
    ],
    ids=["junk", "long", "against an assumption"],
)
def test_a_hostile_link_changes_nothing(visit: Opener, page_of: Pages, link: str) -> None:
    seen = visit(page_of(NAME).resolve().as_uri() + link)
    settled(seen)
    assert labels(seen) == ["#2", "#3", "#9"]
    assert field(seen, "T_A").input_value() == "1"


def test_on_paper(seen: Visit) -> None:
    seen.page.emulate_media(media="print")
    seen.page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert seen.page.locator("details.part:not([open])").count() == 0
    assert not seen.page.locator("nav").is_visible()
    assert seen.page.locator("[data-part=verdict]").is_visible()
    pages = len(re.findall(rb"/Type\s*/Page\b", seen.page.pdf(format="A4")))
    assert 1 < pages <= 12


def test_without_scripts(visit: Opener, page_of: Pages) -> None:
    seen = visit(page_of(NAME), java_script_enabled=False, viewport=PHONE)
    text = seen.page.locator("body").inner_text()
    model = load_model(NAME)
    assert model.title in text
    assert "deterrence" in text
    assert any(outcome.title in text for outcome in model.outcomes.values())
    assert "script" in text.lower()  # what is missing, and why
    assert not seen.outside()


def test_nothing_moves_for_those_who_ask_for_that(visit: Opener, page_of: Pages) -> None:
    seen = visit(page_of(NAME), reduced_motion="reduce")
    settled(seen)
    assert seen.page.evaluate(_MOTION) == []
    assert seen.page.evaluate(
        "() => getComputedStyle(document.documentElement).scrollBehavior"
    ) in (
        "auto",
        "",
    )


def test_a_page_names_no_address_and_needs_no_other_file(page_of: Pages) -> None:
    from deterrence.explorer.export import joined, stylesheet

    whole = page_of(NAME).read_text(encoding="utf-8")
    for text in (whole, joined("page.mjs"), stylesheet()):
        assert not re.search(r"(?i)\b(?:https?|wss?|ftp):|@import|importScripts|\bfetch\(", text)
    assert not re.search(r"(?i)<(?:link|iframe|object|embed|base|form)\b", whole)


# ---- hostile texts ------------------------------------------------------------------------------
#: A text that is against a page in every way that the loader would refuse.
WORSE = "</script><img src=x onerror=alert(1)>\u202edecalpsid " + "w" * 300


def worse(data: Any) -> Any:
    """Return data with every title, story and source replaced by a hostile text."""
    if isinstance(data, dict):
        shown = ("title", "summary", "insight", "source", "story", "description", "unit", "note")
        return {k: WORSE if k in shown and v else worse(v) for k, v in data.items()}
    return [worse(x) for x in data] if isinstance(data, list) else data


@pytest.mark.parametrize("kind", ["file", "data"])
def test_hostile_texts_are_texts(
    visit: Opener, page_of: Pages, explorer_of: Explorers, tmp_path: Path, kind: str
) -> None:
    page = page_of(str(HOSTILE))
    if kind == "data":
        from deterrence.explorer.export import page_html

        page = tmp_path / "page.html"
        page.write_text(page_html(worse(explorer_of(NAME).data)), encoding="utf-8")
    seen = visit(page)
    settled(seen)
    seen.page.evaluate("() => { for (const d of document.querySelectorAll('details')) d.open = 1 }")
    heading = seen.page.locator("h1").inner_text()
    assert heading.startswith("</script><img src=x onerror=alert(1)>")
    assert "\u202e" not in seen.page.locator("body").inner_text()
    assert seen.page.locator("img, iframe, script[src], [onerror], [onfocus]").count() == 0
    # Data, code, what unpacks it, and the code where it has been put.
    assert seen.page.locator("script").count() == 4
    for s in seen.page.locator("input[type=range]:not(:disabled)").all():
        s.press("ArrowRight")
    settled(seen)
    assert not seen.violations()
    seen.page.set_viewport_size(PHONE)
    settled(seen)
    assert not seen.outside()
    still = visit(page, java_script_enabled=False, viewport=PHONE)
    assert not still.outside()


# ---- notebooks ----------------------------------------------------------------------------------
def notebook(tmp_path: Path, body: str) -> Path:
    """Write a page of somebody else that an explorer is shown in."""
    page = tmp_path / "notebook.html"
    page.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Notebook</title>'
        f"<body><h1>Notebook</h1>{body}</body></html>",
        encoding="utf-8",
    )
    return page


def test_shown_in_a_notebook_it_is_shut_off(
    visit: Opener, explorer_of: Explorers, tmp_path: Path
) -> None:
    shown = explorer_of(NAME)._repr_html_()
    seen = visit(notebook(tmp_path, shown))
    frame = seen.page.frame_locator("iframe")
    frame.locator("#explorer[data-state=settled]").wait_for(timeout=30_000)
    assert "three things" in frame.locator("[data-part=verdict]").inner_text()
    assert "allow-same-origin" not in shown


def test_the_widget_in_a_page_of_somebody_else(
    visit: Opener, explorer_of: Explorers, tmp_path: Path
) -> None:
    """What anywidget does with it, done by hand: two on one page do not meet."""
    import json

    from deterrence.explorer.export import WIDGET, joined, packed, stylesheet

    data = packed(explorer_of(NAME).data)
    source = json.dumps(joined(WIDGET)).replace("</", "<\\/")
    script = f"""
      const source = {source}
      const address = URL.createObjectURL(new Blob([source], {{type: "text/javascript"}}))
      const widget = (await import(address)).default
      const model = {{get: () => "{data}", on() {{}}, off() {{}}}}
      for (const el of document.querySelectorAll(".output")) await widget.render({{model, el}})
    """
    two = '<div class="output"></div><div class="output"></div>'
    style = f"<style>{stylesheet()}</style>"
    body = f'{style}{two}<script type="module">{script}</script>'
    seen = visit(notebook(tmp_path, body))
    seen.page.wait_for_function(
        "() => document.querySelectorAll('[data-state=settled]').length === 2",
        timeout=30_000,
    )
    first, second = seen.page.locator("[data-part=verdict]").all()
    assert first.inner_text() == second.inner_text()
    slider(seen, "P_A").first.press("Home")
    seen.page.wait_for_timeout(300)
    assert field(seen, "P_A").first.input_value() != field(seen, "P_A").last.input_value()
    assert seen.page.url.endswith("notebook.html")
    assert not seen.violations("duplicate-id-aria")


def test_the_widget_itself(explorer_of: Explorers) -> None:
    pytest.importorskip("anywidget")
    widget = explorer_of(NAME).widget()
    assert widget._esm
    assert widget.data
