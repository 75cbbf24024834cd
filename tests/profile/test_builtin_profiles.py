"""The shipped profiles."""

from __future__ import annotations

import pytest

from emulator.profile import Profile, ProfileError, builtin_names, builtin_path, load

NAMES = {
    "windows-server-2008r2-enterprise",
    "windows-server-2008r2-datacenter-core",
    "hyperv-server-2008r2",
    "windows-server-2012-datacenter",
    "windows-server-2012r2-datacenter",
    "windows-server-2016-datacenter",
    "windows-server-2019-datacenter",
    "windows-server-2022-datacenter",
    "windows-server-2022-datacenter-core",
    "windows-server-2022-standard-amd",
    "windows-server-2025-datacenter",
    "windows-server-2025-special-devices",
    "windows-11-pro",
    "windows-server-2008r2-rsat",
    "windows-7-rsat",
    "no-virtualization",
    "no-dep",
    "x86-processor",
    "no-slat",
    "windows-server-2008r2-web",
}
WITHOUT_ROLE = {
    "windows-server-2008r2-rsat",
    "windows-7-rsat",
    "no-virtualization",
    "no-dep",
    "x86-processor",
    "no-slat",
    "windows-server-2008r2-web",
}


def test_the_shipped_names_are_exactly_the_documented_ones():
    assert set(builtin_names()) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_shipped_profile_loads_and_explains_itself(name):
    profile = load(name)

    assert isinstance(profile, Profile)
    assert profile.name == name
    assert len(profile.description) > 20
    assert profile.operating_system.computer_name.isupper()
    assert builtin_path(name).name == f"{name}.yaml"


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_shipped_profile_has_an_administrator_and_another_user(name):
    administrator, user = load(name).users

    assert (administrator.name, administrator.password) == ("Administrator", "Passw0rd!")
    assert "Administrators" in administrator.groups
    assert "Administrators" not in user.groups


def test_computer_names_of_shipped_profiles_differ():
    names = [load(name).operating_system.computer_name for name in builtin_names()]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", sorted(NAMES - WITHOUT_ROLE))
def test_a_hyper_v_host_has_a_small_inventory_that_can_run(name):
    profile = load(name)
    states = [machine.state for machine in profile.inventory.virtual_machines]

    assert profile.hyper_v.role == "enabled"
    assert profile.unmet_requirements == ()
    assert {"running", "off"} <= set(states)
    assert 2 <= len(states) <= 3
    assert profile.inventory.virtual_switches


@pytest.mark.parametrize("name", sorted(WITHOUT_ROLE))
def test_a_machine_without_the_role_has_nothing_in_hyper_v(name):
    profile = load(name)

    assert profile.hyper_v.role == "absent"
    assert profile.inventory.virtual_machines == ()
    assert profile.inventory.virtual_switches == ()


@pytest.mark.parametrize(
    ("name", "unmet"),
    [
        ("no-virtualization", ("firmware",)),
        ("no-dep", ("dep",)),
        ("no-slat", ("slat",)),
        ("x86-processor", ("cpu", "dep")),
        ("windows-server-2008r2-web", ()),
    ],
)
def test_an_incapable_machine_lacks_exactly_what_its_name_says(name, unmet):
    assert load(name).unmet_requirements == unmet


def test_the_web_edition_cannot_have_the_role():
    assert load("windows-server-2008r2-web").edition.hyper_v is False


@pytest.mark.parametrize("name", ["windows-server-2008r2-rsat", "windows-7-rsat"])
def test_a_management_station_has_the_tools_alone(name):
    settings = load(name).hyper_v

    assert settings.management_tools
    assert settings.role == "absent"


def test_the_default_profile_has_both_generations_and_safe_winrm_settings():
    profile = load("windows-server-2022-datacenter")

    assert {machine.generation for machine in profile.inventory.virtual_machines} == {1, 2}
    assert [switch.kind for switch in profile.inventory.virtual_switches] == ["external", "internal"]
    assert profile.winrm.allow_unencrypted is False
    assert profile.winrm.authentication.basic is False
    assert profile.winrm.authentication.negotiate is True


def test_only_the_2012_r2_profile_allows_basic_over_http():
    allowed = [
        name
        for name in builtin_names()
        if load(name).winrm.authentication.basic or load(name).winrm.allow_unencrypted
    ]

    assert allowed == ["windows-server-2012r2-datacenter"]


@pytest.mark.parametrize(
    ("name", "sku", "installation_type", "caption"),
    [
        (
            "windows-server-2008r2-datacenter-core",
            12,
            "Server Core",
            "Microsoft Windows Server 2008 R2 Datacenter ",
        ),
        ("hyperv-server-2008r2", 42, "Server Core", "Microsoft Hyper-V Server 2008 R2 "),
        ("windows-server-2022-datacenter-core", 8, "Server Core", "Microsoft Windows Server 2022 Datacenter"),
        ("windows-server-2022-standard-amd", 7, "Server", "Microsoft Windows Server 2022 Standard"),
        ("windows-11-pro", 48, "Client", "Microsoft Windows 11 Pro"),
    ],
)
def test_sku_and_caption_follow_edition_and_installation(name, sku, installation_type, caption):
    profile = load(name)

    assert (profile.sku, profile.installation_type, profile.edition.caption) == (
        sku,
        installation_type,
        caption,
    )


def test_processor_identity_follows_cpuid():
    processor = load("windows-server-2008r2-enterprise").hardware.processor
    amd = load("windows-server-2022-standard-amd").hardware.processor

    assert processor.signature == 0x206C2
    assert processor.identifier == "Intel64 Family 6 Model 44 Stepping 2"
    assert amd.signature == 0xA00F11
    assert (amd.manufacturer, amd.identifier) == ("AuthenticAMD", "AMD64 Family 25 Model 1 Stepping 1")


def test_only_the_x86_system_names_x86_in_its_build_lab():
    assert load("x86-processor").build_lab == "7601.17514.x86fre.win7sp1_rtm.101119-1850"
    assert load("windows-7-rsat").build_lab == "7601.17514.amd64fre.win7sp1_rtm.101119-1850"


def test_an_unknown_name_suggests_the_nearest_one():
    with pytest.raises(ProfileError, match=r"'windows-server-2022' is not a shipped profile; did you mean"):
        load("windows-server-2022")
    with pytest.raises(ProfileError, match="is not a shipped profile"):
        builtin_path("nothing-like-it")


def test_passwords_stay_out_of_representations():
    assert "Passw0rd!" not in repr(load("windows-server-2022-datacenter").users)
