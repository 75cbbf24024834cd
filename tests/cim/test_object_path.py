r"""Object paths: every form that clients send, `\\HOST\ns:Class.Key="v"` and shorter."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.cim.errors import InvalidObjectPath
from emulator.cim.object_path import MAXIMUM_LENGTH, ObjectPath

quick = settings(max_examples=80, deadline=None)

FULL = r'\\HOST1\root\virtualization\v2:Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="AB"'


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (FULL, FULL),
        (r"root\cimv2:Win32_Service.Name='WinRM'", r'\\.\root\cimv2:Win32_Service.Name="WinRM"'),
        (r"//host/root/cimv2:Win32_Service", r"\\host\root\cimv2:Win32_Service"),
        (r"\\.\Root\CIMV2:Win32_OperatingSystem=@", r"\\.\Root\CIMV2:Win32_OperatingSystem=@"),
        ("Win32_OperatingSystem=@", "Win32_OperatingSystem=@"),
        ('Win32_LogicalDisk="C:"', 'Win32_LogicalDisk="C:"'),
        ("Win32_LogicalDisk.DeviceID='C:'", 'Win32_LogicalDisk.DeviceID="C:"'),
        ("A.K=1,L=-2,M=TRUE,N=0x10", "A.K=1,L=-2,M=TRUE,N=16"),
        ("A . K = 'v'".replace(" . ", "."), 'A.K="v"'),
        (r'A.K="a\\b\"c"', r'A.K="a\\b\"c"'),
        (r"A.K='it\'s'", 'A.K="it\'s"'),
        (r'A.K="Microsoft:AB\0"', r'A.K="Microsoft:AB\\0"'),
        ("Msvm_ComputerSystem", "Msvm_ComputerSystem"),
        ('A.K=""', 'A.K=""'),
        ('A.K="x:y=z,{}"', 'A.K="x:y=z,{}"'),
    ],
)
def test_a_path_is_read_and_written_as_windows_writes_it(text, canonical):
    assert str(ObjectPath.parse(text)) == canonical


def test_the_parts_of_a_full_path_are_there():
    path = ObjectPath.parse(FULL)
    assert path.server == "HOST1"
    assert path.namespace == "root/virtualization/v2"
    assert path.class_name == "Msvm_ComputerSystem"
    assert path.key("name") == "AB"
    assert path.key("other") is None
    assert not path.is_class
    assert ObjectPath.parse("Win32_Service").is_class


def test_case_and_the_order_of_keys_do_not_matter():
    other = (
        r"\\host1\ROOT\Virtualization\V2:msvm_computersystem."
        "NAME='ab',creationclassname='MSVM_ComputerSystem'"
    )
    assert ObjectPath.parse(other) == ObjectPath.parse(FULL)
    assert hash(ObjectPath.parse(other)) == hash(ObjectPath.parse(FULL))
    assert ObjectPath.parse("A.K=1") != ObjectPath.parse("A.K=2")
    assert ObjectPath.parse("A=@") != ObjectPath.parse("A")


def test_an_absent_or_local_server_fits_any():
    full = ObjectPath.parse(FULL)
    assert full.same_object(ObjectPath.parse(full.relative))
    assert full.same_object(ObjectPath.parse(FULL.replace("HOST1", ".")))
    assert not full.same_object(ObjectPath.parse(FULL.replace("HOST1", "HOST2")))
    assert not full.same_object(ObjectPath.parse(r"root\cimv2:" + full.relative))


def test_a_relative_path_is_located():
    located = ObjectPath.parse("A.K=1").located("HOST1", "root/cimv2")
    assert str(located) == r"\\HOST1\root\cimv2:A.K=1"
    assert located.located("HOST2", "root/other") is located


def test_a_reference_key_holds_another_path():
    inner = ObjectPath.parse(r'\\H\root\cimv2:Win32_Service.Name="a\\b"')
    outer = ObjectPath("Link", [("Antecedent", inner)], namespace="root/cimv2", server="H")
    assert str(outer) == r'\\H\root\cimv2:Link.Antecedent="\\\\H\\root\\cimv2:Win32_Service.Name=\"a\\\\b\""'
    back = ObjectPath.parse(str(outer))
    assert back == outer
    assert back.key_path("antecedent") == inner
    assert back.key_path("dependent") is None


def test_the_shorthand_takes_the_only_key_of_the_class():
    short = ObjectPath.parse('Win32_LogicalDisk="C:"')
    assert short.named_keys(("DeviceID",)) == {"DeviceID": "C:"}
    with pytest.raises(InvalidObjectPath):
        short.named_keys(("A", "B"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "=",
        "A.",
        "A.K",
        "A.K=",
        "A.K=v",
        'A.K="v',
        'A.K="v"x',
        'A.K="v",',
        "A.K=1,K=2",
        "1A.K=1",
        r"\\",
        r"\\HOST",
        r"\\HOST\A.K=1",
        r"\\HOST\root\cimv2",
        r"root\\cimv2:A.K=1",
        "ro ot:A",
        "A=@@",
        "A.=1",
        "A" * (MAXIMUM_LENGTH + 1),
        "A." + ",".join(f"K{i}=1" for i in range(257)),
        "A.K=1 2",
        "A;B",
    ],
)
def test_anything_else_is_an_invalid_object_path(text):
    with pytest.raises(InvalidObjectPath) as caught:
        ObjectPath.parse(text)
    assert caught.value.hresult == 0x8004103A


def test_a_path_cannot_be_changed():
    path = ObjectPath.parse("A.K=1")
    with pytest.raises(AttributeError):
        path.class_name = "B"
    with pytest.raises(AttributeError):
        del path.keys


names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
values = st.one_of(st.text(max_size=20), st.integers(-(2**63), 2**64 - 1), st.booleans())
paths = st.builds(
    ObjectPath,
    names,
    st.lists(st.tuples(names, values), max_size=4, unique_by=lambda pair: pair[0].lower()),
    namespace=st.one_of(st.none(), st.lists(names, min_size=1, max_size=3).map("/".join)),
)


@quick
@given(paths)
def test_a_path_is_read_back_from_its_text(path):
    assert ObjectPath.parse(str(path)) == path
    assert str(ObjectPath.parse(str(path))) == str(path)


@quick
@given(st.text(alphabet=st.sampled_from("\\/:.=,\"'@AbK1 _x-{}"), max_size=40))
def test_no_text_raises_anything_but_an_invalid_object_path(text):
    with contextlib.suppress(InvalidObjectPath):
        ObjectPath.parse(text)
