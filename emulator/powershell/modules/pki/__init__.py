"""The PKI module: certificates that are made, imported, exported and tested.

What needs a certification authority or the enrollment of a domain is known by its shape.
"""

from __future__ import annotations

from emulator.powershell.modules.windows_modules import of_windows
from emulator.powershell.runtime.module import CmdletTable, Module

__all__ = ["PKI"]

_PACKAGE = "emulator.powershell.modules.pki"
_COMMANDS = "Microsoft.CertificateServices.Commands."

#: From Windows 8 and Server 2012 on.
PKI = Module(
    name="PKI",
    version="1.0.0.0",
    table=CmdletTable(_PACKAGE),
    behaviours=(
        f"{_PACKAGE}.self_signed",
        f"{_PACKAGE}.imports",
        f"{_PACKAGE}.exports",
        f"{_PACKAGE}.checking",
    ),
    class_name=_COMMANDS + "{verb}{noun}Command",
    class_names={
        "Export-PfxCertificate": f"{_COMMANDS}ExportPfxCertificate",
        "Import-PfxCertificate": f"{_COMMANDS}ImportPfxCertificate",
    },
)
of_windows(PKI)
