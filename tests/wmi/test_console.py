"""Keyboard, mouse, thumbnails and connect access through WMI."""

import pytest

from emulator.cim.cim_xml import parse_instance

V1 = "root/virtualization"
V2 = "root/virtualization/v2"


def device(wmi, class_name, vm=None):
    return wmi[V2].resolve(class_name, {"SystemName": (vm or wmi.one).id})


def call(wmi, class_name, method, vm=None, **arguments):
    return wmi[V2].invoke(device(wmi, class_name, vm), method, arguments)


def machine_path(vm):
    return f'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="{vm.id}"'


def shown(wmi):
    return " ".join(" ".join(wmi.one.guest.console.screen().lines).split())


def test_what_is_typed_is_on_the_screen(wmi):
    assert call(wmi, "Msvm_Keyboard", "TypeCtrlAltDel").return_value == 0
    assert call(wmi, "Msvm_Keyboard", "TypeText", asciiText="ab").return_value == 0
    assert call(wmi, "Msvm_Keyboard", "TypeKey", keyCode=0x43).return_value == 0
    assert call(wmi, "Msvm_Keyboard", "TypeScancodes", Scancodes=[0x20, 0xA0]).return_value == 0
    assert shown(wmi) == "Administrator Password: ****_"


def test_keys_are_held_until_they_are_released(wmi):
    assert call(wmi, "Msvm_Keyboard", "PressKey", keyCode=0x10).return_value == 0
    assert call(wmi, "Msvm_Keyboard", "IsKeyPressed", keyCode=0x10).out == {"keyState": True}
    assert call(wmi, "Msvm_Keyboard", "ReleaseKey", keyCode=0x10).return_value == 0
    assert call(wmi, "Msvm_Keyboard", "IsKeyPressed", keyCode=0x10).out == {"keyState": False}


@pytest.mark.parametrize(
    ("method", "arguments"),
    [("TypeText", {"asciiText": ""}), ("TypeText", {}), ("TypeKey", {"keyCode": 300}), ("TypeScancodes", {})],
)
def test_wrong_input_is_an_invalid_parameter(wmi, method, arguments):
    assert call(wmi, "Msvm_Keyboard", method, **arguments).return_value == 32773


def test_a_machine_that_is_off_takes_no_input(wmi):
    assert call(wmi, "Msvm_Keyboard", "TypeText", wmi.two, asciiText="a").return_value == 32775
    assert call(wmi, "Msvm_SyntheticMouse", "ClickButton", wmi.two, buttonIndex=1).return_value == 32775


def test_both_mice_move_and_click(wmi):
    mouse = "Msvm_SyntheticMouse"
    assert (
        call(wmi, mouse, "SetAbsolutePosition", horizontalPosition=10, verticalPosition=20).return_value == 0
    )
    assert (
        call(wmi, "Msvm_Ps2Mouse", "SetRelativePosition", horizontalDelta=-3, verticalDelta=4).return_value
        == 0
    )
    assert call(wmi, mouse, "SetButtonState", buttonIndex=1, isDown=True).return_value == 0
    assert call(wmi, "Msvm_Ps2Mouse", "GetButtonState", buttonIndex=1).out == {"buttonState": True}
    assert call(wmi, mouse, "SetScrollPosition", scrollPositionDelta=5).return_value == 0
    seen = device(wmi, mouse)
    assert [seen.value(f"{name}Position") for name in ("Horizontal", "Vertical", "Scroll")] == [7, 24, 5]


@pytest.mark.parametrize("namespace", [V1, V2])
def test_the_thumbnail_is_what_the_guest_shows(make_wmi, namespace):
    wmi = make_wmi("2012")

    def picture(vm, width, height):
        path = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{vm.id}"'
        return wmi.manage(
            "GetVirtualSystemThumbnailImage",
            namespace,
            TargetSystem=path,
            WidthPixels=width,
            HeightPixels=height,
        )

    before = picture(wmi.one, 160, 120).out["ImageData"]
    assert len(before) == 160 * 120 * 2
    wmi.one.guest.console.type_control_alt_delete()
    wmi.one.guest.console.type_text("secret")
    assert picture(wmi.one, 160, 120).out["ImageData"] != before
    assert picture(wmi.two, 8, 8).out["ImageData"] == [0] * 128
    for width, height in ((0, 60), (80, 0), (1025, 60), (80, 769)):
        assert picture(wmi.one, width, height).return_value == 32773


