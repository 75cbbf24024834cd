"""The view that a Format- cmdlet shows an object in: the one that -View names, or the object's own."""

from __future__ import annotations

from typing import Any, cast

from emulator.powershell.format.views import View
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.members import type_names


def chosen_view(call: CmdletCall, value: Any, kind: str) -> View | None:
    """A view of a kind. Raises FormatViewNotFound for a -View that there is not."""
    if not call.has("View"):
        return cast("View | None", call.engine.views.find(type_names(value), kind))
    name = to_text(call.get("View"))
    found = call.engine.views.named(type_names(value), kind, name)
    if found is None:
        raise call.failure(
            "System.Management.Automation.PipelineStoppedException",
            f"The view name {name} cannot be found.",
            "FormatViewNotFound",
            "ObjectNotFound",
        )
    return cast("View", found)


def require_view_or_properties(call: CmdletCall) -> None:
    """Raise FormatCannotSpecifyViewAndProperty when both are given."""
    if call.has("View") and call.has("Property"):
        raise call.failure(
            "System.NotSupportedException",
            "The View and Property parameters cannot be used together.",
            "FormatCannotSpecifyViewAndProperty",
            "InvalidArgument",
        )
