"""Session configurations with a class of their own (-AssemblyName, -ConfigurationTypeName): what PowerShell's
plug-in says when it cannot load it.

The order of the places and the texts are those of the open source (InitialSessionStateProvider).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.assemblies import FRAMEWORK
from emulator.shells.errors import ConfigurationNotEmulated, SessionNotCreated

if TYPE_CHECKING:
    from emulator.host import Host

_SECTION = "InitializationParameters"
_ASSEMBLY, _TYPE, _BASE = "assemblyname", "pssessionconfigurationtypename", "applicationbase"
#: The class of every configuration that names none.
_DEFAULT = "system.management.automation"
_DEFAULT_TYPE = f"{_DEFAULT}.remoting.defaultremotepowershellconfiguration"
#: How an executable file begins.
_MAGIC = b"MZ"


def check_class(host: Host, name: str, parameters: Mapping[str, str]) -> None:
    """Whether the class of a configuration can be loaded; ``parameters`` by lower-case name.

    Raises SessionNotCreated, and ConfigurationNotEmulated for code that is there and that nobody runs here.
    """
    assembly, kind = parameters.get(_ASSEMBLY, ""), parameters.get(_TYPE, "")
    if not assembly and not kind:
        return
    if not assembly or not kind:
        raise SessionNotCreated(
            f'Both "{_ASSEMBLY}" and "{_TYPE}" must be specified in the "{_SECTION}" section.'
        )
    simple = assembly.partition(",")[0].strip().lower()
    if simple in FRAMEWORK:
        if (simple, kind.lower()) == (_DEFAULT, _DEFAULT_TYPE):
            return
        raise _cannot_load("type", kind, "typeToLoad")
    if _is_program(host, assembly, parameters.get(_BASE, "")):
        raise ConfigurationNotEmulated(name)
    raise _cannot_load("assembly", assembly, "assemblyName")


def _is_program(host: Host, assembly: str, base: str) -> bool:
    folder = host.environment_variables.expanded(base)
    files = host.filesystem
    if not files.is_directory(folder):
        folder = "C:\\Windows\\System32"
    is_rooted = assembly.startswith("\\") or assembly[1:2] == ":"
    path = assembly if is_rooted else f"{folder.rstrip(chr(92))}\\{assembly}"
    if not files.exists(path) or files.is_directory(path):
        return False
    return files.read_part(path, 0, len(_MAGIC)) == _MAGIC


def _cannot_load(what: str, name: str, parameter: str) -> SessionNotCreated:
    return SessionNotCreated(
        f'Unable to load the {what} "{name}" specified in the "{_SECTION}" section.\r\n'
        f"Parameter name: {parameter}"
    )
