"""The plug-ins of the WinRM service (`winrm/config/plugin`; MS-WSMV 2.2.4.28 PlugInConfiguration).

What Windows registers is a table of facts: the resources that a plug-in serves, what it can do with them, who
may, and its quotas.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emulator.host.errors import AlreadyExists, NotFound, QuotaExceeded
from emulator.host.host_object import operation
from emulator.host.security.security_descriptor import parse_security_descriptor
from emulator.host.winrm.winrm_errors import ConfigurationRefused, Refusal
from emulator.host.winrm.winrm_settings import check_flag

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.winrm.winrm_configuration import WinrmConfiguration

MAXIMUM_PLUGINS = 64
_LONGEST_TEXT = 8192
_MAXIMUM_PARTS = 256

CAPABILITIES = ("Identify", "Get", "Put", "Create", "Delete", "Invoke", "Enumerate", "Subscribe", "Shell")
QUOTAS = (
    "MaxConcurrentUsers",
    "MaxConcurrentOperationsPerUser",
    "MaxConcurrentOperations",
    "MaxMemoryPerShellMB",
    "MaxIdleTimeoutms",
    "IdleTimeoutms",
    "MaxProcessesPerShell",
    "MaxConcurrentCommandsPerShell",
    "MaxShells",
    "MaxShellsPerUser",
)
ATTRIBUTES = (
    "Filename",
    "SDKVersion",
    "XmlRenderingType",
    "Architecture",
    "UseSharedProcess",
    "ProcessIdleTimeoutSec",
    "RunAsUser",
    "RunAsPassword",
    "RunAsVirtualAccount",
    "RunAsVirtualAccountGroups",
    "AutoRestart",
    "Enabled",
    "OutputBufferingMode",
)
_LARGEST_QUOTA = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class Capability:
    """One operation that a plug-in can do with a resource."""

    kind: str
    supports_fragment: bool = False
    supports_filtering: bool = False


@dataclass(frozen=True, slots=True)
class PluginSecurity:
    """Who may use a part of a resource."""

    uri: str
    exact_match: bool
    sddl: str


@dataclass(frozen=True, slots=True)
class PluginResource:
    """A resource URI, or with ``exact_match`` false all that begin with it."""

    uri: str
    supports_options: bool
    exact_match: bool
    security: tuple[PluginSecurity, ...]
    capabilities: tuple[Capability, ...]


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plug-in; a change puts another one in its place. ``attributes`` are those of its element by
    name."""

    name: str
    attributes: Mapping[str, str]
    resources: tuple[PluginResource, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)
    quotas: Mapping[str, int] = field(default_factory=dict)

    @property
    def enabled(self) -> bool:
        return self.attributes.get("Enabled", "true").lower() == "true"


class Plugins:
    """The plug-ins by name in any case, in order of creation."""

    def __init__(self, configuration: "WinrmConfiguration") -> None:
        self.host: Host = configuration.host
        self._configuration = configuration
        self._plugins: dict[str, Plugin] | None = None

    def seed(self) -> None:
        """Those of the release; made when somebody first looks."""
        self._plugins = None

    def serves(self, uri: str) -> bool:
        """Whether a resource URI is served: false below one that was switched off."""
        lowered = uri.lower().rstrip("/")
        return not any(
            lowered == one or lowered.startswith(one + "/") for one in self._configuration.switched_off
        )

    def __iter__(self) -> Iterator[Plugin]:
        return iter(list(self._all().values()))

    def get(self, name: str) -> Plugin:
        """The plug-in of a name. Raises NotFound."""
        found = self._all().get(name.strip().casefold())
        if found is None:
            raise NotFound(f"There is no plug-in '{name[:64]}'.")
        return found

    @operation
    def create(self, plugin: Plugin) -> Plugin:
        """Register a plug-in. Raises AlreadyExists, QuotaExceeded, ConfigurationRefused."""
        if plugin.name.casefold() in self._all():
            raise AlreadyExists(f"There is a plug-in '{plugin.name}' already.")
        if len(self._all()) >= MAXIMUM_PLUGINS:
            raise QuotaExceeded(f"There are {MAXIMUM_PLUGINS} plug-ins already.")
        return self._put(_checked(plugin))

    @operation
    def change(self, plugin: Plugin) -> Plugin:
        """Put a plug-in in the place of the one of its name. Raises NotFound, ConfigurationRefused."""
        present = self.get(plugin.name)
        return self._put(_checked(replace(plugin, name=present.name)))

    @operation
    def set_enabled(self, name: str, enabled: object) -> Plugin:
        """Switch a plug-in on or off. Raises NotFound, ConfigurationRefused."""
        present = self.get(name)
        text = "true" if check_flag("Enabled", enabled) else "false"
        return self._put(replace(present, attributes={**present.attributes, "Enabled": text}))

    @operation
    def delete(self, name: str) -> None:
        """Remove a plug-in. Raises NotFound."""
        present = self.get(name)
        del self._all()[present.name.casefold()]
        self._note_switched_off()
        self._configuration.changed()

    def _put(self, plugin: Plugin) -> Plugin:
        self._all()[plugin.name.casefold()] = plugin
        self._note_switched_off()
        self._configuration.changed()
        return plugin

    def _note_switched_off(self) -> None:
        served = {uri for plugin in self._all().values() if plugin.enabled for uri in _uris(plugin)}
        known = {uri for plugin in _built_in(self.host) for uri in _uris(plugin)}
        self._configuration.switched_off = frozenset(known - served)

    def _all(self) -> dict[str, Plugin]:
        if self._plugins is None:
            self._plugins = {plugin.name.casefold(): plugin for plugin in _built_in(self.host)}
        return self._plugins


