"""Runs the code blocks of a Markdown page, in order, in one folder and one namespace.

A page is a story: a file that one block writes is there for the next, and so is a
name that Python code defines.  What is done with a block follows from its language:

``python``   with ``>>>`` a doctest, otherwise run as it stands
``console``  ``$ command`` lines (``>`` continues one) are run by a shell, the lines below compared
             with what is printed (``...`` stands for anything).  A command must succeed, unless
             the next one is ``echo $?``, which then shows its exit code.
``yaml``     ``# file: NAME`` on the first line writes the file; ``# from: PATH`` says
             that the lines below stand in that file of the repository, word for word;
             a line ``# ...`` marks what was left out
``sh``       commands that would install things: the scripts, Makefile verbs and extras
             they name must exist
``text``     a drawing or a form to fill in; nothing to run

Other languages are refused, so that no block goes unchecked by accident.
Run as a program, it rewrites the outputs that have changed; look at what it did:
``python tests/docs/docs_runner.py PAGE...``
"""

from __future__ import annotations

import configparser
import contextlib
import doctest
import os
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
OPTIONS = doctest.ELLIPSIS | doctest.REPORT_NDIFF


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    line: int  # of the first line inside the fence, counted from 1


def blocks_of(page: Path) -> list[Block]:
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    return [
        Block(token.info.strip(), token.content, token.map[0] + 2)
        for token in tokens
        if token.type in ("fence", "code_block") and token.map
    ]


