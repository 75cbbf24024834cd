"""Authentication and message encryption of the WinRM listeners, without sockets or threads.

Headers and bytes go in, decisions and bytes come out: one ``Authenticator`` a connection. The library that
speaks NTLM and SPNEGO is loaded with the first token, never before.
"""

from emulator.auth.authenticator import Authenticator, Challenge, Granted, Refused
from emulator.auth.errors import (
    AccessNotGranted,
    AccountDisabled,
    AuthenticationError,
    ChannelBindingMismatch,
    DecryptionFailed,
    IntegrityFailure,
    InvalidToken,
    MalformedEnvelope,
    MessageEncryptionError,
    ProtectionNotAvailable,
    ProtectionNotSupported,
    SchemeNotOffered,
    UnknownAccount,
    WrongPassword,
)
from emulator.auth.settings import (
    Account,
    AccountDirectory,
    AuthenticationMethods,
    AuthenticationSettings,
    HostIdentity,
    WinrmSettings,
)

__all__ = [
    "AccessNotGranted",
    "Account",
    "AccountDirectory",
    "AccountDisabled",
    "AuthenticationError",
    "AuthenticationMethods",
    "AuthenticationSettings",
    "Authenticator",
    "Challenge",
    "ChannelBindingMismatch",
    "DecryptionFailed",
    "Granted",
    "HostIdentity",
    "IntegrityFailure",
    "InvalidToken",
    "MalformedEnvelope",
    "MessageEncryptionError",
    "ProtectionNotAvailable",
    "ProtectionNotSupported",
    "Refused",
    "SchemeNotOffered",
    "UnknownAccount",
    "WinrmSettings",
    "WrongPassword",
]
