"""Network adapters switched through Plug and Play, device guard, and classes that have nothing to show."""

import pytest

from tests.wmi.conftest import CIMV2, Wmi

GUARD = "root/microsoft/windows/deviceguard"


def adapter(wmi: Wmi):
    (found,) = [
        each
        for each in wmi[CIMV2].instances("Win32_PnPEntity")
        if each.value("Name") == "Intel(R) Ethernet X710"
    ]
    return found


def test_an_adapter_is_switched_off_as_a_device_and_seen_so_everywhere(wmi):
    assert wmi[CIMV2].invoke(adapter(wmi), "Disable", {}).return_value == 0
    device = adapter(wmi)
    assert (device.value("ConfigManagerErrorCode"), device.value("Status")) == (22, "Error")
    (shown,) = wmi[CIMV2].query("SELECT * FROM Win32_NetworkAdapter WHERE DeviceID = '1'").instances
    assert (shown.value("NetConnectionStatus"), shown.value("ConfigManagerErrorCode")) == (0, 22)
    assert wmi[CIMV2].invoke(adapter(wmi), "Enable", {}).return_value == 0
    assert adapter(wmi).value("ConfigManagerErrorCode") == 0


def test_a_device_that_cannot_be_switched_says_so(wmi):
    disk = next(
        each for each in wmi[CIMV2].instances("Win32_PnPEntity") if each.value("PNPClass") == "Computer"
    )
    assert wmi[CIMV2].invoke(disk, "Disable", {}).return_value == 1
    assert any("Win32_PnPEntity" in each.name for each in wmi.host.gaps.entries())


def test_device_guard_shows_what_the_hardware_allows(wmi):
    (found,) = wmi[GUARD].instances("Win32_DeviceGuard")
    names = ("AvailableSecurityProperties", "SecurityServicesRunning", "VirtualizationBasedSecurityStatus")
    assert [found.value(name) for name in names] == [[1], [0], 0]


@pytest.mark.parametrize(("release", "code"), [("2012", 8), ("2022", 8)])
def test_jobs_of_the_at_command_are_refused_since_2012(make_wmi, release, code):
    wmi = make_wmi(release)
    declaration = wmi[CIMV2].schema.find("Win32_ScheduledJob")
    arguments = {"Command": "cmd.exe", "StartTime": "********140000.000000+000"}
    assert wmi[CIMV2].invoke(declaration, "Create", arguments).return_value == code
    for name in ("Win32_ScheduledJob", "Win32_NetworkConnection", "Win32_ServerConnection"):
        assert wmi[CIMV2].instances(name) == []
    assert not [each for each in wmi.host.gaps.entries() if "Connection" in each.name]
