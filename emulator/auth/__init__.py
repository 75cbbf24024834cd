"""Authentication and message encryption of the WinRM listeners, without sockets or threads.

Headers and bytes go in, decisions and bytes come out: one ``Authenticator`` a connection. The library that
speaks NTLM, SPNEGO, Kerberos and CredSSP is loaded with the first token, never before.
"""

from emulator.auth.authenticator import Authenticator, Challenge, Granted, Refused
from emulator.auth.errors import (
    AccessNotGranted,
    AccountDisabled,
    AccountExpired,
    AccountLockedOut,
    AuthenticationError,
    CertificateNotMapped,
    ChannelBindingMismatch,
    DecryptionFailed,
    IntegrityFailure,
    InvalidToken,
    MalformedEnvelope,
    MessageEncryptionError,
    PasswordExpired,
    PasswordMustChange,
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
    KerberosSettings,
    WinrmSettings,
)

__all__ = [
    "AccessNotGranted",
    "Account",
    "AccountDirectory",
    "AccountDisabled",
    "AccountExpired",
    "AccountLockedOut",
    "AuthenticationError",
    "AuthenticationMethods",
    "AuthenticationSettings",
    "Authenticator",
    "CertificateNotMapped",
    "Challenge",
    "ChannelBindingMismatch",
    "DecryptionFailed",
    "Granted",
    "HostIdentity",
    "IntegrityFailure",
    "InvalidToken",
    "KerberosSettings",
    "MalformedEnvelope",
    "MessageEncryptionError",
    "PasswordExpired",
    "PasswordMustChange",
    "ProtectionNotAvailable",
    "ProtectionNotSupported",
    "Refused",
    "SchemeNotOffered",
    "UnknownAccount",
    "WinrmSettings",
    "WrongPassword",
]
