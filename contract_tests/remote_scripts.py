"""PowerShell scripts that users of a host run through PowerShell remoting."""

from __future__ import annotations

from typing import NamedTuple

from conftest import PASSWORD
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from emulator import HyperVHost

#: Somebody without rights and somebody with those of Hyper-V, beside the administrator.
LESSER_USERS = f"""
users:
  - {{name: Administrator, password: {PASSWORD}, groups: [Administrators]}}
  - {{name: operator, password: {PASSWORD}, groups: [Remote Management Users, Hyper-V Administrators]}}
  - {{name: reader, password: {PASSWORD}, groups: [Remote Management Users]}}
"""


class Ran(NamedTuple):
    """What a script wrote, and the identifiers and texts of its errors."""

    output: list[str]
    error_ids: list[str]
    error_texts: list[str]


def run_as(host: HyperVHost, user: str, script: str) -> Ran:
    """Run a script as a user of a host that takes Basic without encryption."""
    wsman = WSMan(
        "127.0.0.1",
        port=host.http_port,
        username=user,
        password=PASSWORD,
        ssl=False,
        auth="basic",
        encryption="never",
    )
    with wsman, RunspacePool(wsman) as pool:
        shell = PowerShell(pool)
        shell.add_script(script)
        output = [str(each) for each in shell.invoke()]
        errors = shell.streams.error
        return Ran(output, [each.fq_error for each in errors], [str(each) for each in errors])
