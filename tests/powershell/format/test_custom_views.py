"""Custom controls of format files, -Expand, and the errors of columns."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_FILE = """<Configuration>
<Controls><Control><Name>Child</Name><CustomControl><CustomEntries><CustomEntry><CustomItem>
  <Text>[</Text><ExpressionBinding><PropertyName>x</PropertyName></ExpressionBinding><Text>]</Text><NewLine/>
</CustomItem></CustomEntry></CustomEntries></CustomControl></Control></Controls>
<ViewDefinitions><View><Name>Things</Name><ViewSelectedBy><TypeName>My.Thing</TypeName></ViewSelectedBy>
<GroupBy><PropertyName>g</PropertyName><CustomControl><CustomEntries><CustomEntry><CustomItem>
  <Frame><LeftIndent>4</LeftIndent><CustomItem><Text>Group </Text>
  <ExpressionBinding><PropertyName>g</PropertyName></ExpressionBinding><NewLine/></CustomItem></Frame>
</CustomItem></CustomEntry></CustomEntries></CustomControl></GroupBy>
<CustomControl><CustomEntries>
<CustomEntry><EntrySelectedBy><TypeName>My.Big.Thing</TypeName></EntrySelectedBy><CustomItem>
  <Text>BIG</Text></CustomItem></CustomEntry>
<CustomEntry><CustomItem>
  <Text>Name: </Text><ExpressionBinding><ScriptBlock>$_.name.ToUpper()</ScriptBlock></ExpressionBinding><NewLine/>
  <Frame><LeftIndent>2</LeftIndent><FirstLineHanging>1</FirstLineHanging><CustomItem>
  <ExpressionBinding><ItemSelectionCondition><PropertyName>long</PropertyName></ItemSelectionCondition>
  <PropertyName>long</PropertyName></ExpressionBinding><NewLine/>
  <ExpressionBinding><PropertyName>kids</PropertyName><EnumerateCollection/>
  <CustomControlName>Child</CustomControlName></ExpressionBinding></CustomItem></Frame>
</CustomItem></CustomEntry></CustomEntries></CustomControl></View></ViewDefinitions></Configuration>"""


@pytest.fixture
def session() -> ConsoleSession:
    made = ConsoleSession()
    made.values(f"Set-Content views.ps1xml @'\n{_FILE}\n'@; Update-FormatData -PrependPath views.ps1xml")
    return made


def test_a_custom_view_writes_frames_conditions_and_controls_by_name(session):
    text = session.shown(
        "[pscustomobject]@{PSTypeName='My.Thing'; g=1; name='a'; long='word ' * 30; "
        "kids=@([pscustomobject]@{x=1}, [pscustomobject]@{x=2})}"
    )
    assert text == "\n".join(
        [
            "    Group 1",
            "",
            "",
            "Name: A",
            ("  " + "word " * 23).rstrip(),
            ("   " + "word " * 7).rstrip(),
            "  [1]",
            "  [2]",
        ]
    )


def test_an_entry_for_a_type_goes_before_the_one_for_all(session):
    text = session.shown("[pscustomobject]@{PSTypeName='My.Thing'; g=1; name='a'} | % { "
        "$_.PSTypeNames.Insert(0, 'My.Big.Thing'); $_ } | Format-Custom -View Things")  # fmt: skip
    assert text.split("\n")[-1] == "BIG"


def test_a_custom_view_goes_to_a_file_and_comes_back(session):
    script = (
        "Get-FormatData My.Thing -PowerShellVersion 5.1 | Export-FormatData -Path out.ps1xml -IncludeScriptBlock; "
        "$there = [pscustomobject]@{PSTypeName='My.Thing'; g=1; name='a'; kids=@(,[pscustomobject]@{x=5})}; "
        "$before = $there | Out-String; Update-FormatData -PrependPath out.ps1xml; "
        "$before -ceq ($there | Out-String); (Get-FormatData My.Thing -PowerShellVersion 5.1).FormatViewDefinition[0].Control."
        "Entries[1].CustomItems[0].Text"
    )
    assert session.values(script) == [True, "Name: "]


def test_a_script_block_is_exported_only_when_it_is_asked_for(session):
    assert (
        "My.Thing"
        not in session.values(
            "Get-FormatData My.Thing -PowerShellVersion 5.1 | Export-FormatData -Path out.ps1xml; Get-Content out.ps1xml -Raw"
        )[0]
    )


def test_errors_of_columns_are_shown_after_the_object_or_marked_in_it():
    session = ConsoleSession()
    objects = "[pscustomobject]@{a=1} | Format-Table a, { $_.a / 0 }"
    assert session.shown(f"{objects} -DisplayError").split("\n")[-1] == "1 #ERR"
    shown = session.shown(f"{objects} -ShowError").split("\n")
    assert shown[-3:] == [
        'Failed to evaluate expression " $_.a / 0 ".',
        "    + CategoryInfo          : InvalidArgument: (@{a=1}:PSObject) [], RuntimeException",
        "    + FullyQualifiedErrorId : mshExpressionError",
    ]
    assert session.shown(objects).split("\n")[-1] == "1"


def test_what_a_property_block_raises_is_no_error_of_the_pipeline_but_in_error():
    session = ConsoleSession()
    assert session.values("$n = $Error.Count; $x = 1 | Select-Object { 1 / 0 }; $Error.Count - $n") == [1]


def test_expand_shows_the_collection_its_items_or_both():
    session = ConsoleSession()
    assert session.shown(",(1, 2) | Format-Table -Expand EnumOnly") == "1\n2"
    assert "Rank           : 1" in session.shown(",(1, 2) | Format-List -Expand CoreOnly").split("\n")
    both = session.shown(",(1, 2) | Format-Table -Expand Both").split("\n")
    assert both[0] == "The following object supports IEnumerable:"
    assert both[-3:] == ["The IEnumerable contains the following 2 objects:", "1", "2"]


def test_a_list_shows_each_object_with_its_own_properties():
    session = ConsoleSession()
    assert session.shown("[pscustomobject]@{a=1},[pscustomobject]@{b=2} | Format-List") == "a : 1\n\nb : 2"


def test_an_old_client_gets_no_groups_and_no_custom_views(session):
    # Without a version the client could be old (5.1).
    assert session.values(
        "(Get-FormatData System.IO.FileInfo) -eq $null; (Get-FormatData My.Thing) -eq $null"
    ) == [
        True,
        True,
    ]
    script = "(Get-FormatData System.IO.FileInfo -PowerShellVersion 5.1).FormatViewDefinition.Count -gt 0"
    assert session.values(script) == [True]
    assert session.values("(Get-FormatData System.IO.FileInfo -PowerShellVersion 5.0) -eq $null") == [True]
