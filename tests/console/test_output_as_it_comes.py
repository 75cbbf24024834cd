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
