"""Calls of methods of the source with a number or names of arguments that none of them takes."""

from __future__ import annotations

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.frames import Body
from emulator.powershell.csharp.members import Method, Parameter
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.visualbasic.conversions import name_of
from emulator.powershell.visualbasic.resolution import problem
from emulator.powershell.visualbasic.syntax import Converted, Omitted

_ACCESS = {"public": "Public", "private": "Private", "internal": "Friend", "protected": "Protected"}


def check_arguments(
    methods: list[Method], arguments: list[syntax.Argument], node: syntax.Expression, body: Body
) -> None:
    """Say what the compiler says when no method of a name takes the arguments."""
    wrong = [_complaint(one, arguments) for one in methods]
    if not wrong or None in wrong:
        return
    if len(wrong) > 1:
        text = (
            f"Overload resolution failed because no accessible '{methods[0].name}' accepts this number of "
            "arguments."
        )
        problem(body, node, "BC30516", text)
        return
    found = wrong[0]
    if found is not None:
        problem(body, node, *found)


def _complaint(method: Method, arguments: list[syntax.Argument]) -> tuple[str, str] | None:
    parameters = method.parameters
    fixed = len(parameters) - (1 if method.is_variadic else 0)
    given: set[int] = set()
    for place, one in enumerate(arguments):
        if one.name is not None:
            lowered = one.name.lower()
            at = next((i for i, item in enumerate(parameters) if item.name.lower() == lowered), None)
            if at is None:
                return "BC30272", f"'{one.name}' is not a parameter of '{shown(method)}'."
            given.add(at)
        elif place < fixed:
            if not isinstance(one.value, Omitted):
                given.add(place)
        elif not method.is_variadic:
            return "BC30057", f"Too many arguments to '{shown(method)}'."
    for place, item in enumerate(parameters[:fixed]):
        if place not in given and not item.has_default:
            return "BC30455", f"Argument not specified for parameter '{item.name}' of '{shown(method)}'."
    return None


def shown(method: Method) -> str:
    """A method as the compiler names it."""
    result = method.returns.fixed
    is_function = method.returns.text != "void"
    words = [_ACCESS[method.visibility]]
    if method.is_static and "module" not in method.owner.node.modifiers:
        words.append("Shared")
    words.append("Function" if is_function else "Sub")
    inside = ", ".join(_shown_parameter(one) for one in method.parameters)
    behind = f" As {_shown_type(result, method.returns.text)}" if is_function else ""
    generics = f"(Of {', '.join(method.generics)})" if method.generics else ""
    return f"{' '.join(words)} {method.name}{generics}({inside}){behind}"


def _shown_parameter(one: Parameter) -> str:
    before = {"ref": "ByRef ", "params": "ParamArray "}.get(one.mode, "")
    text = f"{before}{one.name} As {_shown_type(one.kind.fixed, one.kind.text)}"
    return f"[{text}{_shown_default(one)}]" if one.has_default else text


def _shown_default(one: Parameter) -> str:
    value = one.default.value if isinstance(one.default, Converted) else one.default
    if not isinstance(value, syntax.Literal):
        return ""
    held = value.value
    if held is None:
        return " = Nothing"
    return f' = "{held}"' if isinstance(held, str) else f" = {held}"


def _shown_type(kind: PSType | None, text: str) -> str:
    return name_of(kind) if kind is not None else text
