"""Remote shells (MS-WSMV 3.1.4): life cycle, commands and streams, without any XML."""

from emulator.shells.command import Command, Received
from emulator.shells.errors import ShellError
from emulator.shells.remote_shell import RemoteShell, ShellSettings
from emulator.shells.service import ShellService
from emulator.shells.shell import Shell

__all__ = ["Command", "Received", "RemoteShell", "Shell", "ShellError", "ShellService", "ShellSettings"]
