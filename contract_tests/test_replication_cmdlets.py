"""The cmdlets of Hyper-V Replica through pypsrp, against two hosts of one process; WS-Management is the other
door."""

from __future__ import annotations

import pytest
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import SelectorSet, WSMan

from emulator.host.neighbourhood import Neighbourhood

PROFILE = """
name: {name}
extends: {base}
operating_system: {{computer_name: {name}, domain: contoso.local}}
"""
V2 = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"
NEW_MACHINE = """
New-VM web -MemoryStartupBytes 512MB -NewVHDPath C:\\web.vhdx -NewVHDSizeBytes 2GB | Out-Null
New-VHD C:\\page.vhdx -SizeBytes 1GB | Out-Null
Add-VMHardDiskDrive web -Path C:\\page.vhdx
"""
REPLICA_SERVER = """
Enable-NetFirewallRule -DisplayName 'Hyper-V Replica HTTP Listener (TCP-In)'
Set-VMReplicationServer -ReplicationEnabled $true -AllowedAuthenticationType Kerberos `
    -ReplicationAllowedFromAnyServer $true -DefaultStorageLocation C:\\Replica
"""
UNTIL_REPLICATING = """
while ((Get-VMReplication web).State -ne 'Replicating') { Start-Sleep 1 }
"""


class Client:
    """An administrator with PowerShell remoting, and a tool that reads WMI."""

    def __init__(self, host):
        self.wsman = WSMan(
            "127.0.0.1",
            port=host.http_port,
            username="Administrator",
            password="Passw0rd!",
            ssl=False,
            auth="ntlm",
        )
        self.pool = RunspacePool(self.wsman)
        self.pool.open()

    def run(self, script):
        """What a script writes, and the errors that it reports."""
        shell = PowerShell(self.pool)
        shell.add_script(script)
        output = shell.invoke()
        return output, shell.streams.error

    def __call__(self, script):
        output, errors = self.run(script)
        assert not errors, [str(each) for each in errors]
        return output

    def machine(self, vm):
        keys = SelectorSet()
        keys.add_option("CreationClassName", "Msvm_ComputerSystem")
        keys.add_option("Name", vm)
        answer = self.wsman.get(V2 + "Msvm_ComputerSystem", selector_set=keys)
        return {each.tag.rpartition("}")[2]: each.text for each in answer.iter()}


@pytest.fixture
def clients(serve, release):
    together = Neighbourhood()
    made = [
        Client(serve(yaml=PROFILE.format(name=name, base=release), neighbourhood=together))
        for name in ("NODE1", "NODE2")
    ]
    yield made
    for client in made:
        client.pool.close()


