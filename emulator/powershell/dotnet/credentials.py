"""Secrets of .NET: SecureString, PSCredential and NetworkCredential."""

from __future__ import annotations


class SecureString:
    """System.Security.SecureString. The text is only as secret as the fake machine's memory."""

    __slots__ = ("read_only", "text")

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.read_only = False


class Credential:
    """System.Management.Automation.PSCredential."""

    __slots__ = ("password", "user_name")

    def __init__(self, user_name: str, password: SecureString) -> None:
        self.user_name = user_name
        self.password = password


class NetworkCredential:
    """System.Net.NetworkCredential."""

    __slots__ = ("domain", "password", "user_name")

    def __init__(self, user_name: str, password: str, domain: str = "") -> None:
        self.user_name = user_name
        self.password = password
        self.domain = domain

    @classmethod
    def of(cls, credential: Credential) -> NetworkCredential:
        """The credential with ``DOMAIN\\user`` taken apart; ``user@domain`` stays whole in the user name."""
        domain, separator, user = credential.user_name.partition("\\")
        if not separator:
            return cls(credential.user_name, credential.password.text)
        return cls(user, credential.password.text, domain)
