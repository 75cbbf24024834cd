"""Rules and isolation of ports: the cmdlets of VMNetworkAdapterAcl and VMNetworkAdapterIsolation."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import (
    AclAction,
    AclApplicability,
    AclDirection,
    AclType,
    PortAcl,
    PortIsolation,
)
from emulator.host.network.switch_port import FeatureSetting
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.modules.hyperv.behaviours.network_adapter import BY_MACHINE, chosen_ports, read_ports
from emulator.powershell.modules.hyperv.objects.network import AclSetting, IsolationSetting, acl_settings
from emulator.powershell.modules.hyperv.support import given, reporting, should_process
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_PORT = (*BY_MACHINE, "VMNetworkAdapter", "ManagementOS")
_ADDRESSES = ("LocalIPAddress", "LocalMacAddress", "RemoteIPAddress", "RemoteMacAddress")
_ANY = ("any", "*")
_BOTH = 3
_READ = (*_PORT, "VMSnapshot")
_ISOLATION = {
    "IsolationMode": "mode",
    "AllowUntaggedTraffic": "allow_untagged_traffic",
    "DefaultIsolationID": "default_isolation_id",
}


def _wanted(call: CmdletCall, action: EnumValue, direction: EnumValue) -> list[PortAcl]:
    """The rules that the parameters stand for: one a direction and an address."""
    directions = [AclDirection.INBOUND, AclDirection.OUTBOUND]
    if direction.number != _BOTH:
        directions = [AclDirection(direction.number)]
    found: list[PortAcl] = []
    for parameter in _ADDRESSES:
        for text in call.get(parameter) or ():
            found += [_rule(parameter, str(text), AclAction(action.number), way) for way in directions]
    return found


def _rule(parameter: str, text: str, action: AclAction, direction: AclDirection) -> PortAcl:
    local = parameter.startswith("Local")
    address, _, length = text.partition("/")
    if "Mac" in parameter:
        kind, prefix_length = AclType.MAC, 0
    else:
        kind = AclType.IPV6 if ":" in address else AclType.IPV4
        full = 128 if kind is AclType.IPV6 else 32
        prefix_length = int(length) if length.isdecimal() else full
    if address.lower() in _ANY:
        address, prefix_length = "", 0
    rule = PortAcl(
        direction=direction,
        action=action,
        type=kind,
        applicability=AclApplicability.LOCAL if local else AclApplicability.REMOTE,
    )
    if local:
        return rule.replaced(local_address=address, local_prefix_length=prefix_length)
    return rule.replaced(remote_address=address, remote_prefix_length=prefix_length)


@cmdlet("Add-VMNetworkAdapterAcl", reads=(*_PORT, *_ADDRESSES))
def add_vm_network_adapter_acl(
    call: CmdletCall,
    action: EnumValue,
    direction: EnumValue,
    vm_network_adapter_name: str | None = None,
    passthru: bool = False,
) -> Iterator[AclSetting]:
    """Add rules that allow, deny or meter."""
    for port in chosen_ports(call, vm_network_adapter_name):
        if not should_process(call, f'add a rule to the network adapter "{port.name}".', port.name):
            continue
        for rule in _wanted(call, action, direction):
            with reporting(call):
                setting = port.add_feature(rule)
                if passthru:
                    yield AclSetting(setting)


@cmdlet("Get-VMNetworkAdapterAcl", reads=_READ)
def get_vm_network_adapter_acl(
    call: CmdletCall, vm_network_adapter_name: str | None = None
) -> Iterator[AclSetting]:
    """The rules of adapters; of all machines when none is named."""
    for port in read_ports(call, vm_network_adapter_name):
        yield from acl_settings(port)


@cmdlet("Remove-VMNetworkAdapterAcl", reads=(*_PORT, *_ADDRESSES))
def remove_vm_network_adapter_acl(
    call: CmdletCall,
    input_object: list[AclSetting] | None = None,
    action: EnumValue | None = None,
    direction: EnumValue | None = None,
    vm_network_adapter_name: str | None = None,
    passthru: bool = False,
) -> Iterator[AclSetting]:
    """Remove rules: given as objects, or those that the parameters stand for."""
    found: list[AclSetting] = list(input_object or ())
    if action is not None and direction is not None:
        wanted = _wanted(call, action, direction)
        for port in chosen_ports(call, vm_network_adapter_name):
            found += [each for each in acl_settings(port) if each.setting.feature in wanted]
    for shown in found:
        port = shown.setting.port
        if not should_process(call, f'remove a rule of the network adapter "{port.id}".', port.id):
            continue
        with reporting(call):
            port.remove_feature(shown.setting)
            if passthru:
                yield shown


@cmdlet("Get-VMNetworkAdapterIsolation", reads=_READ)
def get_vm_network_adapter_isolation(
    call: CmdletCall, vm_network_adapter_name: str | None = None
) -> Iterator[IsolationSetting]:
    """The isolation of adapters; of all machines when none is named."""
    for port in read_ports(call, vm_network_adapter_name):
        yield IsolationSetting(FeatureSetting(port, PortIsolation, ""))


@cmdlet("Set-VMNetworkAdapterIsolation", reads=(*_PORT, *_ISOLATION, "MultiTenantStack"))
def set_vm_network_adapter_isolation(
    call: CmdletCall, vm_network_adapter_name: str | None = None, passthru: bool = False
) -> Iterator[IsolationSetting]:
    """Change how traffic of tenants is kept apart."""
    changes = given(call, _ISOLATION)
    if call.has("MultiTenantStack"):
        changes["multi_tenant_stack"] = str(call.get("MultiTenantStack")) == "On"
    for port in chosen_ports(call, vm_network_adapter_name):
        if not should_process(call, f'configure the isolation of "{port.name}".', port.name):
            continue
        with reporting(call):
            setting = port.set_feature(port.feature(PortIsolation).replaced(**changes))
            if passthru:
                yield IsolationSetting(setting)
