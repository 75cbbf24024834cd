"""StdRegProv, in both namespaces that have it."""

import pytest

from emulator.host.security.accounts import Account

LOCAL_MACHINE = 0x80000002
KEY = "SOFTWARE\\Test"


@pytest.fixture(params=["root/default", "root/cimv2"])
def call(wmi, request):
    space = wmi[request.param]
    declared = space.schema.find("StdRegProv")

    def run(method, *, caller: Account | None = None, path=KEY, hive=LOCAL_MACHINE, **arguments):
        given = {"hDefKey": hive, "sSubKeyName": path, **arguments}
        result = space.invoke(declared, method, given, caller)
        return (result.return_value, *result.out.values())

    return run


@pytest.mark.parametrize(
    ("kind", "out", "given", "expected"),
    [
        ("String", "sValue", "text", "text"),
        ("DWORD", "uValue", 7, 7),
        ("QWORD", "uValue", 1 << 40, 1 << 40),
        ("MultiString", "sValue", ["a", "b"], ["a", "b"]),
        ("Binary", "uValue", [1, 255], [1, 255]),
        ("ExpandedString", "sValue", "%windir%\\x", "C:\\Windows\\x"),
    ],
)
def test_a_value_of_every_kind_is_written_and_read(call, kind, out, given, expected):
    assert call("CreateKey") == (0,)
    assert call(f"Set{kind}Value", sValueName="n", **{out: given}) == (0,)
    assert call(f"Get{kind}Value", sValueName="N") == (0, expected)
    code, names, types = call("EnumValues")
    assert (code, names) == (0, ["n"])
    assert len(types) == 1
    assert call("DeleteValue", sValueName="n") == (0,)
    assert call("DeleteValue", sValueName="n") == (2,)
    assert call("EnumValues") == (0, None, None)


def test_what_is_missing_or_forbidden_has_windows_numbers(call, wmi):
    assert call("EnumKey") == (2, None)
    assert call("GetStringValue", sValueName="n") == (2, None)
    assert call("EnumKey", hive=5) == (6, None)
    assert call("CreateKey", path="") == (87,)
    user = wmi.host.accounts.create("someone", "Passw0rd!", groups=("Users",))
    assert call("CreateKey", caller=user) == (5,)
    assert call("CreateKey") == (0,)
    assert call("GetStringValue", sValueName="n") == (1, None)
    assert call("CheckAccess", caller=user, uRequired=1) == (0, True)
    assert call("CheckAccess", caller=user, uRequired=2) == (5, False)
    assert call("CreateKey", path=KEY + "\\Below") == (0,)
    assert call("DeleteKey") == (5,)
    assert call("EnumKey") == (0, ["Below"])


def test_a_value_of_another_kind_is_a_type_mismatch(call):
    call("CreateKey")
    call("SetStringValue", sValueName="n", sValue="x")
    assert call("GetDWORDValue", sValueName="n") == (0x80041005, None)
