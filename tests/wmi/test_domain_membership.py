"""Joining and leaving a domain through Win32_ComputerSystem: refusals, the boot at which it counts, and accounts."""

import pytest

from emulator.host.windows.shutdown_request import ShutdownRequest
from emulator.profile import loads
from tests.wmi.conftest import CIMV2, TEMPLATE, Wmi

DOMAIN = """
domain:
  name: lab.test
  netbios_name: LAB
  users:
    - {name: joiner, password: J0in!, groups: [Domain Admins]}
    - {name: gone, password: J0in!, disabled: true}
"""


@pytest.fixture
def lab() -> Wmi:
    text = TEMPLATE.format(release="2022", role="enabled", edition="Datacenter", zone="UTC", disks="")
    return Wmi(loads(text + DOMAIN))


def system(wmi):
    (found,) = wmi[CIMV2].instances("Win32_ComputerSystem")
    return found


def call(wmi, method, **arguments):
    return wmi[CIMV2].invoke(system(wmi), method, arguments).return_value


def join(wmi, name="lab.test", user="LAB\\joiner", password="J0in!"):
    return call(wmi, "JoinDomainOrWorkgroup", Name=name, UserName=user, Password=password, FJoinOptions=3)


def restart(wmi):
    wmi.host.power.shut_down(ShutdownRequest())
    wmi.advance(600)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "other.test"}, 1355),
        ({"user": None, "password": None}, 5),
        ({"user": "LAB\\nobody"}, 1326),
        ({"user": "OTHER\\joiner"}, 1326),
        ({"user": "gone@lab.test"}, 1326),
        ({"password": "wrong"}, 1326),
    ],
)
def test_what_is_refused_changes_nothing(lab, given, code):
    assert join(lab, **given) == code
    restart(lab)
    assert not system(lab).value("PartOfDomain")


def test_a_domain_counts_from_the_next_boot_on_and_brings_its_accounts(lab):
    assert join(lab, user="joiner@lab.test") == 0
    assert not system(lab).value("PartOfDomain")
    assert lab.host.accounts.find("LAB\\joiner") is None
    assert join(lab) == 2691
    restart(lab)
    shown = system(lab)
    assert [shown.value(name) for name in ("Domain", "PartOfDomain", "DomainRole")] == ["lab.test", True, 3]
    account = lab.host.accounts.find("LAB\\joiner")
    assert account.is_administrator
    assert lab.host.operating_system.fully_qualified_name.endswith(".lab.test")
    assert (
        call(lab, "UnjoinDomainOrWorkgroup", UserName="LAB\\joiner", Password="no", FUnjoinOptions=2) == 1326
    )
    assert call(lab, "UnjoinDomainOrWorkgroup", FUnjoinOptions=0) == 0
    assert call(lab, "UnjoinDomainOrWorkgroup", FUnjoinOptions=0) == 2692
    restart(lab)
    assert not system(lab).value("PartOfDomain")
    assert lab.host.accounts.find("LAB\\joiner") is None


def test_a_reset_leaves_the_domain(lab):
    join(lab)
    restart(lab)
    lab.host.reset()
    assert lab.host.operating_system.domain is None
    assert lab.host.accounts.domain is None


_LOCAL_MACHINE = 0x80000002
_CONTROL = "SYSTEM\\CurrentControlSet\\"


def registry(wmi, key, name):
    return wmi.host.registry.value(_LOCAL_MACHINE, _CONTROL + key, name).data


def test_the_registry_tells_of_a_name_that_waits_for_the_restart(lab):
    old = lab.host.name
    assert call(lab, "Rename", Name="other") == 0
    names = "Control\\ComputerName\\"
    assert registry(lab, names + "ActiveComputerName", "ComputerName") == old
    assert registry(lab, names + "ComputerName", "ComputerName") == "OTHER"
    parameters = "Services\\Tcpip\\Parameters"
    assert [registry(lab, parameters, each) for each in ("Hostname", "NV Hostname")] == [old, "OTHER"]
    assert join(lab) == 0
    assert registry(lab, parameters, "NV Domain") == "lab.test"
    restart(lab)
    assert registry(lab, names + "ActiveComputerName", "ComputerName") == "OTHER"
    assert registry(lab, parameters, "Domain") == "lab.test"


def test_a_member_is_renamed_with_an_account_of_its_domain(lab):
    assert join(lab) == 0
    restart(lab)
    old = lab.host.name
    assert call(lab, "Rename", Name="other") == 5
    assert call(lab, "Rename", Name="other", UserName="LAB\\joiner", Password="wrong") == 1326
    assert call(lab, "Rename", Name="other", UserName="LAB\\joiner", Password="J0in!") == 0
    assert lab.host.name == old
    restart(lab)
    assert (lab.host.name, lab.host.operating_system.domain) == ("OTHER", "lab.test")
