"""Update-List."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES, ArrayList, Hashtable, PSArray
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.comparison import equal
from emulator.powershell.runtime.members import MISSING, get_property, set_member
from emulator.powershell.runtime.module import cmdlet


@cmdlet("Update-List")
def update_list(
    call: CmdletCall,
    input_object: Any = None,
    property: str | None = None,
    add: list[Any] | None = None,
    remove: list[Any] | None = None,
    replace: list[Any] | None = None,
) -> Iterator[Any]:
    """Change a list in a property of each object; without a property, say which change is wanted."""
    target = call.input_object if call.input_object is not UNBOUND else input_object
    if target is None and property is None:
        table = Hashtable(case_sensitive=True, capacity=2)
        for name, values in (("Add", add), ("Remove", remove), ("Replace", replace)):
            if values is not None:
                table[name] = PSArray(values)
        yield table
        return
    if property is None:
        raise call.failure(
            "System.Management.Automation.PSArgumentException",
            "The Property parameter is needed to update the list of an object.",
            "MissingPropertyParameter",
            "InvalidArgument",
        )
    held = get_property(target, property, call.engine)
    if held is MISSING:
        call.error(
            call.record(
                "System.Management.Automation.PSArgumentException",
                f"Property '{property}' was not found.",
                "MemberDoesntExist",
                "InvalidType",
                target,
            )
        )
        return
    values = unwrap(held)
    if type(values) not in LIST_TYPES or type(values) in DICTIONARY_TYPES:
        values = ArrayList() if values is None else ArrayList([held])
    if replace is not None:
        values[:] = list(replace)
    for one in remove or ():
        place = next((i for i, item in enumerate(values) if equal(item, one)), -1)
        if place >= 0:
            del values[place]
    values.extend(add or ())
    if unwrap(held) is not values:
        set_member(target, property, values, call.engine)
    yield target
