"""What wmic changes: set of properties, create and delete of instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.cim.errors import CimError
from emulator.cim.instance import ValueInstance
from emulator.cim.types import parse_value
from emulator.console.context import Context
from emulator.console.programs.wmic.command_line import BadCommand, NotEmulated, Request

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.wmi.namespace import Namespace

_END = "\r\r\n"


def change(context: Context, space: Namespace, request: Request, class_name: str, selection: str) -> int:
    """Do what the verb says with what was selected. Raises BadCommand, CimError."""
    # WMI is loaded by now.
    from emulator.wmi.view import ViewInstance

    declaration = space.schema.find(class_name)
    if request.verb == "create":
        made = ValueInstance(declaration, _values(declaration, request), space.name)
        space.create(made)
        context.stdout.write(
            f"Create instance of '{class_name}' class{_END}Instance creation successful.{_END}"
        )
        return 0
    # What a query of whole instances finds are objects of the machine.
    targets = [one for one in space.query(selection).instances if isinstance(one, ViewInstance)]
    if not targets:
        context.stderr.write(f"No Instance(s) Available.{_END}")
        return 0
    updates = request.verb == "set"
    given = ValueInstance(declaration, _values(declaration, request), space.name) if updates else None
    for target in targets:
        with space.reading():
            path = str(target.path)
        if given is not None:
            context.stdout.write(f"Updating property(s) of '{path}'{_END}")
            space.put(target, given)
            context.stdout.write(f"Property(s) update successful.{_END}")
        else:
            context.stdout.write(f"Deleting instance {path}{_END}")
            space.delete(target)
            context.stdout.write(f"Instance deletion successful.{_END}")
    return 0


def _values(declaration: ClassDeclaration, request: Request) -> dict[str, Any]:
    """The assignments as values of the class. Raises BadCommand, InvalidProperty."""
    found: dict[str, Any] = {}
    for name, text in request.arguments:
        if not name:
            raise BadCommand("Invalid format.\r\nHint: <assignlist> = <propertyname>=<value>[, ...]")
        one = declaration.property(name)
        if one.is_array:
            raise NotEmulated(f"an array for {one.name}")
        try:
            found[one.name] = parse_value(one.type, text)
        except (CimError, ValueError):
            raise BadCommand("Invalid data.") from None
    if not found:
        raise BadCommand("Invalid format.\r\nHint: <assignlist> = <propertyname>=<value>[, ...]")
    return found
