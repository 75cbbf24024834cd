"""WinRM's configuration as a profile states it (names of `winrm get winrm/config` in snake_case)."""

from typing import Literal

from pydantic import Field

from emulator.profile.values import Flag, Milliseconds, Number, Section

UNLIMITED = 2147483647
"""Default of the shell quotas from Windows Server 2012 on: no limit."""


class Authentication(Section):
    """Which authentication schemes the service accepts (winrm/config/service/auth)."""

    basic: Flag = Field(
        default=False, description="HTTP Basic; over HTTP it also needs `allow_unencrypted: true`."
    )
    negotiate: Flag = Field(default=True, description="Negotiate (SPNEGO): NTLM and Kerberos.")
    kerberos: Flag = Field(default=True, description="Kerberos.")
    certificate: Flag = Field(default=False, description="Client certificate over HTTPS.")
    credssp: Flag = Field(default=False, description="CredSSP.")


class Shells(Section):
    """Limits of remote shells (winrm/config/winrs)."""

    allow_remote_shell_access: Flag = Field(default=True, description="Shells may be created at all.")
    idle_timeout_milliseconds: Milliseconds = Field(
        default=7200000, ge=1000, le=UNLIMITED, description="A shell without traffic ends after this time."
    )
    max_concurrent_users: Number = Field(
        default=UNLIMITED, ge=1, le=UNLIMITED, description="Users with a shell at the same time."
    )
    max_processes_per_shell: Number = Field(
        default=UNLIMITED, ge=0, le=UNLIMITED, description="Processes of a shell; 0 is no limit."
    )
    max_memory_per_shell_megabytes: Number = Field(
        default=UNLIMITED, ge=0, le=UNLIMITED, description="Memory of a shell in MB; 0 is no limit."
    )
    max_shells_per_user: Number = Field(
        default=UNLIMITED,
        ge=0,
        le=UNLIMITED,
        description="Shells of one user at the same time; 0 is no limit.",
    )


class Winrm(Section):
    """The WinRM service: listeners, authentication and limits."""

    http_enabled: Flag = Field(default=True, description="There is an HTTP listener.")
    http_port: Number = Field(default=5985, ge=1, le=65535, description="Port of the HTTP listener.")
    https_enabled: Flag = Field(default=False, description="There is an HTTPS listener.")
    https_port: Number = Field(default=5986, ge=1, le=65535, description="Port of the HTTPS listener.")
    allow_unencrypted: Flag = Field(
        default=False, description="Accept plain messages over HTTP; needed for Basic without TLS."
    )
    authentication: Authentication = Field(
        default_factory=Authentication, description="Accepted authentication schemes."
    )
    channel_binding: Literal["None", "Relaxed", "Strict"] = Field(
        default="Relaxed", description="CbtHardeningLevel: how channel-binding tokens are checked over HTTPS."
    )
    max_envelope_size_kilobytes: Number = Field(
        default=500, ge=32, le=1039440, description="Largest SOAP envelope in KB."
    )
    max_timeout_milliseconds: Milliseconds = Field(
        default=60000, ge=500, le=UNLIMITED, description="Longest time that a request may take."
    )
    max_batch_items: Number = Field(
        default=32000, ge=1, le=UNLIMITED, description="Most items in one Pull response."
    )
    max_concurrent_operations_per_user: Number = Field(
        default=1500, ge=1, le=UNLIMITED, description="Operations of one user at the same time."
    )
    enumeration_timeout_milliseconds: Milliseconds = Field(
        default=240000, ge=500, le=UNLIMITED, description="An idle enumeration ends after this time."
    )
    max_connections: Number = Field(
        default=300, ge=1, le=UNLIMITED, description="Connections that the service serves at the same time."
    )
    max_packet_retrieval_time_seconds: Number = Field(
        default=120, ge=1, le=UNLIMITED, description="Longest time that receiving one request may take."
    )
    event_delivery_hosts: tuple[str, ...] = Field(
        default=(),
        max_length=100,
        description="Host names and addresses, besides loopback, to which subscribed events may be pushed: "
        "the emulator connects to them when a client asks for it.",
    )
    shells: Shells = Field(default_factory=Shells, description="Limits of remote shells.")
