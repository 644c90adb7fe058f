"""The page on European and Eurasian security and the models of its collection."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_library import LOADED

from deterrence.modelfile.catalogue import list_models
from deterrence.modelfile.themes import THEMES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "explanation"
PAGE = (FOLDER / "eurasia.md").read_text("utf-8")
PROSE = re.sub(r"^```.*?^```", "", PAGE, flags=re.MULTILINE | re.DOTALL)
TARGETS = dict(re.findall(r"^\[([\w-]+)\]: (\S+)$", PROSE, re.MULTILINE))
ROWS = {
    theme: set(re.findall(r"\[([\w-]+)\]", models))
    for theme, models in re.findall(r"^\| (S\d+) \| (.*) \|$", PROSE, re.MULTILINE)
}
MODELS = list_models()
FILES = "".join(path.read_text("utf-8") for path in sorted((ROOT / "models").glob("*.yaml")))
OTHER = {"russia": "nato", "nato": "russia", "west": "east", "east": "west"}
STEPS = [theme for theme in THEMES if re.fullmatch(r"S\d+", theme)]


def test_the_collection_is_what_serves_a_step() -> None:
    serving = {m.name for m in MODELS if set(m.themes) & set(STEPS)}
    assert {m.name for m in MODELS if "eurasia" in m.collections} == serving


@pytest.mark.parametrize("step", STEPS)
def test_every_step_stands_on_the_page_once(step: str) -> None:
    assert len(re.findall(rf"^\*\*{step}: [^*]+\.\*\*", PROSE, re.MULTILINE)) == 1


@pytest.mark.parametrize("step", STEPS)
def test_the_models_of_a_step_are_linked_in_its_row(step: str) -> None:
    assert ROWS[step] == {m.name for m in MODELS if step in m.themes}


def test_every_model_named_is_linked_to_its_file() -> None:
    named = set(re.findall(r"\[([\w-]+)\](?![(:])", PROSE))
    assert named == TARGETS.keys()
    assert named >= {m.name for m in MODELS if "eurasia" in m.collections}
    for name, target in TARGETS.items():
        assert (FOLDER / target).resolve() == ROOT / "models" / f"{name}.yaml"
        assert (FOLDER / target).is_file()


def test_steps_without_a_model_are_owned_up_to() -> None:
    without = [step for step in STEPS if not any(step in m.themes for m in MODELS)]
    assert f"Five steps ({', '.join(without)}) have no model" in " ".join(PROSE.split())
    assert len(without) == 5


def test_the_page_runs_every_scenario_with_its_mirror() -> None:
    named = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', PAGE))
    mirrored = {n: "-".join(OTHER.get(word, word) for word in n.split("-")) for n in named}
    pairs = {n: m for n, m in mirrored.items() if m != n and f"  {m}:" in FILES}
    assert len(pairs) >= 8
    assert pairs.keys() == set(pairs.values())


def test_no_word_on_the_page_takes_a_side() -> None:
    assert not LOADED.findall(PAGE)
