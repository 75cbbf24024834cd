"""Wrong profiles: each problem with its line, its field, what is wrong and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from emulator.profile import loads

CASES = yaml.safe_load((Path(__file__).parent / "wrong_profiles.yaml").read_text(encoding="utf-8"))


def rows(table, *keys):
    return [pytest.param(*[case[key] for key in keys], id=case["problem"][:90]) for case in CASES[table]]


def expect(problems, wanted):
    """The only problem is `wanted`, or begins with it when it ends with a blank."""
    assert len(problems) == 1, problems
    if wanted.endswith(" "):
        assert problems[0].startswith(f"p.yaml:{wanted}")
    else:
        assert problems[0] == f"p.yaml:{wanted}"


def test_the_profile_that_the_tables_change_is_right(complete):
    assert loads(complete).name == "<text>"


@pytest.mark.parametrize(("old", "new", "problem"), rows("changes", "replace", "by", "problem"))
def test_a_wrong_field_is_the_only_problem(complete, problems_of, old, new, problem):
    assert old in complete

    expect(problems_of(complete.replace(old, new, 1)), problem)


@pytest.mark.parametrize(("lines", "problem"), rows("additions", "append", "problem"))
def test_a_wrong_addition_is_the_only_problem(complete, problems_of, lines, problem):
    expect(problems_of(f"{complete}{lines}\n"), problem)


@pytest.mark.parametrize(("lines", "problem"), rows("inventory", "append", "problem"))
def test_a_wrong_inventory_is_the_only_problem(complete, problems_of, lines, problem):
    expect(problems_of(f"{complete}inventory:\n{lines}\n"), problem)


def test_missing_sections_are_each_required(problems_of):
    assert problems_of("name: x\n") == [
        "p.yaml:1: hardware: is required: Processors, memory, disks, adapters and firmware.",
        "p.yaml:1: operating_system: is required: The installed Windows.",
        "p.yaml:1: users: is required: Local accounts.",
    ]


def test_every_problem_of_a_file_is_listed_in_the_order_of_its_lines(complete, problems_of):
    text = complete.replace("vendor: Intel", "vendor: Cyrix").replace("edition: Datacenter", "edition: Web")
    text += """\
winrm: {http_port: 0, basic: true}
inventory:
  virtual_switches:
    - {name: A, kind: private}
    - {name: A, kind: private}
  virtual_machines:
    - {name: a, state: on, network_adapters: [{switch: B}]}
    - {name: b, processors: 0}
"""

    found = [problem.partition(": ")[0] + ": " + problem.split(": ")[1] for problem in problems_of(text)]

    assert found == [
        "p.yaml:3: hardware.processor.vendor",
        "p.yaml:18: operating_system.edition",
        "p.yaml:24: winrm.http_port",
        "p.yaml:24: winrm.basic",
        "p.yaml:28: inventory.virtual_switches[1].name",
        "p.yaml:30: inventory.virtual_machines[0].state",
        "p.yaml:30: inventory.virtual_machines[0].network_adapters[0].switch",
        "p.yaml:31: inventory.virtual_machines[1].processors",
    ]


def test_a_reference_to_a_wrong_item_is_not_called_undefined(complete, problems_of):
    text = (
        complete
        + """\
inventory:
  virtual_switches:
    - {name: A, kind: bridged}
  virtual_machines:
    - {name: a, network_adapters: [{switch: A}]}
"""
    )

    assert len(problems_of(text)) == 1


@pytest.mark.parametrize(("lines", "problem"), rows("old_release", "append", "problem"))
def test_what_an_old_release_lacks_is_a_problem(complete, problems_of, lines, problem):
    text = complete.replace("release: 2022", "release: 2008R2")

    expect(problems_of(f"{text}inventory:\n  # {'-' * 10}\n  {lines}\n"), problem)


@pytest.mark.parametrize("role", ["absent", "pending-reboot"])
def test_without_an_active_role_there_is_no_inventory(complete, problems_of, role):
    text = complete.replace("role: enabled", f"role: {role}")
    text += "inventory:\n  virtual_machines: [{name: a}]\n  generate: {virtual_machines: 2}\n"

    assert problems_of(text) == [
        f"p.yaml:25: inventory.virtual_machines: needs `hyper_v.role: enabled`; the role is '{role}'",
        f"p.yaml:26: inventory.generate: needs `hyper_v.role: enabled`; the role is '{role}'",
    ]


@pytest.mark.parametrize(
    ("old", "new", "obstacle"),
    [
        (
            "    family: 6",
            "    family: 6\n    virtualization: {enabled: false}",
            "the hardware does not meet: firmware",
        ),
        ("    family: 6", "    family: 6\n    slat: false", "the hardware does not meet: slat"),
        ("role: enabled", "role: enabled\n  hypervisor_launch: off", "`hypervisor_launch` is 'off'"),
    ],
)
def test_a_machine_cannot_run_where_no_hypervisor_starts(complete, problems_of, old, new, obstacle):
    text = complete.replace(old, new) + "inventory:\n  virtual_machines: [{name: a, state: running}]\n"

    expect(
        problems_of(text),
        "26: inventory.virtual_machines[0].state: 'running' needs a hypervisor, and it cannot start: "
        + obstacle,
    )


def test_two_active_machines_cannot_share_a_disk_but_two_at_rest_can(complete, problems_of):
    text = (
        complete
        + """\
inventory:
  virtual_disks: [{path: 'C:\\a.vhdx', size: 1 GB}]
  virtual_machines:
    - {name: a, hard_disks: [{path: 'C:\\a.vhdx'}], state: running}
    - {name: b, hard_disks: [{path: 'C:\\A.vhdx'}], state: running}
"""
    )

    expect(
        problems_of(text),
        "28: inventory.virtual_machines[1].hard_disks[0].path: the virtual disk 'C:\\A.vhdx' is already at "
        "inventory.virtual_machines[0].hard_disks[0].path; each may appear once",
    )
    assert loads(text.replace("state: running", "state: off"))


def test_hyper_v_server_always_has_the_role(complete, problems_of):
    text = complete.replace("release: 2022", "release: 2019").replace("role: enabled", "role: absent")
    text = text.replace("edition: Datacenter", "edition: HyperVServer\n  installation: core")

    expect(
        problems_of(text),
        "22: hyper_v.role: Windows Server 2019 HyperVServer has the Hyper-V role from the start; "
        "allowed: 'enabled', 'pending-reboot'",
    )


def test_user_names_are_unique_without_regard_to_case(complete, problems_of):
    text = complete + "  - {name: ADMINISTRATOR, password: x}\n"

    expect(
        problems_of(text),
        "24: users[1].name: the user name 'ADMINISTRATOR' is already at users[0].name; each may appear once",
    )


def test_more_machines_than_the_release_runs_are_refused(complete, problems_of):
    text = complete.replace("memory: 16 GB", "memory: 256 GB")
    text += "inventory:\n  generate: {virtual_machines: 1025, state: running, memory: 32 MB}\n"

    expect(
        problems_of(text), "25: inventory.generate: 1025 machines run; Windows Server 2022 runs 1024 at most"
    )
