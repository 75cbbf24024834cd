"""Custom controls in format files: <CustomControl> as the tokens of `emulator.powershell.format.controls`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.numbers import whole_number
from emulator.powershell.format.cells import enumeration_limit
from emulator.powershell.format.controls import (
    Binding,
    Control,
    Entry,
    Frame,
    FramedText,
    NewLine,
    Reader,
    Token,
    framed_text,
)
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.script_block import ScriptBlock

Element = etree._Element


class ScriptValue:
    """A value that a script block of a format file works out."""

    __slots__ = ("block",)

    def __init__(self, block: ScriptBlock) -> None:
        self.block = block

    def __call__(self, value: Any) -> Any:
        """The result for an object; nothing when the block fails."""
        try:
            out = self.block.values_with(self.block.engine, value)
        except PSError:
            return None
        return out[0] if len(out) == 1 else PSArray(out) if out else None


class ControlValue:
    """What a custom control makes of an object."""

    __slots__ = ("control", "engine")

    def __init__(self, control: Control, engine: Engine) -> None:
        self.control = control
        self.engine = engine

    def __call__(self, value: Any) -> FramedText:
        """The lines for an object."""
        return framed_text(self.control, value, self.engine, enumeration_limit(self.engine))


def text_at(element: Element, path: str) -> str:
    """The text of an element without the blanks around it; empty when it is not there."""
    found = element.find(path)
    return "" if found is None or found.text is None else found.text.strip()


def reader_of(element: Element, engine: Engine) -> Reader | None:
    """What <PropertyName> or <ScriptBlock> reads."""
    name = text_at(element, "PropertyName")
    if name:
        return name
    script = text_at(element, "ScriptBlock")
    return ScriptValue(engine.script_block(script)) if script else None


class ControlReader:
    """Reads the controls of a file; those with a name find one another when they are used."""

    def __init__(self, engine: Engine, sets: dict[str, tuple[str, ...]]) -> None:
        self.engine = engine
        self.sets = sets
        self._named: dict[str, Control] = {}

    def learn(self, root: Element, scope: str) -> None:
        """Take up the <Controls> of a file (``scope`` empty) or of a view."""
        for one in root.findall("Controls/Control"):
            body = one.find("CustomControl")
            if body is not None:
                self._named[f"{scope}\n{text_at(one, 'Name')}".lower()] = self.control(body, scope)

    def control_at(self, element: Element, scope: str) -> Callable[[], Control | None] | None:
        """The control that <CustomControl> states or <CustomControlName> names."""
        body = element.find("CustomControl")
        if body is not None:
            stated = self.control(body, scope)
            return lambda: stated
        name = text_at(element, "CustomControlName").lower()
        if not name:
            return None
        own, common = f"{scope}\n{name}".lower(), f"\n{name}"
        return lambda: self._named.get(own) or self._named.get(common)

    def control(self, element: Element, scope: str) -> Control:
        """A <CustomControl>. Raises ValueError for one without entries or tokens."""
        entries = tuple(self._entry(one, scope) for one in element.findall("CustomEntries/CustomEntry"))
        if not entries:
            raise ValueError("Missing Node CustomEntries.")
        return Control(entries)

    def type_names(self, element: Element | None) -> tuple[str, ...]:
        """The types of <EntrySelectedBy> or <ViewSelectedBy>, those of selection sets among them."""
        if element is None:
            return ()
        names = [(one.text or "").strip() for one in element.iter("TypeName")]
        for one in element.iter("SelectionSetName"):
            names += self.sets.get((one.text or "").strip(), ())
        return tuple(names)

    def _entry(self, element: Element, scope: str) -> Entry:
        item = element.find("CustomItem")
        tokens = self._tokens(item, scope) if item is not None else ()
        if not tokens:
            raise ValueError("Empty custom control token list.")
        selected = element.find("EntrySelectedBy")
        condition = selected.find("SelectionCondition") if selected is not None else None
        return Entry(
            tokens,
            self.type_names(selected),
            reader_of(condition, self.engine) if condition is not None else None,
        )

    def _tokens(self, element: Element, scope: str) -> tuple[Token, ...]:
        return tuple(self._token(one, scope) for one in element.iterchildren("*"))

    def _token(self, element: Element, scope: str) -> Token:
        if element.tag == "Text":
            return element.text or ""
        if element.tag == "NewLine":
            return NewLine()
        if element.tag == "Frame":
            item = element.find("CustomItem")
            return Frame(
                self._tokens(item, scope) if item is not None else (),
                _number(element, "LeftIndent"),
                _number(element, "RightIndent"),
                _number(element, "FirstLineIndent") - _number(element, "FirstLineHanging"),
            )
        if element.tag == "ExpressionBinding":
            return self._binding(element, scope)
        raise ValueError(f"Node {element.tag} is not expected in a custom item.")

    def _binding(self, element: Element, scope: str) -> Binding:
        condition = element.find("ItemSelectionCondition")
        each = element.find("EnumerateCollection")
        return Binding(
            reader_of(element, self.engine),
            reader_of(condition, self.engine) if condition is not None else None,
            each is not None and (each.text or "").strip().lower() != "false",
            text_at(element, "FieldControl"),
            self.control_at(element, scope),
        )


def _number(element: Element, path: str) -> int:
    return whole_number(text_at(element, path)) or 0
