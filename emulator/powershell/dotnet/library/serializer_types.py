"""System.Management.Automation.PSSerializer: objects as CLIXML and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.serialization.clixml_files import objects_of, objects_text
from emulator.powershell.serialization.clixml_reader import BadClixml
from emulator.powershell.serialization.clixml_writer import SerializationTooLarge

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

DEPTH = 1
"""How deep Serialize goes when nothing is said (open source of PowerShell, PSSerializer)."""


def _serialize(engine: Engine, source: Any, depth: int = DEPTH) -> str:
    if depth < 1:
        raise argument_error("Value must be greater than or equal to one.", "depth")
    try:
        return objects_text(engine, [source], depth)
    except SerializationTooLarge as problem:
        raise NetError("System.InvalidOperationException", str(problem)) from None


def _list(engine: Engine, source: str) -> PSArray:
    if source is None:
        raise null_argument("source")
    try:
        return PSArray(objects_of(engine, source))
    except BadClixml as problem:
        raise NetError("System.Xml.XmlException", f"Data at the root level is invalid. ({problem})") from None


def _deserialize(engine: Engine, source: str) -> Any:
    found = _list(engine, source)
    if not found:
        return None
    return found[0] if len(found) == 1 else found


register(
    PSType(
        "System.Management.Automation.PSSerializer",
        static={
            "@Serialize(object source)": _serialize,
            "@Serialize(object source, int depth)": _serialize,
            "@Deserialize(string source)": _deserialize,
            "@DeserializeAsList(string source)": _list,
        },
    )
)