@pytest.mark.parametrize("release", ["windows-server-2022-datacenter"])
def test_a_machine_is_replicated_tested_failed_over_and_reversed(clients):
    here, there = clients
    for client in clients:
        client(REPLICA_SERVER)
    assert here(
        "Test-VMReplicationConnection NODE2 80 Kerberos; Get-VMReplicationServer |"
        ' ForEach-Object { "$($_.RepEnabled) $($_.AuthType) $($_.AllowAnyServer) $($_.DefaultStorageLocation)" }'
    ) == [
        "The connection to the specified Replica server with the specified parameters was successful.",
        "True Kerberos True C:\\Replica",
    ]
    here(NEW_MACHINE)
    vm = str(here("(Get-VM web).Id")[0]).upper()

    assert here("""
        $it = Enable-VMReplication web NODE2.contoso.local 80 Kerberos -ExcludedVhdPath C:\\page.vhdx `
            -ReplicationFrequencySec 30 -RecoveryHistory 3 -Passthru
        "$($it.State) $($it.Mode) $($it.FrequencySec) $($it.RecoveryHistory) $($it.PrimaryServer)"
        $it.ReplicatedDisks | ForEach-Object Path
        $it.ExcludedDisks | ForEach-Object Path
    """) == ["ReadyForInitialReplication Primary 30 3 NODE1.contoso.local", "C:\\web.vhdx", "C:\\page.vhdx"]
    assert there("(Get-VMReplication).State.ToString()") == ["WaitingForInitialReplication"]
    assert there.machine(vm)["ReplicationMode"] == "2"

    here("Start-VMInitialReplication web" + UNTIL_REPLICATING)
    assert here.machine(vm)["ReplicationState"] == "3"
    assert there("Get-VMReplication -Mode Primary | ForEach-Object VMName") == []
    assert there('Get-VMReplication -State Replicating | % { "$($_.Name) $($_.Health)" }') == ["web Normal"]

    here("Suspend-VMReplication web")
    assert here.machine(vm)["ReplicationState"] == "7"
    assert here('Measure-VMReplication web | % { "$($_.Health): $($_.ReplicationHealthDetails)" }') == [
        "Warning: Replication for virtual machine 'web' is suspended. Resume replication."
    ]
    here("Resume-VMReplication web")

    assert there("(Start-VMFailover web -AsTest -Confirm:$false -Passthru).Name") == ["web - Test"]
    assert there("(Get-VMReplication web).TestVirtualMachine.Name") == ["web - Test"]
    there("Start-VM 'web - Test'; Stop-VMFailover web")
    assert there("Get-VM web, 'web - *' | ForEach-Object Name") == ["web"]

    here("Start-VMFailover web -Prepare -Confirm:$false")
    assert here.machine(vm)["ReplicationState"] == "4"
    there("Start-VMFailover web -Confirm:$false")
    assert there('"$((Get-VMReplication web).State)"') == ["FailedOverWaitingCompletion"]
    there("Set-VMReplication web -Reverse; Start-VM web")
    assert there('Get-VMReplication | % { "$($_.Mode) $($_.ReplicaServer)" }') == [
        "Primary NODE1.contoso.local"
    ]
    assert (there.machine(vm)["EnabledState"], here.machine(vm)["ReplicationMode"]) == ("2", "2")
    there("Remove-VMReplication web")
    assert there.machine(vm)["ReplicationMode"] == "0"
    output, errors = there.run("Get-VMReplication web")
    assert output == []
    assert errors[0].fq_error.startswith("InvalidState,")


@pytest.mark.parametrize("release", ["windows-server-2012r2-datacenter"])
def test_authorization_entries_and_refusals(clients):
    here, there = clients
    here(NEW_MACHINE)
    _, errors = here.run("Enable-VMReplication web NODE2 80 Kerberos")
    assert "0x00002EFD" in str(errors[0])
    _, errors = there.run("Set-VMReplicationServer $true -ReplicationAllowedFromAnyServer $true")
    assert "default storage location" in str(errors[0])
    assert there("(Get-VMReplicationServer).ReplicationEnabled") == [False]

    there("""
        Enable-NetFirewallRule -DisplayName 'Hyper-V Replica HTTP Listener (TCP-In)'
        Set-VMReplicationServer $true Kerberos -MonitoringInterval 02:00:00
        New-VMReplicationAuthorizationEntry node9.contoso.local C:\\Nine NINE | Out-Null
    """)
    _, errors = here.run("Enable-VMReplication web NODE2 80 Kerberos")
    assert len(errors) == 1
    assert here("(Get-VM web).ReplicationState.ToString()") == ["Disabled"]
    assert there("""
        New-VMReplicationAuthorizationEntry *.contoso.local C:\\Wide WIDE | ForEach-Object TrustGroup
        Set-VMReplicationAuthorizationEntry *.contoso.local C:\\Other -Passthru |
            ForEach-Object ReplicaStorageLocation
        Remove-VMReplicationAuthorizationEntry -TrustGroup NINE
        (Get-VMReplicationServer).AuthorizationEntries | ForEach-Object AllowedPrimaryServer
        (Get-VMReplicationServer).MonitoringInterval.ToString()
    """) == ["WIDE", "C:\\Other", "*.contoso.local", "02:00:00"]
    here("Enable-VMReplication web NODE2 80 Kerberos")
    assert there("(Get-VMReplication -TrustGroup WIDE).AllowedPrimaryServer") == ["*.contoso.local"]

    here("Start-VMInitialReplication web -DestinationPath C:\\Out")
    assert here('"$((Get-VMReplication web).State)"') == ["InitialReplicationInProgress"]
    here("Stop-VMInitialReplication web")
    assert here('"$((Get-VMReplication web).State)"') == ["ReadyForInitialReplication"]
    _, errors = here.run("Resume-VMReplication web")
    assert "is not in a valid replication state" in str(errors[0])
