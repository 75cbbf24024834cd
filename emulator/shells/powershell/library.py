"""What both ends of MS-PSRP share of psrpcore: messages that are handed on as text at once.

Only this module and the two protocol modules know the library.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from psrpcore.types import serialize


class TextMessages:
    """Beside a pool of the library: its messages as CLIXML, and the session key, which it keeps to itself."""

    _cipher: Any
    our_capability: Any
    their_capability: Any

    def message_text(self, message: Any) -> str:
        """A message as CLIXML."""
        element = serialize(
            message,
            self._cipher,
            our_capability=self.our_capability,
            their_capability=self.their_capability,
        )
        return ElementTree.tostring(element, encoding="unicode")

    @property
    def encrypt(self) -> Callable[[str], str]:
        """Turns the text of a SecureString into what the wire carries, once there is a key."""
        found: Callable[[str], str] = self._cipher.encrypt
        return found

    @property
    def decrypt(self) -> Callable[[str], str]:
        """The text of a SecureString from the wire, once there is a key."""
        found: Callable[[str], str] = self._cipher.decrypt
        return found
