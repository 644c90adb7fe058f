"""The server as clients meet it: the SDK's own client over standard input and output."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from checkout import with_package
from click.testing import CliRunner
from mcp import Client, StdioServerParameters

from deterrence.cli.program import program
from deterrence.mcp import server
from deterrence.mcp.tools import TOOLS
from deterrence.modelfile.file_bytes import MAX_BYTES

Talk = Callable[[Client], Awaitable[None]]


def talk(told: Talk, folder: Path) -> None:
    """Start the server as a client does, and talk with it."""
    asked = StdioServerParameters(
        command=sys.executable,
        args=["-P", "-m", "deterrence", "mcp"],
        env=with_package(DETERRENCE_CACHE="off"),
        cwd=folder,
    )

    async def main() -> None:
        async with Client(asked, read_timeout_seconds=100) as client:
            await told(client)

    anyio.run(main)


def text(result: Any) -> str:
    [block] = result.content
    return str(block.text)


def test_a_client_finds_asks_and_is_answered(tmp_path: Path) -> None:
    async def told(client: Client) -> None:
        assert client.server_info is not None
        assert client.server_info.name == "deterrence"
        assert "proven" in (client.instructions or "")
        listed = (await client.list_tools()).tools
        assert [tool.name for tool in listed] == list(TOOLS)
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in listed)
        # The client checks what comes back against the schema that the tool declares.
        solved = await client.call_tool("solve", {"model": "chicken", "values": {"T_A": "1/2"}})
        assert not solved.is_error
        assert solved.structured_content["proof"]["mark"] == "exact"
        assert solved.structured_content["answer"]["status"] == "complete"
        assert "[exact: " in text(solved)

    talk(told, tmp_path)


def test_hostile_calls_are_errors_and_the_server_lives_on(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("title: Hidden words\n")
    calls: list[tuple[str, Any, str]] = [
        ("solve", {"model": "secret.yaml"}, "no model called"),
        ("solve", {"model": str(tmp_path / "secret.yaml")}, "no model called"),
        ("solve", {"model": "-"}, "no model called"),
        ("solve", {"text": "x" * 4 * MAX_BYTES}, "at most 256 KiB"),
        ("check_model", {"text": 5}, "expected"),
        ("brief", {"model": "chicken", "-o": "x"}, "no argument"),
        ("no tool", {}, "no tool"),
        ("solve", {"text": "title: [\n"}, "line: 2"),
    ]

    async def told(client: Client) -> None:
        for name, arguments, words in calls:
            result = await client.call_tool(name, arguments)
            assert result.is_error, (name, arguments)
            assert words in text(result)
            assert "Traceback" not in text(result)
            assert "Hidden words" not in text(result)
            assert result.structured_content["error"]["what"]
        assert not (await client.call_tool("list_models", {"words": "stag"})).is_error

    talk(told, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["secret.yaml"]


def test_a_call_that_is_given_up_ends_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def noted(*asked: Any) -> subprocess.Popen[bytes]:
        started.append(begin(*asked))
        return started[-1]

    begin = server.start
    monkeypatch.setattr(server, "start", noted)

    async def main() -> None:
        with anyio.move_on_after(1) as given_up:
            await server._in_worker("regimes", {"model": "escalation-ladder"}, 60)
        assert given_up.cancelled_caught
        monkeypatch.setattr(server, "GRACE", 0.5)
        with pytest.raises(server.ArgumentError, match=r"within 0\.1 s"):
            await server._in_worker("regimes", {"model": "escalation-ladder"}, 0.1)

    anyio.run(main)
    assert [process.poll() is not None for process in started] == [True, True]


def test_a_process_that_dies_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(*_: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit(9)"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    monkeypatch.setattr(server, "start", dying)
    with pytest.raises(server.ArgumentError, match="without an answer"):
        anyio.run(server._in_worker, "solve", {"model": "chicken"}, 60.0)


def test_what_is_no_message_is_passed_over() -> None:
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {},
                   "clientInfo": {"name": "t", "version": "1"}},
    }  # fmt: skip
    lines = ["", "no json", '{"jsonrpc": "2.0"}', "[" * 10_000, json.dumps(hello)]
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "deterrence", "mcp"],
        env=with_package(DETERRENCE_CACHE="off"), text=True, capture_output=True, timeout=60,
        input="\n".join(lines) + "\n", check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [a["result"]["serverInfo"]["name"] for a in answers if a.get("id") == 1] == [
        "deterrence"
    ]


def test_without_the_sdk_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    result = CliRunner().invoke(program, ["mcp"])
    assert result.exit_code == 2
    assert "deterrence[mcp]" in result.stderr
