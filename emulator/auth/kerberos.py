"""The Kerberos acceptor of the host (RFC 4121, MS-KILE 3.4), by GSS-API and a keytab.

It needs the extra ``hyperv-emulator[kerberos]`` (gssapi, krb5); everything is loaded with the first Kerberos
token. The replay cache of the library is off: it would write to the disk of the real machine.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from spnego._gss import GSSAPIProxy
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import BadBindingsError

from emulator.auth.accounts import admit
from emulator.auth.channel_binding import expected_binding, refuse_without_binding
from emulator.auth.context_protection import ContextProtection
from emulator.auth.errors import ChannelBindingMismatch, InvalidToken, UnknownAccount
from emulator.auth.message_encryption import GSS_PROTOCOLS
from emulator.auth.settings import Account, AuthenticationSettings, KerberosSettings

if TYPE_CHECKING:
    import gssapi

_CONFIDENTIALITY = 0x10  # GSS_C_CONF_FLAG
_CHANNEL_BOUND = 0x800  # GSS_C_CHANNEL_BOUND_FLAG: the client's bindings are those of the acceptor


class KerberosAcceptor(GSSAPIProxy):
    """One Kerberos handshake on the side of the host. ``account`` is set when it is complete."""

    def __init__(self, settings: AuthenticationSettings, channel_binding: bytes | None) -> None:
        if settings.kerberos is None:
            raise InvalidToken("the host has no keytab")
        self._settings = settings
        self._expected = expected_binding(settings.winrm, channel_binding)
        self.account: Account | None = None
        bindings = GssChannelBindings(application_data=self._expected) if self._expected else None
        super().__init__(
            usage="accept",
            channel_bindings=bindings,
            _gssapi_credential=_credential(settings.kerberos),
        )

    def step(
        self, in_token: bytes | None = None, *, channel_bindings: GssChannelBindings | None = None
    ) -> bytes | None:
        """The answer to a token. Raises AuthenticationError, SpnegoError."""
        del channel_bindings  # the rule and the bindings come from the settings of the listener
        try:
            answer = super().step(in_token)
        except BadBindingsError as error:
            raise ChannelBindingMismatch("the channel bindings belong to another TLS channel") from error
        if self.complete:
            self.account = self._log_on()
        return answer

    def _log_on(self) -> Account:
        if self._expected is not None and not self.flags & _CHANNEL_BOUND:
            refuse_without_binding(self._settings.winrm)
        principal = self.client_principal or ""
        account = self._settings.accounts.find(principal) if "@" in principal else None
        if account is None or account.is_local:
            raise UnknownAccount(f"no account of the domain for the principal {principal!r}")
        return admit(self._settings.accounts, account)

    @property
    def flags(self) -> int:
        """The flags of the context (RFC 2744 5.1)."""
        return int(self._context_attr)

    def protection(self) -> ContextProtection | None:
        """The protection of a complete handshake, None when the client asked for no confidentiality."""
        if not self.flags & _CONFIDENTIALITY:
            return None
        return ContextProtection(self, GSS_PROTOCOLS, pads=True)


@lru_cache(maxsize=16)
def _credential(kerberos: KerberosSettings) -> gssapi.Credentials:
    import gssapi

    name = None
    if kerberos.service_principal:
        name = gssapi.Name(kerberos.service_principal, name_type=gssapi.NameType.kerberos_principal)
    if not Path(kerberos.keytab).is_file():
        raise InvalidToken(f"there is no keytab {kerberos.keytab}")
    store: dict[bytes | str, bytes | str] = {"keytab": f"FILE:{kerberos.keytab}", "rcache": "none:"}
    try:
        return gssapi.Credentials(name=name, usage="accept", mechs=[gssapi.MechType.kerberos], store=store)
    except gssapi.raw.GSSError as error:
        raise InvalidToken(f"the keytab {kerberos.keytab} cannot be used: {error}") from error
