"""What Register- and Set-PSSessionConfiguration write into the plug-in of a configuration."""

from __future__ import annotations

from typing import Any

from emulator.host import Host, HostError
from emulator.host.winrm.session_configurations import GROUP_SEPARATOR, run_as_account
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.remoting.configuration_errors import refused
from emulator.powershell.modules.remoting.configuration_tables import items, pairs
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text

#: Parameter -> name of the initialization parameter.
_PARAMETERS = {
    "ConfigurationTypeName": "pssessionconfigurationtypename",
    "AssemblyName": "assemblyname",
    "ApplicationBase": "applicationbase",
    "PSVersion": "PSVersion",
    "StartupScript": "startupscript",
    "MaximumReceivedObjectSizeMB": "psmaximumreceivedobjectsizemb",
    "MaximumReceivedDataSizePerCommandMB": "psmaximumreceiveddatasizepercommandmb",
    "ThreadOptions": "pssessionthreadoptions",
    "ThreadApartmentState": "pssessionthreadapartmentstate",
    "ModulesToImport": "modulestoimport",
}
#: Quota of a plug-in -> field of the transport option, and what one of its units is.
_QUOTAS = {
    "MaxIdleTimeoutms": ("max_idle_timeout_sec", 1000),
    "IdleTimeoutms": ("idle_timeout_sec", 1000),
    "MaxShells": ("max_sessions", 1),
    "MaxConcurrentCommandsPerShell": ("max_concurrent_commands_per_session", 1),
    "MaxShellsPerUser": ("max_sessions_per_user", 1),
    "MaxMemoryPerShellMB": ("max_memory_per_session_mb", 1),
    "MaxProcessesPerShell": ("max_processes_per_session", 1),
    "MaxConcurrentUsers": ("max_concurrent_users", 1),
}


def parameters_for(
    call: CmdletCall, host: Host, given: dict[str, Any], present: dict[str, str]
) -> dict[str, str]:
    """The initialization parameters: those present, with what is given. Raises ArgumentException for a module
    path that leads nowhere."""
    for parameter, name in _PARAMETERS.items():
        if parameter.lower() not in given:
            continue
        value = given[parameter.lower()]
        text = ",".join(map(_module_name, items(value))) if name == "modulestoimport" else to_text(value)
        present = {key: one for key, one in present.items() if key.lower() != name.lower()}
        if text:
            present[name] = text
        if name == "modulestoimport":
            _require_modules(call, host, items(value))
    return present


def _module_name(value: Any) -> str:
    table = {key.lower(): one for key, one in pairs(value)}
    return to_text(table["modulename"]) if "modulename" in table else to_text(value)


def _require_modules(call: CmdletCall, host: Host, modules: list[Any]) -> None:
    for path in map(_module_name, modules):
        if ("\\" in path or ":" in path) and not host.filesystem.exists(path):
            raise call.failure(
                "System.ArgumentException",
                f"Cannot find module path to import. The value of the ModulesToImport parameter {path} does "
                "not exist or is not a module directory. Correct the value and try the command again.",
                "System.ArgumentException",
            )


def attributes_for(call: CmdletCall, host: Host, given: dict[str, Any], table: Any) -> dict[str, str]:
    """The attributes of the plug-in that are given, by its parameters or its file."""
    found: dict[str, str] = {}
    if given.get("processorarchitecture") is not None:
        found["Architecture"] = "32" if to_text(given["processorarchitecture"]) == "x86" else "64"
    if "usesharedprocess" in given:
        found["UseSharedProcess"] = "true" if given["usesharedprocess"] else "false"
    entries = {key.lower(): value for key, value in pairs(table)} if table is not None else {}
    credential = unwrap(given.get("runascredential"))
    managed = entries.get("groupmanagedserviceaccount")
    if credential is not None:
        found |= _run_as(call, host, credential.user_name, credential.password.text)
    elif managed:
        found |= _run_as(call, host, _managed_account(call, to_text(managed)), "")
    option = unwrap(given.get("transportoption"))
    if option is not None and option.process_idle_timeout_sec is not None:
        found["ProcessIdleTimeoutSec"] = str(option.process_idle_timeout_sec)
    if option is not None and option.output_buffering_mode is not None:
        found["OutputBufferingMode"] = to_text(option.output_buffering_mode)
    if unwrap(entries.get("runasvirtualaccount")):
        found["RunAsVirtualAccount"] = "true"
        groups = map(to_text, items(entries.get("runasvirtualaccountgroups")))
        found["RunAsVirtualAccountGroups"] = GROUP_SEPARATOR.join(groups)
    return found


def _run_as(call: CmdletCall, host: Host, user: str, password: str) -> dict[str, str]:
    try:
        run_as_account(host, user, password)
    except HostError as problem:
        raise refused(call, problem, user) from None
    return {"RunAsUser": user, "RunAsPassword": password}


def _managed_account(call: CmdletCall, name: str) -> str:
    """The user name of a group managed service account. Raises InvalidOperationException without a domain."""
    domain, _, user = name.partition("\\")
    if not domain or not user or "\\" in user:
        kind = "System.InvalidOperationException"
        text = (
            "Invalid Group Managed Service account name. Account name must be of the form "
            "'DomainName\\UserName'."
        )
        raise call.failure(kind, text, kind, "InvalidOperation")
    return f"{name}$"


def quotas_for(given: dict[str, Any]) -> dict[str, int]:
    """The quotas of -TransportOption."""
    option = unwrap(given.get("transportoption"))
    if option is None:
        return {}
    values = {name: (getattr(option, field), factor) for name, (field, factor) in _QUOTAS.items()}
    return {name: value * factor for name, (value, factor) in values.items() if value is not None}
