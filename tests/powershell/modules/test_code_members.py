"""Members that static methods work out: CodeProperty and CodeMethod of Add-Member, Update-TypeData, types files."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_SOURCE = """Add-Type 'using System.Management.Automation; public static class Code {
 public static int Last;
 public static int GetLength(PSObject o) { return o.BaseObject.ToString().Length; }
 public static void SetLength(PSObject o, int value) { Last = value; }
 public static void Wrong(int x) { }
 public static string Throws(PSObject o) { throw new System.InvalidOperationException("no way"); }
 public static string Join(PSObject o, string a, int b) { return o.BaseObject + a + b; }
 public static string Join2(PSObject o) { return ""; } public static string Join2(PSObject o, int x) { return ""; } }'
"""
_GETTER = "The getter method should be public, not void, static, and have one parameter of the type PSObject."


@pytest.fixture
def session() -> ConsoleSession:
    made = ConsoleSession()
    made.values(_SOURCE)
    return made


def test_update_type_data_with_code(session: ConsoleSession) -> None:
    session.values(
        "Update-TypeData -TypeName System.String -MemberType CodeProperty -MemberName Size "
        "-Value ([Code].GetMethod('GetLength')) -SecondValue ([Code].GetMethod('SetLength'));"
        "Update-TypeData -TypeName System.String -MemberType CodeMethod -MemberName Join "
        "-Value ([Code].GetMethod('Join'))"
    )
    assert session.values("'abc'.Size; 'abc'.Join('-', 4); 'x'.Size = 5; [Code]::Last") == [3, "abc-4", 5]
    shown = session.values("'abc' | Get-Member Size, Join | ForEach-Object { \"$($_.MemberType) $_\" }")
    assert shown == [
        "CodeMethod static string Join(System.Management.Automation.PSObject o, string a, int b)",
        "CodeProperty int Size{get=GetLength;set=SetLength;}",
    ]


@pytest.mark.parametrize(
    ("script", "error_id", "message"),
    [
        (
            "Update-TypeData -TypeName X -MemberType CodeProperty -MemberName L -Value ([Code].GetMethod('Wrong'))",
            "TypesDynamicUpdateException,Microsoft.PowerShell.Commands.UpdateTypeDataCommand",
            f'Error in TypeData "X": {_GETTER}',
        ),
        (
            "Update-TypeData -TypeName X -MemberType CodeProperty -MemberName L -Value 'x'",
            "ConvertToFinalInvalidCastException,Microsoft.PowerShell.Commands.UpdateTypeDataCommand",
            'Cannot convert the "x" value of type "System.String" to type "System.Reflection.MethodInfo".',
        ),
        (
            "Update-TypeData -TypeName X -MemberType CodeProperty -MemberName L -Value $null",
            "ValueAndSecondValueAreNotBothNull,Microsoft.PowerShell.Commands.UpdateTypeDataCommand",
            'The Value and SecondValue parameters should not both be null for a member of type "CodeProperty". '
            "Specify a non-null value for one of the two parameters.",
        ),
        (
            "[pscustomobject]@{} | Add-Member CodeMethod M ([Code].GetMethod('Wrong'))",
            "WrongMethodFormat,Microsoft.PowerShell.Commands.AddMemberCommand",
            "Cannot create a code method because of the method format. The method should be public, static, and "
            "have one parameter of type PSObject.",
        ),
        (
            "[pscustomobject]@{} | Add-Member CodeProperty M $null ([Code].GetMethod('GetLength'))",
            "SetterFormat,Microsoft.PowerShell.Commands.AddMemberCommand",
            "The setter method should be public, void, static, and have two parameters. The first parameter should "
            "be of the type PSObject. A second parameter is required if a getter method is also available, and "
            "should have the same type as the return type for the getter method.",
        ),
        (
            "$o = [pscustomobject]@{} | Add-Member CodeProperty T ([Code].GetMethod('Throws')) -PassThru; $o.T",
            "CatchFromCodePropertyGetTI",
            'Exception getting "T": "no way"',
        ),
        (
            "$o = [pscustomobject]@{} | Add-Member CodeProperty T ([Code].GetMethod('Throws')) -PassThru; $o.T = 1",
            "SetWithoutSetterFromCodeProperty",
            'Set accessor for property "T" is unavailable.',
        ),
    ],
)
def test_what_cannot_be_a_code_member(
    session: ConsoleSession, script: str, error_id: str, message: str
) -> None:
    found = session.error(script)
    assert (found[0], found[2]) == (error_id, message)


def test_add_member_with_code_of_a_class_of_a_script(session: ConsoleSession) -> None:
    script = (
        "class Own { static [int] Twice([PSObject] $target, [int] $i) { return 2 * $i } }; "
        "$o = 'text' | Add-Member CodeMethod Twice ([Own].GetMethod('Twice')) -PassThru; $o.Twice(4); "
        "$o.psobject.Members['Twice'].Invoke(5)"
    )
    assert session.values(script) == [8, 10]


def _types(member: str) -> str:
    text = f"<Types><Type><Name>System.Int32</Name><Members>{member}</Members></Type></Types>"
    return f"Set-Content C:\\Windows\\Temp\\a.types.ps1xml '{text}'; Update-TypeData C:\\Windows\\Temp\\a.types.ps1xml"


def _node(tag: str, kind: str, method: str) -> str:
    return f"<{tag}><TypeName>{kind}</TypeName><MethodName>{method}</MethodName></{tag}>"


def test_a_types_file_with_code(session: ConsoleSession) -> None:
    prop = f"<CodeProperty><Name>Size</Name>{_node('GetCodeReference', 'Code', 'getlength')}</CodeProperty>"
    method = f"<CodeMethod><Name>Join</Name>{_node('CodeReference', 'Code', 'Join')}</CodeMethod>"
    session.values(_types(prop + method))
    assert session.values("(1234).Size; (5).Join('a', 6)") == [4, "5a6"]


@pytest.mark.parametrize(
    ("member", "message"),
    [
        (
            f"<CodeProperty><Name>L</Name>{_node('GetCodeReference', 'Nowhere', 'X')}</CodeProperty>",
            'The type "Nowhere" was not found. The type name value must be the full name of the type. Verify the '
            "type name and run the command again.",
        ),
        (f"<CodeProperty><Name>L</Name>{_node('GetCodeReference', 'Code', 'Wrong')}</CodeProperty>", _GETTER),
        (
            f"<CodeMethod><Name>L</Name>{_node('CodeReference', 'Code', 'Join2')}</CodeMethod>",
            "Cannot create a code method because of the method format. The method should be public, static, and "
            "have one parameter of type PSObject.",
        ),
        ("<CodeProperty><Name>L</Name></CodeProperty>", "The CodeProperty should have a getter or setter."),
    ],
)
def test_a_types_file_with_wrong_code(session: ConsoleSession, member: str, message: str) -> None:
    error_id, _, text = session.error(_types(member))
    assert error_id == "TypesXmlUpdateException,Microsoft.PowerShell.Commands.UpdateTypeDataCommand"
    assert text.endswith(message)


def test_update_type_data_with_an_object_of_members(session: ConsoleSession) -> None:
    session.values(
        "$space = 'System.Management.Automation.Runspaces'; $data = New-Object $space`.TypeData 'System.Int32';"
        "$data.Members.Add('Twice', (New-Object $space`.ScriptPropertyData 'Twice', { $this * 2 }));"
        "$data.Members.Add('Size', [System.Management.Automation.Runspaces.CodePropertyData]::new('Size', "
        "[Code].GetMethod('GetLength'))); Update-TypeData -TypeData $data"
    )
    assert session.values("(21).Twice; (123).Size") == [42, 3]
    result = session.runspace.run("Update-TypeData -TypeData $data")
    assert [one.message for one in result.errors] == [
        f'Error in TypeData "System.Int32": The member {name} is already present.'
        for name in ("Twice", "Size")
    ]
    session.values("Update-TypeData -TypeData $data -Force")
    assert session.error("Update-TypeData -TypeData 'System.Byte'")[::2] == (
        "TypeDataEmpty,Microsoft.PowerShell.Commands.UpdateTypeDataCommand",
        'No member is specified for the update on type "System.Byte".',
    )


def test_the_objects_of_code_members(session: ConsoleSession) -> None:
    script = (
        "$p = [System.Management.Automation.PSCodeProperty]::new('P', [Code].GetMethod('GetLength'));"
        '$p.TypeNameOfValue; $p.IsSettable; $p.GetterCodeReference.Name; "$($p.MemberType)"'
    )
    assert session.values(script) == ["System.Int32", False, "GetLength", "CodeProperty"]


def test_a_setter_may_keep_what_it_gets_with_the_object(session: ConsoleSession) -> None:
    session.values(
        "Add-Type 'using System.Management.Automation; public static class Keeper {"
        ' public static void Set(PSObject o, string t) { o.Properties.Add(new PSNoteProperty("Kept", t)); } }\''
    )
    script = (
        "$o = [pscustomobject]@{} | Add-Member CodeProperty P $null ([Keeper].GetMethod('Set')) -PassThru; "
        "$o.P = 'here'; $o.Kept"
    )
    assert session.values(script) == ["here"]
