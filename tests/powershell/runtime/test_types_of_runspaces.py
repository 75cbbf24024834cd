"""Classes of scripts that several runspaces of a process define: one type for all of them."""

import threading

from emulator.powershell.runtime import Runspace
from emulator.powershell.runtime.compiler.classes import TypeDefinitions
from emulator.powershell.runtime.hosting import new_session

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
