"""Views of objects and format files while a trace source is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.powershell.format.views import View
    from emulator.powershell.runtime.tracing import Tracing

_BINDING = "formatviewbinding"
_LOADING = "formatfileloading"
#: Kind of a view -> its FormatShape.
_SHAPES = {"table": "Table", "list": "List", "wide": "Wide", "custom": "Complex"}


def tell_view(
    tracing: Tracing, view: View | None, types: Sequence[str], kind: str = "", name: str = ""
) -> None:
    """Source FormatViewBinding: which view an object of some types gets, of a kind or a name if one is asked
    for."""
    wanted = f"NAME: {name} " if name else f"{_SHAPES[kind]} " if kind else ""
    with tracing.scope(_BINDING, f"FINDING VIEW {wanted}TYPE: {types[0] if types else ''}"):
        if view is not None:
            shown = f"{_SHAPES[view.kind]} NAME: {view.name or view.type_names[0]}"
            for one in view.type_names:
                tracing.line(_BINDING, f"MATCH FOUND {shown}  TYPE: {one}")
    found = "An" if view is not None else "No"
    tracing.line(_BINDING, f"{found} applicable view has been found")


def tell_file(tracing: Tracing, path: str, message: str, *, is_error: bool = False) -> None:
    """Source FormatFileLoading: what becomes of a file."""
    what = "ERROR" if is_error else "TRACE"
    tracing.line(_LOADING, f"{what}:\r\n FilePath: {path}\r\n XPath: \r\n Message = {message}")
