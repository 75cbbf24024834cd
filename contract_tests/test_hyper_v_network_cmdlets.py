"""Features of switch ports and switches by the cmdlets of the Hyper-V module, over pywinrm and pypsrp; what they
did is looked at through WMI."""

from __future__ import annotations

import pytest
from conftest import PASSWORD, USER
from pypsrp.client import Client
from soap import SoapClient
from test_network_cmdlets import powershell, refused

NAMESPACE = "root/virtualization/v2"
FEATURE = "9940cd46-8b06-43bb-b9d5-93d50381fd56"
IDENTIFIER = "{56785678-a0e5-4a26-bc9b-c0cba27311a3}"


@pytest.fixture
def soap(basic_host):
    with SoapClient(basic_host) as client:
        yield client


def profiles(soap: SoapClient) -> list[tuple[str | None, ...]]:
    found = []
    for item in soap.wql(NAMESPACE, "SELECT * FROM Msvm_EthernetSwitchPortProfileSettingData"):
        values = {each.tag.rpartition("}")[2]: each.text for each in item.iter()}
        if "Definition" not in (values["InstanceID"] or ""):
            found.append((values["ProfileId"], values["ProfileData"]))
    return found


def test_a_port_profile_is_applied_as_software_defined_networking_does(basic_host, soap):
    script = f"""
        $adapter = Get-VMNetworkAdapter web01
        $feature = Get-VMSystemSwitchExtensionPortFeature -FeatureId {FEATURE}
        $feature.SettingData.ProfileId = '{IDENTIFIER}'
        $feature.SettingData.ProfileData = 1
        Add-VMSwitchExtensionPortFeature -VMNetworkAdapter $adapter -VMSwitchExtensionFeature $feature
        (Get-VMSwitchExtensionPortFeature web01 -FeatureId {FEATURE}).ExtensionName
    """
    assert powershell(basic_host, script)[-3:] == ["Switch", "Native", "Extension"]
    assert profiles(soap) == [(IDENTIFIER, "1")]
    script = f"""
        $feature = Get-VMSwitchExtensionPortFeature web01 -FeatureId {FEATURE}
        $feature.SettingData.ProfileData = 2
        Set-VMSwitchExtensionPortFeature -VMNetworkAdapter (Get-VMNetworkAdapter web01) `
            -VMSwitchExtensionFeature $feature
    """
    powershell(basic_host, script)
    assert profiles(soap) == [(IDENTIFIER, "2")]
    script = f"""
        $feature = Get-VMSwitchExtensionPortFeature web01 -FeatureId {FEATURE}
        Remove-VMSwitchExtensionPortFeature -VMSwitchExtensionFeature $feature
        $feature.IsDeleted
        Remove-VMSwitchExtensionPortFeature -VMSwitchExtensionFeature $feature
    """
    assert (
        "ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.RemoveVMSwitchExtensionPortFeature"
        in refused(basic_host, script)
    )
    assert profiles(soap) == []


def test_what_a_switch_has_is_told_and_changed(basic_host):
    with Client(
        "127.0.0.1",
        port=int(basic_host.http_url.split(":")[2].split("/")[0]),
        username=USER,
        password=PASSWORD,
        ssl=False,
        auth="ntlm",
    ) as client:
        output, _, failed = client.execute_ps(
            "New-VMSwitch q -SwitchType Internal -MinimumBandwidthMode Weight | Out-Null;"
            "$f = Get-VMSwitchExtensionSwitchFeature q -FeatureName *Bandwidth*;"
            "$f.SettingData.DefaultFlowWeight = 30;"
            "Set-VMSwitchExtensionSwitchFeature -VMSwitchExtensionFeature $f;"
            "(Get-VMSwitchExtensionSwitchData q -FeatureName *Bandwidth*).Data.DefaultFlowWeight;"
            "(Get-VMSwitchExtensionPortData web01 | Measure-Object).Count;"
            "(Get-VMSystemSwitchExtension -Name *NDIS*).Name"
        )
    assert not failed
    assert output.split("\n") == ["30", "2", "Microsoft NDIS Capture"]
