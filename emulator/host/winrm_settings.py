"""The settings of `winrm/config`: names, kinds and ranges (MS-WSMV 2.2.4.10 and following).

A setting is named by its path below winrm/config, as `winrm get winrm/config` spells it
(``Service/Auth/Basic``); paths compare without regard to case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from emulator.host.errors import InvalidParameter

MAXIMUM_NUMBER = 0xFFFFFFFF
_LONGEST_TEXT = 8192

SettingValue = bool | int | str
Kind = Literal["flag", "number", "text"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    ``attribute`` is its name in the live configuration, with the group in front (``authentication.basic``).
    ``low`` and ``high`` bound a number; ``choices`` are the spellings that a text is limited to.
    ``is_fixed``: it can be read and never set.
    """

    path: str
    attribute: str
    kind: Kind
    low: int = 0
    high: int = MAXIMUM_NUMBER
    choices: tuple[str, ...] = ()
    is_fixed: bool = False

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    def check(self, value: object) -> SettingValue:
        """The value in its own type; texts are read. Raises InvalidParameter."""
        if self.kind == "flag":
            return self._flag(value)
        if self.kind == "number":
            return self._number(value)
        return self._text(value)

    def _flag(self, value: object) -> bool:
        if isinstance(value, str):
            value = {"true": True, "1": True, "false": False, "0": False}.get(value.strip().lower())
        if not isinstance(value, bool):
            raise InvalidParameter(f"The value of {self.name} is not valid: allowed are true and false.")
        return value

    def _number(self, value: object) -> int:
        if isinstance(value, str):
            digits = value.strip()
            value = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else None
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            allowed = f"allowed are {self.low} to {self.high}"
            raise InvalidParameter(f"The value of {self.name} is not valid: {allowed}.")
        return value

    def _text(self, value: object) -> str:
        if not isinstance(value, str) or len(value) > _LONGEST_TEXT or not value.isprintable():
            raise InvalidParameter(f"The value of {self.name} is not valid.")
        if not self.choices:
            return value
        spelling = next((choice for choice in self.choices if choice.lower() == value.strip().lower()), None)
        if spelling is None:
            allowed = ", ".join(self.choices)
            raise InvalidParameter(f"The value of {self.name} is not valid: allowed are {allowed}.")
        return spelling


def _flags(group: str, attribute: str, *names: str) -> tuple[Setting, ...]:
    return tuple(Setting(f"{group}/{name}", f"{attribute}.{name.lower()}", "flag") for name in names)


# Ranges: MS-WSMV 2.2.4.10 (ConfigType), 2.2.4.30 (ServiceType), 2.2.4.43 (WinrsType); 2147483647 is the
# largest value that the shell quotas take.
_LARGEST_QUOTA = 0x7FFFFFFF

SETTINGS: tuple[Setting, ...] = (
    Setting("MaxEnvelopeSizekb", "max_envelope_size_kilobytes", "number", 32),
    Setting("MaxTimeoutms", "max_timeout_milliseconds", "number", 500),
    Setting("MaxBatchItems", "max_batch_items", "number", 1),
    Setting("MaxProviderRequests", "max_provider_requests", "number", 1, is_fixed=True),
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
    Setting("Client/DefaultPorts/HTTP", "client.http_port", "number", 1, 65535),
    Setting("Client/DefaultPorts/HTTPS", "client.https_port", "number", 1, 65535),
    Setting("Client/TrustedHosts", "client.trusted_hosts", "text"),
    Setting("Service/RootSDDL", "root_sddl", "text"),
    Setting("Service/MaxConcurrentOperations", "max_concurrent_operations", "number", 1, is_fixed=True),
    Setting("Service/MaxConcurrentOperationsPerUser", "max_concurrent_operations_per_user", "number", 1),
    Setting("Service/EnumerationTimeoutms", "enumeration_timeout_milliseconds", "number", 500),
    Setting("Service/MaxConnections", "max_connections", "number", 1),
    Setting("Service/MaxPacketRetrievalTimeSeconds", "max_packet_retrieval_time_seconds", "number", 1),
    Setting("Service/AllowUnencrypted", "allow_unencrypted", "flag"),
    *_flags("Service/Auth", "authentication", "Basic", "Kerberos", "Negotiate", "Certificate", "CredSSP"),
    Setting(
        "Service/Auth/CbtHardeningLevel", "channel_binding", "text", choices=("None", "Relaxed", "Strict")
    ),
    Setting("Service/DefaultPorts/HTTP", "http_port", "number", 1, 65535),
    Setting("Service/DefaultPorts/HTTPS", "https_port", "number", 1, 65535),
    Setting("Service/IPv4Filter", "ipv4_filter", "text"),
    Setting("Service/IPv6Filter", "ipv6_filter", "text"),
    Setting("Service/EnableCompatibilityHttpListener", "enable_compatibility_http_listener", "flag"),
    Setting("Service/EnableCompatibilityHttpsListener", "enable_compatibility_https_listener", "flag"),
    Setting("Service/CertificateThumbprint", "certificate_thumbprint", "text"),
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
    ),
    Setting("Winrs/MaxProcessesPerShell", "shells.max_processes_per_shell", "number", 0, _LARGEST_QUOTA),
    Setting(
        "Winrs/MaxMemoryPerShellMB", "shells.max_memory_per_shell_megabytes", "number", 0, _LARGEST_QUOTA
    ),
    Setting("Winrs/MaxShellsPerUser", "shells.max_shells_per_user", "number", 0, _LARGEST_QUOTA),
)

BY_PATH: Mapping[str, Setting] = {setting.path.lower(): setting for setting in SETTINGS}
