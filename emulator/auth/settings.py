"""What the authentication needs to know of the host, as small protocols."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from emulator.record import Record, field

if TYPE_CHECKING:
    from emulator.auth.client_certificate import TrustedIssuers
    from emulator.host import Host
    from emulator.profile.winrm import KerberosService


class Account(Protocol):
    """An account, as far as a logon is concerned."""

    @property
    def name(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def is_local(self) -> bool: ...
    @property
    def may_use_winrm(self) -> bool: ...


class LogonRules(Protocol):
    """Who may log on now: ``emulator.host.security.logon``."""

    def refusal(self, account: Any) -> str | None:
        """Why the account may not log on now, None when it may."""
        ...

    def note_wrong_password(self, account: Any) -> None: ...
    def note_logon(self, account: Any) -> None: ...


class AccountDirectory(Protocol):
    """The accounts that may log on to the host: its own and those of its domain."""

    @property
    def rules(self) -> LogonRules: ...
    @property
    def revision(self) -> int:
        """Grows with every change of an account and of who may use WinRM."""
        ...

    def find(self, name: str) -> Account | None:
        """The account of a name, ``HOST\\name``, ``.\\name`` or ``name@HOST``, in any case; of the domain,
        ``DOMAIN\\name`` or ``name@dns.name``."""
        ...


class AuthenticationMethods(Protocol):
    """``winrm/config/service/auth``."""

    @property
    def basic(self) -> bool: ...
    @property
    def negotiate(self) -> bool: ...
    @property
    def kerberos(self) -> bool: ...
    @property
    def certificate(self) -> bool: ...
    @property
    def credssp(self) -> bool: ...


class WinrmSettings(Protocol):
    """``winrm/config/service``; read at each decision, so that a change applies at once."""

    @property
    def allow_unencrypted(self) -> bool: ...
    @property
    def authentication(self) -> AuthenticationMethods: ...
    @property
    def channel_binding(self) -> str:
        """CbtHardeningLevel: None, Relaxed or Strict."""
        ...


class CertificateMappings(Protocol):
    """``winrm/config/service/certmapping``."""

    def account_of(self, issuer: str, subject: str, uri: str) -> Account | None:
        """Whom a client certificate stands for on a resource URI; ``issuer`` is a thumbprint."""
        ...


class KerberosSettings(Record):
    """The key of the service: a keytab and, when it holds more than one, the principal to use."""

    keytab: str
    service_principal: str = ""


class HostIdentity(Record):
    """The names with which the host introduces itself in an NTLM challenge (MS-NLMP 2.2.2.1).

    A host that is no member of a domain gives its computer name as its domain name.
    """

    computer_name: str
    domain_name: str = ""
    dns_domain_name: str = ""
    version: tuple[int, int, int] = (10, 0, 20348)

    @property
    def dns_computer_name(self) -> str:
        return f"{self.computer_name}.{self.dns_domain_name}" if self.dns_domain_name else self.computer_name


def real_time() -> datetime:
    return datetime.now(UTC)


class AuthenticationSettings(Record):
    """All that an Authenticator needs.

    ``now`` gives the time of the host in UTC, for the time stamp of the NTLM challenge. Without ``kerberos``
    there is no Kerberos, without ``trusted_issuers`` no client certificate, whatever ``winrm`` says.
    """

    accounts: AccountDirectory
    winrm: WinrmSettings
    host: HostIdentity
    now: Callable[[], datetime] = field(default=real_time)
    kerberos: KerberosSettings | None = None
    certificate_mappings: CertificateMappings | None = None
    trusted_issuers: TrustedIssuers | None = None

    @classmethod
    def for_host(cls, host: Host) -> AuthenticationSettings:
        """Raises ProfileError when the profile wants a library or a file that is not there."""
        winrm = host.profile.winrm
        domain = host.accounts.domain
        major, minor, build = (int(part) for part in host.release.version.split(".")[:3])
        identity = HostIdentity(
            computer_name=host.name,
            domain_name=domain.short_name if domain is not None else "",
            dns_domain_name=host.operating_system.domain or "",
            version=(major, minor, build),
        )
        trusted = None
        if winrm.trusted_client_issuers:
            from emulator.auth.client_certificate import TrustedIssuers

            trusted = TrustedIssuers(winrm.trusted_client_issuers)
        return cls(
            accounts=host.accounts,
            winrm=host.winrm,
            host=identity,
            now=host.clock.now,
            kerberos=_kerberos(winrm.kerberos),
            certificate_mappings=host.winrm.certificate_mappings if trusted is not None else None,
            trusted_issuers=trusted,
        )


def _kerberos(stated: KerberosService | None) -> KerberosSettings | None:
    if stated is None:
        return None
    import importlib.util

    from emulator.profile import ProfileError

    for name in ("gssapi", "krb5"):
        if importlib.util.find_spec(name) is None:
            text = f"winrm.kerberos needs the Python package {name}: pip install 'hyperv-emulator[kerberos]'"
            raise ProfileError([text])
    if not Path(stated.keytab).is_file():
        raise ProfileError([f"winrm.kerberos.keytab: there is no file {stated.keytab}"])
    return KerberosSettings(stated.keytab, stated.service_principal)
