"""CLIXML into objects: what psrpcore writes is read, what is wrong is refused."""

from __future__ import annotations

import contextlib
import datetime
import uuid
from xml.etree import ElementTree

import psrpcore.types as ps
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.powershell.dotnet.credentials import Credential, SecureString
from emulator.powershell.dotnet.library.catalog import load_builtin
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.runtime.members import type_names
from emulator.powershell.runtime.scalars import to_text
from emulator.powershell.serialization.clixml_reader import BadClixml, deserialize
from emulator.powershell.serialization.clixml_writer import serialize

load_builtin()


def through_psrpcore(value, cipher):
    """Let psrpcore write a value and read it here."""
    return deserialize(ElementTree.tostring(ps.serialize(value, cipher)), cipher.decrypt)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (ps.PSString("a\r\n\U0001f600"), "a\r\n\U0001f600"),
        (ps.PSInt(-5), "-5"),
        (ps.PSUInt64((1 << 64) - 1), "18446744073709551615"),
        (ps.PSDouble(1.5), "1.5"),
        (ps.PSDecimal("1.25"), "1.25"),
        (ps.PSChar("x"), "x"),
        (ps.PSGuid(uuid.UUID(int=1)), "00000000-0000-0000-0000-000000000001"),
        (ps.PSVersion("1.2.3"), "1.2.3"),
        (ps.PSDuration(days=1, seconds=2.5), "1.00:00:02.5000000"),
        (ps.PSDateTime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.UTC), "01/02/2020 03:04:05"),
        (True, "True"),
        (ps.PSUri("http://a/b"), "http://a/b"),
        (ps.PSScriptBlock("$a"), "$a"),
    ],
)
def test_primitive_values(cipher, value, text):
    assert to_text(through_psrpcore(value, cipher)) == text


def test_lists_and_dictionaries(cipher):
    found = through_psrpcore({"a": [1, "b", None]}, cipher)
    (item,) = found.values()
    assert list(item) == [1, "b", None]
    assert type_names(item)[0].startswith("Deserialized.")


def test_a_credential_is_made_again_and_its_password_decrypted(cipher):
    credential = ps.PSCredential("me", ps.PSSecureString("secret"))
    found = through_psrpcore(credential, cipher)
    assert isinstance(found, Credential)
    assert (found.user_name, found.password.text) == ("me", "secret")


def test_a_secure_string_without_a_key_is_refused(cipher):
    text = ElementTree.tostring(ps.serialize(ps.PSSecureString("secret"), cipher))
    with pytest.raises(BadClixml, match="session key"):
        deserialize(text)
    assert isinstance(deserialize(text, cipher.decrypt), SecureString)


def test_other_objects_become_property_bags_of_deserialized_types():
    found = deserialize(
        b'<Obj RefId="0"><TN RefId="0"><T>Microsoft.HyperV.PowerShell.VirtualMachine</T><T>System.Object</T></TN>'
        b'<ToString>VM one</ToString><Props><S N="Name">one</S></Props><MS><I32 N="Extra">1</I32></MS></Obj>'
    )
    assert isinstance(found, PSObject)
    assert type_names(found)[:2] == [
        "Deserialized.Microsoft.HyperV.PowerShell.VirtualMachine",
        "Deserialized.System.Object",
    ]
    assert (found.note("Name"), found.note("Extra"), to_text(found)) == ("one", 1, "VM one")


def test_references_and_names_are_followed():
    found = deserialize(
        b'<Obj RefId="0"><LST><Obj RefId="1"><TN RefId="0"><T>A</T></TN><MS><I32 N="x">1</I32></MS></Obj>'
        b'<Ref RefId="1" /><Obj RefId="2"><TNRef RefId="0" /><MS /></Obj></LST></Obj>'
    )
    assert found[0] is found[1]
    assert type_names(found[2])[0] == "Deserialized.A"


def test_a_known_enumeration_is_made_again(runspace):
    found = deserialize(serialize(runspace.run("[ConsoleColor]::Red").output[0]).encode())
    assert repr(found) == "System.ConsoleColor.Red"


@pytest.mark.parametrize(
    "text",
    [
        "<I32>x</I32>",
        "<I32>99999999999</I32>",
        "<By>256</By>",
        "<B>maybe</B>",
        "<DT>yesterday</DT>",
        "<DT>2020-02-30T00:00:00</DT>",
        "<TS>P</TS>x",
        "<G>no</G>",
        "<BA>!!</BA>",
        "<Version>x</Version>",
        "<C>70000</C>",
        "<Unknown/>",
        '<Ref RefId="9" />',
        '<Obj RefId="0"><TNRef RefId="9" /></Obj>',
        "<Obj><DCT><En><S N='Key'>a</S></En></DCT></Obj>",
        "<S><S>nested</S></S>",
        "<Obj",
        '<!DOCTYPE a [<!ENTITY b "c">]><S>&b;</S>',
        "<LST>" * 3,
    ],
)
def test_what_is_wrong_is_refused(text):
    with pytest.raises(BadClixml):
        deserialize(text.encode())


def test_what_is_nested_too_deeply_is_refused():
    text = "<Obj><LST>" * 200 + "</LST></Obj>" * 200
    with pytest.raises(BadClixml):
        deserialize(text.encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(BadClixml):
        deserialize(data)


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**31), 2**31 - 1)
    | st.text(max_size=20)
    | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_what_is_written_is_read_again(value):
    def plain(found):
        return [plain(one) for one in found] if isinstance(found, list) else found

    text = (
        value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        if isinstance(value, str)
        else value
    )
    assert plain(deserialize(serialize(value).encode("utf-8", "surrogatepass"))) == text
