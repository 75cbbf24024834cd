"""Owners and access lists of files and shares through root/cimv2."""

import pytest

from tests.wmi.conftest import CIMV2

FILES = "Win32_LogicalFileSecuritySetting"
SHARES = "Win32_LogicalShareSecuritySetting"


def of_file(wmi, path):
    return wmi[CIMV2].resolve(FILES, {"Path": path})


def descriptor(wmi, instance):
    answer = wmi[CIMV2].invoke(instance, "GetSecurityDescriptor", {})
    assert answer.return_value == 0
    return answer.out["Descriptor"]


def trustee(wmi, sid):
    return wmi.embedded("Win32_Trustee", {"SIDString": sid}, CIMV2)


def entries(found):
    return [
        (
            each.value("AceType"),
            each.value("Trustee").value("Name"),
            each.value("AccessMask"),
            each.value("AceFlags"),
        )
        for each in found.value("DACL")
    ]


def test_a_disk_shows_the_right_of_its_machine(wmi):
    found = descriptor(wmi, of_file(wmi, "D:\\VMs\\one.vhd"))
    assert found.declaration.name == "Win32_SecurityDescriptor"
    assert entries(found)[0] == (0, wmi.one.id, 0x12019F, 0)
    owner = found.value("Owner")
    assert [owner.value(name) for name in ("Domain", "Name", "SIDString")] == [
        "BUILTIN",
        "Administrators",
        "S-1-5-32-544",
    ]
    assert found.value("DACL")[0].value("Trustee").value("Domain") == "NT VIRTUAL MACHINE"


def test_a_list_is_put_on_a_folder_and_inherited(wmi):
    wmi.host.filesystem.make_directory("D:\\data\\sub")
    made = wmi[CIMV2].invoke(
        wmi[CIMV2].schema.find("Win32_SecurityDescriptorHelper"),
        "SDDLToWin32SD",
        {"SDDL": "O:BUG:SYD:P(A;OICI;FA;;;BA)(D;;FW;;;WD)"},
    )
    assert made.return_value == 0
    given = made.out["Descriptor"]
    folder = of_file(wmi, "D:\\data")
    assert wmi[CIMV2].invoke(folder, "SetSecurityDescriptor", {"Descriptor": given}).return_value == 0
    assert folder.value("ControlFlags") & 0x1000
    found = descriptor(wmi, folder)
    assert entries(found) == [(1, "Everyone", 0x120116, 0), (0, "Administrators", 0x1F01FF, 3)]
    assert found.value("Owner").value("Name") == "Users"
    below = entries(descriptor(wmi, of_file(wmi, "D:\\data\\sub")))
    assert below == [(0, "Administrators", 0x1F01FF, 0x13)]


def test_what_is_no_descriptor_changes_nothing(wmi):
    folder = of_file(wmi, "D:\\VMs")
    before = entries(descriptor(wmi, folder))
    assert wmi[CIMV2].invoke(folder, "SetSecurityDescriptor", {"Descriptor": None}).return_value == 21
    wrong = wmi.embedded("Win32_SecurityDescriptor", {"DACL": [wmi.embedded("Win32_ACE", {}, CIMV2)]}, CIMV2)
    assert wmi[CIMV2].invoke(folder, "SetSecurityDescriptor", {"Descriptor": wrong}).return_value == 21
    assert entries(descriptor(wmi, folder)) == before


def test_one_query_finds_one_file(wmi):
    (found,) = (
        wmi[CIMV2].query("SELECT * FROM Win32_LogicalFileSecuritySetting WHERE Path = 'D:\\\\VMs'").instances
    )
    assert found.value("Path") == "D:\\VMs"


def test_who_may_use_a_share(wmi):
    share = wmi.host.shares.create("vms", "D:\\VMs")
    setting = wmi[CIMV2].resolve(SHARES, {"Name": "vms"})
    found = descriptor(wmi, setting)
    assert entries(found) == [(0, "Everyone", 0x1200A9, 0)]
    rows = [
        wmi.embedded(
            "Win32_ACE",
            {"AceType": 0, "AccessMask": 0x1301BF, "Trustee": trustee(wmi, "S-1-5-32-545")},
            CIMV2,
        )
    ]
    given = wmi.embedded("Win32_SecurityDescriptor", {"DACL": rows}, CIMV2)
    assert wmi[CIMV2].invoke(setting, "SetSecurityDescriptor", {"Descriptor": given}).return_value == 0
    assert [(each.account, each.right.name) for each in share.access] == [("BUILTIN\\Users", "CHANGE")]
    assert [each.value("Name") for each in wmi[CIMV2].instances(SHARES)] == ["vms"]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("SDDLToBinarySD", {"SDDL": "nothing"}),
        ("BinarySDToSDDL", {"BinarySD": [1, 2, 3]}),
        ("BinarySDToWin32SD", {"BinarySD": []}),
    ],
)
def test_forms_that_cannot_be_read(wmi, method, arguments):
    helper = wmi[CIMV2].schema.find("Win32_SecurityDescriptorHelper")
    assert wmi[CIMV2].invoke(helper, method, arguments).return_value == 0x8007053A


def test_the_three_forms_of_a_descriptor(wmi):
    helper = wmi[CIMV2].schema.find("Win32_SecurityDescriptorHelper")
    text = "O:BAG:SYD:PAI(A;OICI;FA;;;BA)"

    def call(method, **arguments):
        return wmi[CIMV2].invoke(helper, method, arguments).out

    data = call("SDDLToBinarySD", SDDL=text)["BinarySD"]
    thing = call("BinarySDToWin32SD", BinarySD=data)["Descriptor"]
    assert call("Win32SDToSDDL", Descriptor=thing)["SDDL"] == text
    assert call("Win32SDToBinarySD", Descriptor=thing)["BinarySD"] == data
