"""Assigned devices, GPU partitions and RemoteFX, as clients of WMI use them."""

from datetime import timedelta

import pytest

from emulator.host.network.port_features import PortOffload
from emulator.profile import load, loads
from tests.wmi.conftest import CIMV2, TEMPLATE, V2, Wmi

NVME = "PCIROOT(30)#PCI(0200)#PCI(0000)"
GPU = """
  graphics_processors:
    - {name: AMD FirePro, hardware_id: 'PCI\\VEN_1002&DEV_6929', video_memory: 2 GB, remotefx: true,
       driver_provider: AMD}
"""


@pytest.fixture
def wmi():
    return Wmi(load("windows-server-2025-special-devices"))


@pytest.fixture
def remotefx():
    text = TEMPLATE.format(release="2016", role="enabled", edition="Datacenter", zone="UTC", disks="")
    return Wmi(loads(text.replace("  optical_drive", GPU[1:] + "  optical_drive")))


def named(wmi, name):
    return next(iter(wmi.host.virtual_machines.find(name)))


def service(wmi, name, method, **arguments):
    return wmi[V2].invoke(wmi[V2].resolve(name, {}), method, arguments)


def dismount(wmi, **values):
    text = wmi.embedded("Msvm_AssignableDeviceDismountSettingData", values)
    return service(wmi, "Msvm_AssignableDeviceService", "DismountAssignableDevice", DismountSettingData=text)


def add(wmi, vm, class_name, **values):
    return wmi.manage(
        "AddResourceSettings",
        AffectedConfiguration=f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{vm.id}"',
        ResourceSettings=[wmi.embedded(class_name, values)],
    )


def nvme_node(wmi):
    """The device node of the second NVMe controller, still the host's."""
    path = next(
        device.instance_path
        for device in wmi.host.expansion.assignable_devices
        if device.location_path == NVME
    )
    return wmi[CIMV2].resolve("Win32_PnPEntity", {"DeviceID": path})


def test_a_device_goes_from_the_host_to_a_machine_and_back(wmi):
    node = nvme_node(wmi)
    assert node.value("PNPClass") == "SCSIAdapter"
    disabled = wmi[CIMV2].invoke(node, "Disable", {})
    assert (disabled.return_value, disabled.out) == (0, {"rebootNeeded": False})
    assert nvme_node(wmi).value("ConfigManagerErrorCode") == 22
    taken = dismount(wmi, DeviceInstancePath=node.value("DeviceID"))
    assert taken.return_value == 0
    path = taken.out["DismountedDeviceInstancePath"]
    assert path == node.value("DeviceID").replace("PCI\\", "PCIP\\")
    shown = wmi[CIMV2].resolve("Win32_PnPEntity", {"DeviceID": path})
    assert shown.value("Name") == "PCI Express Storage Controller - Dismounted"
    (device,) = [
        each for each in wmi[V2].instances("Msvm_PciExpress") if each.value("DeviceInstancePath") == path
    ]
    assert device.value("LocationPath") == NVME
    vm = named(wmi, "storage01")
    added = add(wmi, vm, "Msvm_PciExpressSettingData", HostResource=[str(device.path)], VirtualFunctions=[0])
    assert added.return_value == 0
    first, second = wmi.settings(vm, "Msvm_PciExpressSettingData")
    assert [first.value("ResourceType"), first.value("HostResource") != second.value("HostResource")] == [
        32769,
        True,
    ]
    back = {"DeviceInstancePath": path, "DeviceLocationPath": NVME}
    refused = service(wmi, "Msvm_AssignableDeviceService", "MountAssignableDevice", **back)
    assert refused.return_value == 32774
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[second.path]).return_value == 0
    given = service(wmi, "Msvm_AssignableDeviceService", "MountAssignableDevice", **back)
    assert given.out["MountedDeviceInstancePath"] == node.value("DeviceID")
    assert nvme_node(wmi).value("ConfigManagerErrorCode") == 0


def test_what_is_not_dismounted(wmi):
    assert dismount(wmi).return_value == 32773
    assert dismount(wmi, DeviceLocationPath="PCIROOT(99)#PCI(0000)").return_value == 32779
    refused = dismount(wmi, DeviceLocationPath=NVME, RequireDeviceMitigations=True)
    assert refused.return_value == 32768
    assert len(list(wmi[V2].instances("Msvm_PciExpress"))) == 1


