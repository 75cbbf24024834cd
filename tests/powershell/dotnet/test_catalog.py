"""The .NET types load with the first script, also when two scripts are the first."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import threading
from emulator.powershell.dotnet.library.catalog import load_builtin
from emulator.powershell.dotnet.types import builtin
failed = []
def first():
    start.wait()
    load_builtin()
    try:
        builtin("System.Version")
    except KeyError as error:
        failed.append(error)
start = threading.Barrier(4)
threads = [threading.Thread(target=first) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not failed, failed
"""


def test_whoever_comes_while_the_types_load_waits_for_them():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
