"""Every command on every kind of game: an answer, or an error that says what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from deterrence.cli.program import COMMANDS
from deterrence.figures import FIGURES
from deterrence.modelfile.catalogue import model_source

Run = Callable[..., Result]
NFG = 'NFG 1 R "Prison" { "A" "B" } { 2 2 } 3 3 5 0 0 5 1 1\n'
EFG = (
    'EFG 2 R "Entry" { "A" "B" }\np "" 1 1 "first" { "out" "in" } 0\nt "" 1 "quiet" { 0 2 }\n'
    'p "" 2 1 "reply" { "fight" "yield" } 0\nt "" 2 "war" { -1 -1 }\nt "" 3 "loss" { 1 0 }\n'
)
#: A game: what is typed, what stands on standard input, a parameter, a player, a measure.
GAMES: dict[str, tuple[list[str], str | bytes, str, str, str]] = {
    "matrix": (["chicken"], "", "T_A", "A", "war"),
    "tree": (["unilateral-deterrence"], "", "p_Def", "Defender", "war"),
    "ladder": (["escalation-ladder", "--rungs", "1"], "", "c_R", "NATO", "war"),
    "sequential ladder": (["crisis-ladder", "--rungs", "2"], "", "c_R", "NATO", "fighting"),
    "nfg": (["game.nfg"], "", "x", "A", "war"),
    "efg": (["game.efg"], "", "x", "A", "war"),
    "standard input": (["-"], model_source("chicken"), "T_A", "A", "war"),
    "nfg on standard input": (["-"], NFG, "x", "A", "war"),
    "empty standard input": (["-"], "", "x", "A", "war"),
}
SHORT = ("--time-limit", "0.5")
#: A command: what is asked of a game with a parameter P and a player A.
CALLS: dict[str, tuple[str, ...]] = {
    "models show": (),
    "models check": (),
    "models copy": (),
    "brief": SHORT,
    "show": ("--dominance",),
    "show --format latex": (),
    "show --format nfg": (),
    "show --format efg": (),
    "solve": SHORT,
    "solve --concept spe": SHORT,
    "solve --format csv": SHORT,
    "regimes": (*SHORT, "--threshold", "P"),
    "explain": SHORT,
    "stability": ("--player", "A", "--start", "1", "--inverse", *SHORT),
    "explore": ("-o", "page.html", *SHORT),
    "sweep": ("-p", "P=0:1:3", "-o", "out.csv"),
    "sensitivity": ("--over", "P", "--samples", "64", "--method", "tornado"),
    "robustness": (*SHORT, "--conclusion", "war == 0", "--every"),
    "robustness --payoffs": SHORT,
    "elicit --sheet": (),
    "compare": SHORT,
    "report": ("--length", "note", "--time-limit", "3"),
    "levers": (*SHORT, "--player", "A", "--conclusion", "war == 0"),
    **{f"plot {kind}": ("--describe",) for kind in FIGURES},
    "plot sweep": ("-p", "P=0:1:5", "--describe"),
    "plot regimes": ("-p", "P", "-p", "P", *SHORT, "--describe"),
    "plot tree": ("--equilibrium", "1", *SHORT, "--describe"),
    "plot tornado": ("--over", "P", "--describe"),
    "plot sobol": ("--over", "P", "--samples", "64", "--describe"),
    "plot robustness": (*SHORT, "--describe"),
}


def test_every_command_and_every_figure_is_tried() -> None:
    tried = {call.split()[0] for call in CALLS}
    # Those left out take what we wrote, or nothing, not a game.
    assert tried == set(COMMANDS) - {"cache", "completion", "mcp", "verify"}
    assert {f"plot {kind}" for kind in FIGURES} <= set(CALLS)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("game", GAMES)
def test_no_game_is_a_fault_of_the_program(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, game: str, call: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("game.nfg").write_text(NFG, encoding="utf-8")
    Path("game.efg").write_text(EFG, encoding="utf-8")
    typed, given, parameter, player, measure = GAMES[game]
    words = {"A": player, "war == 0": f"{measure} == 0"}
    more = [words.get(a, a) for a in CALLS[call]]
    more = [parameter + a[1:] if a.startswith("P") else a for a in more]
    subject = typed[:1] if call.startswith("models") else typed
    result = run(*call.split(), *subject, *more, input=given)
    assert result.exit_code in (0, 1, 2, 3, 4), result.output
    assert "fault of the program" not in result.stderr
    assert "Traceback" not in result.output
    if result.exit_code:
        assert result.output.strip()
    else:
        assert result.stdout.strip() or call.startswith("models copy")
