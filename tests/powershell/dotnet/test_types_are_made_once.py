"""A type has one place that makes it: two would differ by what a process loaded before."""

from __future__ import annotations

import subprocess
import sys

_LOAD = """
import importlib, pkgutil
from emulator.powershell.dotnet import types
made = {}
register = types.register
def once(kind, *more, **named):
    assert kind.name.lower() not in made or made[kind.name.lower()] is kind, kind.name
    made[kind.name.lower()] = kind
    return register(kind, *more, **named)
types.register = once
import emulator.powershell.runtime
import emulator.powershell.dotnet.library.catalog
from emulator.powershell.dotnet import library
from emulator.powershell.runtime import Runspace
from emulator.powershell.runtime.session import InitialSession
Runspace(InitialSession()).run("1")
for each in pkgutil.iter_modules(library.__path__):
    importlib.import_module(f"{library.__name__}.{each.name}")
assert len(made) > 400, len(made)
"""


def test_no_type_is_registered_twice():
    subprocess.run([sys.executable, "-c", _LOAD], check=True, timeout=60)