def test_a_machine_with_a_device_keeps_its_rules(wmi):
    vm = named(wmi, "storage01")
    wrong = {"InstanceID": f"Microsoft:{vm.id}", "AutomaticShutdownAction": 3}
    text = wmi.embedded("Msvm_VirtualSystemSettingData", wrong)
    assert wmi.manage("ModifySystemSettings", SystemSettings=text).return_value == 32775
    (memory,) = wmi.settings(vm, "Msvm_MemorySettingData")
    change = {"InstanceID": memory.value("InstanceID"), "DynamicMemoryEnabled": True}
    text = wmi.embedded("Msvm_MemorySettingData", change)
    assert wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value == 32773
    vm.start()
    wmi.advance(5)
    (port,) = [each for each in wmi[V2].instances("Msvm_PciExpress") if each.value("SystemName") == vm.id]
    (settings,) = wmi[V2].associators(port.path, "Msvm_SettingsDefineState")
    assert settings.declaration.name == "Msvm_PciExpressSettingData"
    save = wmi[V2].invoke(wmi.machine(vm), "RequestStateChange", {"RequestedState": 6})
    assert save.return_value == 32775


def test_a_gpu_that_is_partitioned(wmi):
    (gpu,) = wmi[V2].instances("Msvm_PartitionableGpu")
    assert gpu.value("Name").endswith("#{064092b3-625e-43bf-9eb5-dc845897dd59}\\GPUPARAV")
    assert gpu.value("ValidPartitionCounts") == [1, 2, 4, 8, 16]
    assert gpu.value("TotalVRAM") - gpu.value("AvailableVRAM") == gpu.value("MaxPartitionVRAM") == 10**9 // 16
    (partition,) = wmi[V2].instances("Msvm_GpuPartition")
    vm = named(wmi, "render01")
    assert partition.value("SystemName") == vm.id
    assert partition.value("DeviceInstancePath") == gpu.value("Name")
    assert partition.value("CurrentVRAM") == 10**9 // 16
    related = wmi[V2].associators(gpu.path, "Msvm_HostedDependency", "Msvm_GpuPartition")
    assert [each.path for each in related] == [partition.path]
    vm.turn_off()
    wmi.advance(5)
    assert list(wmi[V2].instances("Msvm_GpuPartition")) == []
    (settings,) = wmi.settings(vm, "Msvm_GpuPartitionSettingData")
    change = {
        "InstanceID": settings.value("InstanceID"),
        "HostResource": [str(gpu.path)],
        "MinPartitionVRAM": 80_000_000,
        "OptimalPartitionVRAM": 90_000_000,
        "MaxPartitionVRAM": 100_000_000,
    }
    text = wmi.embedded("Msvm_GpuPartitionSettingData", change)
    assert wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value == 0
    assert settings.value("MinPartitionVRAM") == 80_000_000
    assert settings.value("HostResource") == [str(gpu.path)]
    text = wmi.embedded("Msvm_GpuPartitionSettingData", {**change, "MinPartitionVRAM": 95_000_000})
    assert wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value == 32773
    other = add(wmi, named(wmi, "db01"), "Msvm_GpuPartitionSettingData")
    assert other.return_value == 32775  # it runs
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[settings.path]).return_value == 0
    assert wmi.settings(vm, "Msvm_GpuPartitionSettingData") == []


def test_remotefx(remotefx):
    wmi = remotefx
    (pool,) = wmi[V2].instances("Msvm_Synth3dVideoPool")
    assert [pool.value(name) for name in ("IsGPUCapable", "IsSLATCapable", "Is3dVideoSupported")] == [
        True
    ] * 3
    call = {"monitorResolution": 3, "numberOfMonitors": 2}
    answer = wmi[V2].invoke(pool, "CalculateVideoMemoryRequirements", call)
    assert (answer.return_value, answer.out["requiredVideoMemory"]) == (0, 150 << 20)
    wrong = wmi[V2].invoke(pool, "CalculateVideoMemoryRequirements", {**call, "numberOfMonitors": 3})
    assert wrong.return_value == 32773
    (gpu,) = wmi[V2].instances("Msvm_Physical3dGraphicsProcessor")
    (info,) = wmi[V2].instances("Msvm_PhysicalGPUInfo")
    assert info.value("AvailableVideoMemory") == gpu.value("TotalVideoMemory") == 2 << 30
    vm = wmi.host.virtual_machines.create("one")
    name = "Msvm_Synthetic3DDisplayControllerSettingData"
    assert add(wmi, vm, name, MaximumMonitors=2, MaximumScreenResolution=3).return_value == 0
    assert add(wmi, vm, name).return_value == 32773
    vm.start()
    wmi.advance(5)
    (display,) = wmi[V2].instances("Msvm_Synthetic3DDisplayController")
    assert display.value("AllocatedGPU") == "AMD FirePro"
    assert info.value("AvailableVideoMemory") == (2 << 30) - (150 << 20)
    off = service(wmi, "Msvm_Synthetic3DService", "DisableGPUForVirtualization", PhysicalGPU=str(gpu.path))
    assert off.return_value == 32774
    vm.turn_off()
    wmi.advance(5)
    off = service(wmi, "Msvm_Synthetic3DService", "DisableGPUForVirtualization", PhysicalGPU=str(gpu.path))
    assert off.return_value == 0
    assert gpu.value("EnabledForVirtualization") is False
    assert pool.value("IsGPUCapable") is False


