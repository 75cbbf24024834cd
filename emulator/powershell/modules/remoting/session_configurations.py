"""Register-, Get-, Set-, Enable-, Disable- and Unregister-PSSessionConfiguration, New-PSTransportOption.

A configuration is a plug-in of WinRM (`emulator.host.winrm.session_configurations`); its file is copied below
SessionConfig as Windows does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from emulator.host import Account, ConfigurationRefused, Host, HostError, Refusal
from emulator.host.security.security_names import name_of_sid, sid_of_name
from emulator.host.winrm import session_configurations as configurations
from emulator.host.winrm.winrm_plugins import Plugin
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, PSArray
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.remoting.configuration_tables import configuration_table, items, pairs
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.command_pipeline import PipelineCommand
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import ConfiguredSessions, FileStore

_OBJECT = "Microsoft.PowerShell.Commands.PSSessionConfigurationCommands#PSSessionConfiguration"
_FOLDER = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\SessionConfig"
_ERROR = "Microsoft.PowerShell.Commands.WriteErrorException"
_INVALID = "System.InvalidOperationException"
_PS_INVALID = "System.Management.Automation.PSInvalidOperationException"
#: Keys of RequiredGroups and what they are in a condition.
_OPERATORS = {"and": " && ", "or": " || "}
_DEFAULT = "microsoft.powershell"
#: In the order of the fields of a TransportOption.
_OPTION_NAMES = (
    *("ProcessIdleTimeoutSec", "MaxIdleTimeoutSec", "MaxSessions", "MaxConcurrentCommandsPerSession"),
    *("MaxSessionsPerUser", "MaxMemoryPerSessionMB", "MaxProcessesPerSession", "MaxConcurrentUsers"),
    *("IdleTimeoutSec", "OutputBufferingMode"),
)
_RUN_AS_WARNING = (
    "When RunAs is enabled in a Windows PowerShell session configuration, the Windows security model cannot "
    "enforce a security boundary between different user sessions that are created by using this endpoint. "
    "Verify that the Windows PowerShell runspace configuration is restricted to only the necessary set of "
    "cmdlets and capabilities."
)
_RESTART_WARNING = (
    "{0} may need to restart the WinRM service if a configuration using this name has recently been "
    "unregistered, certain system data structures may still be cached. In that case, a restart of WinRM may "
    "be required.\nAll WinRM sessions connected to Windows PowerShell session configurations, such as "
    "Microsoft.PowerShell and session configurations that are created with the "
    "Register-PSSessionConfiguration cmdlet, are disconnected."
)
_NEEDS_RESTART = "Changes made by {0} cannot take effect until the WinRM service is restarted."
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
#: The class of configurations of workflows, which registering keeps; nothing here opens them.
_WORKFLOW = {
    "assemblyname": "Microsoft.PowerShell.Workflow.ServiceCore, Version=3.0.0.0, Culture=neutral, "
    "PublicKeyToken=31bf3856ad364e35, processorArchitecture=MSIL",
    "pssessionconfigurationtypename": "Microsoft.PowerShell.Workflow.PSWorkflowSessionConfiguration",
}
_SETTINGS = (
    *("Name", "RunAsCredential", "ThreadApartmentState", "ThreadOptions", "AccessMode", "UseSharedProcess"),
    *("StartupScript", "MaximumReceivedDataSizePerCommandMB", "MaximumReceivedObjectSizeMB"),
    *("SecurityDescriptorSddl", "Force", "PSVersion", "TransportOption", "ModulesToImport", "Path"),
    *("AssemblyName", "ConfigurationTypeName", "ApplicationBase", "SessionTypeOption"),
    "ShowSecurityDescriptorUI",
)


def require_administrator(call: CmdletCall) -> Host:
    """The machine. Raises what these cmdlets say to everybody else."""
    account = call.engine.find_service(Account)
    if account is None or not account.is_administrator:
        raise call.failure(
            _INVALID,
            'Access is denied. To run this cmdlet, start Windows PowerShell with the "Run as administrator" '
            "option.",
            _INVALID,
        )
    return call.service(Host)


def refused(call: CmdletCall, problem: HostError, target: Any = None) -> PSError:
    """The error of something that the machine refuses."""
    return call.failure(_INVALID, problem.text, "WsManError", "InvalidOperation", target)


@cmdlet(
    "Register-PSSessionConfiguration",
    reads=(*_SETTINGS, "ProcessorArchitecture", "SessionType"),
)
def register(call: CmdletCall, **given: Any) -> None:
    """Add a configuration; its item of the WSMan: drive comes out."""
    _check_together(call, given)
    host = require_administrator(call)
    name = to_text(given["name"])
    _check_option(call, given)
    if "runascredential" in given:
        call.warning(_RUN_AS_WARNING)
    force = bool(given.get("force"))
    if not force:
        call.warning(_RESTART_WARNING.format(call.name))
    elif call.engine.session.host_name == "ServerRemoteHost":
        call.warning(
            "You are running in a remote session and have selected the Force option which means the WinRM "
            "service may restart.If the WinRM service restarts then this remote session will be terminated "
            "and you will need to create a new session to continue"
        )
    if not force and not call.should_process(f"Name: {name}"):
        return
    present = _find(host, name)
    if present is not None and not force:
        raise refused(call, ConfigurationRefused(Refusal.ALREADY_EXISTS, name), name)
    source, table = _file(call, given)
    stated = {"PSVersion": _version(call)}
    if to_text(given.get("sessiontype", "DefaultRemoteShell")) == "Workflow":
        stated |= _WORKFLOW
    parameters = _parameters(call, host, given, stated)
    attributes = _attributes(call, host, given, table)
    if "accessmode" in given and to_text(given["accessmode"]) == "Disabled":
        attributes["Enabled"] = "False"
    if source is not None:
        parameters["ConfigFilePath"] = _copied(call, name, source, table)
    # The property sheet would state it.
    shows = bool(given.get("showsecuritydescriptorui"))
    sddl = "" if shows else _descriptor(call, host, given, table)
    plugin = configurations.new_plugin(
        host,
        name,
        parameters=parameters,
        attributes=attributes,
        quotas=_quotas(given),
        sddl=sddl,
    )
    with host.looking():
        try:
            if present is not None:
                host.winrm.plugins.delete(present.name)
            host.winrm.plugins.create(plugin)
        except HostError as problem:
            raise refused(call, problem, name) from None
    for one in call.invoke(call.engine.script_block(_item_of(name))):
        call.write(one)
    _show_descriptor(call, given)


@cmdlet("Get-PSSessionConfiguration")
def get(call: CmdletCall, name: list[str] | None = None) -> Iterator[PSObject]:
    """The configurations with everything that is known of each."""
    host = require_administrator(call)
    for pattern in name or ["*"]:
        found = _matching(host, pattern)
        if not found:
            call.error(_no_match(call, pattern))
        for plugin in found:
            yield _described(call, host, plugin)


@cmdlet("Set-PSSessionConfiguration", reads=(*_SETTINGS, "NoServiceRestart"))
def change(call: CmdletCall, **given: Any) -> None:
    """Change what is given of a configuration."""
    _check_together(call, given)
    host = require_administrator(call)
    name = to_text(given["name"])
    _check_option(call, given)
    if "runascredential" in given:
        call.warning(_RUN_AS_WARNING)
    force, quiet = bool(given.get("force")), bool(given.get("noservicerestart"))
    if not force and not quiet:
        call.warning(_RESTART_WARNING.format(call.name))
    if not force and not call.should_process(f"Name: {name}"):
        return
    plugin = _find(host, name)
    if plugin is None:
        text = f'Session configuration "{name}" was not found.'
        raise call.failure(_ERROR, text, _ERROR, target=name)
    source, table = _file(call, given)
    parameters = _parameters(call, host, given, dict(plugin.parameters))
    if source is not None:
        _forget_file(call, plugin)
        parameters["ConfigFilePath"] = _copied(call, plugin.name, source, table)
    attributes = {**plugin.attributes, **_attributes(call, host, given, table)}
    mode = to_text(given["accessmode"]) if "accessmode" in given else None
    if mode is not None:
        attributes["Enabled"] = "False" if mode == "Disabled" else "True"
    changed = replace(
        plugin, parameters=parameters, attributes=attributes, quotas={**plugin.quotas, **_quotas(given)}
    )
    if "securitydescriptorsddl" in given or mode in ("Local", "Remote"):
        base = given.get("securitydescriptorsddl", configurations.descriptor_of(plugin))
        changed = configurations.with_descriptor(changed, _for_mode(host, to_text(base), mode))
    try:
        host.winrm.plugins.change(changed)
    except HostError as problem:
        raise refused(call, problem, name) from None
    _show_descriptor(call, given)
    if not quiet and not force:
        call.warning(_NEEDS_RESTART.format(call.name))


@cmdlet("Enable-PSSessionConfiguration")
def enable(
    call: CmdletCall,
    name: list[str] | None = None,
    force: bool = False,
    security_descriptor_sddl: str | None = None,
) -> None:
    """Switch configurations on, without an entry that denies everybody."""
    host = require_administrator(call)
    for plugin in _chosen(call, host, name):
        sddl = security_descriptor_sddl or configurations.descriptor_of(plugin)
        allowed = sddl if security_descriptor_sddl else sddl.replace("(D;;GA;;;WD)", "")
        target = (
            f"Name: {plugin.name} SDDL: {allowed}. This lets selected users remotely run Windows PowerShell "
            "commands on this computer."
        )
        if force or call.should_process(target, "Set-PSSessionConfiguration"):
            changed = configurations.with_descriptor(plugin, allowed)
            _put(call, host, replace(changed, attributes={**changed.attributes, "Enabled": "True"}))


@cmdlet("Disable-PSSessionConfiguration")
def disable(call: CmdletCall, name: list[str] | None = None, force: bool = False) -> None:
    """Switch configurations off: nobody can open them."""
    host = require_administrator(call)
    for plugin in _chosen(call, host, name):
        target = f"Name: {plugin.name}. This denies access to this session configuration for everyone."
        if plugin.enabled and (force or call.should_process(target, call.name)):
            _put(call, host, replace(plugin, attributes={**plugin.attributes, "Enabled": "False"}))


@cmdlet("Unregister-PSSessionConfiguration")
def unregister(call: CmdletCall, name: str, force: bool = False) -> None:
    """Remove configurations and their files."""
    host = require_administrator(call)
    found = _matching(host, name)
    if not found:
        call.error(_no_match(call, name))
    if found and not force:
        call.warning(_RESTART_WARNING.format(call.name))
    for plugin in found:
        if force or call.should_process(f"Name: {plugin.name}"):
            try:
                host.winrm.plugins.delete(plugin.name)
            except HostError as problem:
                raise refused(call, problem, plugin.name) from None
            _forget_file(call, plugin)


@cmdlet("Get-PSSessionCapability")
def get_capability(
    call: CmdletCall, configuration_name: str, username: str, full: bool = False
) -> Iterator[Any]:
    """The commands that somebody would see in a session of a configuration that has a file; with -Full the
    InitialSessionState of such a session."""
    host = require_administrator(call)
    found = _matching(host, configuration_name)
    if not found:
        raise call.failure(
            _ERROR,
            f'No session configuration matches criteria "{configuration_name}".',
            "CouldNotFindSessionConfiguration",
            "ObjectNotFound",
            configuration_name,
        )
    service = call.service(ConfiguredSessions)
    for plugin in found:
        if not any(key.lower() == "configfilepath" for key in plugin.parameters):
            text = (
                f"Could not get the session capabilities for the session configuration '{plugin.name}': this "
                "configuration was not registered with a session configuration file (.pssc), such as one "
                "created by the New-PSSessionConfigurationFile cmdlet."
            )
            call.error(
                call.record(
                    "System.ArgumentException",
                    text,
                    "SessionConfigurationMustBeFileBased",
                    "InvalidArgument",
                    _described(call, host, plugin),
                )
            )
            continue
        try:
            if full:
                yield service.state_of_user(call.engine, plugin.name, username)
                continue
            runspace = service.of_user(call.engine, plugin.name, username)
        except ValueError:
            raise call.failure(
                "System.ArgumentException",
                f"Could not resolve username '{username}'. Verify the username and try again.",
                "CouldNotResolveUsername",
                "InvalidArgument",
                username,
            ) from None
        shown = PipelineCommand("Get-Command", arguments=(Argument("CommandType", "All"),))
        yield from runspace.run_statements([[shown]]).output
        runspace.close()


@cmdlet("New-PSTransportOption", reads=_OPTION_NAMES)
def new_transport_option(call: CmdletCall) -> None:
    """The quotas of a configuration as an object."""
    from emulator.powershell.dotnet.library.session_configuration_types import TransportOption

    call.write(TransportOption(*map(call.get, _OPTION_NAMES)))


def _check_together(call: CmdletCall, given: dict[str, Any]) -> None:
    """What goes wrong before anything is looked at."""
    if "securitydescriptorsddl" in given and "showsecuritydescriptorui" in given:
        text = (
            '"SecurityDescriptorSddl" and "ShowSecurityDescriptorUI" parameters cannot be specified '
            'together. Specify either "SecurityDescriptorSddl" or  "ShowSecurityDescriptorUI" parameter.'
        )
        raise call.failure(_PS_INVALID, text, "InvalidOperation", "InvalidOperation")


def _check_option(call: CmdletCall, given: dict[str, Any]) -> None:
    """Options of another type than workflows' have no data of their own."""
    if given.get("sessiontypeoption") is not None:
        kind = "System.NotImplementedException"
        text = "The method or operation is not implemented."
        raise call.failure(kind, text, kind, "NotImplemented")


