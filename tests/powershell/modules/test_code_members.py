"""CodeProperty and CodeMethod of Add-Member, Update-TypeData and types files."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

CODE = (
    "Add-Type 'using System.Management.Automation; public static class Cp {"
    " public static int Len(PSObject o) { return o.ToString().Length; }"
    ' public static void Set(PSObject o, string t) { o.Properties.Add(new PSNoteProperty("Kept", t)); }'
    " public static string Say(PSObject o, string t) { return o.ToString() + t; }"
    " public static int None() { return 1; } }';"
)


@pytest.fixture
def session() -> ConsoleSession:
    made = ConsoleSession()
    made.values(CODE)
    return made


def test_a_code_property_is_worked_out_by_a_method(session: ConsoleSession) -> None:
    session.values(
        "Update-TypeData -TypeName System.String -MemberType CodeProperty -MemberName Size -Value ([Cp].GetMethod('Len'))"
    )
    assert session.values("'abcd'.Size; ('ab', 'c' | Select-Object -ExpandProperty Size) -join ','") == [
        4,
        "2,1",
    ]
    assert session.values("(Get-TypeData System.String).Members['Size'].GetType().Name") == ["PSCodeProperty"]


def test_an_object_gets_code_members(session: ConsoleSession) -> None:
    script = (
        "$o = 'ab' | Add-Member CodeProperty Size ([Cp].GetMethod('Len')) -PassThru |"
        " Add-Member CodeMethod Say ([Cp].GetMethod('Say')) -PassThru; $o.Size; $o.Say('!');"
        "($o | Get-Member Size, Say).MemberType -join ','; ($o | Get-Member Size).Definition"
    )
    assert session.values(script) == [2, "ab!", "CodeMethod,CodeProperty", "System.Object Size {get=Len;}"]


def test_methods_of_another_shape_are_refused(session: ConsoleSession) -> None:
    name = "Microsoft.PowerShell.Commands.AddMemberCommand"
    for kind, method, error_id in (
        ("CodeProperty", "None", "CodePropertyGetterFormat"),
        ("CodeProperty", "Say", "CodePropertyGetterFormat"),
        ("CodeMethod", "None", "CodeMethodMethodFormat"),
    ):
        script = f"'x' | Add-Member {kind} M ([Cp].GetMethod('{method}'))"
        assert session.error(script)[0] == f"{error_id},{name}"
    assert session.error("'x' | Add-Member CodeMethod M 'Say'")[2] == (
        'Cannot convert the "Say" value of type "System.String" to type "System.Reflection.MethodInfo".'
    )


def test_a_types_file_names_methods(session: ConsoleSession) -> None:
    reference = "<TypeName>Cp</TypeName><MethodName>{}</MethodName>"
    session.values(
        "Set-Content C:\\c.ps1xml '<Types><Type><Name>System.String</Name><Members>"
        f"<CodeProperty><Name>Size</Name><GetCodeReference>{reference.format('Len')}</GetCodeReference></CodeProperty>"
        f"<CodeMethod><Name>Say</Name><CodeReference>{reference.format('Say')}</CodeReference></CodeMethod>"
        "</Members></Type></Types>'; Update-TypeData C:\\c.ps1xml"
    )
    assert session.values("'abc'.Size; 'a'.Say('b')") == [3, "ab"]
    session.values(
        "(Get-Content C:\\c.ps1xml -Raw).Replace('Len', 'Nope') | Set-Content C:\\d.ps1xml -NoNewline"
    )
    assert "Nope" in session.error("Update-TypeData C:\\d.ps1xml")[2]
