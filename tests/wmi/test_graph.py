"""The object graph of the Hyper-V namespaces on every shipped profile: reached from the host, both ways, no
reference into nothing, identities of the documented form."""

from __future__ import annotations

import re
from functools import lru_cache

import pytest

from emulator.host import Host
from emulator.profile import builtin_names, load
from emulator.wmi import WmiService

GUID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
#: Class -> form of its key, `{host}` for the host's name. A class without a row has that of its base class.
FORMS = {
    "CIM_ResourceAllocationSettingData": rf"Microsoft:(?:Definition\\{GUID}"
    rf"\\(?:Default|Minimum|Maximum|Increment)|{GUID}\\.+)",
    "CIM_ResourcePool": rf"Microsoft:{GUID}(?:\\Root)?",
    "Msvm_AllocationCapabilities": rf"Microsoft:{GUID}(?:\\Root)?",
    "CIM_ConcreteJob": GUID,
    "Msvm_VirtualSystemSettingData": rf"Microsoft:{GUID}",
    "Msvm_VirtualSystemGlobalSettingData": rf"Microsoft:{GUID}\\Global",
    "Msvm_SummaryInformation": rf"Microsoft:{GUID}",
    "Msvm_EthernetSwitchPortBandwidthData": rf"Microsoft:{GUID}",
    "Msvm_EthernetSwitchPortOffloadData": rf"Microsoft:{GUID}",
    "Msvm_InstalledEthernetSwitchExtension": rf"Microsoft:{GUID}",
    "Msvm_VirtualSystemManagementServiceSettingData": "Microsoft:{host}",
    "Msvm_VirtualEthernetSwitchSettingData": rf"Microsoft:{GUID}",
    "Msvm_VLANEndpointSettingData": rf"Microsoft:{GUID}\\.+",
    "Msvm_GuestNetworkAdapterConfiguration": rf"Microsoft:GuestNetwork\\{GUID}\\{GUID}",
    "Msvm_ResourcePoolSettingData": rf"Microsoft:Pool\\{GUID}",
    "Msvm_VirtualSystemMigrationSettingData": r"Microsoft:Definition\\MigrationSettingData\\3276[89]"
    r"|Microsoft:Definition\\MigrationSettingData\\3277[01]",
    "Msvm_VirtualFcSwitchSettingData": rf"Microsoft:{GUID}",
    "Msvm_BootSourceSettingData": rf"Microsoft:{GUID}\\.+\\B",
    "Msvm_ReplicationProvider": rf"Microsoft:{GUID}",
    "Msvm_ReplicationRelationship": rf"Microsoft:{GUID}\\HVR\\[01]",
    "Msvm_ReplicationSettingData": rf"Microsoft:{GUID}\\HVR(?:\\[01])?",
    "CIM_LogicalDevice": r"Microsoft:.+",
    # Features of ports and switches, extensions and settings of other services.
    "CIM_SettingData": rf"Microsoft:(?:Definition\\)?(?:{GUID}|{{host}}|Default).*",
    "CIM_Capabilities": r"Microsoft:.+",
}
#: What the host must lead to.
REACHED = (
    "CIM_ComputerSystem",
    "CIM_LogicalDevice",
    "CIM_ResourceAllocationSettingData",
    "CIM_VirtualSystemSettingData",
    "CIM_ResourcePool",
    "CIM_SwitchPort",
    "CIM_Service",
)
HYPER_V = ("root/virtualization", "root/virtualization/v2")
PATHS = ("Parent", "HostResource", "Connection")


@lru_cache
def services(name):
    return WmiService(Host(load(name), "manual"))


def cases():
    for name in builtin_names():
        release = load(name).release
        for namespace in HYPER_V:
            kind = "v2" if namespace.endswith("v2") else "v1"
            if load(name).hyper_v.role == "enabled" and kind in release.wmi_namespaces:
                yield pytest.param((name, namespace), id=f"{name}-{kind}")


@pytest.fixture(params=cases())
def namespace(request):
    name, namespace = request.param
    if namespace not in services(name).namespaces():
        pytest.skip("the hypervisor does not run")
    return services(name).namespace(namespace)


def instances(namespace, class_name):
    return list(namespace.instances(class_name)) if class_name in namespace.schema else []


def identity(instance):
    return str(instance.path).casefold()


def graph(namespace):
    """Every instance that the host leads to, with its neighbours."""
    (start,) = [
        each
        for each in namespace.instances("Msvm_ComputerSystem")
        if each.value("Name") == namespace.host.name
    ]
    found, waiting = {}, [start]
    while waiting:
        current = waiting.pop()
        if identity(current) not in found:
            neighbours = list(namespace.associators(current.path))
            found[identity(current)] = (current, neighbours)
            waiting += neighbours
    return found


def test_everything_is_reached_from_the_host_and_back(namespace):
    found = graph(namespace)
    lost = [
        identity(each)
        for class_name in REACHED
        for each in instances(namespace, class_name)
        if identity(each) not in found
    ]
    assert not lost
    one_way = [
        (identity(source), identity(target))
        for source, neighbours in found.values()
        for target in neighbours
        if identity(source) not in map(identity, found[identity(target)][1])
    ]
    assert not one_way


def test_every_reference_resolves(namespace):
    for name in namespace.schema.names():
        declaration = namespace.schema.find(name)
        if not declaration.is_association or not name.startswith("Msvm_"):
            continue
        for instance in namespace.instances(name):
            for key in declaration.keys:
                assert namespace.find(instance.value(key)).path.same_object(instance.value(key))
    for instance in instances(namespace, "CIM_ResourceAllocationSettingData"):
        for name in PATHS:
            value = instance.value(name) if instance.declaration.find_property(name) else None
            for text in value if isinstance(value, list) else [value]:
                if text and "Msvm_" in text:
                    assert namespace.find(text)


def form_of(namespace, declaration):
    for class_name in (declaration.name, *FORMS):
        if class_name in FORMS and class_name in namespace.schema and declaration.is_a(class_name):
            return FORMS[class_name].replace("{host}", re.escape(namespace.host.name))
    return None


def test_every_identity_has_the_documented_form(namespace):
    checked = set()
    for name in namespace.schema.names():
        declaration = namespace.schema.find(name)
        key = next((key for key in ("InstanceID", "DeviceID") if key in declaration.keys), None)
        if key is None or not name.startswith("Msvm_"):
            continue
        for instance in namespace.instances(name):
            form = form_of(namespace, instance.declaration)
            assert form is not None, f"{instance.declaration.name} has no row"
            assert re.fullmatch(form, str(instance.value(key))), identity(instance)
            checked.add(instance.declaration.name)
    assert len(checked) > 10


@pytest.mark.parametrize("name", [name for name in builtin_names() if load(name).hyper_v.role != "enabled"])
def test_a_host_without_the_role_has_no_such_namespace(name):
    assert not [each for each in services(name).namespaces() if each in HYPER_V]
