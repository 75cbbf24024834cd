"""Register-, Get-, Set-, Enable-, Disable- and Unregister-PSSessionConfiguration, New-PSTransportOption.

A configuration is a plug-in of WinRM (`emulator.host.winrm.session_configurations`); its file is copied below
SessionConfig as Windows does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from emulator.host import ConfigurationRefused, Host, HostError, Refusal
from emulator.host.winrm import session_configurations as configurations
from emulator.host.winrm.winrm_plugins import Plugin
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.remoting.configuration_descriptors import (
    descriptor_for,
    for_mode,
    permission_text,
)
from emulator.powershell.modules.remoting.configuration_errors import refused, require_administrator
from emulator.powershell.modules.remoting.configuration_settings import (
    attributes_for,
    parameters_for,
    quotas_for,
)
from emulator.powershell.modules.remoting.configuration_tables import configuration_table, pairs
from emulator.powershell.parser.quoting import quoted
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import FileStore

_OBJECT = "Microsoft.PowerShell.Commands.PSSessionConfigurationCommands#PSSessionConfiguration"
_FOLDER = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\SessionConfig"
CONFIGURATION_ERROR = "Microsoft.PowerShell.Commands.WriteErrorException"
_INVALID = "System.InvalidOperationException"
_PS_INVALID = "System.Management.Automation.PSInvalidOperationException"
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
    elif call.engine.session.is_remote:
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
    parameters = parameters_for(call, host, given, stated)
    attributes = attributes_for(call, host, given, table)
    if "accessmode" in given and to_text(given["accessmode"]) == "Disabled":
        attributes["Enabled"] = "False"
    if source is not None:
        parameters["ConfigFilePath"] = _copied(call, name, source, table)
    # The property sheet would state it.
    shows = bool(given.get("showsecuritydescriptorui"))
    sddl = "" if shows else descriptor_for(call, host, given, table)
    plugin = configurations.new_plugin(
        host,
        name,
        parameters=parameters,
        attributes=attributes,
        quotas=quotas_for(given),
        sddl=sddl,
    )
    plugins = host.winrm.plugins
    try:
        plugins.create(plugin) if present is None else plugins.change(plugin)
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
        found = matching(host, pattern)
        if not found:
            call.error(_no_match(call, pattern))
        for plugin in found:
            yield described_configuration(call, host, plugin)


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
        raise call.failure(CONFIGURATION_ERROR, text, CONFIGURATION_ERROR, target=name)
    source, table = _file(call, given)
    parameters = parameters_for(call, host, given, dict(plugin.parameters))
    if source is not None:
        _forget_file(call, plugin)
        parameters["ConfigFilePath"] = _copied(call, plugin.name, source, table)
    attributes = {**plugin.attributes, **attributes_for(call, host, given, table)}
    mode = to_text(given["accessmode"]) if "accessmode" in given else None
    if mode is not None:
        attributes["Enabled"] = "False" if mode == "Disabled" else "True"
    changed = replace(
        plugin, parameters=parameters, attributes=attributes, quotas={**plugin.quotas, **quotas_for(given)}
    )
    if "securitydescriptorsddl" in given or mode in ("Local", "Remote"):
        base = given.get("securitydescriptorsddl", configurations.descriptor_of(plugin))
        changed = configurations.with_descriptor(changed, for_mode(host, to_text(base), mode))
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
    found = matching(host, name)
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


def matching(host: Host, pattern: str) -> list[Plugin]:
    """The configurations whose names fit a pattern."""
    return [one for one in configurations.session_configurations(host) if like(one.name, pattern)]


def _chosen(call: CmdletCall, host: Host, names: list[str] | None) -> Iterator[Plugin]:
    for pattern in names or [_DEFAULT]:
        found = matching(host, pattern)
        if not found:
            call.error(_no_match(call, pattern))
        yield from found


def _no_match(call: CmdletCall, pattern: str) -> Any:
    return call.record(
        CONFIGURATION_ERROR,
        f'No session configuration matches criteria "{pattern}".',
        CONFIGURATION_ERROR,
        target=None,
    )


def _put(call: CmdletCall, host: Host, plugin: Plugin) -> None:
    try:
        host.winrm.plugins.change(plugin)
    except HostError as problem:
        raise refused(call, problem, plugin.name) from None


def _item_of(name: str) -> str:
    path = quoted(f"WSMan:\\localhost\\Plugin\\{name}")
    return f"Get-Item -LiteralPath {path}"


def _version(call: CmdletCall) -> str:
    return ".".join(call.engine.session.version.ps_version.split(".")[:2])


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


def described_configuration(call: CmdletCall, host: Host, plugin: Plugin) -> PSObject:
    """What Get-PSSessionConfiguration shows of one: its file, attributes, quotas and parameters."""
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
