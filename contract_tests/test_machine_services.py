"""Metering, groups and connect access as an administrator types them over pywinrm, looked at through WMI."""

from __future__ import annotations

import pytest
import winrm
from conftest import PASSWORD, USER
from soap import SoapClient

V2 = "root/virtualization/v2"


@pytest.fixture
def powershell(basic_host):
    session = winrm.Session(basic_host.http_url, auth=(USER, PASSWORD), transport="ntlm")

    def run(script: str) -> list[str]:
        answer = session.run_ps(script)
        assert answer.status_code == 0, answer.std_err.decode()
        return answer.std_out.decode().split()

    return run


@pytest.fixture
def soap(basic_host):
    with SoapClient(basic_host) as client:
        yield client


def values(soap: SoapClient, query: str, name: str) -> list[str | None]:
    return [
        next((each.text for each in item.iter() if each.tag.endswith("}" + name)), None)
        for item in soap.wql(V2, query)
    ]


def test_metering_of_the_cmdlet_is_seen_through_wmi(powershell, soap):
    powershell("New-VM metered | Enable-VMResourceMetering; New-VM other")
    query = "SELECT * FROM Msvm_AggregationMetricValue WHERE MeasuredElementName = 'metered'"
    assert len(values(soap, query, "MetricValue")) == 12
    assert powershell("(Measure-VM metered).MinimumMemoryUsage; (Get-VM other).ResourceMeteringEnabled") == [
        "0",
        "False",
    ]
    powershell("Disable-VMResourceMetering metered")
    assert values(soap, query, "MetricValue") == []


def test_a_group_and_a_tpm_of_the_cmdlets_are_seen_through_wmi(powershell, soap):
    powershell(
        "New-VM a -Generation 2; $g = New-VMGroup g VMCollectionType; Add-VMGroupMember g (Get-VM a);"
        "Set-VMKeyProtector a -NewLocalKeyProtector; Enable-VMTPM a"
    )
    assert values(soap, "SELECT * FROM Msvm_VirtualSystemCollection", "ElementName") == ["g"]
    assert values(soap, "SELECT * FROM Msvm_SecuritySettingData WHERE TpmEnabled = TRUE", "TpmEnabled") == [
        "true"
    ]
    assert powershell("(Get-VM a).Groups.Name; (Get-VMGroup g).VMMembers.Name") == ["g", "a"]


def test_counters_are_sampled_over_the_wire(basic_host):
    """pypsrp gets live objects; typeperf is a program of a command shell."""
    from pypsrp.client import Client

    port = int(basic_host.http_url.split(":")[2].split("/")[0])
    with Client("127.0.0.1", port=port, username=USER, password=PASSWORD, ssl=False, auth="ntlm") as client:
        output, streams, failed = client.execute_ps(
            "(Get-Counter '\\Hyper-V Hypervisor\\Virtual Processors').CounterSamples.CookedValue;"
            "(Get-CimInstance Win32_PerfFormattedData_HvStats_HyperVHypervisor).VirtualProcessors"
        )
        assert not failed, streams.error
        counted, shown = output.split("\n")
        assert counted == shown
        out, _, code = client.execute_cmd('typeperf "\\Memory\\Available MBytes" -sc 1')
    assert code == 0
    assert out.startswith('\r\n"(PDH-CSV 4.0)","')
