"""The settings of `winrm/config`: names, kinds and ranges (MS-WSMV 2.2.4.10 and following).

A setting is named by its path below winrm/config, as `winrm get winrm/config` spells it
(``Service/Auth/Basic``); paths compare without regard to case.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from emulator.host.security.certificates import normal_thumbprint
from emulator.host.security.security_descriptor import parse_security_descriptor
from emulator.host.winrm.address_filter import parse_filter
from emulator.host.winrm.winrm_errors import ConfigurationRefused, Reason, Refusal

MAXIMUM_NUMBER = 0xFFFFFFFF
_LONGEST_TEXT = 8192

SettingValue = bool | int | str
Kind = Literal[
    "flag", "number", "port", "text", "IPv4 filter", "IPv6 filter", "security", "thumbprint", "binding"
]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    ``attribute`` is its name in the live configuration, with the group in front (``authentication.basic``).
    ``low`` and ``high`` bound a number. ``is_fixed``: it can be read and never set; ``is_deprecated`` says
    which of its two reasons Windows gives.
    """

    path: str
    attribute: str
    kind: Kind
    low: int = 0
    high: int = MAXIMUM_NUMBER
    is_fixed: bool = False
    is_deprecated: bool = False

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    def check(self, value: object) -> SettingValue:
        """The value in its own type; texts are read. Raises ConfigurationRefused."""
        if self.kind == "flag":
            return check_flag(self.name, value)
        if self.kind == "number":
            return _number(self.name, value, self.low, self.high, Refusal.INVALID_VALUE)
        if self.kind == "port":
            return check_port(self.name, value)
        text = check_text(self.name, value)
        special = _SPECIAL.get(self.kind)
        return text if special is None else special(self.name, text)


def check_flag(name: str, value: object) -> bool:
    """A truth value or its text. Raises ConfigurationRefused."""
    if isinstance(value, str):
        value = {"true": True, "1": True, "false": False, "0": False}.get(value.strip().lower())
    if not isinstance(value, bool):
        raise ConfigurationRefused(Refusal.INVALID_VALUE, f"{name}: allowed are true and false")
    return value


def check_port(name: str, value: object) -> int:
    """A TCP port or its text. Raises ConfigurationRefused."""
    return _number(name, value, 1, 65535, Refusal.INVALID_PORT)


def check_text(name: str, value: object, longest: int = _LONGEST_TEXT) -> str:
    """Printable text. Raises ConfigurationRefused."""
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise ConfigurationRefused(Refusal.INVALID_VALUE, f"{name}: at most {longest} printable characters")
    return value


def _number(name: str, value: object, low: int, high: int, reason: Reason) -> int:
    if isinstance(value, str):
        digits = value.strip()
        value = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigurationRefused(reason, f"{name}: allowed are {low} to {high}")
    return value


def _filter_of(version: Literal[4, 6]) -> Callable[[str, str], str]:
    def check(name: str, text: str) -> str:
        try:
            parse_filter(text, version)
        except ValueError as error:
            raise ConfigurationRefused(Refusal.INVALID_FILTER, f"{name}: {error}") from None
        return text

    return check


def _security(name: str, text: str) -> str:
    try:
        parse_security_descriptor(text)
    except ValueError as error:
        raise ConfigurationRefused(Refusal.INVALID_SECURITY_DESCRIPTOR, f"{name}: {error}") from None
    return text


def _thumbprint(name: str, text: str) -> str:
    digits = normal_thumbprint(text) if text.strip() else ""
    if digits is None:
        raise ConfigurationRefused(Refusal.INVALID_VALUE, f"{name}: 40 hexadecimal digits or nothing")
    return digits


def _binding(name: str, text: str) -> str:
    levels = {"none": "None", "relaxed": "Relaxed", "strict": "Strict"}
    level = levels.get(text.strip().lower())
    if level is None:
        raise ConfigurationRefused(Refusal.INVALID_CHANNEL_BINDING, name)
    return level


_SPECIAL: Mapping[Kind, Callable[[str, str], str]] = {
    "IPv4 filter": _filter_of(4),
    "IPv6 filter": _filter_of(6),
    "security": _security,
    "thumbprint": _thumbprint,
    "binding": _binding,
}


def _flags(group: str, attribute: str, *names: str) -> tuple[Setting, ...]:
    return tuple(Setting(f"{group}/{name}", f"{attribute}.{name.lower()}", "flag") for name in names)


