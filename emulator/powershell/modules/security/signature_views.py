"""How signatures of files are shown."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.format.views import Column, View, table

_A = "System.Management.Automation."


def _folder(item: Any) -> str:
    folder = str(unwrap(item).path.rpartition("\\")[0])
    return f"{folder}\\" if folder.endswith(":") else folder


def _thumbprint(item: Any) -> str:
    signer = unwrap(item).state.signer
    return "" if signer is None else str(signer.thumbprint)


SIGNATURE_VIEWS: tuple[View, ...] = (
    table(
        f"{_A}Signature",
        columns=(
            Column("SignerCertificate", _thumbprint, 41),
            Column("Status", "Status", 38),
            Column("Path", lambda i: unwrap(i).path.rpartition("\\")[2]),
        ),
        group_by=Column("Directory", _folder),
    ),
)
