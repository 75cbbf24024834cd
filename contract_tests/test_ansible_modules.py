"""Modules of ansible.windows and community.windows in playbooks: what they say, and what the machine is then.

A task of Ansible takes seconds, so each test is one playbook; its `assert` tasks run on the control node.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_client import CONNECTIONS, Ansible, install, inventory

pytestmark = pytest.mark.slow

WINDOWS = "ansible.windows"


@pytest.fixture(scope="session")
def ansible() -> Ansible:
    """Ansible with the collections; without them the tests are skipped with the reason."""
    return install(with_collections=True)


@pytest.fixture(params=sorted(CONNECTIONS))
def play(request, host, ansible, tmp_path):
    """Run the tasks of a playbook; all must hold."""
    hosts = inventory(tmp_path, host, request.param)

    def run(tasks: list[dict[str, Any]]) -> None:
        book = tmp_path / "book.json"
        book.write_text(
            json.dumps([{"hosts": "fake", "gather_facts": False, "tasks": tasks}]), encoding="utf-8"
        )
        code, output = ansible.playbook(hosts, book, tmp_path)
        assert code == 0, output

    return run


def task(module: str, arguments: Any, register: str = "r", **more: Any) -> dict[str, Any]:
    """A task of ansible.windows, or of another collection where the name has dots."""
    name = module if "." in module else f"{WINDOWS}.{module}"
    return {name: arguments, "register": register, **more}


def holds(*conditions: str) -> dict[str, Any]:
    """What must be true of the results so far."""
    return {"ansible.builtin.assert": {"that": list(conditions)}}


def test_commands_run_with_their_streams_codes_and_folders(play, host):
    play(
        [
            task("win_command", "whoami"),
            holds("r.rc == 0", "r.changed", "'administrator' in r.stdout"),
            task(
                "win_command",
                {"argv": ["cmd.exe", "/c", "echo", "a b", "&", "exit", "4"]},
                ignore_errors=True,
            ),
            holds("r.rc == 4", "r.failed", "'a b' in r.stdout"),
            task("win_shell", "[Console]::Error.WriteLine('bad'); $input; exit 3", ignore_errors=True),
            holds("r.rc == 3", "'bad' in r.stderr"),
            task(
                "win_shell",
                "echo %CD% & sort",
                args={"executable": "cmd", "chdir": "C:/Windows", "stdin": "b\r\na\r\n"},
            ),
            holds("'C:\\\\Windows' in r.stdout", "r.stdout.index('a\\r\\n') < r.stdout.rindex('b')"),
            task("win_shell", "'ä€'"),
            holds("r.stdout_lines[0] == 'ä€'"),
            task("win_command", "nosuch.exe", ignore_errors=True),
            holds("r.rc == 2", "r.failed"),
            task("win_command", "whoami", args={"creates": "C:\\Windows"}),
            holds("not r.changed"),
        ]
    )
    assert not [one for one in host.machine.processes if one.name in ("whoami.exe", "cmd.exe")]
