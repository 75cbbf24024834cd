"""Who has which role in a session configuration, and the files of role capabilities (.psrc)
(about_Role_Capabilities)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.console.programs.powershell.services import decoded
from emulator.host import Account, Host, HostError
from emulator.host.security.security_names import sid_of_name, token_groups
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.remoting.configuration_tables import items, pairs
from emulator.powershell.runtime import Runspace
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, error

NOT_VALID = "InvalidPSSessionConfigurationFile"
_FOLDER = "RoleCapabilities"
_EXTENSION = ".psrc"
_INVALID = "System.Management.Automation.PSInvalidOperationException"


def entry_of(value: Any) -> dict[str, Any]:
    """A table by its keys in lower case."""
    return {key.lower(): unwrap(one) for key, one in pairs(value)}


def read_table(runspace: Runspace, host: Host, path: str) -> Any:
    """The hash table of a configuration file. Raises PSError."""
    try:
        text = decoded(host.filesystem.read(path))
    except HostError:
        raise _not_valid(path) from None
    result = runspace.run(text)
    if result.failure is not None:
        raise PSError(result.failure)
    found = unwrap(result.output[0]) if len(result.output) == 1 else None
    if type(found) not in DICTIONARY_TYPES:
        raise _not_valid(path)
    return found


def _not_valid(path: str) -> PSError:
    return error(
        f"The session configuration file {path} is not valid. Specify a valid session configuration file "
        "and try the command again.",
        NOT_VALID,
        "InvalidArgument",
        path,
    )


def capabilities_of(runspace: Runspace, host: Host, caller: Account, roles: Any) -> Iterator[Any]:
    """The tables of each role whose group or user the caller is. Raises PSError."""
    with host.looking():
        sids = {caller.sid, *token_groups(caller)}
        wanted = [value for name, value in pairs(roles) if sid_of_name(host, name) in sids]
    for role in map(unwrap, wanted):
        entry = entry_of(role)
        yield {key: value for key, value in entry.items() if not key.startswith("rolecapabilit")}
        for name in items(entry.get("rolecapabilities")):
            yield read_table(runspace, host, _file_named(runspace, host, to_text(name)))
        for path in items(entry.get("rolecapabilityfiles")):
            yield read_table(runspace, host, _checked(host, to_text(path)))


def _file_named(runspace: Runspace, host: Host, name: str) -> str:
    """The file of a role capability, which a name of the form ``module\\capability`` looks for in one module
    only."""
    module_pattern, _, plain = name.rpartition("\\")
    folders = (runspace.engine.environment.read("PSModulePath") or "").split(";")
    files = host.filesystem
    for folder in filter(files.is_directory, filter(None, folders)):
        for module in files.list(folder):
            path = f"{module.path}\\{_FOLDER}\\{plain}{_EXTENSION}"
            if like(module.path.rpartition("\\")[2], module_pattern or "*") and files.exists(path):
                return path
    raise _problem(
        f"Could not find the role capability, '{name}'. The role capability must be a file named "
        f"'{name}{_EXTENSION}' within a '{_FOLDER}' directory in a module in the current module path.",
        "CouldNotFindRoleCapability",
    )


def _checked(host: Host, path: str) -> str:
    if not path.lower().endswith(_EXTENSION):
        raise _problem(
            f"The provided role capability file {path} does not have the required {_EXTENSION} extension.",
            "InvalidRoleCapabilityFileExtension",
        )
    if not host.filesystem.exists(path):
        raise _problem(
            f"Could not find the provided role capability file {path}.", "CouldNotFindRoleCapabilityFile"
        )
    return path


def _problem(text: str, identifier: str) -> PSError:
    return error(text, identifier, "InvalidOperation", kind=_INVALID)
