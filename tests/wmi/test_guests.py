"""Guests through WMI: key-value pairs, copied files, network configuration and guest services."""

import pytest

from emulator.cim.cim_xml import parse_instance
from emulator.host import GuestState, IntegrationServiceKind
from emulator.host.guest.key_value_pairs import PairSource

V1 = "root/virtualization"
V2 = "root/virtualization/v2"
ITEM = "Msvm_KvpExchangeDataItem"
SOCKET = "0A1B2C3D-0000-4000-8000-00155D000001"


def pair(wmi, name, data=None, source=0, namespace=V2):
    return wmi.embedded(ITEM, {"Name": name, "Data": data, "Source": source}, namespace)


def machine_path(vm):
    return f'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="{vm.id}"'


def change(wmi, method, vm, *items, namespace=V2):
    return wmi.manage(method, namespace, TargetSystem=machine_path(vm), DataItems=list(items)).return_value


def pairs(wmi, vm, name="HostExchangeItems", namespace=V2):
    settings = wmi[namespace].resolve(
        "Msvm_KvpExchangeComponentSettingData",
        {"InstanceID": f"Microsoft:{vm.id}\\2A34B1C2-FD73-4043-8A5B-DD2159BC743F"},
    )
    return [
        (item.value("Name"), item.value("Data"), item.value("Source"))
        for item in (parse_instance(text, wmi[namespace].schema) for text in settings.value(name))
    ]


@pytest.mark.parametrize("namespace", [V1, V2])
def test_pairs_of_the_host_are_added_changed_and_removed(make_wmi, namespace):
    wmi = make_wmi("2012")
    vm = wmi.one
    assert change(wmi, "AddKvpItems", vm, pair(wmi, "a", "1", 0, namespace), namespace=namespace) == 0
    assert pairs(wmi, vm, namespace=namespace) == [("a", "1", 0)]
    assert change(wmi, "ModifyKvpItems", vm, pair(wmi, "A", "2", 0, namespace), namespace=namespace) == 0
    assert pairs(wmi, vm, namespace=namespace) == [("a", "2", 0)]
    assert change(wmi, "RemoveKvpItems", vm, pair(wmi, "a", "", 0, namespace), namespace=namespace) == 0
    assert pairs(wmi, vm, namespace=namespace) == []


def test_host_only_pairs_stay_apart(wmi):
    assert change(wmi, "AddKvpItems", wmi.two, pair(wmi, "a", "1"), pair(wmi, "a", "2", 4)) == 0
    assert pairs(wmi, wmi.two) == [("a", "1", 0)]
    assert pairs(wmi, wmi.two, "HostOnlyItems") == [("a", "2", 4)]


def test_a_refused_pair_changes_nothing(wmi):
    vm = wmi.two
    assert change(wmi, "AddKvpItems", vm, pair(wmi, "a", "1")) == 0
    before = vm.revision
    assert change(wmi, "AddKvpItems", vm, pair(wmi, "b", "1"), pair(wmi, "A", "1")) == 32768
    assert change(wmi, "ModifyKvpItems", vm, pair(wmi, "c", "1")) == 32768
    assert change(wmi, "AddKvpItems", vm, pair(wmi, "d", "1", 1)) == 32773
    assert change(wmi, "AddKvpItems", vm, pair(wmi, "", "1")) == 32773
    assert change(wmi, "AddKvpItems", vm, pair(wmi, "x" * 256, "1")) == 32773
    assert change(wmi, "AddKvpItems", vm, pair(wmi, "x", "1" * 1024)) == 32773
    assert change(wmi, "AddKvpItems", vm) == 32773
    assert pairs(wmi, vm) == [("a", "1", 0)]
    assert vm.revision == before


