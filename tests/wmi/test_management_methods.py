"""The smaller methods of the management service."""

import pytest

from emulator.cim.cim_xml import parse_instance

V1 = "root/virtualization"
V2 = "root/virtualization/v2"


def settings_path(vm):
    return f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{vm.id}"'


def machine_path(vm):
    return f'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="{vm.id}"'


def test_settings_of_the_host_are_changed_all_or_none(wmi):
    name = "Msvm_VirtualSystemManagementServiceSettingData"

    def change(**values):
        text = wmi.embedded(name, {"InstanceID": "Microsoft:HVHOST1", **values})
        return wmi.manage("ModifyServiceSettings", SettingData=text).return_value

    assert change(DefaultVirtualHardDiskPath="D:\\Disks", EnhancedSessionModeEnabled=True) == 0
    assert wmi.host.settings.virtual_hard_disk_path == "D:\\Disks"
    assert wmi.host.settings.enhanced_session_mode
    assert change(NumaSpanningEnabled=False, DefaultExternalDataRoot="Q:\\x") == 32779
    assert wmi.host.settings.numa_spanning_enabled
    assert change(BiosLockString="x") == 32768
    assert change(MinimumWWPNAddress="zz") == 32773


@pytest.mark.parametrize("namespace", [V1, V2])
def test_errors_are_put_into_words(make_wmi, namespace):
    wmi = make_wmi("2012")
    texts = [wmi.embedded("Msvm_Error", {"Message": text}, namespace) for text in ("first", "second")]
    result = wmi.manage("FormatError", namespace, Errors=texts)
    assert (result.return_value, result.out["ErrorMessage"]) == (0, "first\nsecond")
    assert wmi.manage("FormatError", namespace, Errors=[]).return_value == 32773


def test_a_saved_state_makes_the_files_larger(wmi):
    def size():
        return wmi.manage("GetSizeOfSystemFiles", Vssd=settings_path(wmi.one)).out["Size"]

    before = size()
    wmi.one.save()
    wmi.advance(5)
    assert size() == before + (512 << 20)


def test_world_wide_names_are_given_once(wmi):
    following = wmi.manage("GetCurrentWwpnFromGenerator").out["CurrentWwpn"]
    first = wmi.manage("GenerateWwpn", NumberOfWwpns=2).out["GeneratedWwpn"]
    second = wmi.manage("GenerateWwpn", NumberOfWwpns=2).out["GeneratedWwpn"]
    assert first[0] == following
    assert len({*first, *second}) == 4
    assert all(name.startswith("C003FF") and len(name) == 16 for name in (*first, *second))
    for count in (0, 257):
        assert wmi.manage("GenerateWwpn", NumberOfWwpns=count).return_value == 32773
    wmi.host.settings.configure(wwpn_minimum=second[1], wwpn_maximum=second[1])
    assert wmi.manage("GenerateWwpn", NumberOfWwpns=1).return_value == 32768


def test_the_first_configuration_is_kept_for_a_machine_that_is_off(wmi):
    def leave(vm):
        return wmi.manage(
            "SetInitialMachineConfigurationData", TargetSystem=machine_path(vm), ImcData=[1, 2]
        ).return_value

    assert leave(wmi.two) == 0
    assert wmi.two.guest.initial_configuration == b"\x01\x02"
    assert leave(wmi.one) == 32775


def test_a_packet_reaches_the_guest_on_the_same_switch(wmi):
    (switch,) = wmi.host.virtual_switches.find("Internal")
    wmi.two.devices.add_network_adapter(switch=switch)
    wmi.two.start()
    wmi.advance(5)
    connections = wmi.settings(wmi.two, "Msvm_EthernetPortAllocationSettingData")
    target = connections[0].path

    def send(address):
        return wmi.manage(
            "TestNetworkConnection", TargetNetworkAdapter=target, IsSender=True, ReceiverIP=address
        )

    answer = send("192.0.2.21")
    assert (answer.return_value, answer.out["RoundTripTime"]) == (0, 1)
    assert send("192.0.2.99").return_value == 32772
    settings = wmi.embedded(
        "Msvm_NetworkConnectionDiagnosticSettingData", {"IsSender": True, "ReceiverIP": "192.0.2.21"}
    )
    answer = wmi.manage("DiagnoseNetworkConnection", TargetNetworkAdapter=target, DiagnosticSettings=settings)
    text = answer.out["DiagnosticInformation"]
    assert parse_instance(text, wmi[V2].schema).value("RoundTripTime") == 1
    wmi.two.network_adapters[0].disconnect()
    assert send("192.0.2.21").return_value == 32775
