"""Ansible in an environment of its own, with the collections that the package `ansible` brings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import PASSWORD, USER
from filelock import FileLock
from programs import CACHE

_PACKAGES = ("ansible-core", "pywinrm", "pypsrp")
_COLLECTIONS = ("ansible/windows", "community/windows")
_SECONDS = 600
_PLAY_SECONDS = 300
CONNECTIONS = {
    "winrm": {"ansible_winrm_transport": "ntlm", "ansible_winrm_scheme": "http"},
    "psrp": {"ansible_psrp_auth": "ntlm", "ansible_psrp_protocol": "http"},
}


class Ansible:
    """The commands of one environment."""

    def __init__(self, programs: Path, collections: Path | None) -> None:
        self._programs = programs
        self._collections = collections

    def command(self, *words: str, home: Path, seconds: int = 120) -> tuple[int, str]:
        """Run ``ansible``: its exit code and what it wrote."""
        return self._run("ansible", words, home, seconds)

    def playbook(self, hosts: Path, book: Path, home: Path) -> tuple[int, str]:
        """Run a playbook."""
        return self._run("ansible-playbook", ("-i", str(hosts), str(book)), home, _PLAY_SECONDS)

    def _run(self, program: str, words: Any, home: Path, seconds: int) -> tuple[int, str]:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment.update(
            HOME=str(home),
            ANSIBLE_LIBRARY=str(home),
            ANSIBLE_NOCOLOR="1",
            ANSIBLE_COLLECTIONS_PATH=str(self._collections or home),
        )
        answer = subprocess.run(
            [str(self._programs / program), *words],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            env=environment,
        )
        return answer.returncode, answer.stdout + answer.stderr


def install(*, with_collections: bool) -> Ansible:
    """Ansible, made once for all tests. Skips the test with the reason where it cannot be had."""
    home = CACHE / "ansible"
    programs = home / "bin"
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(CACHE / "ansible.lock"):
        if not (programs / "ansible").exists():
            _install(
                [sys.executable, "-m", "venv", str(home)],
                [str(programs / "pip"), "install", "--quiet", *_PACKAGES],
            )
        collections = _collections(programs) if with_collections else None
    return Ansible(programs, collections)


def _collections(programs: Path) -> Path:
    home = CACHE / "ansible-collections"
    if all((home / "ansible_collections" / one).exists() for one in _COLLECTIONS):
        return home
    pip = str(programs / "pip")
    _install([pip, "download", "--quiet", "--no-deps", "--dest", str(home), "ansible"])
    for wheel in home.glob("ansible-*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            prefixes = tuple(f"ansible_collections/{one}/" for one in _COLLECTIONS)
            archive.extractall(home, [one for one in archive.namelist() if one.startswith(prefixes)])
        wheel.unlink()
    return home


def _install(*steps: list[str]) -> None:
    for step in steps:
        made = subprocess.run(step, capture_output=True, text=True, timeout=_SECONDS, check=False)
        if made.returncode:
            reason = made.stderr.strip().splitlines()[-1:]
            pytest.skip(f"Ansible could not be installed: {' '.join(reason)}")


def inventory(folder: Path, host: Any, connection: str) -> Path:
    """An inventory of the host, reached over a connection."""
    variables = {
        "ansible_host": "127.0.0.1",
        "ansible_port": host.http_port,
        "ansible_user": USER,
        "ansible_password": PASSWORD,
        "ansible_connection": connection,
        "ansible_shell_type": "powershell",
        **CONNECTIONS[connection],
    }
    path = folder / "hosts.json"
    path.write_text(json.dumps({"all": {"hosts": {"fake": variables}}}), encoding="utf-8")
    return path
