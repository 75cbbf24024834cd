"""The compiler of C#, which scripts reach without Add-Type: it says that it is not there."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.errors import not_emulated


def _refuse(kind: PSType, *_arguments: Any) -> Any:
    raise not_emulated(f"[{kind.name}] (there is no compiler)")


for _name in ("System.CodeDom.Compiler.CompilerParameters", "Microsoft.CSharp.CSharpCodeProvider"):
    register(PSType(_name, construct={"new(params object[] arguments)": _refuse}))
