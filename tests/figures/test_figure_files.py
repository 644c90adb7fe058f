"""Files: the same bytes every time, fonts that are embedded, descriptions, and clear errors."""

from __future__ import annotations

import builtins
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from brink import BRINK
from checkout import with_package
from figure_checks import assert_legible, words_in

from deterrence import StrategicGame, figures, load_model
from deterrence.errors import UsageError
from deterrence.figures.drawing import files
from deterrence.figures.drawing.page import Page
from deterrence.figures.drawing.style import FILLS, GREY, INK, LINES, OUTSIDE, contrast
from deterrence.game.parameters import Parameter

SVG = "{http://www.w3.org/2000/svg}"


def drawn(**options: Any) -> Any:
    return figures.sweep(load_model(BRINK), "k_R", **options)


@pytest.mark.parametrize("kind", files.FORMATS)
def test_the_same_figure_has_the_same_bytes(kind: str) -> None:
    figure = drawn()
    first = files.to_bytes(figure, kind, 100)
    assert files.to_bytes(figure, kind, 100) == first
    assert files.to_bytes(drawn(), kind, 100) == first
    assert not re.search(rb"20[2-9][0-9]-?[01][0-9]", first.replace(b"2000", b""))


def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    """Hash seeds, the user's own settings and the place make no difference."""
    (tmp_path / "matplotlibrc").write_text("font.size: 30\naxes.grid: True\n", encoding="utf-8")
    code = (
        "from deterrence import figures, load_model\n"
        f"figure = figures.sweep(load_model({BRINK!r}), 'k_R')\n"
        "for kind in ('svg', 'pdf'):\n    figure.savefig(f'a.{kind}')"
    )
    env = with_package(PYTHONHASHSEED="7", TZ="Asia/Tokyo")
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, check=True)
    for kind in ("svg", "pdf"):
        assert (tmp_path / f"a.{kind}").read_bytes() == files.to_bytes(drawn(), kind)


def test_the_users_settings_are_left_alone() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    files.to_bytes(drawn(), "svg")
    assert dict(matplotlib.rcParams) == before


def test_no_state_of_pyplot_is_made() -> None:
    code = (
        "import sys; from deterrence import figures, load_model;"
        "figures.best_response(load_model('chicken'));"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    env = with_package()
    subprocess.run([sys.executable, "-c", code], env=env, check=True)


def test_an_svg_has_title_and_description() -> None:
    figure = drawn(title="<b>Deterrence & war</b>")
    root = ElementTree.fromstring(files.to_bytes(figure, "svg"))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "<b>Deterrence & war</b>"
    assert root.find(f"{SVG}desc").text == figure.description
    assert "The exact threshold is 5" in figure.description


def test_a_pdf_embeds_truetype_fonts() -> None:
    data = files.to_bytes(drawn(), "pdf")
    assert b"/FontFile2" in data
    assert b"/Type3" not in data
    assert b"CreationDate" not in data


@pytest.mark.parametrize("width", [60.0, 89.0, 183.0])
def test_a_png_is_as_wide_as_asked(width: float) -> None:
    from PIL import Image

    figure = drawn(width=width)
    import io

    image = Image.open(io.BytesIO(files.to_bytes(figure, "png", 300)))
    assert abs(image.width - width / 25.4 * 300) <= 1
    assert image.text["Description"] == figure.description


def test_savefig_writes_the_same_bytes(tmp_path: Path) -> None:
    figure = drawn()
    figure.savefig(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_bytes() == files.to_bytes(figure, "svg")
    assert figure._repr_png_().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "what"),
    [("a.gif", "ending '.gif'"), ("a", "no ending"), ("a.jpeg", ".jpeg"), (".svg", "no ending")],
)
def test_other_kinds_of_files_are_refused(name: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        files.check_suffix(name)
    assert files.check_suffix("b.x.PDF") == "pdf"


@pytest.mark.parametrize("dpi", [0, 5, 1e9, float("nan")])
def test_senseless_resolutions_are_refused(dpi: float) -> None:
    with pytest.raises(UsageError, match="dots per inch"):
        files.to_bytes(drawn(), "png", dpi)


def test_an_image_that_is_too_large_is_refused() -> None:
    figure = figures.payoffs(load_model("chicken"), width=500)
    with pytest.raises(UsageError, match="pixels long"):
        files.to_bytes(figure, "png", 2400)
    assert files.to_bytes(figure, "svg", 2400)


def test_without_matplotlib_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **more: Any) -> Any:
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UsageError, match=r"pip install 'deterrence\[plot\]'"):
        drawn()


