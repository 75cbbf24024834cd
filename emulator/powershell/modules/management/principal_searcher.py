"""PrincipalSearcher of System.DirectoryServices.AccountManagement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import null_argument
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.management.principal_contexts import NAMESPACE
from emulator.powershell.modules.management.principal_properties import READ
from emulator.powershell.modules.management.principals import Principal, all_of
from emulator.powershell.runtime.conversion import to_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class Searcher:
    """PrincipalSearcher: those that are like an example."""

    __slots__ = ("example",)

    def __init__(self, example: Principal) -> None:
        self.example = example

    def found(self) -> Iterator[Principal]:
        """The principals whose properties are like those that were set."""
        example = self.example
        # A password is told to nobody.
        wanted = {key: value for key, value in example.pending.items() if key in READ}
        for one in all_of(example.context.host, example.is_group):
            made = Principal(example.engine, example.context, one, example.is_group)
            if all(like(to_text(READ[key](one)), to_text(value)) for key, value in wanted.items()):
                yield made


def _searcher(_engine: Engine, _kind: PSType, example: Any) -> Searcher:
    held = unwrap(example)
    if not isinstance(held, Principal):
        raise null_argument("queryFilter")
    return Searcher(held)


register(
    PSType(
        f"{NAMESPACE}PrincipalSearcher",
        interfaces=("System.IDisposable",),
        instance={
            "QueryFilter": lambda s: s.example,
            "FindAll()": lambda s: PSArray([*s.found()]),
            "FindOne()": lambda s: next(s.found(), None),
            "Dispose()": lambda _s: None,
        },
        construct={f"@new({NAMESPACE}Principal queryFilter)": _searcher},
    ),
    Searcher,
)
