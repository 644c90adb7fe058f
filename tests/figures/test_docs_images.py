"""The images of the documentation are what the commands beside them draw."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from checkout import ROOT
from click.testing import CliRunner
from PIL import Image

PAGE = "\n".join(
    (ROOT / "docs/how-to" / page).read_text(encoding="utf-8").replace("\\\n>", "")
    for page in ("draw-figures.md", "draw-trees.md")
)
#: The picture of README has a test of its own (tests/docs/test_readme.py).
FIRST = (ROOT / "README.md").read_text(encoding="utf-8")
IMAGES = [p for p in sorted((ROOT / "docs/images").glob("*.png")) if p.name not in FIRST]


@pytest.mark.parametrize("image", IMAGES, ids=lambda path: path.name)
def test_an_image_is_what_its_command_draws(image: Path, tmp_path: Path) -> None:
    """Same words and size; pixels depend on the release of matplotlib."""
    from deterrence.cli.program import program

    command = re.search(rf"^\$ deterrence (plot .*-o {image.name}.*)$", PAGE, re.MULTILINE)
    assert command, f"no command draws {image.name}"
    target = tmp_path / image.name
    words = shlex.split(command[1].replace(f"-o {image.name}", f"-o {target}"))
    result = CliRunner().invoke(program, words)
    assert result.exit_code == 0, result.output
    kept, fresh = Image.open(image), Image.open(target)
    assert kept.text["Description"] == fresh.text["Description"]
    assert abs(kept.height - fresh.height) <= 4
    assert kept.width == fresh.width


def test_images_are_small() -> None:
    assert IMAGES
    assert all(image.stat().st_size < 150_000 for image in IMAGES)
