"""Classes of scripts that several runspaces of a process define: one type for all of them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator.powershell.runtime import Runspace
from emulator.powershell.runtime.compiler.classes import TypeDefinitions
from emulator.powershell.runtime.hosting import new_session
from tests.powershell.modules.console_session import ConsoleSession

_SCRIPT = (
    "class Shared { [int] $n = 1 }; enum Kind { one }; function other { [Shared]::new() }; [Shared], [Kind]"
)


def test_runspaces_that_define_the_same_at_once_have_the_same_types(shell, monkeypatch):
    make, both = TypeDefinitions._make, threading.Barrier(2)

    def at_once(self, frame):
        made = make(self, frame)
        both.wait(20)
        return made

    monkeypatch.setattr(TypeDefinitions, "_make", at_once)
    runspaces = [Runspace(new_session(shell.runspace.engine)) for _ in range(2)]
    found = [None, None]

    def run(place):
        found[place] = runspaces[place].run(_SCRIPT).output

    threads = [threading.Thread(target=run, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert [type_.name for type_ in found[0]] == ["Shared", "Kind"]
    assert all(one is other for one, other in zip(*found, strict=True))
    (made,) = runspaces[1].run("other").output
    runspaces[0].set_variable("made", made)
    assert runspaces[0].run("$made -is [Shared]").output == [True]


_SOURCE = "Add-Type 'public class Both { public int N = 1; }'"


@pytest.fixture
def at_once(monkeypatch):
    """Runs a script in two runspaces of a process at once: the second begins before the first has kept what it compiled."""
    from emulator.powershell.csharp import registry

    compile_sources, begun = registry.compile_sources, threading.Event()

    def slowly(*given):
        made = compile_sources(*given)
        begun.set()
        time.sleep(0.3)
        return made

    def run(runspace, script):
        with ThreadPoolExecutor(2) as threads:
            first, second = (Runspace(new_session(runspace.engine)) for _ in range(2))
            results = [threads.submit(first.run, script)]
            begun.wait(20)
            results.append(threads.submit(second.run, script))
        return [one.result() for one in results]

    monkeypatch.setattr(registry, "compile_sources", slowly)
    return run


def test_runspaces_that_compile_the_same_at_once_have_the_same_types(shell, at_once):
    first, second = at_once(shell.runspace, f"{_SOURCE} -PassThru")

    assert (first.errors, second.errors) == ([], [])
    assert first.output == second.output
    assert first.output[0] is second.output[0]


def test_runspaces_write_the_same_assembly_at_once(at_once):
    session = ConsoleSession()
    results = at_once(session.runspace, f"{_SOURCE} -OutputAssembly C:\\both.dll")

    assert [one.errors for one in results] == [[], []]
    assert session.values("Test-Path C:\\both.dll; [bool] ('Both' -as [type])") == [True, False]