@pytest.mark.parametrize(
    ("class_name", "code"),
    [
        ("Msvm_PciExpressSettingData", 32773),
        ("Msvm_GpuPartitionSettingData", 32768),
        ("Msvm_Synthetic3DDisplayControllerSettingData", 32770),
    ],
)
def test_a_host_without_the_hardware_refuses(make_wmi, class_name, code):
    wmi = make_wmi("2022")
    assert add(wmi, wmi.two, class_name).return_value == code
    assert list(wmi.two.expansion) == []
    assert list(wmi[V2].instances("Msvm_PartitionableGpu")) == []
    assert list(wmi[V2].instances("Msvm_PciExpress")) == []


def test_changes_of_devices_are_told(wmi):
    heard = []
    wmi.host.observers.append(lambda change, thing: heard.append((change, type(thing).__name__)))
    vm = named(wmi, "storage01")
    dismount(wmi, DeviceLocationPath=NVME)
    (port,) = wmi.settings(vm, "Msvm_PciExpressSettingData")
    wmi.manage("RemoveResourceSettings", ResourceSettings=[port.path])
    assert ("modified", "HostPciDevice") in heard
    assert ("deleted", "AssignedDevice") in heard


def test_persistent_memory_is_built_from_settings(wmi):
    vm = wmi.host.virtual_machines.create("pm", generation=2)
    text = wmi.embedded(
        "Msvm_VirtualHardDiskSettingData",
        {"Path": r"P:\pm.vhdpmem", "Format": 3, "Type": 2, "MaxInternalSize": 1 << 30},
    )
    service(wmi, "Msvm_ImageManagementService", "CreateVirtualHardDisk", VirtualDiskSettingData=text)
    wmi.host.clock.advance(timedelta(minutes=5))
    shown = service(
        wmi, "Msvm_ImageManagementService", "GetVirtualHardDiskSettingData", Path=r"P:\pm.vhdpmem"
    ).out["SettingData"]
    assert '"IsPmemCompatible" TYPE="boolean"><VALUE>TRUE<' in shown
    table, prefix = "Msvm_ResourceAllocationSettingData", "Microsoft:Hyper-V:"
    added = add(wmi, vm, table, ResourceType=32771, ResourceSubType=prefix + "Persistent Memory Controller")
    (controller,) = added.out["ResultingResourceSettings"]
    drive = add(
        wmi, vm, table, ResourceType=17, ResourceSubType=prefix + "Synthetic Disk Drive", Parent=controller
    ).out["ResultingResourceSettings"][0]
    medium = add(
        wmi,
        vm,
        "Msvm_StorageAllocationSettingData",
        ResourceType=31,
        ResourceSubType=prefix + "Virtual Hard Disk",
        Parent=drive,
        HostResource=[r"P:\pm.vhdpmem"],
    )
    assert medium.return_value == 0
    device = next(
        each for each in wmi[V2].instances("Msvm_PersistentMemoryController") if vm.id in str(each.path)
    )
    (disk,) = wmi[V2].associators(device.path, association_class="Msvm_ControlledBy")
    assert disk.declaration.name == "Msvm_DiskDrive"
    refused = wmi.manage("RemoveResourceSettings", ResourceSettings=[controller])
    assert refused.return_value != 0
    for path in (*medium.out["ResultingResourceSettings"], drive, controller):
        assert wmi.manage("RemoveResourceSettings", ResourceSettings=[path]).return_value == 0
    assert not vm.hard_disk_drives


