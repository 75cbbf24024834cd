"""What the format cmdlets write: objects of Microsoft.PowerShell.Commands.Internal.Format, in sequence."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

START = "FormatStartData GroupStartData"
END = "GroupEndData FormatEndData"
OUT_OF_SEQUENCE = "ConsoleLineOutputOutOfSequencePacket,Microsoft.PowerShell.Commands.OutLineOutputCommand"


@pytest.fixture(scope="module")
def session():
    return ConsoleSession()


def _kinds(session, script):
    return " ".join(session.values(f"{script} | % {{ $_.GetType().Name }}"))


@pytest.mark.parametrize("command", ["Format-Table", "Format-List", "Format-Wide", "Format-Custom"])
def test_a_document_is_a_sequence(session, command):
    found = _kinds(session, f"1..2 | % {{ [pscustomobject]@{{a=$_}} }} | {command}")
    assert found == f"{START} FormatEntryData FormatEntryData {END}"


def test_each_group_has_a_start_and_an_end(session):
    script = "'x','x','y' | % { [pscustomobject]@{a=$_;b=1} } | ft b -GroupBy a"
    group = "GroupStartData FormatEntryData"
    assert _kinds(session, script) == (
        f"FormatStartData {group} FormatEntryData GroupEndData {group} GroupEndData FormatEndData"
    )


def test_the_objects_tell_what_is_shown(session):
    script = """
    $x = [pscustomobject]@{Name='n'; Size=12} | Format-Table
    $columns = $x[0].shapeInfo.tableColumnInfoList
    $columns.propertyName -join ','; $columns.alignment -join ','; $columns.label -join ','
    $x[2].formatEntryInfo.formatPropertyFieldList.propertyValue -join ','
    $x[0].ClassId2e4f51ef21dd47e99d3c952918aff9cd
    $x[0].autosizeInfo -eq $null
    """
    assert session.values(script) == [
        *("Name,Size", "1,3", ",", "n,12", "033ecb2bc07a4d43b5ef94ed5a35d280"),
        True,
    ]


def test_a_view_gives_labels(session):
    script = "(Get-Item C:\\Windows | ft)[0].shapeInfo.tableColumnInfoList | % label"
    assert session.values(script) == ["Mode", "LastWriteTime", "Length", "Name"]


def test_autosize_is_told(session):
    script = "([pscustomobject]@{a=1} | ft -AutoSize)[0].autosizeInfo.GetType().Name"
    assert session.values(script) == ["AutosizeInfo"]


def test_text_is_an_entry_of_its_own(session):
    script = "$x = 'word' | ft; $x.GetType().Name; $x.outOfBand; $x.formatEntryInfo.text; $x"
    kind, aside, text, _ = session.values(script)
    assert (kind, aside, text) == ("FormatEntryData", True, "word")
    assert session.shown("'word' | ft") == "word"


def test_objects_are_formatted_as_they_come(session):
    script = """
    $log = [System.Collections.ArrayList]@()
    $null = 1..2 | % { $null = $log.Add("in $_"); [pscustomobject]@{a=$_} } | ft | % {
        if ($_.GetType().Name -eq 'FormatEntryData') { $null = $log.Add('out') } }
    $log -join ','
    """
    assert session.values(script) == ["in 1,out,in 2,out"]


def test_what_another_computer_formatted_is_shown_the_same(session):
    local = "Get-Item C:\\Windows, C:\\Users | Format-Table"
    there = f"{local} | Export-Clixml C:\\shown.xml; Import-Clixml C:\\shown.xml"
    assert session.shown(there) == session.shown(local)
    custom = "[pscustomobject]@{a=1;b=@{c=2}} | Format-Custom"
    assert session.shown(f"{custom} | Export-Clixml C:\\c.xml; Import-Clixml C:\\c.xml") == session.shown(
        custom
    )


def test_an_object_out_of_sequence_is_an_error(session):
    found, category, message = session.error("$x = [pscustomobject]@{a=1} | ft; $x[2] | Out-String")
    assert (found, category) == (OUT_OF_SEQUENCE, "InvalidData")
    assert message == (
        'The object of type "Microsoft.PowerShell.Commands.Internal.Format.FormatEntryData" is not valid or '
        'not in the correct sequence. This is likely caused by a user-specified "format-*" command which is '
        "conflicting with the default formatting."
    )


def test_a_sequence_that_breaks_off_is_shown(session):
    assert session.shown("[pscustomobject]@{a=1} | ft | select -First 3") == "a\n-\n1"


def test_scripts_may_change_the_objects(session):
    script = """
    $x = [pscustomobject]@{a=1} | ft; $x[0].shapeInfo.tableColumnInfoList[0].width = 3
    $x[2].formatEntryInfo.formatPropertyFieldList[0].propertyValue = 'new'; $x
    """
    assert session.shown(script) == "  a\n  -\nnew"
    assert session.error("$x[0].shapeInfo = 5")[0] == "ExceptionWhenSetting"
    assert session.error("$x[0].shapeInfo.tableColumnInfoList[0].width = 'wide'")[0] == "ExceptionWhenSetting"


def test_bags_that_claim_to_be_format_objects_do_no_harm(session):
    name = "Deserialized.Microsoft.PowerShell.Commands.Internal.Format."
    script = f"""
    $bag = [pscustomobject]@{{PSTypeName='{name}FormatStartData'; shapeInfo=1; autosizeInfo='x'}}
    $entry = [pscustomobject]@{{PSTypeName='{name}FormatEntryData'; outOfBand=$true; formatEntryInfo=$bag}}
    $bag, $entry | Out-String
    """
    session.shown(script)


def test_a_list_that_came_as_something_else_counts_as_empty(session):
    script = """
    function Bag($kind, $held) {
        $o = [pscustomobject]$held
        $o.PSTypeNames.Insert(0, "Deserialized.Microsoft.PowerShell.Commands.Internal.Format.$kind")
        $o
    }
    $entry = Bag ComplexViewEntry @{formatValueList = 5}
    (Bag FormatEntryData @{outOfBand = $true; formatEntryInfo = $entry} | Out-String).Trim()
    """
    assert session.values(script) == [""]
