"""What Get-Help shows: the views of help objects (Help.format.ps1xml and HelpV3.format.ps1xml of 5.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.format.controls import FramedLine, FramedText
from emulator.powershell.format.views import Column, View, custom, table
from emulator.powershell.runtime.conversion import items_of, to_text

MAML = "MamlCommandHelpInfo"
"""The type of help that somebody wrote."""
EXTENDED = "ExtendedCmdletHelpInfo"
"""The type of help that is made from a command alone."""
PROVIDER = "ProviderHelpInfo"
"""The type of help of a provider."""
_COMMON = "<CommonParameters>"
_ABOUT_COMMON = (
    "    This cmdlet supports the common parameters: Verbose, Debug,\n"
    "    ErrorAction, ErrorVariable, WarningAction, WarningVariable,\n"
    "    OutBuffer, PipelineVariable, and OutVariable. For more information, see \n"
    "    about_CommonParameters (https://go.microsoft.com/fwlink/?LinkID=113216). "
)


def _note(value: Any, *path: str) -> Any:
    for name in path:
        value = value.note(name) if isinstance(value, PSObject) else None
    return value


def _each(value: Any, *path: str) -> list[Any]:
    """What stands there, one or many; nothing when there is none."""
    found = _note(value, *path)
    return [] if found is None else items_of(found)


def _text(value: Any, *path: str) -> str:
    return to_text(_note(value, *path))


class Page:
    """Gathers the lines of one object; ``add`` goes on with a line, ``end`` ends it."""

    def __init__(self) -> None:
        self._lines: list[FramedLine] = []
        self._left = 0
        self._hanging = 0
        self._held = ""

    def add(self, text: str) -> None:
        """Go on with the line."""
        self._held += text

    def end(self, count: int = 1) -> None:
        """End the line, and leave so many blank ones less one."""
        for _ in range(count):
            self._lines.append(FramedLine(self._held, self._left, first=-self._hanging))
            self._held = ""

    def line(self, text: str, count: int = 1) -> None:
        """A line."""
        self.add(text)
        self.end(count)

    @contextmanager
    def indented(self, count: int = 4) -> Iterator[None]:
        """So many blanks more before every line."""
        self._left += count
        yield
        self._left -= count

    @contextmanager
    def hanging(self, count: int) -> Iterator[None]:
        """So many blanks more before every line that a long one is broken into, but for the first."""
        self._hanging = count
        yield
        self._hanging = 0

    def text(self) -> FramedText:
        """The lines, with the one that was begun."""
        self.end()
        return FramedText(tuple(self._lines))


def _paragraphs(page: Page, value: Any) -> None:
    """Paragraphs, each with its line; what is none leaves a blank."""
    for one in items_of(value):
        text = _note(one, "Text")
        if text is None and not isinstance(one, PSObject):
            page.add(" ")
        else:
            page.line(to_text(text))


def _description(page: Page, value: Any) -> None:
    """Paragraphs and lists, where a list shows the numbers or stars of its items."""
    for one in items_of(value):
        kind = one.type_names[0] if isinstance(one, PSObject) and one.type_names else ""
        if kind in _HANGING:
            with page.hanging(_HANGING[kind]):
                page.line(_text(one, "Tag") + _text(one, "Text"))
        elif kind == "MamlDefinitionTextItem":
            page.line(_text(one, "Term"))
            with page.indented():
                page.line(_text(one, "Definition"))
        else:
            _paragraphs(page, [one])


_HANGING = {"MamlOrderedListTextItem": 4, "MamlUnorderedListTextItem": 2}


def syntax_line(item: Any) -> str:
    """A parameter set as a command line."""
    parts = [_text(item, "name")]
    for one in items_of(_note(item, "parameter")):
        name = f"-{_text(one, 'name')}"
        if _text(one, "position").lower() not in ("named", ""):
            name = f"[{name}]"
        value, group = _note(one, "parameterValue"), _note(one, "parameterValueGroup")
        if group is not None:
            name += (
                " {" + " | ".join(to_text(each) for each in items_of(_note(group, "parameterValue"))) + "}"
            )
        elif value is not None:
            name += f" <{to_text(value)}>"
        parts.append(name if _text(one, "required").lower() == "true" else f"[{name}]")
    shows_common = _note(item, "CommonParameters")
    if shows_common is None or shows_common:
        parts.append(f"[{_COMMON}]")
    return " ".join(parts)


def _syntax(page: Page, syntax: Any) -> None:
    for item in items_of(_note(syntax, "syntaxItem")):
        page.line(syntax_line(item), 2)


def _head_of_parameter(page: Page, one: Any) -> None:
    page.add(f"-{_text(one, 'name')}")
    value = _note(one, "parameterValue")
    if value is not None:
        shown = f"<{to_text(value)}>"
        page.add(f" {shown}" if _text(value, "required").lower() == "true" else f" [{shown}]")
    page.end()


_MAML_ROWS = (
    ("Required?                    ", "required"),
    ("Position?                    ", "position"),
    ("Default value                ", "defaultValue"),
    ("Accept pipeline input?       ", "pipelineInput"),
    ("Accept wildcard characters?  ", "globbing"),
)
_EXTENDED_ROWS = (
    ("Required?                    ", "required"),
    ("Position?                    ", "position"),
    ("Accept pipeline input?       ", "pipelineInput"),
    ("Parameter set name           ", "parameterSetName"),
    ("Aliases                      ", "aliases"),
    ("Dynamic?                     ", "isDynamic"),
)


def _rows(page: Page, one: Any, rows: Iterable[tuple[str, str]]) -> None:
    for label, key in rows:
        shown = _text(one, key)
        page.line(f"{label}{'Named' if key == 'position' and not shown else shown}")
    page.end()


def _maml_parameter(page: Page, one: Any) -> None:
    _head_of_parameter(page, one)
    with page.indented():
        _description(page, _note(one, "description"))
        page.end()
        for value in _each(one, "possibleValues", "possibleValue"):
            page.line(_text(value, "value"))
            with page.indented():
                _paragraphs(page, _note(value, "description"))
            page.end()
        _rows(page, one, _MAML_ROWS)


def _extended_parameter(page: Page, one: Any) -> None:
    _head_of_parameter(page, one)
    with page.indented():
        page.line(_text(one, "description"))
        _rows(page, one, _EXTENDED_ROWS)


def _common_parameters(page: Page) -> None:
    page.line(_COMMON)
    with page.indented():
        page.add(_ABOUT_COMMON)
        page.end()
    page.end()


def _parameters(page: Page, parameters: Any, write: Callable[[Page, Any], None]) -> None:
    for one in items_of(_note(parameters, "parameter")):
        write(page, one)


def _types(page: Page, value: Any, *, described: bool) -> None:
    """Of help that is written, a line after each type is for what it says of it."""
    for one in items_of(value):
        page.line(_text(one, "type", "name"))
        if described:
            _paragraphs(page, _note(one, "description"))
            page.end()


def _faults(page: Page, faults: Any, name: str, heading: str) -> None:
    """The errors of a command, when its help tells of some."""
    listed = _each(faults, name)
    if not listed:
        return
    page.line(heading)
    with page.indented():
        for one in listed:
            page.line(f"{_text(one, 'errorId')}(Category: {_text(one, 'category')})")
            with page.indented():
                _paragraphs(page, _note(one, "description"))
            page.end()
            page.line(f"Type: {_text(one, 'type', 'name')}")
            page.line(f"Target Object Type:   {_text(one, 'targetObjectType', 'name')}")
            page.add("Suggested Action: ")
            _paragraphs(page, _note(one, "recommendedAction"))
            page.end(2)


def _notes(page: Page, notes: Any) -> None:
    """Notes stand below their title, two blank lines below the heading when there is none."""
    for one in items_of(notes):
        page.line(_text(one, "title"), 2)
        with page.indented():
            for each in _each(one, "alert"):
                page.line(_text(each, "Text"))


def _example(page: Page, one: Any) -> None:
    page.line(_text(one, "title"), 2)
    for each in items_of(_note(one, "introduction")):
        page.add(_text(each, "Text"))
    page.line(_text(one, "code"))
    page.line(_text(one, "results"))
    _paragraphs(page, _note(one, "remarks"))


def _examples(page: Page, examples: Any) -> None:
    for one in items_of(_note(examples, "example")):
        _example(page, one)


def _links(page: Page, links: Any) -> None:
    for one in items_of(_note(links, "navigationLink")):
        shown, address = _text(one, "linkText"), _text(one, "uri")
        page.line(f"{shown} {address}" if shown else address)


# Help that somebody wrote


def _maml_details(page: Page, help_object: Any) -> None:
    page.line("NAME")
    with page.indented():
        page.line(_text(help_object, "details", "name"), 2)
    page.line("SYNOPSIS")
    with page.indented():
        _paragraphs(page, _note(help_object, "details", "description"))
        page.end(2)


def _maml_syntax(page: Page, help_object: Any) -> None:
    page.line("SYNTAX")
    with page.indented():
        _syntax(page, _note(help_object, "syntax"))
        page.end()
    page.end()


def _maml_description(page: Page, help_object: Any) -> None:
    page.line("DESCRIPTION")
    with page.indented():
        _description(page, _note(help_object, "description"))
        page.end()
    page.end()


def _maml_remarks(page: Page, help_object: Any) -> None:
    name = _text(help_object, "details", "name")
    page.line("REMARKS")
    with page.indented():
        page.line(f'To see the examples, type: "get-help {name} -examples".')
        page.line(f'For more information, type: "get-help {name} -detailed".')
        page.line(f'For technical information, type: "get-help {name} -full".')
        if items_of(_note(help_object, "relatedLinks", "navigationLink")):
            with page.indented():
                page.add(f'    For online help, type: "get-help {name} -online"')
    page.end()


def _maml_default(page: Page, help_object: Any) -> None:
    _maml_details(page, help_object)
    _maml_syntax(page, help_object)
    _maml_description(page, help_object)
    page.line("RELATED LINKS")
    with page.indented():
        _links(page, _note(help_object, "relatedLinks"))
    page.end()
    _maml_remarks(page, help_object)


def _maml_detailed(page: Page, help_object: Any) -> None:
    _maml_details(page, help_object)
    _maml_syntax(page, help_object)
    _maml_description(page, help_object)
    page.line("PARAMETERS")
    with page.indented():
        _parameters(page, _note(help_object, "parameters"), _maml_detailed_parameter)
        _common_parameters(page)
        _examples(page, _note(help_object, "examples"))
    _maml_remarks(page, help_object)


def _maml_detailed_parameter(page: Page, one: Any) -> None:
    _head_of_parameter(page, one)
    with page.indented():
        _description(page, _note(one, "description"))
        page.end()


def _maml_examples(page: Page, help_object: Any) -> None:
    _maml_details(page, help_object)
    with page.indented():
        _examples(page, _note(help_object, "examples"))


def _maml_full(page: Page, help_object: Any) -> None:
    _maml_details(page, help_object)
    _maml_syntax(page, help_object)
    _maml_description(page, help_object)
    page.line("PARAMETERS")
    with page.indented():
        _parameters(page, _note(help_object, "parameters"), _maml_parameter)
        _common_parameters(page)
    page.line("INPUTS")
    with page.indented():
        _types(page, _note(help_object, "inputTypes", "inputType"), described=True)
        page.end()
    page.line("OUTPUTS")
    with page.indented():
        _types(page, _note(help_object, "returnValues", "returnValue"), described=True)
        page.end()
    _faults(page, _note(help_object, "terminatingErrors"), "terminatingError", "TERMINATING ERRORS")
    faults = _note(help_object, "nonTerminatingErrors")
    _faults(page, faults, "nonTerminatingError", "NON-TERMINATING ERRORS")
    notes = _note(help_object, "alertSet")
    if notes is not None:
        page.line("NOTES")
        with page.indented():
            _notes(page, notes)
            page.end()
    with page.indented():
        _examples(page, _note(help_object, "examples"))
        page.end()
    page.line("RELATED LINKS")
    with page.indented():
        _links(page, _note(help_object, "relatedLinks"))


# Help that is made from the command alone


def _extended_name(page: Page, help_object: Any) -> None:
    page.line("NAME")
    with page.indented():
        page.line(_text(help_object, "details", "name"), 2)


def _extended_syntax(page: Page, help_object: Any) -> None:
    page.line("SYNTAX")
    with page.indented():
        _syntax(page, _note(help_object, "syntax"))


def _extended_parameters(page: Page, help_object: Any, write: Callable[[Page, Any], None]) -> None:
    with page.indented():
        page.end()
    page.line("PARAMETERS")
    with page.indented():
        parameters = _note(help_object, "parameters")
        _parameters(page, parameters, write)
        if _note(help_object, "CommonParameters"):
            _common_parameters(page)
        elif not items_of(_note(parameters, "parameter")):
            page.line("None", 2)


def _extended_end(page: Page, help_object: Any) -> None:
    for heading, key in (("ALIASES", "aliases"), ("REMARKS", "remarks")):
        page.line(heading)
        with page.indented():
            page.line(_text(help_object, key))
        if key == "aliases":
            page.end()


def _extended_default(page: Page, help_object: Any) -> None:
    _extended_name(page, help_object)
    _extended_syntax(page, help_object)
    page.end()
    _extended_end(page, help_object)


def _extended_detailed_parameter(page: Page, one: Any) -> None:
    _head_of_parameter(page, one)
    page.end()


def _extended_detailed(page: Page, help_object: Any) -> None:
    _extended_name(page, help_object)
    _extended_syntax(page, help_object)
    _extended_parameters(page, help_object, _extended_detailed_parameter)
    page.end()
    _extended_end(page, help_object)


def _extended_full(page: Page, help_object: Any) -> None:
    _extended_name(page, help_object)
    _extended_syntax(page, help_object)
    _extended_parameters(page, help_object, _extended_parameter)
    with page.indented():
        page.end()
    for heading, path in (
        ("INPUTS", ("inputTypes", "inputType")),
        ("OUTPUTS", ("returnValues", "returnValue")),
    ):
        page.line(heading)
        with page.indented():
            _types(page, _note(help_object, *path), described=False)
            page.end()
    _extended_end(page, help_object)


def _extended_examples(page: Page, help_object: Any) -> None:
    page.line("NAME")
    with page.indented():
        page.line(_text(help_object, "details", "name"))
    page.end()
    _extended_end(page, help_object)


# Help of providers


def _provider(page: Page, help_object: Any) -> None:
    for heading, key, blanks in (
        ("PROVIDER NAME", "Name", 2),
        ("DRIVES", "Drives", 1),
        ("SYNOPSIS", "Synopsis", 2),
    ):
        page.line(heading)
        with page.indented():
            _text_or_items(page, _note(help_object, key))
            page.end(blanks)
    for heading, key in (("DESCRIPTION", "DetailedDescription"), ("CAPABILITIES", "Capabilities")):
        page.line(heading)
        with page.indented():
            _text_or_items(page, _note(help_object, key))
            page.end()
    page.line("TASKS")
    with page.indented():
        for one in _each(help_object, "Tasks", "Task"):
            _task(page, one)
        page.end(2)
    page.line("DYNAMIC PARAMETERS")
    with page.indented():
        for one in _each(help_object, "DynamicParameters", "DynamicParameter"):
            _dynamic_parameter(page, one)
        page.end()
    page.line("NOTES")
    with page.indented():
        _text_or_items(page, _note(help_object, "Notes"))
        page.end()
    page.end()
    page.line("RELATED LINKS")
    with page.indented():
        _links(page, _note(help_object, "relatedLinks"))


def _text_or_items(page: Page, value: Any) -> None:
    """A text stays on the line, formatted ones have lines of their own."""
    if isinstance(value, str) or (isinstance(value, PSObject) and isinstance(value.base, str)):
        page.add(to_text(value))
    else:
        _description(page, value)


def _task(page: Page, task: Any) -> None:
    page.line(f"TASK: {_text(task, 'Title')}", 2)
    with page.indented():
        _description(page, _note(task, "Description"))
        page.end(2)
        for one in _each(task, "Examples", "Example"):
            page.line(_text(one, "Title"), 2)
            for each in _each(one, "Introduction"):
                page.add(_text(each, "Text"))
            page.end(2)
            page.line(_text(one, "Code"))
            page.line(_text(one, "results"), 2)
            _description(page, _note(one, "remarks"))
        page.end(2)


def _dynamic_parameter(page: Page, one: Any) -> None:
    page.line(f"-{_text(one, 'Name')} <{_text(one, 'Type', 'Name')}>")
    with page.indented():
        _text_or_items(page, _note(one, "Description"))
        page.end(2)
        for value in _each(one, "PossibleValues", "PossibleValue"):
            with page.indented():
                page.line(_text(value, "Value"))
            with page.indented(8):
                _description(page, _note(value, "Description"))
                page.end()
        page.end()
        page.line(f"Cmdlets Supported: {_text(one, 'CmdletSupported')}", 2)


#: The types and what writes them.
_PAGES: tuple[tuple[str, Callable[[Page, Any], None]], ...] = (
    (MAML, _maml_default),
    (f"{MAML}#DetailedView", _maml_detailed),
    (f"{MAML}#ExamplesView", _maml_examples),
    (f"{MAML}#FullView", _maml_full),
    (f"{MAML}#parameter", _maml_parameter),
    (f"{MAML}#syntax", _syntax),
    (f"{MAML}#syntaxItem", lambda page, item: page.line(syntax_line(item))),
    (f"{MAML}#details", lambda page, details: _maml_details(page, PSObject.custom([("details", details)]))),
    (f"{MAML}#examples", _examples),
    (f"{MAML}#example", _example),
    (f"{MAML}#relatedLinks", _links),
    (f"{MAML}#parameters", lambda page, value: _parameters(page, value, _maml_parameter)),
    (f"{MAML}#inputTypes", lambda page, value: _types(page, _note(value, "inputType"), described=True)),
    (f"{MAML}#returnValues", lambda page, value: _types(page, _note(value, "returnValue"), described=True)),
    (f"{MAML}#alertSet", _notes),
    ("MamlParaTextItem", _description),
    ("MamlOrderedListTextItem", _description),
    ("MamlUnorderedListTextItem", _description),
    ("MamlDefinitionTextItem", _description),
    (PROVIDER, _provider),
    (EXTENDED, _extended_default),
    (f"{EXTENDED}#DetailedView", _extended_detailed),
    (f"{EXTENDED}#ExamplesView", _extended_examples),
    (f"{EXTENDED}#FullView", _extended_full),
    (f"{EXTENDED}#parameter", _extended_parameter),
    (f"{EXTENDED}#syntax", _syntax),
    (f"{EXTENDED}#syntaxItem", lambda page, item: page.line(syntax_line(item))),
)


def _written(write: Callable[[Page, Any], None]) -> Callable[[Any], FramedText]:
    def lines(value: Any) -> FramedText:
        page = Page()
        write(page, value)
        return page.text()

    return lines


@cache
def views() -> tuple[View, ...]:
    """The views of this module."""
    return (
        *(custom(name, lines=_written(write)) for name, write in _PAGES),
        table(
            "HelpInfoShort",
            columns=(
                Column("Name", "Name", 33, "left"),
                Column("Category", "Category", 9, "left"),
                Column("Module", "ModuleName", 25, "left"),
                Column("Synopsis", "Synopsis"),
            ),
        ),
    )
