"""The configuration of the WinRM service while the machine runs: what `winrm get winrm/config` shows.

It begins as the profile states it and goes back there when the host is reset. Whoever obeys a setting reads
it here at each use, so that a change applies at once.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from emulator.host.errors import NotFound
from emulator.host.host_object import HostObject, operation
from emulator.host.winrm.winrm_errors import ConfigurationRefused, Refusal
from emulator.host.winrm.winrm_listeners import OWN_PREFIX, Listener, Listeners, Transport
from emulator.profile.section import Section
from emulator.profile.winrm import ROOT_SDDL, Authentication, Client, Shells

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.accounts import Account
    from emulator.host.winrm.winrm_certificate_mappings import CertificateMappings
    from emulator.host.winrm.winrm_plugins import Plugins
    from emulator.host.winrm.winrm_settings import Setting, SettingValue


_UNLIMITED = 0xFFFFFFFF


class WinrmConfiguration(HostObject):
    """The settings by their names in a profile; ``value`` and ``change`` know them by their Windows paths.

    ``authentication``, ``shells`` and ``client`` are values: a change puts another one in their place.
    """

    http_port: int
    https_port: int
    allow_unencrypted: bool
    authentication: Authentication
    channel_binding: str
    max_envelope_size_kilobytes: int
    max_timeout_milliseconds: int
    max_batch_items: int
    max_concurrent_operations_per_user: int
    enumeration_timeout_milliseconds: int
    max_connections: int
    max_packet_retrieval_time_seconds: int
    root_sddl: str
    ipv4_filter: str
    ipv6_filter: str
    enable_compatibility_http_listener: bool
    enable_compatibility_https_listener: bool
    certificate_thumbprint: str
    shells: Shells
    client: Client

    # Settings that newer releases show and do not let anybody set (Microsoft, "Installation and
    # configuration for Windows Remote Management").
    max_provider_requests = _UNLIMITED
    max_concurrent_operations = _UNLIMITED
    allow_remote_access = True

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self.change_observers: list[Callable[[], None]] = []
        """Called under the host's lock after each change: they must be quick."""
        self.listeners = Listeners(self)
        self._certificate_mappings: CertificateMappings | None = None
        self._plugins: Plugins | None = None
        self.switched_off: frozenset[str] = frozenset()
        """Resource URIs, in lower case, that no plug-in serves because one was disabled or removed."""

    def listens(self, transport: Transport | None, port: int | None) -> bool:
        """Whether an enabled listener has the transport and the port; None of either is the usual one, which
        is not asked for."""
        return (transport is None and port is None) or any(self._enabled(transport, port))

    def answers_at(self, transport: Transport | None, port: int | None, path: str) -> bool:
        """Whether one of these listeners has a URLPrefix. Where no listener was asked for, WinRM's own path
        is always there."""
        wanted = path.strip("/").lower()
        if transport is None and port is None and wanted == OWN_PREFIX:
            return True
        return any(one.url_prefix.lower() == wanted for one in self._enabled(transport, port))

    def _enabled(self, transport: Transport | None, port: int | None) -> Iterator[Listener]:
        for one in self.listeners:
            if one.enabled and transport in (None, one.transport) and port in (None, one.port):
                yield one

    @property
    def is_served(self) -> bool:
        """Whether the WinRM service runs: without it no port is open."""
        return self.host.services.is_running("WinRM")

    def seed(self) -> None:
        """Back to the profile. Observers are told."""
        stated = self.host.profile.winrm
        self._set_by_policy = frozenset(stated.set_by_policy)
        for name in WinrmConfiguration.__annotations__:
            setattr(self, name, getattr(stated, name))
        self.switched_off = frozenset()
        self.listeners.seed()
        if self._certificate_mappings is not None:
            self._certificate_mappings.seed()
        if self._plugins is not None:
            self._plugins.seed()
        self.changed()

    # What most machines are never asked for is loaded when somebody asks: a host starts sooner.

    @property
    def certificate_mappings(self) -> "CertificateMappings":
        """Which local user a client certificate stands for."""
        if self._certificate_mappings is None:
            from emulator.host.winrm.winrm_certificate_mappings import CertificateMappings

            self._certificate_mappings = CertificateMappings(self)
            self._certificate_mappings.seed()
        return self._certificate_mappings

    @property
    def plugins(self) -> "Plugins":
        """What serves which resources."""
        if self._plugins is None:
            from emulator.host.winrm.winrm_plugins import Plugins

            self._plugins = Plugins(self)
        return self._plugins

    def value(self, path: str) -> "SettingValue":
        """The value of a setting, such as ``Service/Auth/Basic``. Raises NotFound."""
        holder: object = self
        for name in _setting(path).attribute.split("."):
            holder = getattr(holder, name)
        return cast("SettingValue", holder)

    def is_set_by_policy(self, path: str) -> bool:
        """Whether Group Policy sets it, so that nobody else can. Raises NotFound."""
        return _setting(path).attribute in self._set_by_policy

    @operation
    def change(self, changes: Mapping[str, object]) -> None:
        """Set settings by their paths, all or none; values may be texts.

        A value that is the present one changes nothing. Raises NotFound for an unknown path and
        ConfigurationRefused.
        """
        checked: dict[Setting, SettingValue] = {}
        for path, value in changes.items():
            setting = _setting(path)
            wanted = setting.check(value)
            if wanted == self.value(path):
                continue
            if setting.is_fixed or setting.attribute in self._set_by_policy:
                reason = Refusal.DEPRECATED if setting.is_deprecated else Refusal.READ_ONLY
                raise ConfigurationRefused(reason, setting.path)
            checked[setting] = wanted
        for setting, wanted in checked.items():
            _put(self, setting.attribute, wanted)
        if checked:
            self.changed()

    def may_use(self, account: "Account") -> bool:
        """Whether RootSDDL, or the security of a plug-in for Remote Management Users, lets a user in."""
        if account.is_administrator and self.root_sddl == ROOT_SDDL:
            return True
        return self.may_use_command_shell(account) or account.is_member_of("Remote Management Users")

    def may_use_command_shell(self, account: "Account") -> bool:
        """Whether RootSDDL lets a user in: remote management users have WMI and PowerShell, not winrs."""
        if account.is_administrator and self.root_sddl == ROOT_SDDL:
            return True
        from emulator.host.security.security_descriptor import parse_security_descriptor

        return parse_security_descriptor(self.root_sddl).grants(account.sids_over_the_network)

    def changed(self) -> None:
        """Say that a setting, a listener, a mapping or a plug-in changed."""
        self.touch()
        for observer in self.change_observers:
            observer()


def _setting(path: str) -> "Setting":
    from emulator.host.winrm.winrm_settings import BY_PATH

    found = BY_PATH.get(path.strip("/").lower())
    if found is None:
        raise NotFound(f"There is no setting '{path[:128]}' of winrm/config.")
    return found


def _put(holder: object, attribute: str, value: object) -> None:
    """Set an attribute of the configuration; the groups are values, so each on the way is made anew."""
    group, _, rest = attribute.partition(".")
    setattr(holder, group, _with(getattr(holder, group), rest, value) if rest else value)


def _with(section: Section, attribute: str, value: object) -> Section:
    name, _, rest = attribute.partition(".")
    return section.replaced(**{name: _with(getattr(section, name), rest, value) if rest else value})
