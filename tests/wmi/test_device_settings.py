"""Adding, changing and removing disks, network adapters and other devices through root/virtualization/v2."""

import pytest

from tests.wmi.setting_clients import V2, VSSD, add, added, modify

RASD = "Msvm_ResourceAllocationSettingData"
SASD = "Msvm_StorageAllocationSettingData"
PORT = "Msvm_SyntheticEthernetPortSettingData"
CONNECTION = "Msvm_EthernetPortAllocationSettingData"


def controller(wmi, vm, resource_type):
    found = wmi.settings(vm, RASD)
    return next(each for each in found if each.value("ResourceType") == resource_type)


def attach(wmi, vm, parent, path, location="0"):
    """The two steps in which clients attach a disk."""
    drive = added(
        wmi,
        add(
            wmi,
            vm,
            RASD,
            Parent=str(parent.path),
            AddressOnParent=location,
            ResourceType=17,
            ResourceSubType="Microsoft:Hyper-V:Synthetic Disk Drive",
        ),
    )
    return add(
        wmi,
        vm,
        SASD,
        Parent=str(drive.path),
        HostResource=[path],
        ResourceType=31,
        ResourceSubType="Microsoft:Hyper-V:Virtual Hard Disk",
    )


def test_a_disk_is_attached_in_two_steps(wmi):
    wmi.host.virtual_disks.create("D:\\VMs\\two.vhdx", size=10 << 30)
    wmi.advance(5)
    medium = added(wmi, attach(wmi, wmi.two, controller(wmi, wmi.two, 5), "d:\\vms\\TWO.vhdx"))
    assert medium.value("HostResource") == ["D:\\VMs\\two.vhdx"]
    (drive,) = wmi.two.hard_disk_drives
    assert (drive.controller_number, drive.location, drive.path) == (0, 0, "D:\\VMs\\two.vhdx")
    assert wmi[V2].find(medium.value("Parent")).value("ResourceType") == 17


def test_a_scsi_controller_is_added_and_takes_a_disk_while_running(wmi):
    wmi.host.virtual_disks.create("D:\\VMs\\two.vhdx", size=10 << 30)
    scsi = added(
        wmi,
        add(
            wmi,
            wmi.two,
            RASD,
            ResourceType=6,
            ResourceSubType="Microsoft:Hyper-V:Synthetic SCSI Controller",
            VirtualSystemIdentifiers=["{19598f09-2f6c-46de-8a39-a26654ce9a4d}"],
        ),
    )
    assert scsi.value("VirtualSystemIdentifiers") == ["{19598F09-2F6C-46DE-8A39-A26654CE9A4D}"]
    wmi.two.start()
    wmi.advance(5)
    medium = added(wmi, attach(wmi, wmi.two, scsi, "D:\\VMs\\two.vhdx", "7"))
    assert medium.value("InstanceID").endswith("\\0\\7\\L")


def test_a_disk_is_taken_out_again(wmi):
    wmi.one.turn_off()
    wmi.advance(5)
    (medium,) = wmi.settings(wmi.one, SASD)
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[medium.path]).return_value == 0
    (drive,) = wmi.one.hard_disk_drives
    assert drive.path is None
    assert wmi.settings(wmi.one, SASD) == []
    rasd = f'{RASD}.InstanceID="Microsoft:{wmi.one.id}\\\\{drive.setting_id}"'.replace(
        drive.setting_id, drive.setting_id.replace("\\", "\\\\")
    )
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[rasd]).return_value == 0
    assert wmi.one.hard_disk_drives == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"ResourceSubType": "Microsoft:Hyper-V:Synthetic Disk Drive"}, 32773),
        ({"ResourceSubType": "Microsoft:Hyper-V:Synthetic Disk Drive", "Parent": "nonsense"}, 32773),
        ({"ResourceSubType": "Microsoft:Hyper-V:Physical Disk Drive"}, 32773),
        ({}, 32770),
    ],
)
def test_a_device_without_a_place_is_refused(wmi, values, code):
    assert add(wmi, wmi.two, RASD, **values).return_value == code


@pytest.mark.parametrize(
    ("path", "code"), [("D:\\VMs\\missing.vhdx", 32779), ("D:\\VMs\\one.vhd", 32774), ("Z:\\x.vhdx", 32779)]
)
def test_a_file_that_cannot_be_attached_is_refused(wmi, path, code):
    assert attach(wmi, wmi.two, controller(wmi, wmi.two, 5), path).return_value == code
    assert wmi.settings(wmi.two, SASD) == []


