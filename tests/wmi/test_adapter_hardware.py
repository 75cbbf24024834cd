"""SR-IOV and RDMA of adapters that have them."""

import pytest

from emulator.host import PortOffload
from emulator.profile import loads
from tests.wmi.conftest import INVENTORY, TEMPLATE, Wmi

STANDARD = "root/standardcimv2"


@pytest.fixture
def able() -> Wmi:
    text = (
        TEMPLATE.format(release="2022", role="enabled", edition="Datacenter", zone="UTC", disks="")
        + INVENTORY
    )
    return Wmi(loads(text.replace("ipv4_addresses: [192.0.2.10]", "virtual_functions: 8, rdma: true")))


def one(wmi, class_name):
    (found,) = wmi[STANDARD].instances(class_name)
    return found


def test_virtual_functions_are_counted_switched_and_used(able):
    namespace = able[STANDARD]
    settings = one(able, "MSFT_NetAdapterSriovSettingData")
    assert [settings.value(name) for name in ("Enabled", "NumVFs", "SwitchName")] == [True, 8, None]
    assert one(able, "MSFT_NetAdapterHardwareInfoSettingData").value("SriovSupport") == 1
    switch = able.host.virtual_switches.create("fast", 2, network_adapter="Ethernet", iov_preferred=True)
    (adapter,) = able.one.network_adapters
    adapter.connect(switch)
    adapter.set_feature(adapter.feature(PortOffload).replaced(iov_weight=100))
    settings = one(able, "MSFT_NetAdapterSriovSettingData")
    assert [settings.value(name) for name in ("NumAllocatedVFs", "SwitchName")] == [1, "fast"]
    function = one(able, "MSFT_NetAdapterSriovVfSettingData")
    assert (function.value("VmFriendlyName"), function.value("FunctionID")) == ("one", 0)
    (home,) = namespace.associators(function.path, "MSFT_NetAdapterSriovVfElementSetting")
    assert home.value("Name") == "Ethernet"
    assert namespace.invoke(settings, "Disable", {}).return_value == 0
    settings = one(able, "MSFT_NetAdapterSriovSettingData")
    assert (settings.value("Enabled"), settings.value("NumVFs")) == (False, 0)


def test_rdma_is_switched_by_its_keyword(able):
    namespace = able[STANDARD]
    rdma = one(able, "MSFT_NetAdapterRdmaSettingData")
    assert rdma.value("Enabled")
    assert namespace.invoke(rdma, "Disable", {}).return_value == 0
    (value,) = [
        each.value("RegistryValue")
        for each in namespace.instances("MSFT_NetAdapterAdvancedPropertySettingData")
        if each.value("RegistryKeyword") == "*NetworkDirect"
    ]
    assert value == ["0"]


def test_an_adapter_without_them_has_no_such_property(wmi):
    found = wmi[STANDARD].instances("MSFT_NetAdapterAdvancedPropertySettingData")
    keywords = {each.value("RegistryKeyword") for each in found}
    assert "*RSS" in keywords
    assert not keywords & {"*SRIOV", "*NetworkDirect"}
    assert wmi[STANDARD].instances("MSFT_NetAdapterRdmaSettingData") == []
