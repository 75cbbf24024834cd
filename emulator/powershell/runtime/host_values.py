"""Values that $Host.UI and $Host.UI.RawUI take and give (System.Management.Automation.Host)."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.types import PSType, builtin, register

_SPACE = "System.Management.Automation.Host."


WINDOW_HEIGHT = 50
"""Lines of a window: what Format-Table -RepeatHeader takes for a screen full."""


class Coordinates:
    """A place in the screen buffer."""

    __slots__ = ("x", "y")

    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y


class Size:
    """Width and height in characters."""

    __slots__ = ("height", "width")

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height


class Rectangle:
    """A part of the screen buffer; the edges belong to it."""

    __slots__ = ("bottom", "left", "right", "top")

    def __init__(self, left: int, top: int, right: int, bottom: int) -> None:
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom


class BufferCell:
    """One character of the screen buffer. ``kind`` is 0 complete, 1 leading, 2 trailing half."""

    __slots__ = ("background", "character", "foreground", "kind")

    def __init__(self, character: str, foreground: int, background: int, kind: int) -> None:
        self.character = character
        self.foreground = foreground
        self.background = background
        self.kind = kind


class KeyInfo:
    """A key that was pressed or let go."""

    __slots__ = ("character", "control_state", "down", "virtual_key")

    def __init__(self, virtual_key: int, character: str, control_state: int, down: bool) -> None:
        self.virtual_key = virtual_key
        self.character = character
        self.control_state = control_state
        self.down = down


class FieldDescription:
    """A field that Prompt asks for."""

    __slots__ = ("help_message", "is_mandatory", "label", "name", "type_name")

    def __init__(self, name: str, type_name: str = "System.String") -> None:
        self.name = name
        self.type_name = type_name
        self.label = ""
        self.help_message = ""
        self.is_mandatory = True


class ChoiceDescription:
    """A choice that PromptForChoice offers."""

    __slots__ = ("help_message", "label")

    def __init__(self, label: str, help_message: str = "") -> None:
        self.label = label
        self.help_message = help_message


def _setter(attribute: str) -> Any:
    return lambda owner, value: setattr(owner, attribute, value)


def _numbers(*names: str) -> dict[str, Any]:
    """Properties of whole numbers that can be changed: ``X`` is the attribute ``x``."""
    table: dict[str, Any] = {}
    for name in names:
        table[f"{name}: int"] = attrgetter(name.lower())
        table[f"{name}="] = _setter(name.lower())
    return table


def color(number: int) -> EnumValue:
    """A System.ConsoleColor."""
    kind = builtin("System.ConsoleColor")
    assert isinstance(kind, EnumType)  # noqa: S101 - a table of the library
    return kind.value(number)


def color_named(name: str) -> EnumValue:
    """A System.ConsoleColor by its name. Raises KeyError."""
    kind = builtin("System.ConsoleColor")
    assert isinstance(kind, EnumType)  # noqa: S101 - a table of the library
    return kind[name]


def register_host_values() -> None:
    """Make the types known."""
    register(
        PSType(
            _SPACE + "Coordinates",
            instance=_numbers("X", "Y"),
            construct={
                "new()": lambda _k: Coordinates(0, 0),
                "new(int x, int y)": lambda _k, x, y: Coordinates(x, y),
            },
            to_text=lambda c: f"{c.x},{c.y}",
        ),
        Coordinates,
    )
    register(
        PSType(
            _SPACE + "Size",
            instance=_numbers("Width", "Height"),
            construct={
                "new()": lambda _k: Size(0, 0),
                "new(int width, int height)": lambda _k, w, h: Size(w, h),
            },
            to_text=lambda s: f"{s.width},{s.height}",
        ),
        Size,
    )
    register(
        PSType(
            _SPACE + "Rectangle",
            instance=_numbers("Left", "Top", "Right", "Bottom"),
            construct={
                "new()": lambda _k: Rectangle(0, 0, 0, 0),
                "new(int left, int top, int right, int bottom)": lambda _k, *p: Rectangle(*p),
            },
            to_text=lambda r: f"{r.left},{r.top} ; {r.right},{r.bottom}",
        ),
        Rectangle,
    )
    kinds = EnumType(_SPACE + "BufferCellType", {"Complete": 0, "Leading": 1, "Trailing": 2})
    register(kinds)
    register(
        PSType(
            _SPACE + "BufferCell",
            instance={
                "Character: char": lambda c: c.character,
                "ForegroundColor: System.ConsoleColor": lambda c: color(c.foreground),
                "BackgroundColor: System.ConsoleColor": lambda c: color(c.background),
                "BufferCellType": lambda c: kinds.value(c.kind),
            },
            construct={
                f"new(char character, System.ConsoleColor foreground, System.ConsoleColor background, "
                f"{_SPACE}BufferCellType bufferCellType)": (
                    lambda _k, text, fore, back, kind: BufferCell(text, fore.number, back.number, kind.number)
                )
            },
            to_text=lambda c: c.character,
        ),
        BufferCell,
    )
    register(
        EnumType(
            _SPACE + "ReadKeyOptions",
            {"AllowCtrlC": 1, "NoEcho": 2, "IncludeKeyDown": 4, "IncludeKeyUp": 8},
            flags=True,
        )
    )
    register(
        PSType(
            _SPACE + "KeyInfo",
            instance={
                "VirtualKeyCode: int": lambda k: k.virtual_key,
                "Character: char": lambda k: k.character,
                "ControlKeyState: int": lambda k: k.control_state,
                "KeyDown: bool": lambda k: k.down,
            },
            to_text=lambda k: f"{k.virtual_key},{k.character},{k.control_state},{k.down}",
        ),
        KeyInfo,
    )
    register(
        PSType(
            _SPACE + "FieldDescription",
            instance={
                "Name: string": lambda f: f.name,
                "Label: string": lambda f: f.label,
                "Label=": _setter("label"),
                "HelpMessage: string": lambda f: f.help_message,
                "HelpMessage=": _setter("help_message"),
                "IsMandatory: bool": lambda f: f.is_mandatory,
                "IsMandatory=": _setter("is_mandatory"),
                "ParameterTypeName: string": lambda f: f.type_name.rpartition(".")[2],
                "ParameterTypeFullName: string": lambda f: f.type_name,
                "SetParameterType(type parameterType)": lambda f, kind: setattr(f, "type_name", kind.name),
            },
            construct={"new(string name)": lambda _k, name: FieldDescription(name)},
        ),
        FieldDescription,
    )
    register(
        PSType(
            _SPACE + "ChoiceDescription",
            instance={
                "Label: string": lambda c: c.label,
                "HelpMessage: string": lambda c: c.help_message,
                "HelpMessage=": _setter("help_message"),
            },
            construct={
                "new(string label)": lambda _k, label: ChoiceDescription(label),
                "new(string label, string helpMessage)": lambda _k, *p: ChoiceDescription(*p),
            },
        ),
        ChoiceDescription,
    )
