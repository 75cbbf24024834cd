"""Select-Object."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.psobject import CUSTOM_OBJECT, NoteProperty, PSObject, unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.utility.properties import PropertyArgument, arguments_of
from emulator.powershell.runtime.cmdlet_call import UNBOUND
from emulator.powershell.runtime.comparison import equal
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.members import MISSING, get_property, property_names, type_name
from emulator.powershell.runtime.module import Cmdlet, cmdlet

_SELECTED_CUSTOM = (f"Selected.{CUSTOM_OBJECT}",)


@cmdlet("Select-Object")
class SelectObject(Cmdlet):
    """Properties of objects, or some of the objects."""

    accepts = (
        *("InputObject", "Property", "ExcludeProperty", "ExpandProperty", "Unique"),
        *("First", "Last", "Skip", "SkipLast", "Index", "Wait"),
    )

    def begin(self) -> None:
        """Read the arguments."""
        call = self.call
        given = call.parameters.get
        self.properties = arguments_of(call, given("property"))
        self.excluded = [to_text(one) for one in given("excludeproperty") or ()]
        expand = given("expandproperty")
        self.expand: str | None = to_text(expand) if expand is not None else None
        self.first: int | None = given("first")
        self.last: int | None = given("last")
        self.skip: int = given("skip") or 0
        self.skip_last: int = given("skiplast") or 0
        indexes = given("index")
        self.indexes: set[int] | None = {int(one) for one in indexes} if indexes is not None else None
        self.unique = bool(given("unique"))
        self.seen: list[Any] = []
        self.held: list[Any] = []
        self.place = 0
        self.taken = 0
        self.stops = not given("wait")
        self.plain = not self.properties and not self.excluded and self.expand is None
        self.takes_all = self.indexes is None and self.first is None and self.last is None
        self.takes_all = self.takes_all and not self.skip and not self.skip_last
        self.selects_all = self.takes_all and not self.plain and self.expand is None and not self.unique
        """True when every object is written with some of its properties, and nothing else happens."""
        self.plain_names: list[tuple[str, str]] | None = None
        if (
            self.properties
            and not self.excluded
            and all(
                one.block is None and one.label is None and not is_wildcard(one.text)
                for one in self.properties
            )
        ):
            self.plain_names = [(one.text or "", (one.text or "").lower()) for one in self.properties]

    def process(self) -> None:
        """Take one object."""
        value = self.call.input_object
        if value is UNBOUND:
            if not self.call.has("InputObject"):
                return
            for one in items_of(self.call.get("InputObject")):
                self._take(one)
            return
        if self.selects_all:
            self.call.write(self._selected(value))
        elif self.takes_all:
            self._emit(value)
        else:
            self._take(value)

    def _take(self, value: Any) -> None:
        place = self.place
        self.place += 1
        if self.indexes is not None:
            if place in self.indexes:
                self._emit(value)
                if self.stops and place >= max(self.indexes):
                    raise self.call.stop_upstream()
            return
        if self.last is not None or self.skip_last:
            self.held.append(value)
            return
        if place < self.skip:
            return
        if self.first is not None:
            if self.taken < self.first:
                self._emit(value)
                self.taken += 1
            if self.stops and self.taken >= self.first and not self.unique:
                raise self.call.stop_upstream()
            return
        self._emit(value)

    def end(self) -> None:
        """Write what was held back."""
        held = self.held
        if self.skip_last:
            held = held[: -self.skip_last] if self.skip_last < len(held) else []
        elif self.last is not None:
            first = held[self.skip : self.skip + self.first] if self.first else []
            if self.skip and not self.first:
                held = held[: -self.skip] if self.skip < len(held) else []
            tail = held[-self.last :] if self.last else []
            overlap = max(len(first) + len(tail) - len(held), 0)
            held = [*first, *tail[overlap:]]
        for value in held:
            self._emit(value)

    def _emit(self, value: Any) -> None:
        if self.expand is not None:
            self._expand(value)
            return
        chosen = value if self.plain else self._selected(value)
        if self.unique:
            self._write(chosen)
        else:
            self.call.write(chosen)

    def _write(self, value: Any) -> None:
        if self.unique:
            if any(_same(value, one) for one in self.seen):
                return
            self.seen.append(value)
        self.call.write(value)

    def _selected(self, value: Any) -> PSObject:
        custom = type(value) is PSObject and value.base is None
        made = PSObject(None, _SELECTED_CUSTOM if custom else (f"Selected.{type_name(value)}",))
        names = self.plain_names
        if names is not None:
            members, engine = made.members, self.call.engine
            held = value.members if type(value) is PSObject else {}
            for name, key in names:
                note = held.get(key)
                if type(note) is NoteProperty:
                    members[key] = NoteProperty(note.name, note.value)
                    continue
                found = get_property(value, name, engine)
                shown = name if found is MISSING else _real_name(value, name)
                members[shown.lower()] = NoteProperty(shown, None if found is MISSING else found)
            return made
        for argument in self.properties or [PropertyArgument(self.call, "*", ())]:
            self._add(made, argument, value)
        return made

    def _add(self, made: PSObject, argument: PropertyArgument, value: Any) -> None:
        if argument.block is not None or argument.label is not None:
            name = argument.name
            self._put(made, name, argument.read(value), False)
            return
        pattern = is_wildcard(argument.text)
        for name in argument.names_for(value):
            if any(like(name, one) for one in self.excluded):
                continue
            found = get_property(value, name, self.call.engine)
            self._put(made, _real_name(value, name), None if found is MISSING else found, pattern)

    def _put(self, made: PSObject, name: str, value: Any, pattern: bool) -> None:
        if name.lower() in made.members:
            if not pattern:
                self.call.error(
                    self.call.record(
                        "System.Management.Automation.PSArgumentException",
                        f'The property cannot be processed because the property "{name}" already exists.',
                        "AlreadyExistingUserSpecifiedPropertyNoExpand",
                        "InvalidOperation",
                        made,
                    )
                )
            return
        made.add(NoteProperty(name, value))

    def _expand(self, value: Any) -> None:
        name = self.expand or ""
        call = self.call
        names = [one for one in property_names(value) if like(one, name)] if is_wildcard(name) else [name]
        found = get_property(value, names[0], call.engine) if len(names) == 1 else MISSING
        if found is MISSING:
            call.error(
                call.record(
                    "System.Management.Automation.PSArgumentException",
                    f'Property "{name}" cannot be found.',
                    "ExpandPropertyNotFound",
                    "InvalidArgument",
                    value,
                )
            )
            return
        if found is None and not self.properties:
            self._write(None)
            return
        for one in items_of(found):
            if not self.properties:
                self._write(one)
                continue
            made = PSObject(unwrap(one)) if not isinstance(one, PSObject) else one
            for argument in self.properties:
                for each in argument.names_for(value):
                    held = (
                        argument.read(value)
                        if argument.block is not None
                        else get_property(value, each, call.engine)
                    )
                    label = argument.label or (each if argument.block is None else argument.name)
                    if label.lower() in made.members:
                        continue
                    made.add(NoteProperty(label, None if held is MISSING else held))
            self._write(made)


def _real_name(value: Any, name: str) -> str:
    """The property's name as its owner writes it."""
    from emulator.powershell.dotnet.types import type_of

    if type(value) is PSObject:
        member = value.members.get(name.lower())
        if member is not None:
            return member.name
        if value.base is None:
            return name
        value = value.base
    found = type_of(value).member(name.lower()) if value is not None else None
    return found.name if found is not None else name


def _same(left: Any, right: Any) -> bool:
    if type(left) is PSObject and type(right) is PSObject and left.base is None and right.base is None:
        if list(left.members) != list(right.members):
            return False
        return all(
            equal(getattr(one, "value", None), getattr(right.members[key], "value", None), False)
            for key, one in left.members.items()
        )
    return equal(left, right, False)