class Page:
    """One page being run; ``folder`` is the current folder of its commands."""

    def __init__(self, page: Path, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.names: dict[str, Any] = {"__name__": "__docs__"}
        self.exit_code = 0
        programs = folder / ".programs"
        programs.mkdir()
        for name, call in (("python", ""), ("deterrence", f" {programs / 'main.py'}")):
            script = programs / name
            script.write_text(f'#!/bin/sh\nexec {sys.executable}{call} "$@"\n', encoding="utf-8")
            script.chmod(0o755)
        (programs / "main.py").write_text("from deterrence.cli import main\nmain()\n", "utf-8")
        self.env = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "100",
            "NO_COLOR": "1",
            "PYTHONUTF8": "1",
        }

    def run(self, block: Block) -> None:
        """Run one block; raises ``AssertionError`` where it does not do what the page says."""
        action = getattr(self, f"run_{block.language or 'none'}", None)
        assert action is not None, f"a code block of language {block.language!r} is not run"
        with contextlib.chdir(self.folder):
            action(block)

    def run_text(self, block: Block) -> None:
        pass

    def run_python(self, block: Block) -> None:
        if ">>>" not in block.text:
            padding = "\n" * (block.line - 1)
            exec(compile(padding + block.text, str(self.page), "exec"), self.names)
            return
        name = self.page.name
        test = doctest.DocTestParser().get_doctest(
            block.text, self.names, name, name, block.line - 1
        )
        report: list[str] = []
        doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=report.append, clear_globs=False)
        self.names = test.globs
        assert not report, "".join(report)

    def run_console(self, block: Block) -> None:
        steps = list(console_steps(block.text))
        for k, (command, wanted) in enumerate(steps):
            printed = self.shell(command)
            matches = doctest.OutputChecker().check_output(wanted, printed, OPTIONS)
            assert matches, f"$ {command}\nthe page says:\n{wanted}\nit prints:\n{printed}"
            excused = k + 1 < len(steps) and steps[k + 1][0] == "echo $?"
            assert self.exit_code == 0 or excused, f"$ {command}\nexit code {self.exit_code}"

    def shell(self, command: str) -> str:
        result = subprocess.run(
            ["sh", "-c", f"(exit {self.exit_code})\n{command}"],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        self.exit_code = result.returncode
        return "\n".join(line.rstrip() for line in result.stdout.splitlines()) + "\n" * bool(
            result.stdout
        )

    def run_yaml(self, block: Block) -> None:
        first, _, rest = block.text.partition("\n")
        match = re.fullmatch(r"# (file|from): (\S+)", first)
        assert match, "a yaml block begins with '# file: NAME' or '# from: PATH'"
        if match[1] == "file":
            (self.folder / match[2]).write_text(block.text, encoding="utf-8")
            return
        source = (ROOT / match[2]).read_text(encoding="utf-8").splitlines()
        for part in re.split(r"^# \.\.\.\n", rest, flags=re.MULTILINE):
            wanted = part.splitlines()
            places = range(len(source) - len(wanted) + 1)
            assert any(same_but_indented(source[k : k + len(wanted)], wanted) for k in places), (
                f"these lines do not stand in {match[2]}:\n{part}"
            )

    def run_sh(self, block: Block) -> None:
        config = configparser.ConfigParser()
        config.read(ROOT / "setup.cfg", encoding="utf-8")
        extras = set(config["options.extras_require"])
        verbs = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
        for line in block.text.splitlines():
            if match := re.match(r"sh (\S+)", line):
                assert (ROOT / match[1]).is_file(), line
            elif match := re.match(r"make (\w+)", line):
                assert match[1] in verbs, line
            elif match := re.match(r"(?:python -m )?pip install (?:-e )?'?\.(?:\[(.*)\])?'?", line):
                assert set(filter(None, (match[1] or "").split(","))) <= extras, line
            else:
                raise AssertionError(f"nothing is known of the command {line!r}")


def same_but_indented(lines: list[str], wanted: list[str]) -> bool:
    """Say whether the lines are the same, one of them perhaps indented as a whole."""
    return textwrap.dedent("\n".join(lines)) == textwrap.dedent("\n".join(wanted))


def console_steps(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command with the output shown below it; ``> `` continues a command."""
    command: list[str] = []
    output: list[str] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            if command:
                yield "\n".join(command), "".join(output)
            command, output = [line[2:]], []
        elif line.split(" ")[0] == ">" and command and not output:
            command.append(line[2:])
        else:
            assert command, "a console block begins with '$ '"
            output.append(line + "\n")
    yield "\n".join(command), "".join(output)


class Recorder(doctest.DocTestRunner):
    """Rewrites the text of a doctest with what its failing examples print now."""

    text = ""

    def report_failure(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        first, *rest = example.source.splitlines()
        source = "".join([f">>> {first}\n", *(f"... {line}\n" for line in rest)])
        self.text = self.text.replace(source + example.want, source + got, 1)


def refreshed(page: Page, block: Block) -> str:
    """Run a block and return its text with the outputs that it has now."""
    if block.language == "console":
        text = ""
        for command, wanted in console_steps(block.text):
            printed = page.shell(command)
            same = doctest.OutputChecker().check_output(wanted, printed, OPTIONS)
            prompt = "$ " + command.replace("\n", "\n> ").replace("\n> \n", "\n>\n") + "\n"
            text += prompt + (wanted if same else printed)
        return text
    if block.language == "python" and ">>>" in block.text:
        recorder = Recorder(optionflags=OPTIONS)
        recorder.text = block.text
        test = doctest.DocTestParser().get_doctest(block.text, page.names, "page", "page", 0)
        with contextlib.chdir(page.folder):
            recorder.run(test, out=sys.stderr.write, clear_globs=False)
        page.names = test.globs
        return recorder.text
    page.run(block)
    return block.text


def refresh(path: Path) -> bool:
    """Rewrite the outputs of a page that are not what is printed now; say whether any was."""
    text = old = path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        page = Page(path, Path(folder))
        for block in blocks_of(path):
            text = text.replace(block.text, refreshed(page, block))
    if text != old:
        path.write_text(text, encoding="utf-8")
    return text != old


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    for argument in sys.argv[1:]:
        print(argument, "rewritten" if refresh(Path(argument)) else "as it was")
