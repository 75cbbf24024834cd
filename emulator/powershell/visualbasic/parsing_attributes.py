"""From words to the syntax tree: attributes, modifiers and parameters of declarations."""

from __future__ import annotations

from typing import Final

from emulator.powershell.csharp.syntax import (
    Attribute,
    Block,
    Expression,
    Parameter,
    Place,
    TypeName,
)
from emulator.powershell.visualbasic.constants import constant_of
from emulator.powershell.visualbasic.method_context import MethodContext
from emulator.powershell.visualbasic.parsing_statements import StatementParser
from emulator.powershell.visualbasic.syntax import (
    Converted,
)
from emulator.powershell.visualbasic.tokens import WORD
from emulator.powershell.visualbasic.watching import Watching

_MODIFIERS: Final = {
    "public": "public",
    "private": "private",
    "protected": "protected",
    "friend": "internal",
    "shared": "static",
    "shadows": "new",
    "overloads": "overloads",
    "overridable": "virtual",
    "notoverridable": "sealed",
    "mustoverride": "abstract",
    "overrides": "override",
    "mustinherit": "abstract",
    "notinheritable": "sealed",
    "partial": "partial",
    "readonly": "readonly",
    "writeonly": "writeonly",
    "default": "default",
    "withevents": "withevents",
    "const": "const",
    "dim": "dim",
    "narrowing": "explicit",
    "widening": "implicit",
}
_CONTEXTUAL: Final = {"async": "async", "iterator": "iterator", "custom": "custom"}
ACCESS: Final = frozenset({"public", "private", "protected", "internal"})
BY_REFERENCE, VARIADIC = "ref", "params"
_KNOWN_ATTRIBUTES: Final = {
    one.lower(): one
    for one in ("DllImport", "Flags", "StructLayout", "MarshalAs", "FieldOffset", "Out", "In", "Obsolete")
}


class DeclarationParser(StatementParser):
    """What declarations of types and members have in common."""

    _kind = "class"
    """The word of the type that is being read."""
    _type_name = ""
    _watching: Watching

    @staticmethod
    def _visibility(modifiers: set[str], default: str) -> set[str]:
        return modifiers if modifiers & ACCESS else modifiers | {default}

    def _generic_parameters(self) -> list[str]:
        if not (self.is_sign("(") and self.ahead().text == "of"):
            return []
        self.take()
        self.take()
        found = []
        while True:
            self.word("out", "in")
            found.append(self.name())
            self.generics.append({found[-1].lower(): found[-1]})
            if self.word("as"):
                self._constraint()
            self.generics.pop()
            if not self.sign(","):
                break
        self.need_sign(")")
        return found

    def _constraint(self) -> None:
        braces = self.sign("{")
        while True:
            if not self.word("new", "class", "structure"):
                self.type_name()
            if not (braces and self.sign(",")):
                break
        if braces:
            self.need_sign("}")

    def attributes(self) -> list[Attribute]:
        """``<A(1), B>`` before a declaration, and the ends of lines behind it."""
        found: list[Attribute] = []
        while self.is_sign("<", "<>"):
            self.need_sign("<")
            while True:
                one = self._attribute()
                if one is not None:
                    found.append(one)
                if not self.sign(","):
                    break
            self.need_sign(">")
            self.skip_lines()
        return found

    def _attribute(self) -> Attribute | None:
        place = self.place
        is_global = self.is_word("assembly", "module") and self.ahead().text == ":"
        if is_global:
            self.take()
            self.take()
        kind = self.type_name(with_arrays=False)
        kind.name = _KNOWN_ATTRIBUTES.get(kind.name.lower(), kind.name)
        made = Attribute(place, kind, [], [])
        if self.is_sign("("):
            for one in self.arguments():
                value = constant_of(one.value, {})
                if one.name is None:
                    made.values.append(value)
                else:
                    made.named.append((one.name, value))
        return None if is_global else made

    def modifiers(self) -> set[str]:
        """The modifiers before a declaration."""
        found: set[str] = set()
        while self.now.kind == WORD:
            text = self.now.text.lower()
            if text in _MODIFIERS:
                found.add(_MODIFIERS[text])
            elif text in _CONTEXTUAL and self.ahead().kind == WORD:
                found.add(_CONTEXTUAL[text])
            else:
                break
            self.take()
        return found

    def parameter_list(self) -> list[Parameter]:
        """The parameters in brackets. Raises CompileError."""
        self.need_sign("(")
        found: list[Parameter] = []
        if self.sign(")"):
            return found
        while True:
            found.append(self._parameter())
            if not self.sign(","):
                break
        self.need_sign(")")
        return found

    def _parameter(self) -> Parameter:
        attributes = self.attributes()
        mode, is_optional = "", False
        while self.is_word("byval", "byref", "optional", "paramarray"):
            word = self.take().text
            if word == "byref":
                mode = BY_REFERENCE
            elif word == "paramarray":
                mode = VARIADIC
            elif word == "optional":
                is_optional = True
        place, mark = self.place, self.now.mark
        name = self.name()
        is_nullable = self.sign("?")
        ranks = self.array_marks()
        kind: TypeName | None = TypeName(place, mark) if mark is not None else None
        if self.word("as"):
            kind = self.type_name()
        stated = kind or TypeName(place, "object")
        stated.is_nullable = stated.is_nullable or is_nullable
        stated.dimensions = (*stated.dimensions, *ranks)
        default: Expression | None = None
        if self.sign("="):
            default = Converted(place, stated, self.expression())
        elif is_optional:
            raise self.refuse("BC30812", "Optional parameters must specify a default value.")
        return Parameter(place, stated, name, mode, default, attributes)

    def _returned(self, is_function: bool) -> TypeName:
        place = self.place
        if not is_function:
            return TypeName(place, "void")
        if not self.word("as"):
            return TypeName(place, "object")
        self.attributes()
        return self.type_name()

    def _body(self, place: Place, context: MethodContext) -> Block:
        outer, self.context = self.context, context
        try:
            self.end_statement()
            made = context.finished(place, self.block())
        finally:
            self.context = outer
        outer.new_fields += context.new_fields
        return made

    def _member_modifiers(self, modifiers: set[str]) -> set[str]:
        modifiers = self._visibility(modifiers, "public")
        if self._kind == "module":
            modifiers = modifiers | {"static"}
        return modifiers

    def _implemented(self) -> list[tuple[TypeName, str]]:
        """``Implements I.M, J.N``: interfaces and names of their members."""
        if not self.word("implements"):
            return []
        found = []
        while True:
            name = self.type_name(with_arrays=False)
            space, _, member = name.name.rpartition(".")
            last = name.name.count(".")
            arguments = {at: inside for at, inside in name.arguments.items() if at < last}
            found.append((TypeName(name.place, space, arguments), member))
            if not self.sign(","):
                return found
