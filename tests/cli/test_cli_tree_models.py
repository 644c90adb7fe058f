"""``deterrence models``: what it says of models with game trees."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]

DRIVER = """\
title: The absent-minded driver
form: extensive
players: [Driver]
outcomes: {crash: {payoffs: [0]}, home: {payoffs: {Driver: 4}}, hotel: {payoffs: {Driver: 1}}}
tree:
  player: Driver
  at: junction
  moves:
    exit: crash
    go on: {player: Driver, at: junction, moves: {exit: home, go on: hotel}}
"""


def words(text: str) -> str:
    return " ".join(text.split())


def test_show_tells_types_moves_and_variants(run: Run) -> None:
    text = words(run("models", "show", "unilateral-deterrence").stdout)
    assert "Challenger The side that wants change hard with probability p_Ch: would rather" in text
    assert "Defender at reply (hard), reply (soft): The defender answers the demand" in text
    assert "concede: Give in resist: Resist" in text
    assert "31 nodes, 16 of them ends" in text
    assert "c_S = (c_DC - c_SQ)/(c_DC - c_CD)" in text
    assert "conflict Conflict" in text
    assert "payoffs (hard, soft): Challenger c_DDh, Defender d_DDs" in text
    assert "(pbe) Where p_Def >= (c_DC - c_SQ) / (c_DC - c_DDh)" in text


def test_show_tells_chance_and_the_rungs_of_a_ladder(run: Run) -> None:
    text = words(run("models", "show", "crisis-ladder").stdout)
    assert "Players Russia The regional pole" in text
    assert "chance at hazard at direct slips with probability rho" in text
    assert "Russia at limited_nuclear: Limited nuclear use stop: Stop climb: Climb" in text
    text = words(run("models", "show", "kahn-ladder").stdout)
    assert "NATO at rung_1: Ostensible crisis (Subcrisis maneuvering)" in text
    assert "... and 4 more" in text


def test_show_gives_the_tree_to_programs(run: Run) -> None:
    data = json.loads(run("models", "show", "unilateral-deterrence", "--format", "json").stdout)
    assert data["schema"] == 1
    assert data["types"]["Defender"]["soft"]["prior"] == "1 - p_Def"
    assert data["actions"]["Challenger"]["back down"] == "Back down"
    reply = data["information_sets"]["reply (soft)"]
    assert (reply["player"], reply["actions"]) == ("Defender", ["concede", "resist"])
    assert data["information_sets"]["Challenger's type"]["probabilities"] == ["p_Ch", "1 - p_Ch"]
    assert data["groups"]["conflict (hard, soft)"] == "conflict"
    assert data["nodes"] == 31
    assert data["definitions"]["d_star"] == "(d_CD - d_DC)/(d_CD - d_DDs)"


def test_check_warns_of_a_player_who_forgets(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "driver.yaml"
    path.write_text(DRIVER.replace("[0]", "{Driver: 0}"), encoding="utf-8")
    answer = run("models", "check", str(path))
    assert answer.exit_code == 0
    assert "driver.yaml:7:3: warning: tree.at: imperfect recall: Driver is absent-minded" in words(
        answer.stdout
    )
    # Payoffs may be a list, one for each player.
    path.write_text(DRIVER, encoding="utf-8")
    assert run("models", "check", str(path)).exit_code == 0
    path.write_text(DRIVER.replace("[0]", "[0, 1]"), encoding="utf-8")
    answer = run("models", "check", str(path))
    assert answer.exit_code == 3
    assert "driver.yaml:4:29" in answer.stdout
