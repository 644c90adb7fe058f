"""Every hostile or broken file gets its faults named, in place, quickly, in little memory.

The corpus in ``tests/hostile`` says in each file's first lines what is expected:
``# expect: line 7: unknown key``.  Exactly these faults must be reported: a fault
that is a mere consequence of another one is a failure too.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bombs import bombs
from checkout import ROOT, TESTS

from deterrence.errors import DeterrenceError, Fault, InvalidFileError
from deterrence.modelfile.catalogue import check_file
from deterrence.modelfile.loader import read_model

CORPUS = sorted((TESTS / "hostile").rglob("*.yaml"))
EXPECTED = re.compile(r"^# expect: line (\d+): (.+)$", re.MULTILINE)
#: Words of our tools that mean nothing to the author of a file.
JARGON = re.compile(r"pydantic|Traceback|NoneType|validation error|Input should|\bdict\b|\bstr\b")


def faults_of(data: bytes) -> tuple[Fault, ...]:
    with pytest.raises(InvalidFileError) as caught:
        read_model(data)
    assert caught.value.exit_code == 3
    return caught.value.faults


def test_the_corpus_is_large_and_says_what_it_expects() -> None:
    assert len(CORPUS) >= 300
    assert all(EXPECTED.search(path.read_text(encoding="utf-8")) for path in CORPUS)


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: f"{p.parent.name}/{p.stem}")
@pytest.mark.parametrize("pure", [False, True], ids=["C", "Python"])
def test_exactly_the_expected_faults(
    path: Path, pure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if pure:
        monkeypatch.setattr(yaml, "__with_libyaml__", False)
    data = path.read_bytes()
    left = list(faults_of(data))
    for line, fragment in EXPECTED.findall(data.decode()):
        hits = [f for f in left if f.line == int(line) and fragment in str(f)]
        assert hits, f"no fault in line {line} says {fragment!r}; there are {left}"
        left.remove(hits[0])
    assert not left


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_faults_are_in_plain_words_and_inside_the_file(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    for fault in check_file(path):
        assert fault.line is not None
        assert 1 <= fault.line <= len(lines)
        assert fault.column is None or 1 <= fault.column <= len(lines[fault.line - 1]) + 1
        assert not JARGON.search(str(fault))
        assert len(str(fault)) < 900


# ---- bombs -----------------------------------------------------------------
PROBE = """
import json, resource, sys, time
import yaml
yaml.__with_libyaml__ = yaml.__with_libyaml__ and sys.argv[1] == "C"
from deterrence.errors import InvalidFileError
from deterrence.modelfile.loader import read_model
from bombs import bombs
from deterrence.modelfile.schema.model_file import ModelFile
all_bombs = bombs()
ModelFile.model_rebuild()  # start-up
answers = {}
for name, (data, _, _) in all_bombs.items():
    start = time.process_time()
    try:
        read_model(data)
        faults = None
    except InvalidFileError as error:
        faults = [[fault.line, str(fault)] for fault in error.faults]
    answers[name] = [time.process_time() - start, faults]
    # The peak is that of the worst of them, bombs included.
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
peak /= 1024 if sys.platform == "darwin" else 1
try:  # Linux lets a child inherit ru_maxrss from its parent, here pytest itself
    status = open("/proc/self/status").read()
    peak = int(status.partition("VmHWM:")[2].split()[0])
except (OSError, IndexError):
    pass
print(json.dumps({"answers": answers, "peak": peak}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the module resource is of Unix")
@pytest.mark.parametrize("parser", ["C", "Python"])
def test_bombs_are_defused(parser: str) -> None:
    paths = [str(ROOT), str(TESTS / "helpers")]
    code = f"import sys; sys.path[:0] = {paths!r}\n" + PROBE
    result = subprocess.run(
        [sys.executable, "-c", code, parser], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert not result.stderr
    report = json.loads(result.stdout)
    expected = bombs()
    assert len(expected) >= 80
    for name, (_, line, piece) in expected.items():
        seconds, faults = report["answers"][name]
        assert faults, f"{name} is taken for valid"
        assert all(place is not None for place, _ in faults), name
        assert any(piece in text and line in (0, place) for place, text in faults), (name, faults)
        assert len(faults) <= 52, name
        assert seconds < 1, f"{name} takes {seconds} s"
    assert report["peak"] < 300 * 1024, "kilobytes"


def test_the_list_of_faults_is_cut_and_says_so() -> None:
    faults = faults_of(bombs()["many unknown keys"][0])
    assert len(faults) == 51
    assert "there may be more faults" in faults[-1].what


def test_a_fault_of_a_file_is_an_error_of_the_package() -> None:
    assert issubclass(InvalidFileError, DeterrenceError)
