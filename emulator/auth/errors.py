"""What can go wrong while a client proves who it is or while a protected message is opened.

Every error carries one line for the journal. None of it goes to the client: Windows answers all of them with
a bare 401 (or with a bare 500 for a message that cannot be opened), and so does this host.
"""


class AuthenticationError(Exception):
    """The client has not proved who it is. The text says why, for the journal."""

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


class AccessNotGranted(AuthenticationError):
    """The account is neither an administrator nor a remote management user."""


class ChannelBindingMismatch(AuthenticationError):
    """The channel bindings of the client are missing or belong to another TLS channel."""


class IntegrityFailure(AuthenticationError):
    """A message integrity code does not fit."""


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
    """The message uses a protection that this emulator does not speak: Kerberos or CredSSP."""