def _show_descriptor(call: CmdletCall, given: dict[str, Any]) -> None:
    """The property sheet of -ShowSecurityDescriptorUI, for which no session here has a desktop: the error of
    the program that shows it (winrm configsddl)."""
    if given.get("showsecuritydescriptorui"):
        text = "This operation requires an interactive window station."
        kind = "System.Management.Automation.RemoteException"
        call.error(call.record(kind, text, "NativeCommandError", "NotSpecified", text))


def _find(host: Host, name: str) -> Plugin | None:
    wanted = name.strip().casefold()
    return next((one for one in host.winrm.plugins if one.name.casefold() == wanted), None)


def _matching(host: Host, pattern: str) -> list[Plugin]:
    return [one for one in configurations.session_configurations(host) if like(one.name, pattern)]


def _chosen(call: CmdletCall, host: Host, names: list[str] | None) -> Iterator[Plugin]:
    for pattern in names or [_DEFAULT]:
        found = _matching(host, pattern)
        if not found:
            call.error(_no_match(call, pattern))
        yield from found


def _no_match(call: CmdletCall, pattern: str) -> Any:
    return call.record(_ERROR, f'No session configuration matches criteria "{pattern}".', _ERROR, target=None)


def _put(call: CmdletCall, host: Host, plugin: Plugin) -> None:
    try:
        host.winrm.plugins.change(plugin)
    except HostError as problem:
        raise refused(call, problem, plugin.name) from None


