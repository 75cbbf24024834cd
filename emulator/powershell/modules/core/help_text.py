"""What Get-Help shows: the views of help objects (Help.format.ps1xml)."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.format.views import View, custom
from emulator.powershell.runtime.conversion import items_of, to_text

_KIND = "MamlCommandHelpInfo"
_PARTIAL = (
    "Get-Help cannot find the Help files for this cmdlet on this computer. It is displaying only partial "
    "help.",
    "    -- To download and install Help files for the module that includes this cmdlet, use Update-Help.",
)


def _note(value: Any, name: str) -> Any:
    return value.note(name) if isinstance(value, PSObject) else None


def _texts(value: Any) -> list[str]:
    """The lines of paragraphs."""
    lines: list[str] = []
    for one in items_of(value):
        is_paragraph = isinstance(one, PSObject) and one.base is None
        lines += to_text(_note(one, "Text") if is_paragraph else one).split("\n")
    return lines


def _section(title: str, lines: list[str]) -> list[str]:
    return [title, *(f"    {line}" for line in lines), "    ", ""]


def syntax_line(item: Any) -> str:
    """A parameter set as a command line."""
    parts = [to_text(_note(item, "name"))]
    for one in items_of(_note(item, "parameter")):
        name = f"-{to_text(_note(one, 'name'))}"
        if _note(one, "position") != "named":
            name = f"[{name}]"
        value, group = _note(one, "parameterValue"), _note(one, "parameterValueGroup")
        if group is not None:
            name += (
                " {" + " | ".join(to_text(each) for each in items_of(_note(group, "parameterValue"))) + "}"
            )
        elif value is not None:
            name += f" <{to_text(value)}>"
        parts.append(name if to_text(_note(one, "required")).lower() == "true" else f"[{name}]")
    if _note(item, "CommonParameters"):
        parts.append("[<CommonParameters>]")
    return " ".join(parts)


def _syntax(syntax: Any) -> str:
    return "\n".join(f"{syntax_line(item)}\n" for item in items_of(_note(syntax, "syntaxItem")))


def _lines(help_object: Any) -> str:
    """The default view: what is known, and how to see more."""
    name = to_text(_note(help_object, "Name"))
    is_comment = f"{_KIND}#Comment" in help_object.type_names
    out = ["", *_section("NAME", [name])]
    if is_comment:
        out += _section("SYNOPSIS", [*_texts(_note(help_object, "Synopsis")), ""])
    lines: list[str] = []
    for item in items_of(_note(_note(help_object, "syntax"), "syntaxItem")):
        lines += [syntax_line(item), ""]
    out += _section("SYNTAX", lines)
    if is_comment:
        out += _section("DESCRIPTION", [*_texts(_note(help_object, "description")), ""])
        links = items_of(_note(_note(help_object, "relatedLinks"), "navigationLink"))
        shown = [to_text(_note(one, "uri") or _note(one, "linkText")) for one in links]
        out += _section("RELATED LINKS", shown)
        remarks = []
        if _note(help_object, "examples") is not None:
            remarks.append(f'To see the examples, type: "get-help {name} -examples".')
        remarks += [
            f'For more information, type: "get-help {name} -detailed".',
            f'For technical information, type: "get-help {name} -full".',
        ]
    else:
        out += _section("ALIASES", [to_text(_note(help_object, "aliases")) or "None", ""])
        remarks = [*_PARTIAL, ""] if to_text(_note(help_object, "Category")) == "Cmdlet" else ["None"]
    return "\n".join([*out, *_section("REMARKS", remarks)])


def views() -> tuple[View, ...]:
    """The views of this module."""
    return (
        custom(_KIND, lines=_lines),
        custom(f"{_KIND}#syntax", lines=_syntax),
        custom(f"{_KIND}#syntaxItem", lines=lambda item: syntax_line(item) + "\n"),
    )