# ---- what strangers write into model files -----------------------------------------
def test_titles_are_text_and_no_mathematics() -> None:
    game = StrategicGame.from_matrices(
        [[1, 0], [0, 1]],
        [[0, 1], [1, 0]],
        players=("A$x$", r"\frac{1}{"),
        actions=(("$a_1$", "b"), ("50%", "c^2_")),
    )
    for draw in (figures.payoffs, figures.best_response):
        figure = draw(game.replace(title=r"$\sum$ of $5 & <x>"))
        assert_legible(figure)
        assert files.to_bytes(figure, "svg")
        assert files.to_bytes(figure, "pdf")
        assert r"\$\sum\$ of \$5 & <x>" in words_in(figure)


def test_long_titles_and_words_are_broken() -> None:
    model = load_model(BRINK)
    endless = "W" * 150
    p = model.parameters["k_R"]
    changed = Parameter(
        p.name,
        title=f"cost {endless} of war",
        default=p.default,
        lower=p.lower,
        upper=p.upper,
        symbol=r"\nonsense{",
        unit="utility",
        formula=p.formula,
    )
    model = model.replace(
        title=f"{endless} and so on " * 3, parameters={**model.parameters, "k_R": changed}
    )
    for figure in (
        figures.sweep(model, "k_R", width=60),
        figures.tornado(model, "war", over=["c_R"], width=60),
    ):
        assert_legible(figure)
    assert "k_{R}" in words_in(figures.sweep(model, "k_R"))


def test_characters_without_a_glyph_are_told() -> None:
    game = load_model("chicken").at().replace(title="\u7532\u4e59")
    figure = figures.payoffs(game)
    files.to_bytes(figure, "png", 100)
    assert any("lacks characters" in w for w in figure.warnings)


# ---- colours -----------------------------------------------------------------------
def test_lines_stand_out_from_white_and_text_from_areas() -> None:
    for line in LINES:
        assert contrast(line.colour, "#ffffff") >= 3
    for fill in (*FILLS, OUTSIDE):
        assert contrast(INK, fill.tint) >= 7
    assert contrast(GREY, "#ffffff") >= 7


def test_no_style_relies_on_colour_alone() -> None:
    assert len({str(line.dashes) for line in LINES}) == len(LINES)
    assert len({fill.hatch for fill in FILLS}) == len(FILLS)


# ---- the page ----------------------------------------------------------------------
def test_lines_of_text_fit_the_width_they_were_broken_to() -> None:
    with files.settings():
        page = Page(89)
        text = "Hazard of slipping to general war, $\\rho$ (probability), status_quo/escalate " * 3
        for width in (12.0, 20.0, 45.0):
            lines = page.wrap(text, width)
            assert all(page.size_of(line)[0] <= width + 1e-6 for line in lines)
            assert "".join(lines).replace(" ", "").replace("-", "") == text.replace(" ", "")


def test_a_symbol_does_not_stand_alone_on_a_line() -> None:
    with files.settings():
        page = Page(89)
        lines = page.wrap("a loss from yielding, $l_R$", page.size_of("a loss from yielding,")[0])
    assert lines == ["a loss from", "yielding, $l_R$"]


@pytest.mark.parametrize("kind", ["sweep", "payoffs"])
def test_a_slide_has_its_shape_and_everything_stays_in_place(kind: str) -> None:
    """Too high or too wide, the figure stands in the middle, axes and texts alike."""
    model = load_model("chicken")
    options = {"height": 60} if kind == "sweep" else {}
    along = ("P_A",) if kind == "sweep" else ()

    def draw() -> Any:
        return model.plot(kind, *along, width=120, **options)

    plain, slide = draw(), draw()
    width, height = plain.get_size_inches()
    slide.for_slide()
    wide, high = slide.get_size_inches()
    assert wide / high == pytest.approx(16 / 9)
    moved = ((wide - width) / 2, (high - height) / 2)
    assert min(moved) >= 3 / 25.4 - 1e-9
    places = [
        [t.get_window_extent().get_points()[0] / f.dpi for t in f.texts]
        + [ax.get_window_extent().get_points()[0] / f.dpi for ax in f.axes]
        for f in (plain, slide)
    ]
    for before, after in zip(*places, strict=True):
        assert after - before == pytest.approx(moved, abs=1e-6)


@pytest.mark.parametrize("kind", ["sweep", "regimes"])
@pytest.mark.parametrize("height", [1, 1e9, float("nan")])
def test_senseless_heights_are_refused(kind: str, height: float) -> None:
    along = ["k_R", "k_N"][: 1 + (kind == "regimes")]
    with pytest.raises(UsageError, match="mm high"):
        load_model(BRINK).plot(kind, *along, height=height)
