"""``deterrence plot``: every kind from the command line, and every way to get it wrong."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from brink import BRINK
from checkout import with_package
from click.testing import Result

from deterrence.figures import FIGURES

KINDS = {
    "sweep": (BRINK, "-p", "k_R=0:12"),
    "regimes": (BRINK, "-p", "k_R", "-p", "k_N=0:20"),
    "best-response": ("chicken",),
    "payoffs": ("chicken", "--formulas"),
    "moves": ("chicken", "--concept", "gmr", "--state", "A yields"),
    "ladder": ("escalation-ladder", "--rungs", "2"),
    "tree": ("unilateral-deterrence", "--equilibrium", "399"),
    "tornado": (BRINK, "--conclusion", "war == 0"),
    "sobol": ("first-strike", "--samples", "4096", "--bound", "lower"),
    "robustness": ("chicken", "--conclusion", "war == 0"),
    "compare": (BRINK, "--measure", "war"),
}


def test_every_kind_is_tried_here_and_told_in_the_help(run) -> None:
    assert set(KINDS) == set(FIGURES)
    text = run("plot", "--help").stdout
    assert all(re.search(rf"^ +{kind} ", text, re.MULTILINE) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_draws_a_file(kind: str, run, tmp_path: Path) -> None:
    target = tmp_path / "figure.svg"
    result = run("plot", kind, *KINDS[kind], "-o", str(target), "--describe")
    assert result.exit_code == 0, result.output
    assert target.read_bytes().startswith(b"<?xml")
    description = result.stdout.strip()
    assert "\n" not in description
    assert description.endswith(".")
    assert b"<desc id=" in target.read_bytes()


@pytest.mark.parametrize(
    ("suffix", "magic"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("SVG", b"<?xml")]
)
def test_the_ending_chooses_the_format(suffix: str, magic: bytes, run, tmp_path: Path) -> None:
    target = tmp_path / f"a.{suffix}"
    result = run("plot", "payoffs", "chicken", "-o", str(target), "--dpi", "100")
    assert result.exit_code == 0
    assert result.output == ""
    assert target.read_bytes().startswith(magic)
    assert [p.name for p in tmp_path.iterdir()] == [target.name]


def test_values_and_scenarios_reach_the_figure(run) -> None:
    chosen = (BRINK, "-p", "k_R", "--describe")
    default = run("plot", "sweep", *chosen).stdout
    changed = run("plot", "sweep", *chosen, "--set", "l_R=7").stdout
    assert "The exact threshold is 5." in default
    assert "other parameters at l_R = 7" in changed
    assert "The exact threshold is 7." in changed
    scenario = run("plot", "sweep", *chosen, "--scenario", "vital-stake").stdout
    assert "The exact threshold is 15." in scenario


def test_several_measures_in_one_sweep(run) -> None:
    result = run(
        "plot",
        "sweep",
        BRINK,
        "-p",
        "l_R",
        "--measure",
        "war",
        "--measure",
        "payoff(NATO)",
        "--describe",
    )
    assert "probability of direct war and payoff of NATO in every equilibrium" in result.stdout


def test_games_of_gambit_are_drawn(run, tmp_path: Path) -> None:
    game = tmp_path / "pd.nfg"
    game.write_text('NFG 1 R "Prison" { "A" "B" } { 2 2 } 3 3 5 0 0 5 1 1\n', encoding="utf-8")
    result = run("plot", "best-response", str(game), "--describe")
    assert result.exit_code == 0, result.output
    assert "Best responses in Prison" in result.stdout
    piped = run("plot", "payoffs", "-", "--describe", input=game.read_text("utf-8"))
    assert piped.exit_code == 0, piped.output
    refused = run("plot", "sweep", str(game), "-p", "x", "--describe")
    assert refused.exit_code == 2
    assert "numbers, no formulas" in refused.stderr


def test_trees_are_drawn_with_what_is_asked_for(run, tmp_path: Path) -> None:
    game = tmp_path / "entry.efg"
    game.write_text(
        'EFG 2 R "Entry" { "A" "B" }\np "" 1 1 "first" { "out" "in" } 0\nt "" 1 "quiet" { 0 2 }\n'
        'p "" 2 1 "reply" { "fight" "yield" } 0\nt "" 2 "war" { -1 -1 }\nt "" 3 "loss" { 1 0 }\n',
        encoding="utf-8",
    )
    result = run("plot", "tree", str(game), "--concept", "spe", "--describe")
    assert result.exit_code == 0, result.output
    assert "A at first in; B at reply yield" in result.stdout
    # Of a file `deterrence solve` lists Nash equilibria; their numbers are those of patterns.
    third = run("plot", "tree", str(game), "--equilibrium", "#1", "--describe")
    assert "#1 A at first: out" in third.stdout
    assert "Nash equilibrium" in third.stdout
    piped = run(
        "plot", "tree", "-", "--concept", "spe", "--describe", input=game.read_text("utf-8")
    )
    assert piped.stdout == result.stdout
    unclear = run("plot", "tree", str(game), "--concept", "nash", "--describe")
    assert unclear.exit_code == 2
    assert "lists them: #4 (A: at first in; B: at reply yield)" in unclear.stderr
    folded = run("plot", "tree", str(game), "--depth", "1", "--direction", "right", "--describe")
    assert "What comes after move 1 is folded up." in folded.stdout
    changed = run(
        "plot",
        "tree",
        "unilateral-deterrence",
        "--set",
        "p_Def=9/10",
        "--concept",
        "pbe",
        "--equilibrium",
        "11",
        "--describe",
    )
    assert "Challenger at first (hard) wait; " in changed.stdout


def test_doubts_go_to_standard_error(run) -> None:
    result = run(
        "plot",
        "sobol",
        BRINK,
        "--measure",
        "war",
        "--samples",
        "64",
        "--describe",
    )
    assert result.exit_code == 4
    assert "Warning: The sample is too small" in result.stderr
    assert "Sobol' indices of the probability of direct war" in result.stdout


def complaint(result: Result) -> str:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("heatmap", "chicken", "-o", "a.svg"), "heatmap"),
        (("payoffs", "chicken", "-o", "-"), "standard output"),
        (("payoffs", "chicken", "-o", "a.gif"), "ending '.gif'"),
        (("payoffs", "chicken", "-o", "nowhere/a.svg"), "no folder"),
        (("payoffs", "chickn", "-o", "a.svg"), "chicken"),
        (("payoffs", "chicken", "-o", "a.svg", "--dpi", "1"), "dots per inch"),
        (("payoffs", "chicken", "-o", "a.svg", "--width", "5"), "5 mm wide"),
        (("payoffs", "chicken", "-o", "a.svg", "--bound", "upper"), "it is for sobol"),
        (("payoffs", "chicken", "-o", "a.svg", "--depth", "2"), "it is for tree"),
        (("tree", "chicken", "-o", "a.svg"), "chicken is no game tree"),
        (("payoffs", "chicken", "-o", "a.svg", "-p", "T_A"), "it is for sweep and regimes"),
        (("sweep", "chicken", "-o", "a.svg"), "needs one parameter, not 0"),
        (("sweep", "chicken", "-p", "T_A", "-p", "T_B", "-o", "a.svg"), "not 2"),
        (("sweep", "chicken", "-p", "T_A=1", "-o", "a.svg"), "name=low:high"),
        (("sweep", "chicken", "-p", "T_A=1:2:3:4", "-o", "a.svg"), "name=low:high"),
        (("sweep", "chicken", "-p", "T_A=x:2", "-o", "a.svg"), "'x' is not a number"),
        (("sweep", "chicken", "-p", "T_A=0:2:1.5", "-o", "a.svg"), "whole number"),
        (("sweep", "chicken", "-p", "T_A=2:1", "-o", "a.svg"), "is empty"),
        (("sweep", "chicken", "-p", "T_Z", "-o", "a.svg"), "no parameter 'T_Z'"),
        (("regimes", "chicken", "-p", "T_A", "-o", "a.svg"), "needs two parameters"),
        (("best-response", "escalation-ladder", "-o", "a.svg"), "5 x 5"),
        (("ladder", "chicken", "-o", "a.svg"), "no ladder"),
        (
            ("tornado", "chicken", "--measure", "war", "--conclusion", "war == 0", "-o", "a.svg"),
            "together",
        ),
        (("tornado", "chicken", "--measure", "a", "--measure", "b", "-o", "a.svg"), "given twice"),
        (("tornado", "chicken", "--measure", "wra", "-o", "a.svg"), "wra"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_does_not_fit_is_refused(
    arguments: tuple[str, ...], what: str, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert what in complaint(run("plot", *arguments))
    assert list(tmp_path.iterdir()) == []


def test_names_count_up_and_files_are_replaced_by_force_only(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("chicken-payoffs.png", "chicken-payoffs-2.png"):
        result = run("plot", "payoffs", "chicken", "--dpi", "50")
        assert result.exit_code == 0, result.stderr
        assert result.stdout == f"Written to {name}\n"
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
    (tmp_path / "a.svg").write_text("mine", encoding="utf-8")
    refused = complaint(run("plot", "payoffs", "chicken", "-o", "a.svg"))
    assert "exists" in refused
    assert "--force" in refused
    assert (tmp_path / "a.svg").read_text("utf-8") == "mine"
    assert run("plot", "payoffs", "chicken", "-o", "a.svg", "--force").exit_code == 0
    assert (tmp_path / "a.svg").read_text("utf-8").startswith("<?xml")


def test_options_may_stand_before_the_kind(run) -> None:
    first = run("plot", "--describe", "payoffs", "chicken")
    assert first.exit_code == 0, first.stderr
    assert first.stdout == run("plot", "payoffs", "chicken", "--describe").stdout


def test_a_figure_is_one_file_and_one_line(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function in the registry has a command with its own options, and no edit elsewhere."""
    from deterrence import figures
    from deterrence.cli.plot import _spellings, figure

    def heat(
        model,
        x: str,
        *,
        scenario=None,
        values=None,
        shade: Literal["dark", "light"] = "dark",
        steps: int = 3,
        over: tuple[str, ...] = (),
        points: int | None = None,
    ):
        """Return a heat map.

        ``shade`` is how it looks.  ``steps`` counts colours.
        """
        raise KeyError(f"{x} {shade} {steps} {over} {points} {values}")

    monkeypatch.setitem(FIGURES, "heat", ("tests:heat", "A heat map."))
    monkeypatch.setitem(figures.__dict__, "heat", heat)
    assert {"--shade", "--steps", "--over", "-p"} < _spellings(figure("heat"))
    text = " ".join(run("plot", "heat", "--help").stdout.split())
    assert "Draw a heat map." in text
    assert "How it looks. [default: (dark)]" in text
    assert "Counts colours. [default: (3)]" in text
    drawn = run(
        "plot",
        "heat",
        "chicken",
        "-p",
        "T_A",
        "--over",
        "S_A",
        "--shade",
        "light",
        "--set",
        "T_B=3",
    )
    assert "T_A light 3 ('S_A',) 101 {'T_B': Fraction(3, 1)}" in drawn.stderr