# Ranges: MS-WSMV 2.2.4.10 (ConfigType), 2.2.4.30 (ServiceType), 2.2.4.43 (WinrsType); 2147483647 is the
# largest value that the shell quotas take.
_LARGEST_QUOTA = 0x7FFFFFFF

SETTINGS: tuple[Setting, ...] = (
    Setting("MaxEnvelopeSizekb", "max_envelope_size_kilobytes", "number", 32),
    Setting("MaxTimeoutms", "max_timeout_milliseconds", "number", 500),
    Setting("MaxBatchItems", "max_batch_items", "number", 1),
    Setting("MaxProviderRequests", "max_provider_requests", "number", is_fixed=True, is_deprecated=True),
    Setting("Client/NetworkDelayms", "client.network_delay_milliseconds", "number", 500),
    Setting("Client/URLPrefix", "client.url_prefix", "text"),
    Setting("Client/AllowUnencrypted", "client.allow_unencrypted", "flag"),
    *_flags(
        "Client/Auth",
        "client.authentication",
        "Basic",
        "Digest",
        "Kerberos",
        "Negotiate",
        "Certificate",
        "CredSSP",
    ),
    Setting("Client/DefaultPorts/HTTP", "client.http_port", "port"),
    Setting("Client/DefaultPorts/HTTPS", "client.https_port", "port"),
    Setting("Client/TrustedHosts", "client.trusted_hosts", "text"),
    Setting("Service/RootSDDL", "root_sddl", "security"),
    Setting(
        "Service/MaxConcurrentOperations",
        "max_concurrent_operations",
        "number",
        is_fixed=True,
        is_deprecated=True,
    ),
    Setting("Service/MaxConcurrentOperationsPerUser", "max_concurrent_operations_per_user", "number", 1),
    Setting("Service/EnumerationTimeoutms", "enumeration_timeout_milliseconds", "number", 500),
    Setting("Service/MaxConnections", "max_connections", "number", 1),
    Setting("Service/MaxPacketRetrievalTimeSeconds", "max_packet_retrieval_time_seconds", "number", 1),
    Setting("Service/AllowUnencrypted", "allow_unencrypted", "flag"),
    *_flags("Service/Auth", "authentication", "Basic", "Kerberos", "Negotiate", "Certificate", "CredSSP"),
    Setting("Service/Auth/CbtHardeningLevel", "channel_binding", "binding"),
    Setting("Service/DefaultPorts/HTTP", "http_port", "port"),
    Setting("Service/DefaultPorts/HTTPS", "https_port", "port"),
    Setting("Service/IPv4Filter", "ipv4_filter", "IPv4 filter"),
    Setting("Service/IPv6Filter", "ipv6_filter", "IPv6 filter"),
    Setting("Service/EnableCompatibilityHttpListener", "enable_compatibility_http_listener", "flag"),
    Setting("Service/EnableCompatibilityHttpsListener", "enable_compatibility_https_listener", "flag"),
    Setting("Service/CertificateThumbprint", "certificate_thumbprint", "thumbprint"),
    Setting("Service/AllowRemoteAccess", "allow_remote_access", "flag", is_fixed=True),
    Setting("Winrs/AllowRemoteShellAccess", "shells.allow_remote_shell_access", "flag"),
    Setting("Winrs/IdleTimeout", "shells.idle_timeout_milliseconds", "number", 1000, _LARGEST_QUOTA),
    Setting("Winrs/MaxConcurrentUsers", "shells.max_concurrent_users", "number", 1, _LARGEST_QUOTA),
    Setting(
        "Winrs/MaxShellRunTime",
        "shells.max_shell_run_time_milliseconds",
        "number",
        0,
        _LARGEST_QUOTA,
        is_fixed=True,
        is_deprecated=True,
    ),
    Setting("Winrs/MaxProcessesPerShell", "shells.max_processes_per_shell", "number", 0, _LARGEST_QUOTA),
    Setting(
        "Winrs/MaxMemoryPerShellMB", "shells.max_memory_per_shell_megabytes", "number", 0, _LARGEST_QUOTA
    ),
    Setting("Winrs/MaxShellsPerUser", "shells.max_shells_per_user", "number", 0, _LARGEST_QUOTA),
)

BY_PATH: Mapping[str, Setting] = {setting.path.lower(): setting for setting in SETTINGS}