def _item_of(name: str) -> str:
    quoted = name.replace("'", "''")
    return f"Get-Item -LiteralPath 'WSMan:\\localhost\\Plugin\\{quoted}'"


def _version(call: CmdletCall) -> str:
    return ".".join(call.engine.session.version.ps_version.split(".")[:2])


def _parameters(
    call: CmdletCall, host: Host, given: dict[str, Any], present: dict[str, str]
) -> dict[str, str]:
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
                f"not "
                "exist or is not a module directory. Correct the value and try the command again.",
                "System.ArgumentException",
            )


def _attributes(call: CmdletCall, host: Host, given: dict[str, Any], table: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    if given.get("processorarchitecture") is not None:
        found["Architecture"] = "32" if to_text(given["processorarchitecture"]) == "x86" else "64"
    if "usesharedprocess" in given:
        found["UseSharedProcess"] = "true" if given["usesharedprocess"] else "false"
    credential = unwrap(given.get("runascredential"))
    if credential is not None:
        user, password = credential.user_name, credential.password.text
        account = host.accounts.find(user)
        if account is None or account.password != password:
            problem = HostError("The user name or password is incorrect.", hresult=0x8007052E)
            raise refused(call, problem, user)
        found |= {"RunAsUser": user, "RunAsPassword": password}
    option = unwrap(given.get("transportoption"))
    if option is not None and option.process_idle_timeout_sec is not None:
        found["ProcessIdleTimeoutSec"] = str(option.process_idle_timeout_sec)
    if option is not None and option.output_buffering_mode is not None:
        found["OutputBufferingMode"] = to_text(option.output_buffering_mode)
    if table is not None:
        entries = {key.lower(): value for key, value in pairs(table)}
        if unwrap(entries.get("runasvirtualaccount")):
            found["RunAsVirtualAccount"] = "true"
            groups = ",".join(to_text(one) for one in items(entries.get("runasvirtualaccountgroups")))
            found["RunAsVirtualAccountGroups"] = groups
    return found


def _quotas(given: dict[str, Any]) -> dict[str, int]:
    option = unwrap(given.get("transportoption"))
    if option is None:
        return {}
    values = {name: (getattr(option, field), factor) for name, (field, factor) in _QUOTAS.items()}
    return {name: value * factor for name, (value, factor) in values.items() if value is not None}


def _descriptor(call: CmdletCall, host: Host, given: dict[str, Any], table: Any) -> str:
    mode = to_text(given["accessmode"]) if "accessmode" in given else "Remote"
    stated = given.get("securitydescriptorsddl")
    if stated:
        return _for_mode(host, to_text(stated), mode)
    entries = {key.lower(): value for key, value in pairs(table)} if table else {}
    roles = entries.get("roledefinitions")
    if roles is not None:
        return _of_roles(call, host, roles, _required(call, host, entries.get("requiredgroups")))
    return configurations.default_descriptor(host, from_network=mode != "Local")


def _for_mode(host: Host, sddl: str, mode: str | None) -> str:
    if mode == "Local":
        return configurations.with_network_denied(sddl or configurations.default_descriptor(host))
    if mode == "Remote":
        return configurations.with_network_allowed(sddl) if sddl else configurations.default_descriptor(host)
    return sddl


def _of_roles(call: CmdletCall, host: Host, roles: Any, condition: str) -> str:
    """Who has a role, and is in the groups of the condition, may open the configuration, nobody else."""
    entries = []
    for name, _ in pairs(roles):
        sid = _required_sid(call, host, name)
        entries.append(f"(XA;;GA;;;{sid};{condition})" if condition else f"(A;;GA;;;{sid})")
    return f"O:NSG:BAD:P{''.join(entries)}S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"


def _required_sid(call: CmdletCall, host: Host, name: str) -> str:
    sid = sid_of_name(host, name)
    if sid is None:
        raise call.failure(
            "System.Security.Principal.IdentityNotMappedException",
            "Some or all identity references could not be translated.",
            "System.Security.Principal.IdentityNotMappedException",
        )
    return sid


def _required(call: CmdletCall, host: Host, groups: Any) -> str:
    """RequiredGroups as the condition of an entry in SDDL; empty without."""
    if groups is None:
        return ""
    held = {key.lower(): value for key, value in pairs(groups)}
    if type(unwrap(groups)) not in DICTIONARY_TYPES:
        text = (
            "The RequiredGroups property is not in a name/value pair hashtable format.  This must be a "
            "hashtable of the form (using PowerShell syntax): RequiredGroups = @{ Or = 'Administrators' }."
        )
        raise call.failure(_PS_INVALID, text, "InvalidOperation", "InvalidOperation")
    if not held:
        return ""
    if len(held) > 1:
        text = "RequiredGroups property hashtable must contain only a single key."
        raise call.failure(_PS_INVALID, text, "InvalidOperation", "InvalidOperation")
    operator = next((sign for key, sign in _OPERATORS.items() if key in held), None)
    if operator is None:
        text = (
            "Unknown key in Required Groups configuration.  Required Groups hashtable can only contain 'And' "
            "and 'Or' hash keys for logical membership groupings."
        )
        raise call.failure(_PS_INVALID, text, "InvalidOperation", "InvalidOperation")
    parts = [
        _required(call, host, one)
        if type(unwrap(one)) in DICTIONARY_TYPES
        else f"Member_of {{SID({_required_sid(call, host, to_text(one))})}}"
        for one in items(next(iter(held.values())))
    ]
    return f"({operator.join(parts)})"


# Files


def _file(call: CmdletCall, given: dict[str, Any]) -> tuple[str | None, Any]:
    """The path and the table of -Path; (None, None) without."""
    path = given.get("path")
    if path is None:
        return None, None
    store = call.service(FileStore)
    file = store.resolve(to_text(path))
    if not file.lower().endswith(".pssc"):
        raise call.failure(
            _INVALID,
            f"PSSession Configuration file path '{file}' is not valid. The path argument must resolve to a "
            "single file in the file system with a '.pssc' extension. Please fix the path specification and "
            "try again.",
            "InvalidPSSessionConfigurationFilePath",
            "InvalidArgument",
            path,
        )
    return file, configuration_table(call, file)


def _copied(call: CmdletCall, name: str, source: str, table: Any) -> str:
    """The place of the copy that sessions read."""
    guid = {key.lower(): value for key, value in pairs(table)}.get("guid")
    identifier = to_text(guid) if guid is not None else to_text(call.engine.random.guid())
    files = call.service(Host).filesystem
    if not files.is_directory(_FOLDER):
        files.make_directory(_FOLDER)
    target = f"{_FOLDER}\\{name}_{identifier}.pssc"
    files.write(target, files.read(source))
    return target


def _forget_file(call: CmdletCall, plugin: Plugin) -> None:
    files = call.service(Host).filesystem
    path = next((value for key, value in plugin.parameters.items() if key.lower() == "configfilepath"), "")
    if path and files.exists(path):
        files.remove(path)


# What Get-PSSessionConfiguration shows


def _described(call: CmdletCall, host: Host, plugin: Plugin) -> PSObject:
    values: dict[str, Any] = {}
    path = next((value for key, value in plugin.parameters.items() if key.lower() == "configfilepath"), "")
    if path and host.filesystem.exists(path):
        table = configuration_table(call, path)
        values.update((key, value) for key, value in pairs(table) if key.lower() != "powershellversion")
    resource = plugin.resources[0]
    sddl = configurations.descriptor_of(plugin)
    values |= {
        "Name": plugin.name,
        **{key: "" if key == "RunAsPassword" else value for key, value in plugin.attributes.items()},
        "xmlns": "http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration",
        "lang": "en-US",
        "ResourceUri": resource.uri,
        "SupportsOptions": "true" if resource.supports_options else "false",
        "ExactMatch": "true" if resource.exact_match else "false",
        "Capability": PSArray([one.kind for one in resource.capabilities]),
        **{key: str(value) for key, value in plugin.quotas.items()},
        **plugin.parameters,
    }
    if sddl:
        values |= {"Uri": resource.uri, "ParentResourceUri": resource.uri, "SecurityDescriptorSddl": sddl}
    values.setdefault("Architecture", "64")
    values["Permission"] = permission_text(host, sddl)
    return PSObject.custom(list(values.items()), (_OBJECT, "System.Object"))


def permission_text(host: Host, sddl: str) -> str:
    """``BUILTIN\\Administrators AccessAllowed, ...`` in the order of .NET: denials first, then by SID."""
    from emulator.host.security.security_descriptor import parse_security_descriptor

    if not sddl:
        return ""
    descriptor = parse_security_descriptor(sddl)
    entries = [
        (allows, sid, "" if condition is None else "Callback")
        for (allows, sid), condition in zip(descriptor.entries, descriptor.conditions, strict=True)
    ]

    def order(entry: tuple[bool, str, str]) -> tuple[bool, int, list[int]]:
        numbers = [int(part) for part in entry[1].split("-")[2:]]
        return entry[0], len(numbers), numbers

    return ", ".join(
        f"{name_of_sid(host, sid) or sid} {'AccessAllowed' if allows else 'AccessDenied'}{kind}"
        for allows, sid, kind in sorted(entries, key=order)
    )
