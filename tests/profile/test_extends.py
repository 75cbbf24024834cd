"""Profiles that change a few lines of another."""

from __future__ import annotations

import pytest

from emulator.profile import ProfileError, load, loads


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


def problems(path):
    with pytest.raises(ProfileError) as caught:
        load(path)
    return caught.value.problems


def test_four_lines_allow_basic_over_http_on_the_default_profile(tmp_path):
    path = write(
        tmp_path,
        "basic.yaml",
        "extends: windows-server-2022-datacenter\n"
        "winrm:\n  allow_unencrypted: true\n  authentication: {basic: true}\n",
    )
    profile, base = load(path), load("windows-server-2022-datacenter")

    assert profile.winrm.allow_unencrypted
    assert profile.winrm.authentication.basic
    assert profile.winrm.authentication.negotiate
    assert profile.winrm.https_enabled
    assert (profile.hardware, profile.users, profile.inventory) == (base.hardware, base.users, base.inventory)


def test_mappings_merge_to_any_depth_and_lists_replace(tmp_path):
    path = write(
        tmp_path,
        "small.yaml",
        "extends: windows-server-2022-datacenter\n"
        "hardware:\n  processor: {sockets: 1}\n  numa_nodes: 1\n"
        "inventory:\n  virtual_machines: [{name: only}]\n",
    )
    profile = load(path)

    assert profile.hardware.logical_processors == 64
    assert profile.hardware.processor.vendor == "Intel"
    assert [machine.name for machine in profile.inventory.virtual_machines] == ["only"]
    assert len(profile.inventory.virtual_switches) == 2


def test_name_and_description_are_not_handed_on(tmp_path):
    write(tmp_path, "base.yaml", "extends: windows-11-pro\nname: Base\ndescription: The base\n")
    path = write(tmp_path, "child.yaml", "extends: ./base.yaml\n")

    assert (load(path).name, load(path).description) == ("child", "")


def test_a_relative_path_starts_at_the_file_that_names_it(tmp_path, monkeypatch):
    write(tmp_path, "base/first.yaml", "extends: no-dep\nclock: fast\n")
    write(tmp_path, "base/second.yml", "extends: first.yaml\n")
    path = write(tmp_path, "profiles/third.yaml", "extends: ../base/second.yml\n")
    monkeypatch.chdir("/")

    assert load(path).clock == "fast"


def test_text_may_extend_too(tmp_path):
    write(tmp_path, "base.yaml", "extends: windows-11-pro\nclock: manual\n")

    assert loads("extends: windows-11-pro\n", "mine.yaml").name == "mine"
    assert loads("extends: base.yaml\n", str(tmp_path / "mine.yaml")).clock == "manual"


def test_a_problem_points_into_the_file_that_holds_the_value(tmp_path):
    base = write(
        tmp_path,
        "base.yaml",
        "extends: windows-server-2022-datacenter\n\nwinrm:\n  http_port: 0\n  https_port: 1\n",
    )
    path = write(tmp_path, "child.yaml", "extends: base.yaml\nclock: slow\nwinrm:\n  max_batch_items: 0\n")

    assert [problem.split(": ")[0] for problem in problems(path)] == [f"{path}:2", f"{path}:4", f"{base}:4"]


def test_a_comparison_points_to_the_line_that_is_at_fault(tmp_path):
    path = write(
        tmp_path,
        "child.yaml",
        "extends: windows-server-2022-datacenter\ninventory:\n  virtual_switches: []\n",
    )

    found = problems(path)

    assert len(found) == 3
    assert all("windows-server-2022-datacenter.yaml:" in problem for problem in found)
    assert "network_adapters[0].switch: 'External' is not a switch" in found[0]


def test_a_base_that_does_not_exist_is_named(tmp_path):
    path = write(tmp_path, "a.yaml", "clock: fast\nextends: ./b.yaml\n")

    assert problems(path) == [
        f"{path}:2: extends: there is no file '{tmp_path}/b.yaml'; the path is relative to this file"
    ]


def test_a_base_that_is_no_shipped_profile_gets_the_nearest_name(tmp_path):
    path = write(tmp_path, "a.yaml", "extends: windows-11\n")

    assert problems(path)[0].startswith(
        f"{path}:1: extends: 'windows-11' is not a shipped profile; did you mean 'windows-11-pro'? "
        "write a path ending in .yaml or one of 'hyperv-server-2008r2', "
    )


@pytest.mark.parametrize("base", ["[a, b]", "5", "", "''"])
def test_a_base_must_be_a_text(tmp_path, base):
    path = write(tmp_path, "a.yaml", f"extends: {base}\n")

    assert problems(path) == [
        f"{path}:1: extends: write the name of a shipped profile or a path relative to this file"
    ]


def test_a_cycle_is_reported_with_its_way(tmp_path):
    path = write(tmp_path, "a.yaml", "extends: b.yaml\n")
    middle = write(tmp_path, "b.yaml", "clock: fast\nextends: ./a.yaml\n")

    assert problems(path) == [
        f"{middle}:2: extends: a profile cannot extend itself: a.yaml -> b.yaml -> a.yaml"
    ]


def test_an_endless_chain_is_refused(tmp_path):
    for number in range(20):
        write(tmp_path, f"{number}.yaml", f"extends: {number + 1}.yaml\n")

    assert "more than 16 profiles extend one another" in problems(str(tmp_path / "0.yaml"))[0]


def test_bad_yaml_in_a_base_is_reported_there(tmp_path):
    base = write(tmp_path, "base.yaml", "clock: fast\nclock: fast\n")
    path = write(tmp_path, "a.yaml", "extends: base.yaml\n")

    assert problems(path) == [f"{base}:2: the key 'clock' is written twice; the first one is in line 1"]


def test_a_release_brings_its_own_winrm_defaults_and_stated_values_win():
    text = "extends: windows-server-2008r2-enterprise\nwinrm:\n  shells: {max_concurrent_users: 3}\n"
    old, new = loads(text).winrm, loads("extends: windows-server-2022-datacenter").winrm

    assert (old.shells.max_concurrent_users, old.shells.max_processes_per_shell) == (3, 25)
    assert (old.shells.max_memory_per_shell_megabytes, old.shells.max_shells_per_user) == (1024, 30)
    assert (old.max_envelope_size_kilobytes, new.max_envelope_size_kilobytes) == (150, 500)
    assert new.shells.max_shells_per_user == 2147483647
