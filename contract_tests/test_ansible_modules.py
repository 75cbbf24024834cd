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


def test_files_are_copied_looked_at_and_found(play, host, tmp_path):
    (tmp_path / "some.j2").write_text("for {{ inventory_hostname }}\n", encoding="utf-8")
    play(
        [
            task("win_file", {"path": "C:\\w", "state": "directory"}),
            task("win_copy", {"content": "hello\n", "dest": "C:\\w\\hello.txt"}),
            holds("r.changed", "r.size == 6"),
            task("win_copy", {"content": "hello\n", "dest": "C:\\w\\hello.txt"}),
            holds("not r.changed"),
            task("win_template", {"src": str(tmp_path / "some.j2"), "dest": "C:\\w\\some.txt"}),
            task("win_stat", {"path": "C:\\w\\some.txt"}),
            holds("r.stat.exists", "r.stat.size == 9 or r.stat.size == 10", "not r.stat.islnk"),
            task("win_find", {"paths": "C:\\w", "patterns": "*.txt"}),
            holds("r.matched == 2"),
            task("ansible.builtin.slurp", {"src": "C:\\w\\hello.txt"}),
            holds("r.content | b64decode == 'hello\n'"),
            task("win_acl", {"path": "C:\\w", "user": "Guests", "rights": "Modify", "type": "deny"}),
            holds("r.changed"),
            task("win_owner", {"path": "C:\\w", "user": "Administrators", "recurse": True}),
        ]
    )
    assert host.machine.filesystem.read("C:\\w\\hello.txt") == b"hello\n"
    entries = host.machine.filesystem.security.of("C:\\w").entries
    assert any(not one.allows and one.sid == "S-1-5-32-546" for one in entries)


def test_services_are_told_changed_made_and_removed(play, host):
    service = {
        "name": "mine",
        "path": "C:\\mine.exe",
        "display_name": "My Service",
        "description": "text",
        "start_mode": "manual",
        "dependencies": ["Spooler"],
        "failure_actions": [{"type": "restart", "delay_ms": 5000}],
        "failure_reset_period_sec": 60,
    }
    play(
        [
            task("win_service", {"name": "Spooler", "state": "stopped", "start_mode": "delayed"}),
            holds("r.changed", "r.state == 'stopped'", "r.start_mode == 'delayed'"),
            task("win_service", service),
            holds("r.changed"),
            task("win_service", service),
            holds("not r.changed"),
            task("win_service_info", {"name": "mine"}),
            holds(
                "r.services[0].failure_actions == [{'type': 'restart', 'delay_ms': 5000}]",
                "r.services[0].dependencies == ['Spooler']",
                "r.services[0].description == 'text'",
                "r.services[0].failure_reset_period_sec == 60",
            ),
        ]
    )
    services = host.machine.services
    assert services["Spooler"].settings.delayed_start
    assert services["Spooler"].state.label == "Stopped"
    assert services["mine"].display_name == "My Service"
    assert services["mine"].settings.failure.actions == ((1, 5000),)
    play([task("win_service", {"name": "mine", "state": "absent"}), holds("r.changed")])
    assert services.get("mine") is None


@pytest.mark.parametrize("play", ["psrp"], indirect=True)
def test_who_somebody_is(play, host):
    # Over winrm powershell.exe is no process of the machine, and the module asks for its own.
    play(
        [
            task("win_whoami", {}),
            holds(
                "r.account.account_name == 'Administrator'",
                "r.account.sid == '" + host.machine.accounts.administrator.sid + "'",
                "r.privileges.SeDebugPrivilege == 'enabled-by-default'",
                "'S-1-5-32-544' in r.groups | map(attribute='sid')",
                "r.label.sid == 'S-1-16-12288'",
                "'SeNetworkLogonRight' in r.rights",
            ),
        ]
    )


def test_users_and_groups_are_made_changed_and_removed(play, host):
    user = {
        "name": "bob",
        "password": "Secr3t!!x",
        "fullname": "Bob B",
        "groups": ["Users", "Hyper-V Administrators"],
        "password_never_expires": True,
    }
    play(
        [
            task("win_user", user),
            holds("r.changed"),
            task("win_user", user),
            holds("not r.changed"),
            task("win_group", {"name": "devs", "description": "text"}),
            task("win_group_membership", {"name": "devs", "members": ["bob"]}),
            holds("r.changed", "r.members | length == 1"),
            task("win_group_membership", {"name": "devs", "members": ["bob"]}),
            holds("not r.changed"),
        ]
    )
    account = host.machine.accounts.find("bob")
    assert account.full_name == "Bob B"
    assert account.is_member_of("devs")
    assert account.is_member_of("Hyper-V Administrators")
    assert not account.logon.password_expires
    play(
        [
            task("win_user", {"name": "bob", "state": "absent"}),
            task("win_group", {"name": "devs", "state": "absent"}),
        ]
    )
    assert host.machine.accounts.find("bob") is None
    assert host.machine.accounts.group("devs") is None


def test_policies_of_the_machine_are_set(play, host):
    community = "community.windows"
    play(
        [
            task("win_timezone", {"timezone": "W. Europe Standard Time"}),
            holds("r.changed", "r.previous_timezone == 'UTC'"),
            task(f"{community}.win_power_plan", {"name": "High performance"}),
            holds("r.changed", "r.power_plan_enabled"),
            task(
                f"{community}.win_security_policy",
                {"section": "System Access", "key": "MaximumPasswordAge", "value": 30},
            ),
            holds("r.changed"),
            task(
                f"{community}.win_security_policy",
                {"section": "System Access", "key": "MaximumPasswordAge", "value": 30},
            ),
            holds("not r.changed"),
            task(
                "win_audit_policy_system",
                {"subcategory": "File System", "audit_type": ["success", "failure"]},
            ),
            holds("r.changed", "r.current_audit_policy['file system'] == 'success and failure'"),
            task("win_feature", {"name": ["Failover-Clustering", "Telnet-Client"], "state": "present"}),
            holds("r.changed", "r.reboot_required"),
        ]
    )
    machine = host.machine
    assert machine.operating_system.time_zone == "W. Europe Standard Time"
    assert machine.power_plans.active.name == "High performance"
    assert machine.accounts.rules.maximum_password_age.days == 30
    assert machine.audit_policy.setting(machine.audit_policy.subcategory("File System")) == 3


def test_certificates_come_into_a_store_and_leave_it(play, host):
    play(
        [
            task(
                "win_shell",
                "$c = New-SelfSignedCertificate -DnsName web -CertStoreLocation Cert:\\LocalMachine\\My; "
                "$null = Export-Certificate -Cert $c -FilePath C:\\web.cer; $c.Thumbprint",
            ),
            task(
                "win_certificate_store",
                {"path": "C:\\web.cer", "state": "present", "store_name": "Root"},
                "s",
            ),
            holds("s.changed", "s.thumbprints == [r.stdout | trim]"),
            task(
                "win_certificate_store",
                {"path": "C:\\web.cer", "state": "present", "store_name": "Root"},
                "s",
            ),
            holds("not s.changed"),
            task(
                "win_certificate_store",
                {"thumbprint": "{{ r.stdout | trim }}", "state": "absent", "store_name": "Root"},
                "s",
            ),
            holds("s.changed"),
        ]
    )
    store = host.machine.certificates.of_store
    assert [one for one in store("My") if one.is_for("web")]
    assert not [one for one in store("Root") if one.is_for("web")]
