"""Objects as CLIXML: the shapes are those of recorded Windows hosts, psrpcore reads all of it."""

from __future__ import annotations

import psrpcore.types as ps
import pytest

from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.serialization.clixml_writer import ClixmlWriter, SerializationTooLarge, serialize

_CUSTOM = '<TN RefId="0"><T>System.Management.Automation.PSCustomObject</T><T>System.Object</T></TN>'


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("'a'", "<S>a</S>"),
        ("''", "<S></S>"),
        ("$true", "<B>true</B>"),
        ("5", "<I32>5</I32>"),
        ("5000000000", "<I64>5000000000</I64>"),
        ("[byte]5", "<By>5</By>"),
        ("[uint64]5", "<U64>5</U64>"),
        ("1.5", "<Db>1.5</Db>"),
        ("[double]::NaN", "<Db>NaN</Db>"),
        ("-1/0.0", "<Db>-INF</Db>"),
        ("[decimal]1.25", "<D>1.25</D>"),
        ("[char]'x'", "<C>120</C>"),
        ("[timespan]'1.02:03:04.5'", "<TS>P1DT2H3M4.5S</TS>"),
        ("[timespan]0", "<TS>PT0S</TS>"),
        ("[datetime]'2020-01-02T03:04:05'", "<DT>2020-01-02T03:04:05</DT>"),
        ("([datetime]'2020-01-02T03:04:05.25Z').ToUniversalTime()", "<DT>2020-01-02T03:04:05.25Z</DT>"),
        ("[version]'1.2.3'", "<Version>1.2.3</Version>"),
        ("[uri]'http://a/?b=1&c'", "<URI>http://a/?b=1&amp;c</URI>"),
        (",[byte[]](1,2)", "<BA>AQI=</BA>"),
        ("{ $a + 1 }", "<SBK> $a + 1 </SBK>"),
    ],
)
def test_primitive_values(written, script, text):
    assert written(script) == text


def test_a_list_keeps_its_type_names_and_has_no_text(written):
    assert written(",@(1, 'a', $null)") == (
        '<Obj RefId="0"><TN RefId="0"><T>System.Object[]</T><T>System.Array</T><T>System.Object</T></TN>'
        "<LST><I32>1</I32><S>a</S><Nil /></LST></Obj>"
    )


def test_type_names_that_came_before_are_referred_to(written):
    assert written("@{a = @{}}") == (
        '<Obj RefId="0"><TN RefId="0"><T>System.Collections.Hashtable</T><T>System.Object</T></TN><DCT><En>'
        '<S N="Key">a</S><Obj N="Value" RefId="1"><TNRef RefId="0" /><DCT /></Obj></En></DCT></Obj>'
    )


def test_an_enumeration_is_its_name_and_its_number(written):
    assert written("[ConsoleColor]::Red") == (
        '<Obj RefId="0"><TN RefId="0"><T>System.ConsoleColor</T><T>System.Enum</T><T>System.ValueType</T>'
        "<T>System.Object</T></TN><ToString>Red</ToString><I32>12</I32></Obj>"
    )


def test_a_custom_object_has_extended_properties_and_no_text(written):
    assert written("[pscustomobject]@{a = 1}") == (
        f'<Obj RefId="0">{_CUSTOM}<MS><I32 N="a">1</I32></MS></Obj>'
    )


def test_note_properties_keep_the_depth_and_properties_of_a_type_lose_it(written):
    nested = written("[pscustomobject]@{a = [pscustomobject]@{b = [pscustomobject]@{c = 1}}}")
    assert '<I32 N="c">1</I32>' in nested
    # A property of a type's own object is text at the end of the depth.
    assert '<S N="Runspace">System.Management.Automation.Runspaces.LocalRunspace</S>' in written("$Host")


def test_types_ps1xml_says_how_deep_some_types_go(written):
    """A culture is whole wherever it stands; a command's module and parameters are text."""
    host, command = written("$Host"), written("Get-Command Get-Date")
    assert '<I32 N="LCID">1033</I32>' in host
    assert '<S N="Module">Microsoft.PowerShell.Utility</S>' in command
    assert len(command) < 10_000


def test_the_specific_properties_of_a_culture(written):
    text = written("Get-Culture")
    names = [part.partition('"')[0] for part in text.split('N="')[1:]]
    assert names == [
        "LCID",
        "Name",
        "DisplayName",
        "IetfLanguageTag",
        "ThreeLetterISOLanguageName",
        "ThreeLetterWindowsLanguageName",
        "TwoLetterISOLanguageName",
    ]


def test_an_object_met_twice_becomes_a_reference(written):
    text = written("$x = [pscustomobject]@{a = 1}; ,@($x, $x)")
    assert text.count('<I32 N="a">1</I32>') == 1
    assert '<Ref RefId="1" />' in text


def test_a_cycle_ends_in_a_reference(written):
    assert '<Ref N="self" RefId="0" />' in written("$x = [pscustomobject]@{self = $null}; $x.self = $x; $x")


def test_what_is_nested_too_deeply_becomes_text(written):
    text = written("$x = [pscustomobject]@{n = 0}; 1..80 | % { $x = [pscustomobject]@{n = $x} }; $x")
    assert text.count("<Obj ") == 50