def test_a_flexible_device_is_added_changed_and_removed(wmi):
    vm = named(wmi, "storage01")
    values = {"EmulatorId": "872270E1-A899-4AF6-B454-7193634435AD", "EmulatorConfiguration": ["tag=share"]}
    added = add(wmi, vm, "Msvm_FlexIoDeviceSettingData", **values)
    assert added.return_value == 0
    (shown,) = wmi.settings(vm, "Msvm_FlexIoDeviceSettingData")
    assert [shown.value("EmulatorId"), shown.value("EmulatorConfiguration")] == list(values.values())
    (device,) = wmi[V2].instances("Msvm_FlexIoDevice")
    assert device.value("EmulatorConfiguration") == ["tag=share"]
    changed = {"InstanceID": shown.value("InstanceID"), "EmulatorConfiguration": ["tag=other"]}
    text = wmi.embedded("Msvm_FlexIoDeviceSettingData", changed)
    assert wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value == 0
    (shown,) = wmi.settings(vm, "Msvm_FlexIoDeviceSettingData")
    assert shown.value("EmulatorConfiguration") == ["tag=other"]
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[str(shown.path)]).return_value == 0
    assert not wmi.settings(vm, "Msvm_FlexIoDeviceSettingData")


def test_a_switch_can_be_bound_to_wifi(wmi):
    (port,) = wmi[V2].instances("Msvm_WiFiPort")
    assert [port.value("ElementName"), port.value("IsBound")] == ["Intel(R) Wi-Fi 6E AX210 160MHz", False]
    wired = list(wmi[V2].instances("Msvm_ExternalEthernetPort"))
    assert len(wired) == 2
    (endpoint,) = wmi[V2].associators(port.path, association_class="Msvm_WiFiDeviceSAPImplementation")
    assert [endpoint.declaration.name, endpoint.value("Connected")] == ["Msvm_WiFiEndpoint", False]
    settings = wmi.embedded("Msvm_VirtualEthernetSwitchSettingData", {"ElementName": "Air"})
    resource = wmi.embedded("Msvm_EthernetPortAllocationSettingData", {"HostResource": [str(port.path)]})
    made = service(
        wmi,
        "Msvm_VirtualEthernetSwitchManagementService",
        "DefineSystem",
        SystemSettings=settings,
        ResourceSettings=[resource],
    )
    assert made.return_value == 0
    (port,) = wmi[V2].instances("Msvm_WiFiPort")
    assert port.value("IsBound") is True
    (other,) = wmi[V2].associators(endpoint.path, association_class="Msvm_ActiveConnection")
    assert other.declaration.name == "Msvm_LANEndpoint"
    (back,) = wmi[V2].associators(other.path, association_class="Msvm_ActiveConnection")
    assert back.path == endpoint.path
    shown = [
        each.value("HostResource")
        for each in wmi[V2].instances("Msvm_EthernetPortAllocationSettingData")
        if each.value("HostResource") and "Msvm_WiFiPort" in each.value("HostResource")[0]
    ]
    assert shown == [[str(port.path)]]


def test_virtual_functions_go_to_machines_that_run(wmi):
    supports = [
        each.value("IOVSupport") for each in wmi[V2].instances("Msvm_ExternalEthernetPortCapabilities")
    ]
    assert supports == [True, True]
    assert wmi[V2].resolve("Msvm_VirtualEthernetSwitchManagementCapabilities", {}).value("IOVSupport") is True
    switch = next(each for each in wmi.host.virtual_switches if each.name == "External")
    assert figures(wmi) == [0, 0]
    switch.iov_preferred = True
    switch.touch()
    assert figures(wmi) == [64, 0]
    vm = named(wmi, "db01")
    (adapter,) = vm.network_adapters
    adapter.set_feature(PortOffload(iov_weight=100))
    assert figures(wmi) == [64, 1]
    active = [
        each.value("IovVfDataPathActive") for each in wmi[V2].instances("Msvm_EthernetSwitchPortOffloadData")
    ]
    assert active.count(True) == 1
    vm.turn_off()
    assert figures(wmi) == [64, 0]


def figures(wmi):
    data = next(
        each
        for each in wmi[V2].instances("Msvm_EthernetSwitchHardwareOffloadData")
        if each.value("IovVfCapacity") is not None
    )
    return [data.value("IovVfCapacity"), data.value("IovVfUsage")]
