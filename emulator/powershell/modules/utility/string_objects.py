"""ConvertFrom-String by a delimiter, and by a template (`template_learning`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.regex import regex
from emulator.powershell.dotnet.types import builtin
from emulator.powershell.modules.utility.files import files_of, store_of
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.modules.utility.template_learning import (
    Found,
    Program,
    TemplateError,
    UnknownTemplateError,
    learn,
    read_template,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import convert, parse_number, to_text
from emulator.powershell.runtime.errors import ConversionError, not_emulated
from emulator.powershell.runtime.invoke import call_static, find_type
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.text_operators import pattern_of

_TYPES = ("System.DateTime", "System.TimeSpan")
_TROUBLE = (
    "ConvertFrom-String appears to be having trouble parsing your data using the template you've provided. "
    "We'd love to take a look at what went wrong, if you'd like to share the data and template used to parse "
    "it. We've saved these files to {input} and {template} - feel free to attach them in a mail to "
    "psdmfb@microsoft.com. We will review all submissions, although we can't guarantee a response."
)


@cmdlet("ConvertFrom-String")
class ConvertFromString(Gathering):
    """The parts of each text, or the records that a template teaches to find in all of them."""

    accepts = (
        *("InputObject", "Delimiter", "PropertyNames", "TemplateFile", "TemplateContent", "IncludeExtent"),
        "UpdateTemplate",
    )

    def begin(self) -> None:
        """Read the template."""
        super().begin()
        call = self.call
        if call.get("UpdateTemplate"):
            raise call.complete(not_emulated("ConvertFrom-String -UpdateTemplate"))
        self.templates: list[str] | None = None
        if call.has("TemplateContent") or call.has("TemplateFile"):
            self.templates = [to_text(one) for one in call.get("TemplateContent") or ()]
            for file in files_of(call, call.get("TemplateFile"), literal=False):
                self.templates.append(store_of(call).read_text(file))

    def process(self) -> None:
        """Take a text apart, or keep it for the template."""
        super().process()
        if self.templates is None:
            for value in self.values:
                self.call.write(_parts(self.call, to_text(value)))
            self.values.clear()

    def end(self) -> None:
        """Find the records of the template."""
        if self.templates is None:
            return
        text = "\n".join(to_text(one) for one in self.values).replace("\r\n", "\n")
        template = "\n".join(self.templates).replace("\r\n", "\n")
        try:
            plain, marks = read_template(template)
            program = learn(plain, marks, _search)
        except UnknownTemplateError as problem:
            raise self.call.complete(not_emulated(str(problem))) from None
        except TemplateError:
            self.call.error(self._trouble(text, template))
            return
        types = {one.name: one.type_name for one in marks if one.type_name is not None}
        self._write(program, text, types, several=any(one.begins_record for one in marks))

    def _write(self, program: Program, text: str, types: dict[str, str], *, several: bool) -> None:
        for found in program.find(text):
            self.call.write(self._object(found, text, types))
            if not several:
                return

    def _object(self, found: Found, text: str, types: dict[str, str]) -> PSObject:
        pairs = [(name, self._typed(value, types.get(name))) for name, value in found.fields]
        if self.call.get("IncludeExtent"):
            pairs.insert(0, ("ExtentText", text[found.start : found.end].replace("\n", "\r\n")))
        return PSObject.custom(pairs)

    def _typed(self, value: str, type_name: str | None) -> Any:
        """A value of the type of its mark; the text itself when it is none."""
        kind = find_type(type_name, self.call.engine) if type_name is not None else None
        if kind is None:
            return value
        try:
            return convert(value, kind, self.call.engine)
        except ConversionError:
            return value

    def _trouble(self, text: str, template: str) -> Any:
        """The error of a template that teaches nothing. Both texts are kept, as Windows does."""
        call = self.call
        base = to_text(call_static(builtin("System.IO.Path"), "GetRandomFileName", [], call.engine))
        folder = call.engine.machine.temporary_path.rstrip("\\")
        paths = {kind: f"{folder}\\{base}.{kind}.txt" for kind in ("input", "template")}
        for path, content in ((paths["input"], text), (paths["template"], template)):
            store_of(call).write_text(path, content.replace("\n", "\r\n"), False, "utf8")
        return call.record(
            "System.InvalidOperationException", _TROUBLE.format(**paths), "TemplateParsing", "InvalidData"
        )


def _search(expression: str) -> Callable[[str], Iterator[re.Match[str]]]:
    compiled = regex(expression, 0)
    return lambda text: iter(compiled.matches(text))


def _parts(call: CmdletCall, text: str) -> PSObject:
    """The parts of a text as properties P1, P2 ... or with the names given."""
    names = call.get("PropertyNames") or []
    delimiter = call.get("Delimiter")
    parts: list[str] = []
    start = 0
    for found in pattern_of(r"\s" if delimiter is None else delimiter, True).matches(text):
        parts.append(text[start : found.start()])
        start = found.end()
    parts.append(text[start:])
    return PSObject.custom(
        (to_text(names[place]) if place < len(names) else f"P{place + 1}", _value(call, part))
        for place, part in enumerate(parts)
    )


def _value(call: CmdletCall, text: str) -> Any:
    """A part as the number, the character, the date or the span that it looks like, else as it is."""
    if not text:
        return text
    number = parse_number(text)
    if number is not None:
        return number
    if len(text) == 1:
        return convert(text, builtin("System.Char"), call.engine)
    for name in _TYPES:
        if ":" in text or "/" in text or "-" in text:
            try:
                return convert(text, builtin(name), call.engine)
            except ConversionError:
                continue
    return text
