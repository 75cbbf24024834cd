"""The release tables."""

from __future__ import annotations

import pytest

from emulator.profile import Limits, Release, builtin_names, load, release, release_keys
from emulator.record import names

KEYS = ("2008R2", "2012", "2012R2", "2016", "2019", "2022", "2025", "7", "11")
MAY_BE_EMPTY = {
    "special_devices",
    "storage_spaces",
    "service_pack_text",
    "hyper_v_module_version",
    "wmi_namespaces",
    "configuration_versions",
    "default_configuration_version",
    "feature_minimum_configuration_versions",
    "default_switch_id",
    "display_version",
    "release_id",
    "replication_intervals",
}


def test_the_releases_are_the_documented_ones_in_order():
    assert release_keys() == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_every_release_states_every_fact(key):
    facts = release(key)

    assert facts.key == key
    for name in names(Release):
        value = getattr(facts, name)
        if name not in MAY_BE_EMPTY and not isinstance(value, bool | int):
            assert value, name
    assert all(value is not None for value in (getattr(facts.limits, name) for name in names(Limits)))


@pytest.mark.parametrize("key", KEYS)
def test_facts_of_a_release_agree_with_each_other(key):
    facts = release(key)

    assert facts.version_parts[2] == facts.build
    assert facts.build_lab.startswith(f"{facts.build}.")
    assert facts.command_interpreter_version.startswith(facts.version)
    assert facts.powershell_full_version.startswith(facts.powershell_version)
    assert facts.powershell_compatible_versions[-1] == facts.powershell_full_version
    assert facts.default_configuration_version in (*facts.configuration_versions, None)
    assert set(facts.requirement_texts) == {"cpu", "firmware", "dep", "slat", "already_virtual"}
    assert facts.local_groups["Administrators"] == "S-1-5-32-544"


@pytest.mark.parametrize("key", KEYS)
def test_editions_of_a_release_are_complete(key):
    facts = release(key)

    for name, edition in facts.editions.items():
        assert edition.name == name
        assert facts.title.removeprefix("Windows Server ").removeprefix("Windows ") in edition.caption
        assert edition.product_type == (1 if facts.is_client else 3)
        assert set(edition.installations) <= {"full", "core"}
        assert (edition.sku_core is None) == ("core" not in edition.installations)
        assert (edition.edition_id_core is None) == ("core" not in edition.installations)
        assert edition.maximum_memory >= 32 << 30


@pytest.mark.parametrize(
    ("key", "version", "namespaces", "generation_2", "stack", "powershell", "module"),
    [
        ("2008R2", "6.1.7601", ("v1",), False, "2.0", "2.0", None),
        ("2012", "6.2.9200", ("v1", "v2"), False, "3.0", "3.0", "1.1"),
        ("2012R2", "6.3.9600", ("v2",), True, "3.0", "4.0", "1.1"),
        ("2016", "10.0.14393", ("v2",), True, "3.0", "5.1", "2.0.0.0"),
        ("2019", "10.0.17763", ("v2",), True, "3.0", "5.1", "2.0.0.0"),
        ("2022", "10.0.20348", ("v2",), True, "3.0", "5.1", "2.0.0.0"),
        ("2025", "10.0.26100", ("v2",), True, "3.0", "5.1", "2.0.0.0"),
        ("7", "6.1.7601", (), False, "2.0", "2.0", None),
        ("11", "10.0.26100", ("v2",), True, "3.0", "5.1", "2.0.0.0"),
    ],
)
def test_the_facts_that_clients_ask_first(key, version, namespaces, generation_2, stack, powershell, module):
    facts = release(key)

    assert facts.version == version
    assert facts.wmi_namespaces == namespaces
    assert facts.generation_2 is generation_2
    assert facts.winrm_stack == stack
    assert facts.powershell_version == powershell
    assert facts.hyper_v_module_version == module


@pytest.mark.parametrize(
    ("key", "default", "first"),
    [
        ("2012R2", "5.0", "5.0"),
        ("2016", "8.0", "5.0"),
        ("2019", "9.0", "5.0"),
        ("2022", "10.0", "8.0"),
        ("2025", "12.0", "8.0"),
    ],
)
def test_configuration_versions(key, default, first):
    facts = release(key)

    assert (facts.default_configuration_version, facts.configuration_versions[0]) == (default, first)
    assert facts.configuration_versions[-1] == default