def _uris(plugin: Plugin) -> Iterator[str]:
    return (resource.uri.lower().rstrip("/*") for resource in plugin.resources)


def _checked(plugin: Plugin) -> Plugin:
    texts = [plugin.name, *plugin.attributes.values(), *plugin.parameters, *plugin.parameters.values()]
    size = len(plugin.parameters) + len(plugin.resources) + sum(map(_parts, plugin.resources))
    corrupted = (
        not plugin.name
        or not plugin.resources
        or size > _MAXIMUM_PARTS
        or any(len(text) > _LONGEST_TEXT for text in texts)
        or not set(plugin.attributes) <= set(ATTRIBUTES)
        or not set(plugin.quotas) <= set(QUOTAS)
        or any(not resource.uri or not resource.capabilities for resource in plugin.resources)
    )
    if corrupted:
        raise ConfigurationRefused(Refusal.PLUGIN_CORRUPTED, plugin.name[:64])
    file_name = plugin.attributes.get("Filename", "").lower()
    if not file_name.startswith(
        ("%windir%\\system32\\", "%systemroot%\\system32\\", "c:\\windows\\system32\\")
    ):
        raise ConfigurationRefused(Refusal.PLUGIN_FILE, file_name[:64])
    if any(not 0 <= quota <= _LARGEST_QUOTA for quota in plugin.quotas.values()):
        raise ConfigurationRefused(Refusal.INVALID_VALUE, "a quota is outside its range")
    for resource in plugin.resources:
        if any(capability.kind not in CAPABILITIES for capability in resource.capabilities):
            raise ConfigurationRefused(Refusal.PLUGIN_CORRUPTED, resource.uri[:64])
        for security in resource.security:
            try:
                parse_security_descriptor(security.sddl)
            except ValueError:
                raise ConfigurationRefused(Refusal.INVALID_SECURITY_DESCRIPTOR, security.uri[:64]) from None
    check_flag("Enabled", plugin.attributes.get("Enabled", "true"))
    return plugin


def _parts(resource: PluginResource) -> int:
    return len(resource.security) + len(resource.capabilities)


# The plug-ins of Windows, from the registry of Windows 7 to Windows 10 (ConfigXML).

_AUDIT = "S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"
_ADMINISTRATORS = f"O:NSG:BAD:P(A;;GA;;;BA){_AUDIT}"
_AND_INTERACTIVE = f"O:NSG:BAD:P(A;;GA;;;BA)(A;;GA;;;IU){_AUDIT}"
_AND_REMOTE_MANAGEMENT = f"O:NSG:BAD:P(A;;GA;;;BA)(A;;GA;;;IU)(A;;GA;;;RM){_AUDIT}"
_WORKFLOW = f"O:NSG:BAD:P(A;;GA;;;BA)(A;;GA;;;RM){_AUDIT}"
_EVENTS = f"O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;ER){_AUDIT}"
_HARDWARE_EVENTS = (
    f"O:NSG:BAD:P(A;;GA;;;BA)(A;;GA;;;S-1-5-80-4059739203-877974739-1245631912-527174227-2996563517){_AUDIT}"
)

_GET = Capability("Get", supports_fragment=True)
_PUT = Capability("Put", supports_fragment=True)
_ENUMERATE = Capability("Enumerate", supports_filtering=True)
_SUBSCRIBE = Capability("Subscribe", supports_filtering=True)
_INVOKE, _CREATE, _DELETE = Capability("Invoke"), Capability("Create"), Capability("Delete")

_UNLIMITED_OPERATIONS = {
    "MaxConcurrentUsers": _LARGEST_QUOTA,
    "MaxConcurrentOperationsPerUser": _LARGEST_QUOTA,
    "MaxConcurrentOperations": _LARGEST_QUOTA,
}
_SHELLS = {
    "MaxMemoryPerShellMB": _LARGEST_QUOTA,
    "MaxIdleTimeoutms": _LARGEST_QUOTA,
    "MaxConcurrentUsers": _LARGEST_QUOTA,
    "IdleTimeoutms": 7200000,
    "MaxProcessesPerShell": _LARGEST_QUOTA,
    "MaxConcurrentCommandsPerShell": _LARGEST_QUOTA,
    "MaxShells": _LARGEST_QUOTA,
    "MaxShellsPerUser": _LARGEST_QUOTA,
}
_SHELLS_BEFORE_2016 = {
    "MaxMemoryPerShellMB": 1024,
    "MaxIdleTimeoutms": _LARGEST_QUOTA,
    "MaxConcurrentUsers": 5,
    "IdleTimeoutms": 7200000,
    "MaxProcessesPerShell": 15,
    "MaxConcurrentCommandsPerShell": 1000,
    "MaxShells": 25,
    "MaxShellsPerUser": 25,
}
_FIRST_BUILD_OF_2012 = 9200
_FIRST_BUILD_OF_2016 = 14393


