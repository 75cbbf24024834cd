"""WinRM's configuration as a profile states it (names of `winrm get winrm/config` in snake_case)."""

from typing import Literal

from emulator.profile.section import Field, Section
from emulator.profile.values import Flag, Milliseconds, Number

UNLIMITED = 2147483647
"""Default of the shell quotas from Windows Server 2012 on: no limit."""

ROOT_SDDL = "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"
"""Default of RootSDDL: administrators may do everything, interactive users may read."""


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
    max_shell_run_time_milliseconds: Milliseconds = Field(
        default=UNLIMITED,
        ge=0,
        le=UNLIMITED,
        description="MaxShellRunTime: only shown; it has no effect since WinRM 2.0.",
    )


class ClientAuthentication(Section):
    """Which authentication schemes WinRM clients on the machine use (winrm/config/client/auth)."""

    basic: Flag = Field(default=True, description="HTTP Basic.")
    digest: Flag = Field(default=True, description="HTTP Digest.")
    kerberos: Flag = Field(default=True, description="Kerberos.")
    negotiate: Flag = Field(default=True, description="Negotiate (SPNEGO): NTLM and Kerberos.")
    certificate: Flag = Field(default=True, description="Client certificate over HTTPS.")
    credssp: Flag = Field(default=False, description="CredSSP.")


class Client(Section):
    """What WinRM clients on the machine go by (winrm/config/client); the emulator only keeps it."""

    network_delay_milliseconds: Milliseconds = Field(
        default=5000, ge=500, le=UNLIMITED, description="Time that is added for the network."
    )
    url_prefix: str = Field(default="wsman", max_length=255, description="Prefix of the URL.")
    allow_unencrypted: Flag = Field(default=False, description="Send plain messages over HTTP.")
    authentication: ClientAuthentication = Field(
        default_factory=ClientAuthentication, description="Schemes that clients use."
    )
    http_port: Number = Field(default=5985, ge=1, le=65535, description="Port for HTTP.")
    https_port: Number = Field(default=5986, ge=1, le=65535, description="Port for HTTPS.")
    trusted_hosts: str = Field(
        default="", max_length=8192, description="Hosts that clients trust without proof, or `*`."
    )


class WinrmListener(Section):
    """A further listener (winrm/config/listener); the usual two are `http_enabled` and `https_enabled`."""

    address: str = Field(
        default="*",
        max_length=64,
        description="`*`, `IP:` with an address of the machine, or `MAC:` with that of an adapter.",
    )
    transport: Literal["HTTP", "HTTPS"] = Field(default="HTTP", description="HTTP or HTTPS.")
    port: Number | None = Field(
        default=None, ge=1, le=65535, description="Port; left out: that of `http_port` or `https_port`."
    )
    hostname: str = Field(default="", max_length=255, description="Host name of the certificate.")
    enabled: Flag = Field(default=True, description="It listens.")
    url_prefix: str = Field(
        default="wsman", pattern=r"^[A-Za-z0-9_]+(/[A-Za-z0-9_]+)*$", description="Path of the URL."
    )
    certificate_thumbprint: str = Field(
        default="", max_length=64, description="Thumbprint of its certificate; left out: a fitting one."
    )
    set_by_policy: Flag = Field(default=False, description="Group Policy states it: it cannot be changed.")


class KerberosService(Section):
    """The key with which the service proves itself to Kerberos clients."""

    keytab: str = Field(min_length=1, max_length=1024, description="Path of the keytab file.")
    service_principal: str = Field(
        default="",
        max_length=512,
        description="Principal of the keytab to use; left out: any.",
        examples=["HTTP/hv01.corp.example@CORP.EXAMPLE"],
    )


class MappedCertificate(Section):
    """Whom a client certificate stands for (winrm/config/service/certmapping)."""

    issuer: str = Field(
        pattern=r"^([0-9A-Fa-f]{2}[ :]?){20}$",
        description="SHA-1 thumbprint of a certificate of `trusted_client_issuers`.",
    )
    subject: str = Field(
        min_length=1,
        max_length=1023,
        description="User principal name, DNS name or common name; one `*` at an end stands for any text.",
        examples=["operator@localhost", "*"],
    )
    uri: str = Field(
        default="*", min_length=1, max_length=1023, description="Resource URI; `*` at its end is any text."
    )
    user_name: str = Field(min_length=1, max_length=255, description="Local account.")
    password: str = Field(min_length=1, max_length=127, repr=False, description="Its password.")


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
    listeners: tuple[WinrmListener, ...] = Field(
        default=(), max_length=32, description="Listeners beside the usual HTTP and HTTPS ones."
    )
    client: Client = Field(default_factory=Client, description="What WinRM clients on the machine go by.")
    root_sddl: str = Field(
        default=ROOT_SDDL, max_length=8192, description="RootSDDL: who may use the service, as SDDL."
    )
    ipv4_filter: str = Field(
        default="*",
        max_length=8192,
        description="IPv4Filter: addresses to listen on, such as `192.0.2.1-192.0.2.20`; `*` is all.",
    )
    ipv6_filter: str = Field(
        default="*", max_length=8192, description="IPv6Filter: IPv6 addresses to listen on; `*` is all."
    )
    enable_compatibility_http_listener: Flag = Field(
        default=False, description="Listen on port 80 too, for clients of WinRM 1.1."
    )
    enable_compatibility_https_listener: Flag = Field(
        default=False, description="Listen on port 443 too, for clients of WinRM 1.1."
    )
    certificate_thumbprint: str = Field(
        default="", max_length=64, description="Thumbprint of the service's certificate."
    )
    set_by_policy: tuple[str, ...] = Field(
        default=(),
        max_length=100,
        description="Settings of this section that Group Policy controls, such as `allow_unencrypted` or "
        "`authentication.basic`; clients cannot change them.",
    )
    https_certificate: str = Field(
        default="",
        max_length=1024,
        description="File of the certificate of the HTTPS listener, PEM or PFX; left out: one is made.",
    )
    https_key: str = Field(
        default="",
        max_length=1024,
        description="PEM file of its key; left out: the key is in the certificate's file.",
    )
    https_key_password: str = Field(
        default="", max_length=255, repr=False, description="Password of the PFX file or of the key."
    )
    minimum_tls_version: Literal["1.2", "1.3"] = Field(
        default="1.2", description="Oldest version of TLS that is spoken; write it in quotes."
    )
    kerberos: KerberosService | None = Field(
        default=None,
        description="Key for Kerberos; left out: there is no Kerberos, inside Negotiate or alone.",
    )
    trusted_client_issuers: tuple[str, ...] = Field(
        default=(),
        max_length=100,
        description="PEM files of the authorities of client certificates, or of self-signed ones.",
    )
    certificate_mappings: tuple[MappedCertificate, ...] = Field(
        default=(), max_length=1000, description="Whom client certificates stand for."
    )
