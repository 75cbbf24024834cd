"""The client's half of MS-PSRP: sessions that scripts of one host open to a host of this process.

What they do goes through the same runspace pools that clients on the network use: quotas, session
configurations, host calls, disconnecting. Only the HTTP messages are left out.
"""

from emulator.shells.powershell.client.command import PoolCommand
from emulator.shells.powershell.client.connection import (
    PoolConnection,
    entered_connection,
    left_connection,
    open_connection,
)

__all__ = ["PoolCommand", "PoolConnection", "entered_connection", "left_connection", "open_connection"]
