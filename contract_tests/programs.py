"""Client programs in other languages: built once from their registries, kept in the checkout's .cache folder.

Each builder gives the command line of a program that takes HOST PORT AUTHENTICATION USER PASSWORD
cmd|powershell COMMAND and prints one JSON object. What is missing skips the test and names it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import PASSWORD, USER
from filelock import FileLock

from emulator import HyperVHost

SOURCES = Path(__file__).parent / "clients"
CACHE = Path(__file__).parent.parent / ".cache" / "clients"
_BUILD_SECONDS = 600
#: A build that failed is not tried again by every test of a run, only by a later run.
_RETRY_SECONDS = 600


class BuildFailed(Exception):
    """A program could not be built; the message is the last line that its tool said."""


class Program:
    """One client program. `run` answers the object that it printed."""

    def __init__(self, command: list[str]) -> None:
        self._command = command

    def run(
        self,
        host: HyperVHost,
        authentication: str,
        kind: str,
        command: str,
        user: str = USER,
        password: str = PASSWORD,
    ) -> dict[str, Any]:
        arguments = ["127.0.0.1", str(host.http_port), authentication, user, password, kind, command]
        done = subprocess.run([*self._command, *arguments], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        # Libraries may log to standard output; the answer is its last line.
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        if answer.get("error") == f"not built with {authentication}":
            pytest.skip(f"the version of the library that its registry gave has no {authentication} messages")
        return answer


def program(name: str) -> Program:
    """The program of a language. Skips the test when a tool or its registry is missing."""
    tool, build = _BUILDERS[name]
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    sources = SOURCES / name
    content = b"".join(path.read_bytes() for path in sorted(sources.rglob("*")) if path.is_file())
    folder = CACHE / f"{name}-{hashlib.sha256(content).hexdigest()[:16]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        command, failure = folder / "command.json", folder / "failed.txt"
        if failure.exists() and time.time() - failure.stat().st_mtime < _RETRY_SECONDS:
            pytest.skip(f"the {name} client could not be built: {failure.read_text(encoding='utf-8')}")
        if not command.exists():
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(sources, folder)
            try:
                command.write_text(json.dumps(build(folder)), encoding="utf-8")
            except (BuildFailed, subprocess.TimeoutExpired) as failed:
                failure.write_text(str(failed), encoding="utf-8")
                pytest.skip(f"the {name} client could not be built: {failed}")
        return Program(json.loads(command.read_text(encoding="utf-8")))


def _tool(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_BUILD_SECONDS)
    if done.returncode != 0:
        said = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise BuildFailed(f"{command[0]}: {next((line for line in said if 'ERROR' in line), said[-1])[:300]}")


def _go(folder: Path) -> list[str]:
    _tool(folder, "go", "get", "github.com/masterzen/winrm@latest")
    try:
        _tool(folder, "go", "build", "-tags", "encryption", "-o", "client", ".")
    except BuildFailed:
        _tool(folder, "go", "build", "-o", "client", ".")
    return [str(folder / "client")]


def _node(folder: Path) -> list[str]:
    _tool(folder, "npm", "install", "--no-audit", "--no-fund", "--no-package-lock")
    return ["node", str(folder / "client.js")]


def _java(folder: Path) -> list[str]:
    _tool(
        folder,
        "mvn",
        "-q",
        "-B",
        "-Dstyle.color=never",
        "compile",
        "dependency:build-classpath",
        "-Dmdep.outputFile=classpath.txt",
    )
    libraries = (folder / "classpath.txt").read_text(encoding="utf-8").strip()
    return ["java", "-cp", f"{folder / 'target' / 'classes'}:{libraries}", "Client"]


_BUILDERS: dict[str, tuple[str, Callable[[Path], list[str]]]] = {
    "go": ("go", _go),
    "node": ("npm", _node),
    "java": ("mvn", _java),
}