def test_devices_of_one_call_are_added_all_or_none(wmi):
    good = wmi.embedded(PORT, {"ElementName": "front"})
    bad = wmi.embedded(RASD, {"ResourceSubType": "Microsoft:Hyper-V:Synthetic Disk Drive"})
    path = f'{VSSD}.InstanceID="Microsoft:{wmi.two.id}"'
    result = wmi.manage("AddResourceSettings", AffectedConfiguration=path, ResourceSettings=[good, bad])
    assert result.return_value == 32773
    assert wmi.two.network_adapters == []


def test_what_every_machine_has_cannot_be_removed(wmi):
    (processor,) = wmi.settings(wmi.two, "Msvm_ProcessorSettingData")
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[processor.path]).return_value == 32770


# Network adapters.


def test_an_adapter_is_added_and_connected_in_two_steps(wmi):
    port = added(
        wmi,
        add(
            wmi,
            wmi.two,
            PORT,
            StaticMacAddress=True,
            Address="00155d000102",
            ResourceType=10,
            ResourceSubType="Microsoft:Hyper-V:Synthetic Ethernet Port",
            VirtualSystemIdentifiers=["{19598f09-2f6c-46de-8a39-a26654ce9a4d}"],
        ),
    )
    assert (port.value("Address"), port.value("StaticMacAddress")) == ("00155D000102", True)
    switch = (
        wmi[V2].query("SELECT * FROM Msvm_VirtualEthernetSwitch WHERE ElementName = 'Private'").instances[0]
    )
    connection = added(
        wmi,
        add(
            wmi,
            wmi.two,
            CONNECTION,
            EnabledState=2,
            HostResource=[str(switch.path).replace("virtualization", "Virtualization")],
            Parent=str(port.path),
            ResourceType=33,
            ResourceSubType="Microsoft:Hyper-V:Ethernet Connection",
        ),
    )
    assert wmi.two.network_adapters[0].switch.name == "Private"
    assert connection.value("HostResource") == [str(switch.path)]
    assert connection.value("Parent") == str(port.path)


def test_an_adapter_is_connected_elsewhere_disconnected_and_removed(wmi):
    (connection,) = wmi.settings(wmi.one, CONNECTION)
    private = wmi.host.virtual_switches.find("Private")[0]
    path = next(
        str(each.path)
        for each in wmi[V2].instances("Msvm_VirtualEthernetSwitch")
        if private.id in str(each.path)
    )
    assert modify(wmi, connection, HostResource=[path]) == 0
    assert wmi.one.network_adapters[0].switch is private
    assert modify(wmi, connection, EnabledState=3) == 0
    assert wmi.one.network_adapters[0].switch is None
    assert modify(wmi, connection, HostResource=["nonsense"]) == 32773
    (port,) = wmi.settings(wmi.two, PORT) or wmi.settings(wmi.one, PORT)
    wmi.one.turn_off()
    wmi.advance(5)
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[str(port.path)]).return_value == 0
    assert wmi.one.network_adapters == []


def test_an_adapter_is_renamed_and_gets_a_static_address(wmi):
    adapter = wmi.two.devices.add_network_adapter()
    (port,) = wmi.settings(wmi.two, PORT)
    assert modify(wmi, port, ElementName="front", Address="00155D0A0B0C", StaticMacAddress=True) == 0
    assert (adapter.name, adapter.mac_address, adapter.dynamic_mac_address) == (
        "front",
        "00155D0A0B0C",
        False,
    )
    assert modify(wmi, port, StaticMacAddress=False) == 0
    assert adapter.dynamic_mac_address is True


# Other devices.


def test_integration_components_are_switched_on_and_off(wmi):
    settings = wmi[V2].resolve(
        "Msvm_VssComponentSettingData",
        {"InstanceID": f"Microsoft:{wmi.one.id}\\5CED1297-4598-4915-A5FC-AD21BB4D02A4"},
    )
    text = wmi.embedded(
        "Msvm_VssComponentSettingData", {"InstanceID": settings.value("InstanceID"), "EnabledState": 3}
    )
    assert wmi.manage("ModifyGuestServiceSettings", GuestServiceSettings=[text]).return_value == 0
    assert settings.value("EnabledState") == 3
    component = wmi[V2].resolve("Msvm_VssComponent", {"SystemName": wmi.one.id})
    assert (component.value("EnabledState"), component.value("OperationalStatus")) == (3, [12])


def test_a_serial_port_is_connected_to_a_pipe(wmi):
    port = wmi.settings(wmi.two, "Msvm_SerialPortSettingData")[1]
    assert modify(wmi, port, Connection=["\\\\.\\pipe\\two"]) == 0
    assert wmi.two.com_ports[1].path == "\\\\.\\pipe\\two"
