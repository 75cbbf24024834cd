"""robocopy, xcopy, attrib, sort and certutil over the machine's files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def tree(run: Run, machine: Any) -> Any:
    """C:\\a with b.txt, c.log and d\\e.txt, and an empty folder."""
    run("mkdir C:\\a\\d C:\\a\\empty")
    machine.write("C:\\a\\b.txt", "one")
    machine.write("C:\\a\\c.log", "two!")
    machine.write("C:\\a\\d\\e.txt", "three")
    return machine


def exists(machine: Any, path: str) -> bool:
    return bool(machine.host.filesystem.exists(path))


def test_robocopy_tells_by_bits_what_it_did(run: Run, tree: Any) -> None:
    copied = run("robocopy C:\\a C:\\z /e /xf *.log")
    assert copied.code == 1
    assert "   Files :         2         2         0         0         0         0" in copied.out
    assert (exists(tree, "C:\\z\\d\\e.txt"), exists(tree, "C:\\z\\empty")) == (True, True)
    assert not exists(tree, "C:\\z\\c.log")
    assert run("robocopy C:\\a C:\\z /e /xf *.log").code == 0, "all is there already"
    tree.write("C:\\z\\more.txt", "x")
    listed = run("robocopy C:\\a C:\\z /mir /l")
    assert (listed.code, exists(tree, "C:\\z\\more.txt")) == (3, True)
    assert run("robocopy C:\\a C:\\z /mir /nfl /ndl /njh /njs").code == 3
    assert (exists(tree, "C:\\z\\more.txt"), exists(tree, "C:\\z\\c.log")) == (False, True)
    assert run("robocopy C:\\none C:\\z").code == 16
    assert run("robocopy C:\\a C:\\z /sec").err == "robocopy /sec is not emulated.\r\n"
    assert run("robocopy C:\\a C:\\moved /move /s").code == 1
    assert not exists(tree, "C:\\a\\b.txt")


@pytest.mark.parametrize("command", ["robocopy C:\\a C:\\z /e", "xcopy C:\\a C:\\z /e /i /y"])
def test_every_file_that_is_copied_is_a_step_of_its_own(command: str, run: Run, tree: Any) -> None:
    steps: list[int] = []
    tree.host.steps.observers.append(lambda: steps.append(len(steps)))
    run(command)
    assert len(steps) >= 6, "three folders and three files: nobody waits for all of them"


def test_robocopy_says_what_it_cannot_make(run: Run, tree: Any) -> None:
    gone = run("robocopy C:\\a X:\\z /e /njh /njs")
    assert (gone.code, gone.err) == (16, "")
    assert "ERROR 3 (0x00000003) Creating Destination Directory X:\\z\\\r\n" in gone.out
    tree.write("C:\\file", "f")
    assert run("robocopy C:\\a C:\\file /e").code == 16
    assert tree.read("C:\\file") == "f"
    assert run("robocopy C:\\a C:\\z /copy:DATS").err == "robocopy /copy:DATS is not emulated.\r\n"
    assert not exists(tree, "C:\\z"), "security is not left out in silence"
    assert run("robocopy C:\\a C:\\z /copy:DAT /dcopy:T").code == 1


def test_xcopy_that_only_lists_makes_no_folder(run: Run, tree: Any) -> None:
    assert run("xcopy C:\\a C:\\z /e /i /l").out.endswith("3 File(s)\r\n")
    assert not exists(tree, "C:\\z")


def test_xcopy_copies_trees(run: Run, tree: Any) -> None:
    copied = run("xcopy C:\\a C:\\z /s /i /y")
    assert copied.out.splitlines() == ["C:\\a\\b.txt", "C:\\a\\c.log", "C:\\a\\d\\e.txt", "3 File(s) copied"]
    assert not exists(tree, "C:\\z\\empty")
    assert run("xcopy C:\\a C:\\y /e /i /q").out == "3 File(s) copied\r\n"
    assert exists(tree, "C:\\y\\empty")
    assert run("xcopy C:\\a C:\\a\\in /e /i").err == "Cannot perform a cyclic copy\r\n"
    assert run("xcopy C:\\none.txt C:\\y").code == 4
    asked = run("xcopy C:\\a\\b.txt C:\\new.txt", stdin=b"F\r\n")
    assert (asked.code, tree.read("C:\\new.txt")) == (0, "one")
    assert run("xcopy C:\\a\\b.txt C:\\other.txt").code == 4, "nobody answers"


def test_attrib_sets_and_shows(run: Run, tree: Any) -> None:
    assert run("attrib +r +h C:\\a\\b.txt").code == 0
    shown = run("attrib C:\\a\\b.txt").out
    assert shown == f"{'A    H  R':<21}C:\\a\\b.txt\r\n"
    assert "Not resetting hidden file - C:\\a\\b.txt" in run("attrib -r C:\\a\\b.txt").out
    assert run("attrib -r -h C:\\a\\b.txt").code == 0
    assert run("attrib C:\\a\\*.txt /s").out.count("\r\n") == 2
    assert run("attrib C:\\none").out == "File not found - C:\\none\r\n"
    assert run("powershell (Get-Item C:\\a\\b.txt).IsReadOnly").out == "False\r\n"
    assert exists(tree, "C:\\a\\b.txt")


def test_sort_orders_lines(run: Run, tree: Any) -> None:
    tree.write("C:\\lines.txt", "b 1\r\na 2\r\nC 0\r\na 2\r\n")
    assert run("sort C:\\lines.txt").out.split("\r\n") == ["a 2", "a 2", "b 1", "C 0", ""]
    assert run("sort /r /unique C:\\lines.txt").out.split("\r\n") == ["C 0", "b 1", "a 2", ""]
    assert run("sort /+3 < C:\\lines.txt").out.split("\r\n") == ["C 0", "b 1", "a 2", "a 2", ""]


def test_certutil_hashes_and_encodes(run: Run, tree: Any) -> None:
    hashed = run("certutil -hashfile C:\\a\\b.txt SHA256").out.splitlines()
    asked = run("powershell (Get-FileHash C:\\a\\b.txt).Hash").out.strip()
    assert hashed[1] == asked.lower()
    assert run("certutil -encode C:\\a\\b.txt C:\\b.b64").code == 0
    assert "b25l" in tree.read("C:\\b.b64")
    assert run("certutil -decode C:\\b.b64 C:\\a\\b.txt").code != 0, "it exists"
    assert run("certutil -f -decode C:\\b.b64 C:\\back.txt").code == 0
    assert tree.read("C:\\back.txt") == "one"
    assert "-dump is not emulated" in run("certutil -dump C:\\a\\b.txt").err
