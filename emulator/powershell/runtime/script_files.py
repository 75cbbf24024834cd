"""Script files before they run: the policy of the machine may refuse them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.runtime.errors import error
from emulator.powershell.runtime.services import ScriptPolicy

if TYPE_CHECKING:
    from emulator.powershell.parser import Extent
    from emulator.powershell.runtime.engine import Engine


def require_permission(engine: Engine, path: str, extent: Extent | None = None) -> None:
    """Raises PSSecurityException when the file of a script or module may not run."""
    policy = engine.find_service(ScriptPolicy)
    text = None if policy is None else policy.refusal(path)
    if text is not None:
        kind = "System.Management.Automation.PSSecurityException"
        problem = error(text, "UnauthorizedAccess", "SecurityError", kind=kind)
        problem.record.extent = extent
        raise problem
