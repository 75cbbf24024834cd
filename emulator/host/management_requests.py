"""Management requests that the machine sends to itself, or to another one of its neighbourhood.

What answers them is a door's matter: who has one puts it into `Host.requests`.
"""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from emulator.host.security.accounts import Account


class RequestAnswerer(Protocol):
    """What answers a message as the machine's network door would."""

    def answer(self, account: "Account | None", message: bytes) -> bytes:
        """The answer to a message of an account that has logged on; None for a caller who has not. Never
        raises: a refusal is an answer too."""
