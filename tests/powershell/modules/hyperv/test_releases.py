"""The most used cmdlets in every release that has the module."""

from __future__ import annotations

import pytest

from emulator.profile import builtin_names, load

PROFILES = [
    name
    for name in builtin_names()
    if load(name).release.hyper_v_module_version is not None and load(name).hyper_v.role == "enabled"
]
SCRIPT = """
New-VMSwitch net -SwitchType Internal
$disk = New-VHD C:\\disk.vhdx -SizeBytes 8GB
$vm = New-VM machine -MemoryStartupBytes 512MB -VHDPath $disk.Path -SwitchName net
Set-VM machine -ProcessorCount 1 -Notes text
Set-VMMemory machine -DynamicMemoryEnabled $false
Start-VM $vm
Suspend-VM machine
Resume-VM machine
Stop-VM machine -TurnOff
Add-VMDvdDrive machine
Get-VMDvdDrive machine | Remove-VMDvdDrive
Get-VMNetworkAdapter machine | Disconnect-VMNetworkAdapter
Remove-VM machine -Force
Remove-VMSwitch net -Force
Get-VHD C:\\disk.vhdx
"""


@pytest.mark.parametrize("name", PROFILES)
def test_a_machine_lives_its_life_in_every_release(shell_of, name):
    shell = shell_of(name)
    before = len(shell.host.virtual_machines)
    assert len(shell(SCRIPT)) == 2
    assert len(shell.host.virtual_machines) == before


def test_2012_has_no_generations_and_its_own_exceptions(shell_of):
    shell = shell_of("windows-server-2012-datacenter")
    record = shell.fails("New-VM a -Generation 2")
    assert record.error_id == "NamedParameterNotFound"
    assert shell.fails("Stop-VM nope").category_reason == "VirtualizationInvalidArgumentException"
