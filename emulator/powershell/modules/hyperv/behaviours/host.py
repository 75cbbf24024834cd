"""Get- and Set-VMHost, Get-VMHostNumaNode, Get-VMHostSupportedVersion, eventing, and hosts in clusters."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import Host, RoleNotInstalled
from emulator.host.resources.numa import nodes
from emulator.powershell.dotnet.time_values import TimeSpan
from emulator.powershell.modules.hyperv.errors import record_of
from emulator.powershell.modules.hyperv.objects.host import SupportedVersion
from emulator.powershell.modules.hyperv.objects.resource_pool import NodeOfHost
from emulator.powershell.modules.hyperv.support import (
    given,
    host_of,
    path_of,
    ready,
    reporting,
    should_continue,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_SETTINGS = {
    "MaximumStorageMigrations": "maximum_storage_migrations",
    "MaximumVirtualMachineMigrations": "maximum_virtual_machine_migrations",
    "MacAddressMaximum": "mac_address_maximum",
    "MacAddressMinimum": "mac_address_minimum",
    "FibreChannelWwnn": "wwnn",
    "FibreChannelWwpnMaximum": "wwpn_maximum",
    "FibreChannelWwpnMinimum": "wwpn_minimum",
    "NumaSpanningEnabled": "numa_spanning_enabled",
    "EnableEnhancedSessionMode": "enhanced_session_mode",
}
_MIGRATION = {
    "UseAnyNetworkForMigration": "use_any_network",
    "VirtualMachineMigrationAuthenticationType": "authentication",
    "VirtualMachineMigrationPerformanceOption": "performance",
}
_PATHS = {"VirtualHardDiskPath": "virtual_hard_disk_path", "VirtualMachinePath": "virtual_machine_path"}


@cmdlet("Get-VMHost", reads=("ComputerName",))
def get_vm_host(call: CmdletCall, _computer_name: object = None) -> Iterator[Host]:
    """The host."""
    if ready(call):
        yield host_of(call)


@cmdlet("Set-VMHost", reads=("ComputerName", *_SETTINGS, *_MIGRATION, *_PATHS))
def set_vm_host(
    call: CmdletCall, resource_metering_save_interval: TimeSpan | None = None, passthru: bool = False
) -> Iterator[Host]:
    """Change settings of the host."""
    if not ready(call):
        return
    host = host_of(call)
    if not should_process(call, f'configure the host "{host.name}".', host.name):
        return
    with reporting(call):
        changes = given(call, _SETTINGS)
        changes |= {
            setting: path_of(call, call.get(name)) for name, setting in _PATHS.items() if call.has(name)
        }
        if resource_metering_save_interval is not None:
            interval = resource_metering_save_interval.to_python()
            changes["metrics_flush_interval"] = int(interval.total_seconds())
        host.settings.configure(**changes)
        migration = given(call, _MIGRATION)
        if migration:
            host.migration.configure(**migration)
        if passthru:
            yield host


@cmdlet("Get-VMHostSupportedVersion", reads=("ComputerName",))
def get_vm_host_supported_version(call: CmdletCall, default: bool = False) -> Iterator[SupportedVersion]:
    """The configuration versions that machines of the host may have, or the default one."""
    if ready(call):
        host = host_of(call)
        for number in host.release.configuration_versions:
            if not default or number == host.release.default_configuration_version:
                yield SupportedVersion(host, number)


@cmdlet("Get-VMHostNumaNode", reads=("ComputerName",))
def get_vm_host_numa_node(call: CmdletCall, id: int | None = None) -> Iterator[NodeOfHost]:
    """The nodes of the host's memory, or that of a number."""
    if ready(call):
        host = host_of(call)
        for node in nodes(host):
            if id is None or node.number == int(id):
                yield NodeOfHost(host, node)


@cmdlet("Enable-VMEventing", reads=("ComputerName",))
def enable_vm_eventing(call: CmdletCall) -> None:
    """Keep the objects of the module up to date, which they are here in any case."""
    if ready(call):
        should_process(call, "enable virtual machine eventing.", host_of(call).name)


@cmdlet("Disable-VMEventing", reads=("ComputerName",))
def disable_vm_eventing(call: CmdletCall, force: bool = False) -> None:
    """Let the module ask the host for each value, which gives the same values."""
    if not ready(call) or not should_process(call, "disable virtual machine eventing.", host_of(call).name):
        return
    if not force:
        should_continue(call, "Are you sure you want to disable virtual machine eventing?")


@cmdlet("Get-VMHostCluster")
def get_vm_host_cluster(call: CmdletCall, cluster_name: list[str] | None = None) -> None:
    """The settings of clusters: there is none that this computer could reach."""
    _no_cluster(call, cluster_name)


@cmdlet("Set-VMHostCluster")
def set_vm_host_cluster(call: CmdletCall, cluster_name: list[str] | None = None) -> None:
    """Change the settings of clusters: there is none that this computer could reach."""
    _no_cluster(call, cluster_name)


def _no_cluster(call: CmdletCall, names: list[str] | None) -> None:
    for name in names or ():
        call.error(record_of(call, RoleNotInstalled(), computer=name))
