"""Questions of powershell.exe without a window: what standard input answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
_REMOVE = "powershell -Command \"{} Remove-Item C:\\work\\one.txt, C:\\work\\two.txt -Confirm; 'left ' + @(Get-ChildItem C:\\work).Count\""


@pytest.fixture
def remove(machine: Any) -> Run:
    machine.write("C:\\work\\one.txt", "1")
    machine.write("C:\\work\\two.txt", "2")
    return lambda stdin, before="": machine.run(_REMOVE.format(before), stdin)


@pytest.mark.parametrize(
    ("stdin", "left", "asked"),
    [
        (b"y\r\nn\r\n", 1, 2),
        (b"\r\n\r\n", 0, 2),  # an empty line is the default
        (b"Yes to All\r\n", 0, 1),
        (b"l\r\n", 2, 1),
        (b"maybe\r\nN\r\n?\r\nno\r\n", 2, 4),  # what is no choice is asked again
    ],
)
def test_each_line_answers_one_question(remove: Run, stdin: bytes, left: int, asked: int) -> None:
    ended = remove(stdin)
    assert f"left {left}" in ended.out
    assert ended.out.count("[Y] Yes") == asked
    assert ended.err == ""
    assert ("Y - Continue with only the next step of the operation." in ended.out) is (b"?" in stdin)


def test_the_question_is_laid_out_for_a_console_of_80_columns(remove: Run) -> None:
    assert remove(b"l\r\n").out.startswith(
        "\r\nConfirm\r\nAre you sure you want to perform this action?\r\n"
        'Performing the operation "Remove File" on target "C:\\work\\one.txt".\r\n'
        "[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [S] Suspend  [?] Help \r\n"
        '(default is "Y"):'
    )


def test_the_end_of_the_input_is_the_error_of_the_console_host(remove: Run) -> None:
    ended = remove(b"")
    assert "left 2" in ended.out
    assert "Remove-Item : Object reference not set to an instance of an object." in ended.err
    error_id = "System.NullReferenceException,Microsoft.PowerShell.Commands.RemoveItemCommand"
    assert error_id in "".join(ended.err.split())


def test_a_function_sees_the_end_of_the_input_as_an_exception(run: Run) -> None:
    script = (
        "function f { [CmdletBinding(SupportsShouldProcess)] param() $PSCmdlet.ShouldContinue('go on', 'Question') }; "
        "try { f } catch { $_.Exception.Message; $_.FullyQualifiedErrorId }"
    )
    ended = run(f'powershell -Command "{script}"')
    assert '[Y] Yes  [N] No  [S] Suspend  [?] Help (default is "Y"): ' in ended.out
    assert 'Exception calling "ShouldContinue" with "2" argument(s): "Object reference not set' in ended.out
    assert "NonInteractive mode" in run(f'powershell -NonInteractive -Command "{script}"').out


def test_a_function_is_answered_for_all_objects_at_once(run: Run) -> None:
    script = (
        "function f { [CmdletBinding(SupportsShouldProcess, ConfirmImpact='High')] param([Parameter(ValueFromPipeline)]$x) "
        "process { if ($PSCmdlet.ShouldProcess($x)) { 'did ' + $x } } }; 1..3 | f"
    )
    ended = run(f'powershell -Command "{script}"', b"y\r\na\r\n")
    assert [f"did {number}" in ended.out for number in (1, 2, 3)] == [True, True, True]
    assert ended.out.count("[A] Yes to All") == 2


def test_a_suspended_pipeline_is_not_emulated(machine: Any, remove: Run) -> None:
    ended = remove(b"s\r\n")
    assert "is not emulated" in ended.err
    assert machine.read("C:\\work\\one.txt") == "1"
