"""`deterrence explore`: where the page goes, what it opens at, and what cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from deterrence.explorer import page_data
from deterrence.explorer.export import unpacked
from deterrence.keeping import stamp as stamping
from deterrence.modelfile.catalogue import model_source

Run = Callable[..., Result]
NFG = 'NFG 1 R "Prisoners <b>" { "A" "B" } { 2 2 }\n3 3 4 0 0 4 1 1\n'
EFG = """EFG 2 R "entry" { "A" "B" }
""
p "" 1 1 "" { "out" "in" } 0
t "" 1 "quo" { 0, 2 }
p "" 2 1 "" { "fight" "yield" } 0
t "" 2 "war" { -1, -1 }
t "" 3 "" { 1, 0 }
"""
HIDDEN = """p "" 2 1 "" { "fight" "yield" } 0
t "" 4 "war too" { -2, -1 }
t "" 5 "" { 2, 0 }
"""


def data_of(page: str) -> dict[str, Any]:
    return unpacked(page.split('data-encoding="deflate">')[1].split("<")[0])


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_page_is_called_after_the_game_and_replaces_nothing(run: Run) -> None:
    first, second = run("explore", "tripwire"), run("explore", "tripwire")
    assert first.output.startswith("tripwire.html: ")
    assert second.output.startswith("tripwire-2.html: ")
    assert "kB" in first.output
    assert Path("tripwire.html").read_bytes() == Path("tripwire-2.html").read_bytes()
    again = run("explore", "tripwire", "--force")
    assert again.output.startswith("tripwire.html: ")


def test_a_page_opens_where_it_was_told(run: Run) -> None:
    result = run("explore", "tripwire", "--set", "r=1/20", "-o", "-")
    data = data_of(result.output)
    assert data["start"]["values"]["r"] == "1/20"
    assert data["game"] == ["tripwire"]
    assert "At the values given" in data["brief"]["answer"][0][0]


def test_no_folder_of_the_author_is_told(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "secret"
    folder.mkdir()
    (folder / "mine.yaml").write_bytes(model_source("tripwire"))
    page = run("explore", str(folder / "mine.yaml"), "-o", "-").output
    assert data_of(page)["game"] == ["mine.yaml"]
    assert "secret" not in page + str(data_of(page))


def test_an_existing_file_is_spared(run: Run) -> None:
    Path("page.html").write_text("mine")
    result = run("explore", "tripwire", "-o", "page.html")
    assert result.exit_code == 2
    assert "exists" in result.output
    assert Path("page.html").read_text() == "mine"


def test_unknown_scenarios_are_told(run: Run) -> None:
    result = run("explore", "chicken", "--scenario", "none")
    assert result.exit_code == 2
    assert "no such scenario" in result.output


def test_games_of_numbers_become_pages(run: Run) -> None:
    Path("pd.nfg").write_text(NFG)
    Path("entry.efg").write_text(EFG)
    matrix = data_of(run("explore", "pd.nfg", "-o", "-").output)
    assert matrix["solver"]["kind"] == "matrix"
    assert len(matrix["parameters"]) == 8
    tree = data_of(run("explore", "entry.efg", "-o", "-").output)
    assert tree["solver"]["kind"] == "induction"
    Path("hidden.efg").write_text(EFG.replace('"out" "in"', '"out" "in" "on"') + HIDDEN)
    hidden = data_of(run("explore", "hidden.efg", "-o", "-").output)
    assert hidden["solver"]["kind"] == "grid"
    assert hidden["solver"]["answers"] == [0]
    assert hidden["solver"]["table"][0]["results"][0]["measures"] == {}


def test_numbers_have_no_parameters(run: Run) -> None:
    Path("pd.nfg").write_text(NFG)
    result = run("explore", "pd.nfg", "--set", "a=1")
    assert result.exit_code == 2
    assert "no parameters" in result.output


def test_a_page_is_made_once(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETERRENCE_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(stamping, "stamp", lambda: "as it is")
    asked: list[str] = []

    def noted(*about: Any, **more: Any) -> dict[str, Any]:
        asked.append(about[0].name)
        return made(*about, **more)

    made = page_data.page_data
    monkeypatch.setattr(page_data, "page_data", noted)
    pages = [run("explore", "tripwire", "-o", "-").output for _ in range(2)]
    assert pages[0] == pages[1]
    assert asked == ["tripwire"]
    other = run("explore", "tripwire", "--set", "r=1/3", "-o", "-").output
    assert data_of(other)["start"]["values"]["r"] == "1/3"
    run("explore", "tripwire", "--no-cache", "-o", "-")
    assert len(asked) == 3
