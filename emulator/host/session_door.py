"""PowerShell sessions that programs of this process open to a machine: their own, or one of its
neighbourhood.

What opens them is a door's matter: who has one puts it into `Host.sessions`. The host knows neither what is
asked nor what comes back; both belong to PowerShell.
"""

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from emulator.host.security.accounts import Account
    from emulator.host.windows.processes import Process


class SessionDoor(Protocol):
    """What opens PowerShell sessions of a machine."""

    def open(
        self, account: "Account", request: Any, engine: Any, client_address: str, authentication_type: str
    ) -> Any:
        """A new session of an account (a RemoteConnection of the PowerShell engine). Raises its PSError."""

    def enter(self, account: "Account", process: "Process", request: Any, engine: Any) -> Any:
        """A new session for an account in a process that runs PowerShell already. Raises HostError."""

    def sessions(self, account: "Account", request: Any) -> list[Any]:
        """The sessions that an account has, whoever opened them."""