def _built_in(host: "Host") -> Iterator[Plugin]:
    build = host.release.build
    has_hosting = build >= _FIRST_BUILD_OF_2012
    limits = _SHELLS if build >= _FIRST_BUILD_OF_2016 else _SHELLS_BEFORE_2016
    version = host.release.powershell_version
    operations = {**_UNLIMITED_OPERATIONS} if has_hosting else {}
    yield Plugin(
        "Event Forwarding Plugin",
        _attributes("C:\\Windows\\system32\\wevtfwd.dll", "1", has_hosting),
        (_resource("http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog", _EVENTS, _SUBSCRIBE),),
        quotas=operations,
    )
    names = ["microsoft.powershell"]
    if has_hosting:
        names.append("microsoft.powershell.workflow")
    names.append("microsoft.powershell32")
    if not host.release.is_client:
        names.append("microsoft.windows.servermanagerworkflows" if has_hosting else "microsoft.servermanager")
    for name in names:
        yield _session_configuration(name, version, has_hosting, limits if has_hosting else {})
    seven = host.profile.operating_system.powershell_7
    if seven is not None:
        for name in ("PowerShell.7", f"PowerShell.{seven}"):
            yield _session_configuration(name, seven, has_hosting, limits if has_hosting else {})
    yield Plugin(
        "SEL Plugin",
        _attributes("C:\\Windows\\system32\\wsmselpl.dll", "1", has_hosting),
        (
            _resource(
                "http://schemas.microsoft.com/wbem/wsman/1/logrecord/sel",
                _HARDWARE_EVENTS,
                Capability("Subscribe"),
            ),
        ),
        quotas=operations,
    )
    everything = (_GET, _PUT, _INVOKE, _CREATE, _DELETE)
    sddl = _AND_REMOTE_MANAGEMENT if has_hosting else _ADMINISTRATORS
    yield Plugin(
        "WMI Provider",
        _attributes("C:\\Windows\\system32\\WsmWmiPl.dll", "1", has_hosting),
        (
            _resource(
                "http://schemas.microsoft.com/wbem/wsman/1/wmi",
                sddl,
                Capability("Identify"),
                *everything,
                _ENUMERATE,
                _SUBSCRIBE,
            ),
            _resource(
                "http://schemas.dmtf.org/wbem/wscim/1/cim-schema",
                sddl,
                *everything,
                Capability("Enumerate"),
                _SUBSCRIBE,
            ),
            _resource("http://schemas.dmtf.org/wbem/wscim/1/*", sddl, _ENUMERATE, _SUBSCRIBE, exact=True),
            _resource(
                "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/*",
                sddl,
                Capability("Get"),
                _ENUMERATE,
                exact=True,
            ),
        ),
        quotas=operations,
    )


def _session_configuration(name: str, version: str, has_hosting: bool, quotas: Mapping[str, int]) -> Plugin:
    """A PowerShell session configuration."""
    attributes = _attributes("%windir%\\system32\\pwrshplugin.dll", "2" if has_hosting else "1", has_hosting)
    sddl = _AND_REMOTE_MANAGEMENT if has_hosting else _AND_INTERACTIVE
    if name.endswith("32"):
        attributes["Architecture"] = "32"
    elif name.endswith(("workflow", "workflows")):
        attributes["UseSharedProcess"] = "true"
        sddl = _WORKFLOW if name.endswith("workflow") else _AND_INTERACTIVE
    uri = f"http://schemas.microsoft.com/powershell/{name}"
    security = (PluginSecurity(uri, True, sddl),)
    resource = PluginResource(uri, True, True, security, (Capability("Shell"),))
    return Plugin(name, attributes, (resource,), {"PSVersion": version}, dict(quotas))


def _attributes(file_name: str, sdk_version: str, has_hosting: bool) -> dict[str, str]:
    attributes = {"Filename": file_name, "SDKVersion": sdk_version, "XmlRenderingType": "text"}
    if has_hosting:
        attributes |= {
            "UseSharedProcess": "false",
            "ProcessIdleTimeoutSec": "0",
            "RunAsUser": "",
            "RunAsPassword": "",
            "AutoRestart": "false",
        }
    attributes["Enabled"] = "true"
    if has_hosting:
        attributes["OutputBufferingMode"] = "Block"
    return attributes


def _resource(uri: str, sddl: str, *capabilities: Capability, exact: bool = False) -> PluginResource:
    return PluginResource(uri, True, exact, (PluginSecurity("", False, sddl),), capabilities)
