"""Which items and drives the parameters of the cmdlets over providers choose."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

Script = Callable[[str], list[str]]


@pytest.fixture
def script(machine: Any) -> Script:
    """Runs a script in C:\\work, where a.txt, ro.log (read-only), h.txt (hidden), d\\in.txt and the hidden
    folder hd with in.txt are; the lines that it writes, then the identifiers of its errors."""
    machine.run("mkdir C:\\work\\d C:\\work\\hd")
    for path in ("a.txt", "ro.log", "h.txt", "d\\in.txt", "hd\\in.txt"):
        machine.write(f"C:\\work\\{path}", path)
    machine.run("attrib +r C:\\work\\ro.log & attrib +h C:\\work\\h.txt & attrib +h C:\\work\\hd")

    def run(text: str) -> list[str]:
        whole = (
            f"$ErrorActionPreference = 'SilentlyContinue'; {text}; "
            "$Error | % { $_.FullyQualifiedErrorId -replace ',.*' }"
        )
        encoded = base64.b64encode(whole.encode("utf-16-le")).decode()
        return list(
            machine.run(f"powershell -NoProfile -EncodedCommand {encoded}", directory="C:\\work").out.split()
        )

    return run


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("-Attributes Directory", ["d"]),
        ("-Attributes !D", ["a.txt", "ro.log"]),
        ("-Attributes ReadOnly", ["ro.log"]),
        ("-Attributes Hidden+!Directory, r", ["h.txt", "ro.log"]),
        ("-Attributes 'h,d'", ["d", "hd", "h.txt"]),
        ("-Directory -File", []),
        ("-r -Name", ["d", "a.txt", "ro.log", "d\\in.txt"]),
        ("-r -Force -Name", ["d", "hd", "a.txt", "h.txt", "ro.log", "d\\in.txt", "hd\\in.txt"]),
    ],
)
def test_children_by_attributes(arguments: str, expected: list[str], script: Script) -> None:
    shown = "" if "-Name" in arguments else "| % Name"
    assert script(f"Get-ChildItem {arguments} {shown}") == expected


@pytest.mark.parametrize("wrong", ["nothing", "Hidden++System", "!!Hidden", "(Hidden)", "Hidden System", " "])
def test_what_is_no_expression_of_attributes_is_refused(wrong: str, script: Script) -> None:
    assert script(f"Get-ChildItem -Attributes '{wrong}'") == ["CannotConvertArgumentNoMessage"]


def test_a_name_that_begins_two_parameters_is_that_of_every_provider(script: Script) -> None:
    assert script(
        "Get-ChildItem -r -Name | Select-Object -First 1; (Get-Content a.txt -r 0).GetType().Name"
    ) == [*("d", "Object[]")]


def test_patterns_choose_what_is_written_and_asked(script: Script) -> None:
    assert script(
        "Set-Content *.txt new -Exclude a*, h*; Get-Content a.txt; Set-Content * new -Filter *.txt; "
        "Get-Content a.txt; Get-ItemProperty *.txt -Name Length -Include a* | % PSChildName; "
        "Get-ItemProperty * -Filter *.log | % Name; Get-Item a.txt -Filter *.log | % Name"
    ) == [*("a.txt", "new", "a.txt", "ro.log", "a.txt")]


def test_drives_by_scope_and_provider(script: Script) -> None:
    assert script(
        "New-PSDrive z FileSystem C:\\work\\d | Out-Null; "
        "& { New-PSDrive y FileSystem C:\\work | Out-Null; (Get-PSDrive -Scope 0).Name; "
        "(Get-PSDrive -Scope 1).Name -contains 'z'; Remove-PSDrive z -Scope 0; Remove-PSDrive y -Scope 0; "
        "Test-Path y: }; Remove-PSDrive z -PSProvider Registry; "
        "Set-Location z:; Remove-PSDrive z; (Get-Location -PSProvider FileSystem).Path; "
        "(Get-Location -PSProvider Environment).Path; Remove-PSDrive z -Force; Test-Path z:"
    ) == [
        *("y", "True", "False", "z:\\", "Env:\\", "False"),
        *("InvalidOperation", "DriveNotFound", "DriveNotFound"),
    ]
