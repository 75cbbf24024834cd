"""From words to the syntax tree: properties, events and variables with events."""

from __future__ import annotations

from emulator.powershell.csharp.diagnostics import UnsupportedError
from emulator.powershell.csharp.syntax import (
    Attribute,
    Block,
    Expression,
    ExpressionStatement,
    Field,
    Member,
    Method,
    Property,
    Return,
    TypeDeclaration,
    TypeName,
)
from emulator.powershell.visualbasic.method_context import MethodContext
from emulator.powershell.visualbasic.parsing_attributes import (
    ACCESS,
    DeclarationParser,
)
from emulator.powershell.visualbasic.syntax import (
    Assign,
    Converted,
    Identifier,
    Variable,
)
from emulator.powershell.visualbasic.tokens import WORD


class PropertyParser(DeclarationParser):
    """Properties and events."""

    def _property(self, modifiers: set[str], found: list[Attribute]) -> list[Member]:
        place = self.take().place
        mark = self.now.mark
        name = self.name()
        given = self.parameter_list() if self.is_sign("(") else []
        kind = TypeName(place, mark or "object")
        value: Expression | None = None
        if self.word("as"):
            self.attributes()
            if self.word("new"):
                value = self.new_object(place)
                kind = getattr(value, "type_name", kind)
            else:
                kind = self.type_name()
        if value is None and self.sign("="):
            value = Converted(place, kind, self.expression())
        self._implemented()
        shown = self._member_modifiers(modifiers)
        if given and "default" not in modifiers:
            raise UnsupportedError("property with parameters that is not Default", place)
        made = Property(
            place,
            "Item" if given else name,
            frozenset(shown - {"readonly", "writeonly", "default"}),
            found,
            kind,
            given,
            {},
            {},
        )
        wanted = [
            one for one, without in (("get", "writeonly"), ("set", "readonly")) if without not in modifiers
        ]
        if self._kind == "interface" or "abstract" in modifiers:
            made.accessors = dict.fromkeys(wanted)
            return [made]
        if not self._has_accessors():
            return [*self._automatic(made, name, value, shown), made]
        self.end_statement()
        while self.now.kind != "end" and not (self.is_word("end") and self.ahead().text == "property"):
            self._accessor(made, name)
            self.end_statement()
        self.need_end("property", place)
        return [made]

    def _has_accessors(self) -> bool:
        """Whether Get or Set follows on the next lines, with attributes and modifiers of its own."""
        at = 0
        while self.ahead(at).kind == "line end" or self.ahead(at).text == ":":
            at += 1
        while self.ahead(at).text in ("public", "private", "protected", "friend"):
            at += 1
        token = self.ahead(at)
        return (
            token.kind == WORD
            and token.text in ("get", "set")
            and (self.ahead(at + 1).kind == "line end" or self.ahead(at + 1).text in ("(", ":"))
        )

    def _automatic(
        self, made: Property, name: str, value: Expression | None, shown: set[str]
    ) -> list[Member]:
        """An automatic property reads and writes the field _Name, which the type may use too."""
        place = made.place
        modifiers = {"private", *(("static",) if "static" in shown else ())}
        field = Field(place, f"_{name}", frozenset(modifiers), [], made.type_name, value)
        target = Identifier(place, field.name)
        assign = ExpressionStatement(place, Assign(place, "", target, Identifier(place, "value")))
        made.accessors = {
            "get": Block(place, [Return(place, target)]),
            "set": Block(place, [assign]),
        }
        if "readonly" in shown:
            del made.accessors["set"]
        return [field]

    def _accessor(self, made: Property, name: str) -> None:
        self.attributes()
        place = self.place
        own = self.modifiers()
        word = self.take().text if self.is_word("get", "set") else ""
        if not word:
            raise self.unended("property", made.place)
        if own & ACCESS:
            made.access[word] = frozenset(own & ACCESS)
        is_shared = "static" in made.modifiers
        if word == "get":
            context = MethodContext(
                name,
                made.type_name,
                is_function=True,
                is_iterator="iterator" in made.modifiers,
                is_shared=is_shared,
                kind="property",
            )
            made.accessors["get"] = self._body(place, context)
        else:
            given = self.parameter_list() if self.is_sign("(") else []
            body = self._body(place, MethodContext("", is_shared=is_shared, kind="property"))
            if given and given[0].name.lower() != "value":
                # The interpreter hands the new value in by this name.
                copy = Variable(place, given[0].name, made.type_name, Identifier(place, "value"))
                body = Block(place, [copy, *body.statements])
            made.accessors["set"] = body
        self.need_end(word, place)

    def _event(self, modifiers: set[str], found: list[Attribute]) -> list[Member]:
        place = self.take().place
        name = self.name()
        shown = self._member_modifiers(modifiers)
        made: list[Member] = []
        if self.word("as"):
            kind = self.type_name()
        else:
            # The compiler makes a delegate for the event.
            given = self.parameter_list() if self.is_sign("(") else []
            kind = TypeName(place, f"{name}EventHandler")
            declared = TypeDeclaration(place, kind.name, frozenset({"public"}), [], "delegate", [], [], [])
            declared.delegate = Method(
                place,
                "Invoke",
                frozenset({"public", "virtual"}),
                [],
                TypeName(place, "void"),
                [],
                given,
                None,
            )
            made.append(declared)
        self._implemented()
        made.append(Field(place, name, frozenset(shown), found, kind, None, is_event=True))
        return made

    def _watched(self, modifiers: set[str], found: list[Attribute]) -> list[Member]:
        """``WithEvents`` variables: properties whose setters attach the methods that handle their events."""
        shown = frozenset(self._visibility(modifiers - {"dim"}, "private"))
        if self._kind == "module":
            shown |= {"static"}
        place = self.place
        made: list[Member] = []
        for name, kind, value in self.declarators(is_field=True):
            if kind is None or kind.dimensions:
                raise self.refuse("BC30412", "'WithEvents' variables must have an 'As' clause.", place)
            item = Property(place, name, shown, found, kind, [], {}, {})
            made += [*self._automatic(item, name, None, set(shown)), item]
            self._watching.add(item, value)
        return made

    def _handlers(self, method: str) -> None:
        """``Handles x.Event, Me.Other`` behind a method."""
        if not self.word("handles"):
            return
        while True:
            place = self.place
            owner = self.member_name()
            self.need_sign(".")
            self._watching.handle(place, owner, self.member_name(), method)
            if not self.sign(","):
                return