def test_pairs_of_the_guests_programs_are_seen_while_it_answers(wmi):
    wmi.one.guest.pairs.add(PairSource.GUEST, {"backup": "done"})
    component = wmi[V2].resolve("Msvm_KvpExchangeComponent", {"SystemName": wmi.one.id})
    (text,) = component.value("GuestExchangeItems")
    item = parse_instance(text, wmi[V2].schema)
    assert [item.value(name) for name in ("Name", "Data", "Source")] == ["backup", "done", 1]
    wmi.one.guest.hang()
    assert component.value("GuestExchangeItems") == []


def copy(wmi, vm, source, destination, **facts):
    values = {"SourcePath": source, "DestinationPath": destination, **facts}
    service = wmi[V2].resolve("Msvm_GuestFileService", {"SystemName": vm.id})
    text = wmi.embedded("Msvm_CopyFileToGuestSettingData", values)
    return wmi[V2].invoke(service, "CopyFilesToGuest", {"CopyFileToGuestSettings": [text]})


def copied(wmi, result):
    assert result.return_value == 4096
    job = wmi[V2].find(result.out["Job"])
    assert job.declaration.name == "Msvm_CopyFileToGuestJob"
    wmi.advance(5)
    return job.value("JobState"), job.value("ErrorCode")


@pytest.fixture
def guest_service(wmi):
    wmi.one.integration_service(IntegrationServiceKind.GUEST_SERVICE_INTERFACE).enable()
    wmi.host.filesystem.write("D:\\setup.txt", b"hello")


@pytest.mark.usefixtures("guest_service")
def test_a_file_is_copied_into_the_guest(wmi):
    assert copied(wmi, copy(wmi, wmi.one, "D:\\setup.txt", "C:\\Temp\\")) == (7, 0)
    file = wmi.one.guest.files.get("c:\\temp\\SETUP.txt")
    assert (file.size, file.content) == (5, b"hello")


@pytest.mark.usefixtures("guest_service")
def test_the_guest_refuses_what_it_has_and_folders_that_it_has_not(wmi):
    target = "C:\\new\\setup.txt"
    assert copied(wmi, copy(wmi, wmi.one, "D:\\setup.txt", target)) == (10, 32779)
    assert copied(wmi, copy(wmi, wmi.one, "D:\\setup.txt", target, CreateFullPath=True)) == (7, 0)
    assert copied(wmi, copy(wmi, wmi.one, "D:\\setup.txt", target)) == (10, 32768)
    assert copied(wmi, copy(wmi, wmi.one, "D:\\setup.txt", target, OverwriteExisting=True)) == (7, 0)


@pytest.mark.usefixtures("guest_service")
@pytest.mark.parametrize(
    ("source", "destination", "code"),
    [
        ("D:\\absent.txt", "C:\\Temp\\", 32779),
        ("D:\\setup.txt", "relative.txt", 32773),
        ("D:\\setup.txt", "C:\\..\\x", 32773),
        ("D:\\", "C:\\Temp\\", 32773),
    ],
)
def test_wrong_copies_are_refused_at_once(wmi, source, destination, code):
    assert copy(wmi, wmi.one, source, destination).return_value == code


def test_nothing_is_copied_while_the_service_is_disabled(wmi):
    wmi.host.filesystem.write("D:\\setup.txt", b"hello")
    assert copy(wmi, wmi.one, "D:\\setup.txt", "C:\\Temp\\").return_value == 32780


def configuration(wmi, vm):
    adapter = vm.network_adapters[0]
    return wmi[V2].resolve(
        "Msvm_GuestNetworkAdapterConfiguration",
        {"InstanceID": f"Microsoft:GuestNetwork\\{vm.id}\\{adapter.id}"},
    )


def configure(wmi, vm, **values):
    text = wmi.embedded(
        "Msvm_GuestNetworkAdapterConfiguration",
        {"InstanceID": configuration(wmi, vm).value("InstanceID"), **values},
    )
    return wmi.manage(
        "SetGuestNetworkAdapterConfiguration", ComputerSystem=machine_path(vm), NetworkConfiguration=[text]
    ).return_value