def test_a_primitive_with_members_is_wrapped(written):
    assert written("'a' | Add-Member -NotePropertyName n -NotePropertyValue 1 -PassThru") == (
        '<Obj RefId="0"><S>a</S><MS><I32 N="n">1</I32></MS></Obj>'
    )


def test_an_object_that_came_over_the_wire_keeps_its_names_and_text(runspace):
    bag = PSObject.custom([("Name", "vm")], ("Deserialized.Microsoft.HyperV.PowerShell.VirtualMachine",))
    bag.text = "VirtualMachine"
    assert serialize(bag, runspace.engine) == (
        '<Obj RefId="0"><TN RefId="0"><T>Deserialized.Microsoft.HyperV.PowerShell.VirtualMachine</T></TN>'
        '<ToString>VirtualMachine</ToString><MS><S N="Name">vm</S></MS></Obj>'
    )


def test_a_secure_string_needs_a_key(written):
    script = "$s = New-Object System.Security.SecureString; $s.AppendChar('x'); $s"
    assert written(script, encrypt=lambda text: f"enc({text})") == "<SS>enc(x)</SS>"
    with pytest.raises(ValueError, match="session key"):
        written(script)


def test_one_message_has_a_limit():
    writer = ClixmlWriter(limit=1000)
    with pytest.raises(SerializationTooLarge):
        writer.write("x" * 2000)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("'\u20ac \U0001f600 _x0041_'", "\u20ac \U0001f600 _x0041_"),
        ("[sbyte]-3", ps.PSSByte(-3)),
        ("[uint16]3", ps.PSUInt16(3)),
        ("1e300", ps.PSDouble(1e300)),
        ("[single]0.5", ps.PSSingle(0.5)),
        ("[guid]'00112233-4455-6677-8899-aabbccddeeff'", ps.PSGuid("00112233-4455-6677-8899-aabbccddeeff")),
        (",[byte[]](0, 255)", b"\x00\xff"),
        ("[version]'5.1.2.3'", ps.PSVersion("5.1.2.3")),
        ("[timespan]'-0:0:1.5'", ps.PSDuration(seconds=-1.5)),
    ],
)
def test_psrpcore_reads_primitive_values(judged, script, expected):
    found = judged(script)
    assert found == expected
    assert type(found).__name__ == type(expected).__name__ or not isinstance(expected, ps.PSObject)


def test_psrpcore_reads_containers_objects_and_secrets(judged):
    assert judged("@{a = 1; b = @(1, 2)}") == {"a": 1, "b": [1, 2]}
    assert judged("[pscustomobject]@{n = 'v'; at = [datetime]'2020-01-02'}").n == "v"
    secret = judged("$s = New-Object System.Security.SecureString; $s.AppendChar('x'); $s")
    assert secret.decrypt() == "x"


def test_psrpcore_reads_error_records(judged):
    record = judged(
        "Write-Error bad -ErrorId Mine -Category InvalidData -TargetObject 5 -ErrorAction SilentlyContinue; $Error[0]"
    )
    assert isinstance(record, ps.ErrorRecord)
    assert str(record) == "bad"
    assert record.FullyQualifiedErrorId == "Mine"
    assert record.CategoryInfo.Category == ps.ErrorCategory.InvalidData
    assert record.TargetObject == 5


def test_an_error_record_has_the_recorded_members(written):
    text = written("try { throw 'x' } catch { $_ }")
    assert text.startswith(
        '<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.ErrorRecord</T><T>System.Object</T></TN>'
        '<ToString>x</ToString><MS><B N="writeErrorStream">true</B><Obj N="Exception" RefId="1"><TN RefId="1">'
        "<T>System.Management.Automation.RuntimeException</T><T>System.SystemException</T>"
        "<T>System.Exception</T><T>System.Object</T></TN>"
        "<ToString>System.Management.Automation.RuntimeException: x</ToString><Props>"
        '<S N="ErrorRecord">x</S><B N="WasThrownFromThrowStatement">true</B><S N="Message">x</S>'
        '<Obj N="Data" RefId="2"><TN RefId="2"><T>System.Collections.ListDictionaryInternal</T>'
        '<T>System.Object</T></TN><DCT /></Obj><Nil N="InnerException" />'
    )
    assert '<S N="ErrorCategory_Message">OperationStopped: (x:String) [], RuntimeException</S>' in text


@pytest.mark.parametrize("kind", ["Warning", "Verbose", "Debug"])
def test_a_message_record_in_the_output(written, kind):
    stream = {"Warning": 3, "Verbose": 4, "Debug": 5}[kind]
    script = f"${kind}Preference = 'Continue'; Write-{kind} words {stream}>&1"
    assert written(script) == (
        f'<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.{kind}Record</T>'
        "<T>System.Management.Automation.InformationalRecord</T><T>System.Object</T></TN>"
        f'<ToString>words</ToString><MS><B N="Write{kind}Stream">true</B>'
        '<S N="InformationalRecord_Message">words</S>'
        '<B N="InformationalRecord_SerializeInvocationInfo">false</B></MS></Obj>'
    )