def test_an_existing_file_survives_a_failure(run, tmp_path: Path) -> None:
    target = tmp_path / "a.svg"
    target.write_text("mine", encoding="utf-8")
    complaint(run("plot", "sweep", "chicken", "-p", "T_A=2:1", "-o", str(target), "--force"))
    assert target.read_text("utf-8") == "mine"


@pytest.mark.skipif(os.name == "nt", reason="modes of files")
def test_a_file_has_the_mode_of_a_new_file(run, tmp_path: Path) -> None:
    target = tmp_path / "a.svg"
    run("plot", "payoffs", "chicken", "-o", str(target))
    (tmp_path / "b").write_text("", encoding="utf-8")
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE((tmp_path / "b").stat().st_mode)


def test_help_loads_no_matplotlib() -> None:
    code = (
        "import sys\nfrom deterrence.cli import main\n"
        "sys.argv = ['deterrence', 'plot', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "assert 'matplotlib' not in sys.modules and 'numpy' not in sys.modules"
    )
    env = with_package()
    subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True)


def test_an_axis_may_be_logarithmic(run) -> None:
    model = BRINK
    sweep = run("plot", "sweep", model, "-p", "N_R=log:1:1000", "--describe")
    assert sweep.exit_code == 0, sweep.output
    assert "goes from 1 to 1000" in sweep.stdout
    begins_at_0 = run("plot", "sweep", model, "-p", "k_R=log:0:20", "--describe")
    assert "the logarithmic axis of k_R begins at 0" in complaint(begins_at_0)
    half = run("plot", "sweep", model, "-p", "k_R=log:5", "--describe")
    assert "name=log:low:high" in complaint(half)


def test_an_equilibrium_is_asked_for_by_the_number_that_is_printed(run) -> None:
    asked = ("plot", "tree", "unilateral-deterrence", "--describe", "--equilibrium")
    assert run(*asked, "#399").stdout == run(*asked, "399").stdout
    assert "#399 The bluff equilibrium" in run(*asked, "399").stdout
    assert "choose #399, #15 or #135" in complaint(run(*asked, "1"))
    assert "is not the number of an equilibrium" in complaint(run(*asked, "bluff"))
    explained = run("explain", "chicken", "--equilibrium", "9b")
    assert "which only `plot tree` knows" in complaint(explained)
