"""ConvertFrom-String by a delimiter, and by a template (`template_learning`)."""

from __future__ import annotations

import codecs
from typing import Any

from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.types import builtin
from emulator.powershell.modules.utility.files import bytes_of, files_of, store_of
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.modules.utility.template_learning import learn
from emulator.powershell.modules.utility.template_marks import (
    TemplateError,
    UnknownTemplateError,
    read_template,
)
from emulator.powershell.modules.utility.template_programs import (
    Found,
    Level,
    Nested,
    kept_program,
    split_comment,
    with_comment,
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

_NO_FILE = "The UpdateTemplate parameter requires the TemplateFile parameter."
_CODECS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@cmdlet("ConvertFrom-String")
class ConvertFromString(Gathering):
    """The parts of each text, or the records that a template teaches to find in all of them."""

    accepts = (
        *("InputObject", "Delimiter", "PropertyNames", "TemplateFile", "TemplateContent", "IncludeExtent"),
        "UpdateTemplate",
    )

    def begin(self) -> None:
        """Read the template, and what is kept of an earlier run in it."""
        super().begin()
        call = self.call
        files = call.get("TemplateFile")
        if call.get("UpdateTemplate") and not files:
            raise call.failure(
                "System.InvalidOperationException", _NO_FILE, "TemplateParsing", "InvalidArgument"
            )
        self.templates: list[str] | None = None
        self.files: list[str] = []
        self.kept: str | None = None
        if call.has("TemplateContent") or call.has("TemplateFile"):
            self.templates = [to_text(one) for one in call.get("TemplateContent") or ()]
            for file in files_of(call, files, literal=False):
                text, kept = split_comment(store_of(call).read_text(file))
                self.files.append(file)
                self.templates.append(text)
                self.kept = kept or self.kept

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
            program = self._program(template)
        except UnknownTemplateError as problem:
            raise self.call.complete(not_emulated(str(problem))) from None
        except TemplateError:
            self.call.error(self._trouble(text, template))
            return
        found = program.find(text)
        for record in found.records:
            self.call.write(self._object(record))
        if program.records is None and found.lead is not None:
            self.call.write(self._object(found.lead))

    def _program(self, template: str) -> Level:
        """What is kept in the template, else what it teaches, which -UpdateTemplate keeps. Raises
        TemplateError."""
        program = kept_program(self.kept, template) if self.kept is not None else None
        if program is None:
            program = learn(read_template(template))
            if self.call.get("UpdateTemplate") and self.files:
                _keep(self.call, self.files[-1], program, template)
        return program

    def _object(self, found: Found) -> PSObject:
        return self._with_extent(self._pairs(found), found.text)

    def _with_extent(self, pairs: list[tuple[str, Any]], text: str) -> PSObject:
        if self.call.get("IncludeExtent"):
            pairs.insert(0, ("ExtentText", text.replace("\n", "\r\n")))
        return PSObject.custom(pairs)

    def _pairs(self, found: Found) -> list[tuple[str, Any]]:
        return [
            (
                name,
                self._nested(value)
                if isinstance(value, Nested)
                else self._typed(value, found.types.get(name)),
            )
            for name, value in found.fields
        ]

    def _nested(self, value: Nested) -> Any:
        """A value with fields inside: the list of its records, or an object of the fields before them and of
        a list for each kind of records. Null when nothing was found in it."""
        if not value.has_lead:
            return [self._object(one) for one in value.records]
        if value.lead is None and not value.records:
            return None
        pairs = self._pairs(value.lead) if value.lead is not None else []
        for kind in value.kinds:
            pairs.append((kind, [self._object(one) for one in value.records if one.kind == kind]))
        return self._with_extent(pairs, value.text)

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


def _keep(call: CmdletCall, file: str, program: Level, template: str) -> None:
    """Write what was learned to the end of a file, which stays as it is and in its encoding."""
    data = bytes_of(call).read_bytes(file)
    codec = _CODECS.get(data[:2], "latin-1")  # the comment is ASCII, and so all others keep their bytes
    text = with_comment(data.decode(codec, "surrogatepass"), program, template)
    bytes_of(call).write_bytes(file, text.encode(codec, "surrogatepass"))


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
