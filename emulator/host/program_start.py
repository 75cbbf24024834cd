"""Starting a program that nobody waits for, as Win32_Process.Create does.

The programs are a door's matter: who has them puts a starter into `Host.programs`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from emulator.host.errors import NotSupported

if TYPE_CHECKING:
    from emulator.host.accounts import Account
    from emulator.host.host import Host

#: CreateProcess takes a command line of 32,767 characters.
LONGEST_COMMAND_LINE = 32_767


class ProgramStarter(Protocol):
    """What can run programs of the machine."""

    def start(
        self,
        account: "Account",
        command_line: str,
        directory: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> int:
        """The identifier of the new process, which runs by itself.

        Raises NotFound when there is no such program or folder, QuotaExceeded.
        """


def program_starter(host: "Host") -> ProgramStarter:
    """The starter of a machine. Raises NotSupported when there is none."""
    if host.programs is None:
        raise NotSupported("This machine runs no programs.")
    return host.programs
