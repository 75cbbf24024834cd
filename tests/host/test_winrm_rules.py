"""The rules behind WinRM's settings: address filters, security descriptors, certificates, events."""

import ipaddress

import pytest
from host.restarting import restart

from emulator.host import EventLevel, Host
from emulator.host.errors import QuotaExceeded
from emulator.host.security import certificates
from emulator.host.security.certificates import MACHINE, Certificate, normal_thumbprint
from emulator.host.security.security_descriptor import parse_security_descriptor
from emulator.host.winrm.address_filter import parse_filter
from emulator.profile import load


@pytest.fixture
def host():
    return Host(load("windows-server-2022-datacenter"), "manual")


@pytest.mark.parametrize(
    ("text", "version", "address", "accepted"),
    [
        ("*", 4, "192.0.2.1", True),
        ("*", 4, "::1", False),
        ("*", 6, "::1", True),
        ("", 4, "192.0.2.1", False),
        ("192.0.2.1-192.0.2.9", 4, "192.0.2.9", True),
        ("192.0.2.1-192.0.2.9", 4, "192.0.2.10", False),
        ("192.0.2.1-192.0.2.2, 198.51.100.0-198.51.100.9", 4, "198.51.100.5", True),
        ("192.0.2.1", 4, "192.0.2.1", True),
        ("192.0.2.1-192.0.2.2,*", 4, "203.0.113.1", True),
        ("2001:db8::1-2001:db8::ff", 6, "2001:db8::7", True),
    ],
)
def test_a_filter_lets_the_addresses_of_its_ranges_through(text, version, address, accepted):
    assert parse_filter(text, version).accepts(ipaddress.ip_address(address)) is accepted


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("here", 4),
        ("192.0.2.9-192.0.2.1", 4),
        ("192.0.2.1-::1", 4),
        ("192.0.2.1,,192.0.2.2", 4),
        ("::1", 4),
        ("192.0.2.1", 6),
        (",".join(["192.0.2.1"] * 1000), 4),
    ],
)
def test_a_filter_that_is_none_is_refused(text, version):
    with pytest.raises(ValueError):  # noqa: PT011 -- the texts are the standard library's
        parse_filter(text, version)


ADMINISTRATORS, EVERYONE = "S-1-5-32-544", "S-1-1-0"


@pytest.mark.parametrize(
    ("sddl", "sids", "granted"),
    [
        ("O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)", {ADMINISTRATORS}, True),
        ("O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)", {EVERYONE}, False),
        ("D:(D;;GA;;;BA)(A;;GA;;;WD)", {ADMINISTRATORS, EVERYONE}, False),
        ("D:(A;;GA;;;WD)(D;;GA;;;BA)", {ADMINISTRATORS, EVERYONE}, True),
        ("D:(A;;GX;;;S-1-5-21-1-2-3-1001)", {"S-1-5-21-1-2-3-1001"}, True),
        ("D:", {EVERYONE}, False),
        ("O:BA", {ADMINISTRATORS}, False),
    ],
)
def test_the_first_entry_that_concerns_a_user_decides(sddl, sids, granted):
    assert parse_security_descriptor(sddl).grants(sids) is granted


@pytest.mark.parametrize(
    "sddl",
    [
        "",
        "nobody",
        "D:(A;;GA;;;nobody)",
        "D:(A;;GA;;BA)",
        "D:(A;;GA;;;BA",
        "X:BA",
        "D:" + "(A;;GA;;;BA)" * 1000,
    ],
)
def test_what_is_no_security_descriptor_is_refused(sddl):
    with pytest.raises(ValueError, match="not a security descriptor"):
        parse_security_descriptor(sddl)


def test_a_full_store_takes_a_certificate_that_it_has(host, monkeypatch):
    held = Certificate("A" * 40, "one", "TrustedPeople")
    host.certificates.put(MACHINE, held)
    monkeypatch.setattr(certificates, "_MOST_IN_A_STORE", 1)
    assert host.certificates.put(MACHINE, held.replaced(friendly_name="named")).friendly_name == "named"
    with pytest.raises(QuotaExceeded):
        host.certificates.put(MACHINE, Certificate("B" * 40, "two", "TrustedPeople"))


def test_certificates_are_asked_of_their_sources_when_somebody_looks(host):
    asked = []

    def source():
        asked.append(1)
        return [Certificate("A" * 40, "web.example", names=("*.web.example",))]

    host.certificates.add_source(source)
    assert asked == []
    assert host.certificates.find("aa " * 20).common_name == "web.example"
    assert host.certificates.for_server("A.web.example") is host.certificates.find("A" * 40)
    assert host.certificates.for_server("a.b.web.example") is None
    assert asked == [1]
    assert normal_thumbprint("A" * 39) is None


def test_the_machine_logs_what_tools_look_for(host):
    spooler = host.services["Spooler"]
    spooler.stop()
    spooler.set_start_mode("Disabled")
    vm = host.virtual_machines.create("logged")
    host.virtual_machines.destroy(vm)
    restart(host)
    system = {entry.event_id: entry for entry in host.event_log.entries("System")}
    assert {7036, 7040, 6006, 13, 12, 6009, 6005} <= set(system)
    assert system[7040].data == (
        ("param1", "Print Spooler"),
        ("param2", "auto start"),
        ("param3", "disabled"),
        ("param4", "Spooler"),
    )
    assert system[12].level is EventLevel.INFORMATION
    assert system[6009].message.startswith("Microsoft (R) Windows (R) 10.0. 20348")
    started, created, *_ = host.event_log.entries("Microsoft-Windows-Hyper-V-VMMS-Admin")
    assert (started.event_id, created.event_id) == (14094, 13002)
    assert dict(created.data)["VmName"] == "logged"