def test_slat_is_demanded_from_2016_on_and_by_clients_with_hyper_v():
    assert [key for key in KEYS if release(key).slat_required] == ["2016", "2019", "2022", "2025", "11"]


@pytest.mark.parametrize(
    "fact", ["processor_virtualization_properties", "hypervisor_present_property", "systeminfo_hyper_v"]
)
def test_properties_that_came_with_2012_are_absent_before(fact):
    assert [key for key in KEYS if not getattr(release(key), fact)] == ["2008R2", "7"]


def test_hyper_v_server_ends_with_2019():
    assert [key for key in KEYS if "HyperVServer" in release(key).editions] == list(KEYS[:5])
    assert all(release(key).editions["HyperVServer"].hyper_v_preinstalled for key in KEYS[:5])


def test_captions_of_2008_r2_end_with_a_blank_and_later_ones_do_not():
    assert release("2008R2").editions["Datacenter"].caption == "Microsoft Windows Server 2008 R2 Datacenter "
    assert release("2012").editions["Standard"].caption == "Microsoft Windows Server 2012 Standard"
    assert release("2008R2").editions["Datacenter"].product_name == "Windows Server 2008 R2 Datacenter"


@pytest.mark.parametrize(
    ("key", "edition", "full", "core", "suite_mask"),
    [
        ("2008R2", "Datacenter", 8, 12, 400),
        ("2008R2", "Standard", 7, 13, 272),
        ("2008R2", "Enterprise", 10, 14, 274),
        ("2008R2", "HyperVServer", 42, 42, 272),
        ("2012", "Standard", 7, 7, 272),
        ("2022", "Datacenter", 8, 8, 400),
        ("11", "Professional", 48, None, 256),
    ],
)
def test_core_has_a_sku_of_its_own_until_2008_r2(key, edition, full, core, suite_mask):
    facts = release(key).editions[edition]

    assert (facts.sku_full, facts.sku_core, facts.suite_mask) == (full, core, suite_mask)


@pytest.mark.parametrize(
    ("key", "limits"),
    [
        ("2008R2", (64, 384, 4, 4, 64 << 30)),
        ("2012", (320, 1024, 64, 64, 1 << 40)),
        ("2016", (512, 1024, 64, 240, 12 << 40)),
        ("2022", (1024, 1024, 64, 1024, 240 << 40)),
        ("2025", (2048, 1024, 64, 2048, 240 << 40)),
    ],
)
def test_limits_grow_with_the_release(key, limits):
    found = release(key).limits

    assert limits == (
        found.host_logical_processors,
        found.running_virtual_machines,
        found.virtual_processors(1),
        found.virtual_processors(2),
        found.virtual_machine_memory(2),
    )


def test_commands_that_install_the_role():
    old, new, client = release("2008R2").features, release("2022").features, release("11").features

    assert "ocsetup" in old.commands_core
    assert "servermanagercmd" in old.commands_full
    assert "Install-WindowsFeature" not in old.commands_full
    assert "Install-WindowsFeature" in new.commands_core
    assert (client.role, client.dism_role[0]) == ("", "Microsoft-Hyper-V-All")
    assert (old.dism_all, new.dism_all) == (False, True)


def test_windows_7_has_no_hyper_v_at_all():
    facts = release("7")

    assert not facts.supports_hyper_v
    assert (facts.features.role, facts.features.dism_role, facts.features.commands_full) == ("", (), ())


def test_only_clients_have_the_default_switch():
    assert [key for key in KEYS if release(key).default_switch_id] == ["11"]


def test_facts_are_cached_and_cannot_be_changed():
    facts = release("2022")

    assert release("2022") is facts
    with pytest.raises(AttributeError):
        facts.version = "1"
    with pytest.raises(TypeError):
        facts.editions["Home"] = None
    with pytest.raises(TypeError):
        facts.winrm_defaults["shells"]["max_concurrent_users"] = 1


def test_an_unknown_release_is_a_key_error():
    with pytest.raises(KeyError):
        release("1999")


def test_every_release_but_none_too_many_is_used_by_a_shipped_profile():
    assert {load(name).release.key for name in builtin_names()} == set(KEYS)