@pytest.mark.parametrize(("number", "size"), [(5, (80, 60)), (6, (160, 120)), (7, (320, 240))])
def test_summaries_hold_the_picture_that_was_asked_for(wmi, number, size):
    result = wmi.manage("GetSummaryInformation", RequestedInformation=[1, number])
    first = result.out["SummaryInformation"][0]
    width, height = size
    assert (first.value("ThumbnailImageWidth"), first.value("ThumbnailImageHeight")) == size
    assert len(first.value("ThumbnailImage")) == width * height * 2
    without = wmi.manage("GetSummaryInformation", RequestedInformation=[1]).out["SummaryInformation"][0]
    assert without.value("ThumbnailImage") is None


def terminal(wmi, method, vm, **arguments):
    service = wmi[V2].resolve("Msvm_TerminalService", {})
    return wmi[V2].invoke(service, method, {"ComputerSystem": machine_path(vm), **arguments})


def trustees(wmi, vm):
    texts = terminal(wmi, "GetInteractiveSessionACL", vm).out["AccessControlList"]
    entries = [parse_instance(text, wmi[V2].schema) for text in texts]
    assert all(entry.value("AccessType") == 0 for entry in entries)
    return [entry.value("Trustee") for entry in entries]


def test_connect_access_is_granted_and_revoked_for_each_machine(wmi):
    names = ["administrator", "Hyper-V Administrators"]
    assert terminal(wmi, "GrantInteractiveSessionAccess", wmi.one, Trustees=names).return_value == 0
    assert terminal(wmi, "GrantInteractiveSessionAccess", wmi.one, Trustees=names[:1]).return_value == 0
    assert trustees(wmi, wmi.one) == ["HVHOST1\\Administrator", "BUILTIN\\Hyper-V Administrators"]
    assert trustees(wmi, wmi.two) == []
    revoked = terminal(wmi, "RevokeInteractiveSessionAccess", wmi.one, Trustees=["HVHOST1\\Administrator"])
    assert revoked.return_value == 0
    assert trustees(wmi, wmi.one) == ["BUILTIN\\Hyper-V Administrators"]


@pytest.mark.parametrize("names", [[], ["nobody"], ["Administrator", "OTHER\\x"]])
def test_an_unknown_trustee_changes_nothing(wmi, names):
    assert terminal(wmi, "GrantInteractiveSessionAccess", wmi.one, Trustees=names).return_value == 32773
    assert trustees(wmi, wmi.one) == []
    assert (
        terminal(wmi, "RevokeInteractiveSessionAccess", wmi.one, Trustees=["Administrator"]).return_value
        == 32773
    )


def test_the_port_of_the_terminal_service_can_be_changed(wmi):
    settings = wmi[V2].resolve("Msvm_TerminalServiceSettingData", {})
    service = wmi[V2].resolve("Msvm_TerminalService", {})

    def change(**values):
        text = wmi.embedded(
            "Msvm_TerminalServiceSettingData", {"InstanceID": settings.value("InstanceID"), **values}
        )
        return wmi[V2].invoke(service, "ModifyServiceSettings", {"ServiceSettingData": text}).return_value

    assert settings.value("ListenerPort") == 2179
    assert change(ListenerPort=3000) == 0
    assert settings.value("ListenerPort") == 3000
    assert change(ListenerPort=70000) == 32773
    assert change(TrustedIssuerCertificateHashes=["xyz"]) == 32773
    assert change(TrustedIssuerCertificateHashes=["AB" * 20]) == 0


@pytest.mark.parametrize("method", ["Reset", "RequestStateChange", "EnableDevice", "SaveProperties"])
def test_devices_answer_what_they_do_not_support(wmi, method):
    assert call(wmi, "Msvm_Keyboard", method).return_value == 1


def test_drives_do_not_lock_their_media(wmi):
    assert call(wmi, "Msvm_DVDDrive", "LockMedia", Lock=True).return_value == 1