def test_the_host_gives_a_guest_its_addresses(wmi):
    vm = wmi.one
    static = {"DHCPEnabled": False, "IPAddresses": ["198.51.100.7"], "Subnets": ["255.255.255.128"]}
    assert configure(wmi, vm, **static, DefaultGateways=["198.51.100.1"], DNSServers=["192.0.2.53"]) == 4096
    wmi.advance(1)
    shown = configuration(wmi, vm)
    assert shown.value("IPAddresses")[0] == "198.51.100.7"
    assert shown.value("Subnets")[0] == "255.255.255.128"
    assert (shown.value("DHCPEnabled"), shown.value("DefaultGateways")) == (False, ["198.51.100.1"])
    assert shown.value("IPAddressOrigins") == [2, 1]
    assert vm.network_adapters[0].ip_addresses[0] == "198.51.100.7"
    assert configure(wmi, vm, DHCPEnabled=True) == 4096
    wmi.advance(1)
    assert shown.value("IPAddresses")[0] != "198.51.100.7"
    assert shown.value("DHCPEnabled") is True


def test_wrong_addresses_and_machines_that_do_not_run_are_refused(wmi):
    vm = wmi.one
    assert configure(wmi, vm, IPAddresses=["300.1.1.1"], Subnets=["255.255.255.0"]) == 32773
    assert configure(wmi, vm, IPAddresses=["192.0.2.1"], Subnets=[]) == 32773
    assert configure(wmi, vm, IPAddresses=["192.0.2.1"], Subnets=["255.0.255.0"]) == 32773
    vm.guest.hang()
    assert configure(wmi, vm, DHCPEnabled=True) == 32780
    vm.turn_off()
    wmi.advance(5)
    assert configure(wmi, vm, DHCPEnabled=True) == 32775


def test_the_configuration_belongs_to_its_adapter(wmi):
    vm = wmi.one
    port = (
        f'Msvm_SyntheticEthernetPortSettingData.InstanceID="Microsoft:{vm.id}\\\\{vm.network_adapters[0].id}"'
    )
    (found,) = wmi[V2].associators(port, "Msvm_SettingDataComponent")
    assert found.value("InstanceID") == configuration(wmi, vm).value("InstanceID")


def test_socket_services_of_a_guest_are_added_changed_and_removed(wmi):
    name = "Msvm_GuestCommunicationServiceSettingData"
    path = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{wmi.two.id}"'
    text = wmi.embedded(name, {"Name": SOCKET})
    result = wmi.manage("AddGuestServiceSettings", AffectedConfiguration=path, GuestServiceSettings=[text])
    (added,) = result.out["ResultingGuestServiceSettings"]
    shown = wmi[V2].find(added)
    assert (shown.value("Name"), shown.value("EnabledStatePolicy")) == (SOCKET, 8)
    again = wmi.manage("AddGuestServiceSettings", AffectedConfiguration=path, GuestServiceSettings=[text])
    assert again.return_value == 32768
    changed = wmi.embedded(name, {"InstanceID": shown.value("InstanceID"), "EnabledStatePolicy": 3})
    assert wmi.manage("ModifyGuestServiceSettings", GuestServiceSettings=[changed]).return_value == 0
    assert shown.value("EnabledStatePolicy") == 3
    assert wmi.manage("RemoveGuestServiceSettings", GuestServiceSettings=[added]).return_value == 0
    assert wmi.two.guest.communication_services == []


def test_a_crashed_guest_has_no_contact_and_leaves_an_event(wmi):
    vm = wmi.one
    vm.guest.crash()
    heartbeat = wmi[V2].resolve("Msvm_HeartbeatComponent", {"SystemName": vm.id})
    assert heartbeat.value("OperationalStatus") == [12]
    assert vm.guest.state is GuestState.CRASHED
    assert 18590 in [entry.event_id for entry in wmi.host.event_log.entries()]
