"""Every code block of the documentation does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docs_runner import ROOT, Block, Page, blocks_of

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.mark.usefixtures("kept_answers")
@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_code_block_runs(page: Path, tmp_path: Path) -> None:
    story = Page(page, tmp_path)
    for block in blocks_of(page):
        try:
            story.run(block)
        except AssertionError as fault:
            pytest.fail(f"{page.relative_to(ROOT)}, line {block.line}: {fault}", pytrace=False)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=[*NAMES, "CHANGELOG.md"])
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_there_is_something_to_run() -> None:
    run = {block.language for page in PAGES for block in blocks_of(page)}
    assert {"python", "console", "yaml", "sh"} <= run


@pytest.mark.parametrize(
    "block",
    [
        Block("python", ">>> 1 + 1\n3\n", 1),
        Block("python", "assert False\n", 1),
        Block("console", "$ echo yes\nno\n", 1),
        Block("console", "$ exit 3\n", 1),
        Block("console", "$ exit 3\n$ echo $?\n4\n", 1),
        Block("yaml", "title: a fragment\n", 1),
        Block("yaml", "# from: models/asymmetric-bipolarity.yaml\ntitle: Something else\n", 1),
        Block("sh", "sh scripts/nowhere.sh\n", 1),
        Block("sh", "make nonsense\n", 1),
        Block("fortran", "END\n", 1),
        Block("", "indented\n", 1),
    ],
    ids=lambda block: f"{block.language}: {block.text.splitlines()[0]}",
)
def test_the_runner_can_fail(block: Block, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        Page(ROOT / "README.md", tmp_path).run(block)


def test_the_runner_follows_a_story(tmp_path: Path) -> None:
    story = Page(ROOT / "README.md", tmp_path)
    story.run(Block("yaml", "# file: a.yaml\nx: 1\n", 1))
    story.run(Block("console", "$ cat a.yaml\n# file: a.yaml\n...\n$ exit 3\n$ echo $?\n3\n", 1))
    story.run(Block("python", "x = 1\n", 1))
    story.run(Block("python", ">>> x + 1\n2\n", 1))
