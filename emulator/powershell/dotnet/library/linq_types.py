"""System.Linq.Enumerable for scripts: its methods by the table that C# uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.types import PSType, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class _Enumerable(PSType):
    """The type; a method is found when somebody calls it."""

    __slots__ = ()

    def call_static(self, engine: Engine, name: str, arguments: list[Any]) -> tuple[bool, Any]:
        """A query over what a script has: whether there is one of the name, and what it gives."""
        from emulator.powershell.csharp import queries
        from emulator.powershell.csharp.native_calls import materialized
        from emulator.powershell.csharp.objects import Sequence, ThrownError
        from emulator.powershell.runtime.invoke import invocation_error

        query = queries.named(name)
        if query is None:
            return False, None
        try:
            made = query(engine, arguments, [])
            return True, materialized(made, engine) if isinstance(made, Sequence) else made
        except ThrownError as problem:
            raise invocation_error(name, len(arguments), problem.exception) from None


register(_Enumerable("System.Linq.Enumerable", is_abstract=True))
