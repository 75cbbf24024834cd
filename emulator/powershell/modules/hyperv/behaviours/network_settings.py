"""Settings of network adapters: Set-VMNetworkAdapter, Get- and Set-VMNetworkAdapterVlan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import (
    NetworkAdapter,
    NotSupported,
    PortBandwidth,
    PortFeature,
    PortOffload,
    PortSecurity,
    PrivateVlanMode,
    SwitchPort,
    Vlan,
    VlanMode,
)
from emulator.powershell.modules.hyperv.behaviours.network_adapter import BY_MACHINE, chosen_ports, read_ports
from emulator.powershell.modules.hyperv.errors import argument_record
from emulator.powershell.modules.hyperv.objects.network import VlanSetting
from emulator.powershell.modules.hyperv.support import given, host_of, reporting, should_process
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_SWITCHES = {
    "MacAddressSpoofing": "mac_address_spoofing",
    "DhcpGuard": "dhcp_guard",
    "RouterGuard": "router_guard",
    "AllowTeaming": "allow_teaming",
}
_NUMBERS = {"MaximumBandwidth": "maximum_bandwidth", "MinimumBandwidthWeight": "minimum_bandwidth_weight"}
#: What only adapters of virtual machines have.
_OF_MACHINES = {
    "InterruptModeration": "interrupt_moderation",
    "NumaAwarePlacement": "numa_aware_placement",
    "MediaType": "media_type",
}
#: Parameters that are fields of a feature of the port.
_SECURITY = {
    "DynamicIPAddressLimit": "dynamic_ip_address_limit",
    "PortMirroring": "monitor_mode",
    "StormLimit": "storm_limit",
    "VirtualSubnetId": "virtual_subnet_id",
}
_SECURITY_SWITCHES = {"FixSpeed10G": "fix_speed_10g", "IeeePriorityTag": "ieee_priority_tag"}
_OFFLOAD = {
    "IPsecOffloadMaximumSecurityAssociation": "ipsec_limit",
    "IovInterruptModeration": "iov_interrupt_moderation",
    "IovQueuePairsRequested": "iov_queue_pairs",
    "IovWeight": "iov_weight",
    "PacketDirectModerationCount": "packet_direct_moderation_count",
    "PacketDirectModerationInterval": "packet_direct_moderation_interval",
    "PacketDirectNumProcs": "packet_direct_processors",
    "VmmqEnabled": "vmmq_enabled",
    "VmmqQueuePairs": "vmmq_queue_pairs",
    "VmqWeight": "vmq_weight",
    "VrssEnabled": "vrss_enabled",
    "VrssExcludePrimaryProcessor": "vrss_exclude_primary_processor",
    "VrssIndependentHostSpreading": "vrss_independent_host_spreading",
    "VrssMaxQueuePairs": "vmmq_queue_pairs",
    "VrssMinQueuePairs": "vrss_minimum_queue_pairs",
    "VrssQueueSchedulingMode": "vrss_queue_scheduling_mode",
    "VrssVmbusChannelAffinityPolicy": "vrss_channel_affinity_policy",
}
_TEST_REPLICA = {"TestReplicaPoolName": "test_replica_pool", "TestReplicaSwitchName": "test_replica_switch"}
MAXIMUM_VLAN = 4094


@cmdlet(
    "Set-VMNetworkAdapter",
    reads=(
        *BY_MACHINE,
        "VMNetworkAdapter",
        "ManagementOS",
        "DeviceNaming",
        "MandatoryFeatureId",
        "MinimumBandwidthAbsolute",
        "ResourcePoolName",
        "TestReplicaPoolName",
        "TestReplicaSwitchName",
        *_SWITCHES,
        *_NUMBERS,
        *_OF_MACHINES,
        "NotMonitoredInCluster",
        *_SECURITY,
        *_SECURITY_SWITCHES,
        *_OFFLOAD,
    ),
)
def set_vm_network_adapter(
    call: CmdletCall,
    name: str | None = None,
    static_mac_address: str | None = None,
    dynamic_mac_address: bool = False,
    passthru: bool = False,
    vm_network_adapter_name: str | None = None,
) -> Iterator[SwitchPort]:
    """Change addresses, guards and bandwidth of adapters. 2012 has two parameters for the name."""
    if call.get("MandatoryFeatureId"):
        # Requiring none is what every adapter does; Terraform's provider says so with an empty list.
        call.engine.gap("parameter", f"{call.name} -MandatoryFeatureId")
        raise not_emulated("A feature that the virtual switch of an adapter must have")
    changes: dict[str, Any] = given(call, _NUMBERS)
    changes |= {
        setting: str(call.get(parameter)) == "On"
        for parameter, setting in _SWITCHES.items()
        if call.has(parameter)
    }
    if static_mac_address is not None:
        changes["mac_address"] = static_mac_address
    elif dynamic_mac_address:
        changes["mac_address"] = None
    for parameter, setting in _TEST_REPLICA.items():
        if call.has(parameter):
            changes[setting] = call.get(parameter) or ""
    changes |= given(call, _OF_MACHINES)
    if call.has("NotMonitoredInCluster"):
        changes["cluster_monitored"] = not call.get("NotMonitoredInCluster")
    pool = call.get("ResourcePoolName")
    if call.has("DeviceNaming"):
        changes["device_naming"] = str(call.get("DeviceNaming")) == "On"
    for port in chosen_ports(call, vm_network_adapter_name if name is None else name):
        if not should_process(call, f'configure the network adapter "{port.name}".', port.name):
            continue
        with reporting(call):
            if pool is not None and not isinstance(port, NetworkAdapter):
                raise NotSupported(
                    "An adapter of the management operating system comes from no resource pool."
                )
            features = _features(call, port, changes)
            if isinstance(port, NetworkAdapter):
                with host_of(call).looking():
                    if pool is not None:
                        port.use_pool(pool)
                    port.configure(**changes, features=features)
            else:
                for feature in features:
                    port.set_feature(feature)
            if passthru:
                yield port


def _features(call: CmdletCall, port: SwitchPort, changes: dict[str, Any]) -> list[PortFeature]:
    """The features that the parameters change; what a machine's adapter takes by name goes from the host's
    own adapter into them too."""
    security = given(call, _SECURITY)
    security |= {
        field: str(call.get(parameter)) == "On"
        for parameter, field in _SECURITY_SWITCHES.items()
        if call.has(parameter)
    }
    bandwidth: dict[str, Any] = given(call, {"MinimumBandwidthAbsolute": "reservation"})
    # Given together they are one value, so that all or none of it counts.
    security |= {field: changes[field] for field in _SWITCHES.values() if field in changes}
    for name, field in (("maximum_bandwidth", "limit"), ("minimum_bandwidth_weight", "weight")):
        if name in changes:
            bandwidth[field] = changes[name]
    found: list[PortFeature] = []
    if security:
        found.append(port.feature(PortSecurity).replaced(**security))
    if bandwidth:
        found.append(port.feature(PortBandwidth).replaced(**bandwidth))
    offload = given(call, _OFFLOAD)
    if offload:
        found.append(port.feature(PortOffload).replaced(**offload))
    return found


@cmdlet("Get-VMNetworkAdapterVlan", reads=(*BY_MACHINE, "VMNetworkAdapter", "ManagementOS", "VMSnapshot"))
def get_vm_network_adapter_vlan(
    call: CmdletCall, vm_network_adapter_name: str | None = None
) -> Iterator[VlanSetting]:
    """The VLAN settings of adapters; of all machines when none is named."""
    for adapter in read_ports(call, vm_network_adapter_name):
        yield VlanSetting(adapter)


@cmdlet("Set-VMNetworkAdapterVlan", reads=(*BY_MACHINE, "VMNetworkAdapter", "ManagementOS"))
def set_vm_network_adapter_vlan(
    call: CmdletCall,
    vm_network_adapter_name: str | None = None,
    access: bool = False,
    vlan_id: int | None = None,
    trunk: bool = False,
    native_vlan_id: int | None = None,
    allowed_vlan_id_list: str | None = None,
    isolated: bool = False,
    community: bool = False,
    promiscuous: bool = False,
    primary_vlan_id: int | None = None,
    secondary_vlan_id: int | None = None,
    secondary_vlan_id_list: str | None = None,
    passthru: bool = False,
) -> Iterator[VlanSetting]:
    """Put adapters into a VLAN, make them trunks, or leave them untagged."""
    try:
        if trunk:
            allowed = _identifiers(allowed_vlan_id_list or "")
            vlan = Vlan(VlanMode.TRUNK, 0, int(native_vlan_id or 0), allowed)
        elif isolated or community or promiscuous:
            chosen = (isolated, community, promiscuous).index(True)
            vlan = Vlan(
                VlanMode.PRIVATE,
                private_mode=PrivateVlanMode(chosen + 1),
                primary_id=int(primary_vlan_id or 0),
                secondary_id=int(secondary_vlan_id or 0),
                secondary_ids=_identifiers(secondary_vlan_id_list or ""),
            )
        elif access or vlan_id is not None:
            vlan = Vlan(VlanMode.ACCESS, int(vlan_id or 0))
        else:
            vlan = Vlan()
    except ValueError:
        text = f'The list of VLAN identifiers "{allowed_vlan_id_list}" is not valid.'
        call.error(argument_record(call, text, allowed_vlan_id_list))
        return
    for adapter in chosen_ports(call, vm_network_adapter_name):
        sentence = f'configure the VLAN of the network adapter "{adapter.name}".'
        if not should_process(call, sentence, adapter.name):
            continue
        with reporting(call):
            adapter.set_feature(vlan)
            if passthru:
                yield VlanSetting(adapter)


def _identifiers(text: str) -> tuple[int, ...]:
    """``1-100,200``: the identifiers. Raises ValueError."""
    found: set[int] = set()
    for part in filter(None, (one.strip() for one in text.split(","))):
        low, _, high = part.partition("-")
        first, last = int(low), int(high or low)
        if not 0 < first <= last <= MAXIMUM_VLAN:
            raise ValueError(part)
        found.update(range(first, last + 1))
    return tuple(sorted(found))
