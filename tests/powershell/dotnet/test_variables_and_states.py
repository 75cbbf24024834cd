"""PSVariable, the window of the console, and files of formats by their names alone."""

from __future__ import annotations


def test_a_variable_is_made_by_its_name_value_and_options(shell):
    assert shell.texts(
        "$v = [psvariable]::new('a', 5, 'ReadOnly'); $v.Name; $v.Value; $v.Options; [psvariable]::new('b').Value -eq $null;"
        "try { $v.Value = 3 } catch { $_.FullyQualifiedErrorId }"
    ) == ["a", "5", "ReadOnly", "True", "VariableNotWritable"]
    assert (
        shell.texts(
            "foreach ($given in @('A', 1, 'None', 'x'), @('')) { try { New-Object psvariable $given } "
            "catch { $_.FullyQualifiedErrorId } }"
        )
        == ["ConstructorInvokedThrowException,Microsoft.PowerShell.Commands.NewObjectCommand"] * 2
    )


def test_the_window_of_the_console_has_a_height(shell):
    assert shell.texts("[Console]::WindowHeight -eq $Host.UI.RawUI.WindowSize.Height") == ["True"]


def test_a_file_of_formats_is_added_by_its_name(shell):
    assert shell.texts(
        "$s = [initialsessionstate]::Create(); $s.Formats.Add('C:\\x.ps1xml'); $s.Types.Add('C:\\y.ps1xml');"
        "$s.Formats[0].GetType().Name; $s.Formats[0].FileName; $s.Types[0].FileName"
    ) == ["SessionStateFormatEntry", "C:\\x.ps1xml", "C:\\y.ps1xml"]
