"""When powershell.exe shows what: an object is read when it comes, and a table waits only to be fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.console.conftest import Machine


def shown(machine: Machine, script: str) -> list[str]:
    """The lines of standard output without blanks at their ends."""
    ended = machine.run(f'powershell -NoProfile -Command "{script}"')
    assert not ended.err
    return [line.rstrip() for line in ended.out.splitlines()]


def test_a_table_with_widths_is_written_at_once(machine: Machine) -> None:
    lines = shown(machine, "Get-Service WinRM; Write-Host between; Get-Service Spooler")
    assert lines == [
        "",
        "Status   Name               DisplayName",
        "------   ----               -----------",
        "Running  WinRM              Windows Remote Management (WS-Manag...",
        "between",
        "Running  Spooler            Print Spooler",
        "",
        "",
    ]


def test_a_list_is_written_at_once(machine: Machine) -> None:
    script = "& { [pscustomobject]@{A=1}; Write-Host between; [pscustomobject]@{A=2} } | Format-List"
    assert shown(machine, script) == ["", "", "A : 1", "between", "", "A : 2", "", ""]


def test_a_table_without_widths_waits_to_be_fitted(machine: Machine) -> None:
    script = "[pscustomobject]@{A='a'}; Write-Host first; [pscustomobject]@{A='much longer'}"
    assert shown(machine, script) == ["", "first", "A", "-", "a", "much longer", "", ""]


def test_it_waits_for_a_moment_only(machine: Machine) -> None:
    script = (
        "[pscustomobject]@{A='a';B=1}; Start-Sleep 1; [pscustomobject]@{A='bb';B=2}; Write-Host then;"
        " [pscustomobject]@{A='much longer';B=3}"
    )
    assert shown(machine, script) == ["", "A  B", "-  -", "a  1", "bb 2", "then", "mu 3", "", ""]


def test_a_fitted_table_waits_for_its_end(machine: Machine) -> None:
    script = "& { Get-Service WinRM; Start-Sleep 1; Write-Host x; Get-Service Spooler } | ft Name -AutoSize"
    assert shown(machine, script) == ["", "x", "Name", "----", "WinRM", "Spooler", "", ""]


def test_an_object_is_shown_as_it_was_when_it_came(machine: Machine) -> None:
    script = "$vm = Get-VM web01; & { $vm; Stop-VM web01 -TurnOff; $vm } | Out-String"
    states = [line.split()[1] for line in shown(machine, script) if line.startswith("web01")]
    assert states == ["Running", "Off"]


def test_so_it_is_without_out_string(machine: Machine) -> None:
    script = "$o = [pscustomobject]@{A=1}; $o; $o.A = 2; $o"
    assert shown(machine, script) == ["", "A", "-", "1", "2", "", ""]


def test_a_warning_does_not_end_a_table(machine: Machine) -> None:
    lines = shown(machine, "Get-Service WinRM; Write-Warning careful; Get-Service Spooler")
    assert [line for line in lines if line][2:] == [
        "Running  WinRM              Windows Remote Management (WS-Manag...",
        "WARNING: careful",
        "Running  Spooler            Print Spooler",
    ]


def test_text_stands_in_the_midst_of_a_table(machine: Machine) -> None:
    lines = shown(machine, "[pscustomobject]@{A=1}; 'text'; [pscustomobject]@{A=2}")
    assert lines == ["", "A", "-", "1", "text", "2", "", ""]


def test_a_wide_view_fills_its_lines(machine: Machine) -> None:
    script = "& { 1..3 | % { [pscustomobject]@{Name=$_}; Write-Host $_ } } | Format-Wide Name -Column 2"
    lines = shown(machine, script)
    assert [line.split() for line in lines if line] == [["1"], ["1", "2"], ["2"], ["3"], ["3"]]


def test_the_heading_of_a_group_waits_with_its_table(machine: Machine) -> None:
    script = "& { [pscustomobject]@{A=1;B=2}; Write-Host between } | Format-Table A -GroupBy B"
    assert shown(machine, script) == ["", "between", "", "   B: 2", "", "A", "-", "1", "", ""]


def test_a_fitted_table_fits_every_column(machine: Machine) -> None:
    """The hint of OutCommandInner has a width for each column, given ones too, by the whole text."""
    lines = shown(machine, "[pscustomobject]@{A='a'} | ft A, @{n='Wide';e={1};width=12}, @{n='Z';e={2}}")
    assert lines[1:4] == ["A Wide Z", "- ---- -", "a    1 2"]
    lines = shown(machine, '[pscustomobject]@{A=\\"one`ntwo\\";B=1} | ft -AutoSize')
    assert lines[3].index("1") == len("one\ntwo ")


def test_a_header_is_repeated_after_a_screen_full(machine: Machine) -> None:
    lines = shown(machine, "1..60 | % { [pscustomobject]@{A=$_} } | Format-Table -RepeatHeader")
    assert lines[:3] == ["", " A", " -"]
    assert lines[48:52] == ["46", "", " A", " -"]


def test_what_waits_is_lost_when_an_error_ends_the_script(machine: Machine) -> None:
    """As in Windows (PowerShell/PowerShell#13985): Out-Default is ended without its end."""
    script = "'before'; [pscustomobject]@{A=1}; 'after'; throw 'error'"
    ended = machine.run(f'powershell -NoProfile -Command "{script}"')
    assert ended.out.split() == ["before"]
    assert ended.err.startswith("error\r\n")
    ended = machine.run("powershell -NoProfile -Command \"Get-Service WinRM; throw 'error'\"")
    assert ended.out.splitlines()[-1].startswith("Running  WinRM")


def test_each_statement_of_standard_input_has_its_own_output(machine: Machine) -> None:
    ended = machine.run(
        "powershell -NoProfile -Command -", b"[pscustomobject]@{A=1}\n[pscustomobject]@{A=2}\n"
    )
    assert ended.out.split() == ["A", "-", "1", "A", "-", "2"]


def test_an_error_in_a_window_is_transcribed_as_often_in_a_table_as_without(machine: Machine) -> None:
    """Once when it is written, and once more with what Out-Default shows."""
    for table in ("", "[pscustomobject]@{A=1};"):
        script = f"Start-Transcript C:\\t.txt | Out-Null; {table} Write-Error bad; {table}"
        ended = machine.run(f'powershell -NoProfile -Command "{script}"', error_window=True)
        assert ended.out.count("FullyQualifiedErrorId") == 1
        assert machine.read("C:\\t.txt").count("FullyQualifiedErrorId") == 2


def test_a_program_gets_an_object_as_it_was_when_it_came(machine: Machine) -> None:
    script = "$o = [pscustomobject]@{A=1}; & { 'text'; $o; $o.A = 2; $o } | more.com"
    assert shown(machine, script) == ["text", "", "A", "-", "1", "2", "", ""]
