"""Private fields, writers and text files as scripts of Ansible use them."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

FIELD = (
    "[PSObject].Assembly.GetType('System.Management.Automation.ClrFacade')"
    ".GetField('_defaultEncoding', [Reflection.BindingFlags]'NonPublic, Static')"
)


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_the_default_encoding_of_files_can_be_set_by_reflection(session: ConsoleSession) -> None:
    script = f"""
    $name = [string][char]252
    [IO.File]::WriteAllText('C:\\a.ps1', "'gr$($name)n'", [Text.UTF8Encoding]::new($false))
    (& C:\\a.ps1).Length
    $field = {FIELD}
    $field.GetValue($null).WebName
    $field.SetValue($null, [Text.UTF8Encoding]::new($false))
    (& C:\\a.ps1).Length
    [powershell]::Create().AddScript('(& C:\\a.ps1).Length').Invoke()
    """
    assert session.values(script) == [5, "Windows-1252", 4, 4]


def test_private_types_are_found_by_their_assembly_alone(session: ConsoleSession) -> None:
    assert session.values("'System.Management.Automation.ClrFacade' -as [type]") == [None]
    assert session.values("[string].Assembly.GetType('System.Management.Automation.ClrFacade')") == []


def test_an_unknown_private_field_is_null_and_a_gap(session: ConsoleSession) -> None:
    script = "[PSObject].GetField('_secret', [Reflection.BindingFlags]'NonPublic, Static')"
    assert session.values(script) == []
    assert ("field", "[System.Management.Automation.PSObject]._secret") in session.runspace.session.gap_counts


def test_a_public_search_does_not_see_a_private_field(session: ConsoleSession) -> None:
    assert session.values(FIELD.replace("NonPublic", "Public")) == []


def test_the_console_writes_into_a_writer_of_the_script(session: ConsoleSession) -> None:
    script = """
    $old = [Console]::Out; $writer = [IO.StringWriter]::new()
    [Console]::SetOut($writer)
    [Console]::WriteLine('one'); [Console]::Out.Write('two {0}', 2)
    [Console]::SetOut($old)
    $writer.ToString()
    """
    assert session.values(script) == ["one\r\ntwo 2"]


def test_a_reader_reads_lines_and_the_rest(session: ConsoleSession) -> None:
    script = """$r = [IO.StringReader]::new("a`r`nb`nc")
    $r.ReadLine(); [char]$r.Read(); $r.ReadLine().Length; $r.ReadToEnd(); $null -eq $r.ReadLine(); $r.Peek()"""
    assert [str(one) for one in session.values(script)] == ["a", "b", "0", "c", "True", "-1"]


def test_a_closed_writer_refuses(session: ConsoleSession) -> None:
    script = "$w = [IO.StringWriter]::new(); $w.Close(); try { $w.Write(1) } catch { $_.Exception.InnerException.GetType().Name }"
    assert session.values(script) == ["ObjectDisposedException"]


def test_what_an_assignment_gathered_before_exit_is_written(session: ConsoleSession) -> None:
    result = session.runspace.run(
        "function F { 'out'; exit 3 }; function G { $x = F; 7 }; 'a'; $y = (G); 'b'"
    )
    assert (result.output, result.exit_code) == (["a", "out"], 3)


def test_text_files_are_written_and_read_in_the_encoding_given(session: ConsoleSession) -> None:
    script = """
    [IO.File]::WriteAllText('C:\\u.txt', 'ab', [Text.Encoding]::Unicode)
    [BitConverter]::ToString([IO.File]::ReadAllBytes('C:\\u.txt'))
    [IO.File]::AppendAllText('C:\\u.txt', 'c', [Text.Encoding]::Unicode)
    [IO.File]::ReadAllText('C:\\u.txt')
    [IO.File]::WriteAllBytes('C:\\p.txt', [byte[]](0xC3, 0xBC))
    [IO.File]::ReadAllText('C:\\p.txt').Length
    [IO.File]::ReadAllText('C:\\p.txt', [Text.Encoding]::GetEncoding(1252)).Length
    """
    assert session.values(script) == ["FF-FE-61-00-62-00", "abc", 1, 2]


def test_attributes_of_files_by_path(session: ConsoleSession) -> None:
    script = """Set-Content C:\\x.txt 1
    [IO.File]::SetAttributes('C:\\x.txt', 'ReadOnly, Archive'); [IO.File]::GetAttributes('C:\\x.txt')
    [IO.File]::GetAttributes('C:\\Windows') -band [IO.FileAttributes]::Directory
    try { [IO.File]::GetAttributes('C:\\none') } catch { $_.Exception.InnerException.GetType().Name }"""
    assert [str(one) for one in session.values(script)] == [
        "ReadOnly, Archive",
        "Directory",
        "FileNotFoundException",
    ]


def test_nothing_is_made_of_a_generic_type_without_its_arguments(session: ConsoleSession) -> None:
    made = "[System.Collections.Generic.List`1]::new(@(1))"
    assert session.error(made)[0] == "MethodCountCouldNotFindBest"


def test_the_runspace_of_a_new_pipeline_is_there(session: ConsoleSession) -> None:
    script = """$p = [powershell]::Create(); $p.Runspace.SessionStateProxy.SetVariable('a', 5)
    $p.AddScript('$a + 1; $global:LASTEXITCODE = 4').Invoke(); $p.Runspace.SessionStateProxy.GetVariable('LASTEXITCODE')"""
    assert session.values(script) == [6, 4]
