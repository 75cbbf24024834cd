"""New-MockObject: an object of a type that no constructor has made, with members of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import GenericList, PSArray
from emulator.powershell.dotnet.library.uninitialized import uninitialized
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, ScriptMethod
from emulator.powershell.dotnet.types import PSType, builtin
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.type_finder import construct_generic

MAXIMUM_CALLS = 100_000


class CountedBlock(ScriptBlock):
    """The script block of a method, which notes each call."""

    __slots__ = ("history",)

    def __init__(self, block: ScriptBlock, history: GenericList) -> None:
        super().__init__(block.compiled, block.engine, block.home, block.is_filter)
        self.history = history

    def call_method(self, this: Any, arguments: list[Any]) -> Any:
        """Run it for an object."""
        if len(self.history) < MAXIMUM_CALLS:
            made = PSObject()
            made.add(NoteProperty("Call", len(self.history) + 1))
            made.add(NoteProperty("Arguments", PSArray(arguments)))
            self.history.append(made)
        return super().call_method(this, arguments)


@cmdlet("New-MockObject")
def new_mock_object(
    call: CmdletCall,
    type: PSType | None = None,
    input_object: Any = None,
    properties: Any = None,
    methods: Any = None,
    method_history_prefix: str = "_",
) -> Iterator[Any]:
    """Make the object, or give members to one that is there."""
    if type is None and input_object is None:
        raise call.failure(
            "System.Management.Automation.ParameterBindingException",
            "Cannot process command because of one or more missing mandatory parameters: Type.",
            "MissingMandatoryParameter",
            "InvalidArgument",
        )
    target = input_object if type is None else uninitialized(call.engine, type)
    if not properties and not methods:
        yield target
        return
    holder = target if isinstance(target, PSObject) else PSObject(target)
    for key, value in (properties or {}).items():
        holder.add(NoteProperty(to_text(key), value))
    kind = construct_generic(builtin("System.Collections.Generic.List`1"), (builtin("System.Object"),))
    for key, block in (methods or {}).items():
        history = GenericList([], kind)
        holder.add(NoteProperty(f"{method_history_prefix}{to_text(key)}", history))
        holder.add(ScriptMethod(to_text(key), CountedBlock(block, history)))
    yield holder
