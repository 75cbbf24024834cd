"""What can go wrong while a client proves who it is or while a protected message is opened.

Every error carries one line for the journal. None of it goes to the client: Windows answers all of them with
a bare 401 (or with a bare 500 for a message that cannot be opened), and so does this host.
"""


class AuthenticationError(Exception):
    """The client has not proved who it is. The text says why, for the journal.

    ``status`` is the NTSTATUS of the failure (MS-ERREF 2.3), which CredSSP alone tells the client.
    """

    status = 0xC000006D  # STATUS_LOGON_FAILURE

    @property
    def reason(self) -> str:
        """One line for the journal."""
        return str(self)


class InvalidToken(AuthenticationError):
    """The credential text or a security token is malformed, too large or out of turn."""


class UnknownAccount(AuthenticationError):
    """No account of that name."""


class WrongPassword(AuthenticationError):
    """The account exists and the password does not fit."""


class AccountDisabled(AuthenticationError):
    """The password fits and the account is disabled."""

    status = 0xC0000072


class AccountExpired(AuthenticationError):
    """The password fits and the time of the account is over."""

    status = 0xC0000193


class AccountLockedOut(AuthenticationError):
    """Too many wrong passwords came before; the right one does not help now."""

    status = 0xC0000234


class PasswordExpired(AuthenticationError):
    """The password fits and is older than the policy allows."""

    status = 0xC0000071


class PasswordMustChange(AuthenticationError):
    """The password fits and is to be changed first, which WinRM cannot do."""

    status = 0xC0000224


class AccessNotGranted(AuthenticationError):
    """The account has no right to be here: it is neither an administrator nor a remote management user, has
    no password, or may not use this scheme."""

    status = 0xC000006E  # STATUS_ACCOUNT_RESTRICTION


class ChannelBindingMismatch(AuthenticationError):
    """The channel bindings of the client are missing or belong to another TLS channel."""


class IntegrityFailure(AuthenticationError):
    """A message integrity code does not fit."""


class CertificateNotMapped(AuthenticationError):
    """The client certificate is missing, or no mapping leads from it to an account."""


class SchemeNotOffered(AuthenticationError):
    """The client used an authentication scheme that this listener does not offer."""


class MessageEncryptionError(Exception):
    """A protected message cannot be opened or made. The text says why, for the journal."""


class MalformedEnvelope(MessageEncryptionError):
    """The multipart/encrypted body does not follow MS-WSMV 2.2.9.1."""


class DecryptionFailed(MessageEncryptionError):
    """The signature of a sealed message does not fit, or its length is not the announced one."""


class ProtectionNotAvailable(MessageEncryptionError):
    """The connection negotiated no security context that could open or seal a message."""


class ProtectionNotSupported(MessageEncryptionError):
    """The message uses another protection than the connection has negotiated."""
