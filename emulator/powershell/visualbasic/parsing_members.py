"""From words to the syntax tree: types and their members."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from emulator.powershell.csharp.diagnostics import UnsupportedError
from emulator.powershell.csharp.syntax import (
    Argument,
    Attribute,
    Base,
    Block,
    Constructor,
    Expression,
    ExpressionStatement,
    Field,
    Literal,
    Member,
    MemberAccess,
    Method,
    Parameter,
    Place,
    Statement,
    This,
    TypeDeclaration,
    TypeName,
)
from emulator.powershell.csharp.syntax import Name as CSharpName
from emulator.powershell.dotnet.numbers import Char, Int16, Int64, Single, UInt16, UInt32, UInt64
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.visualbasic.constants import constant_of
from emulator.powershell.visualbasic.method_context import MethodContext
from emulator.powershell.visualbasic.names import OVERRIDABLE
from emulator.powershell.visualbasic.parsing_attributes import (
    BY_REFERENCE,
)
from emulator.powershell.visualbasic.parsing_properties import PropertyParser
from emulator.powershell.visualbasic.syntax import (
    BINARY_METHODS,
    UNARY_METHODS,
    Access,
    ArrayOfItems,
    Call,
    Converted,
)
from emulator.powershell.visualbasic.tokens import LITERAL, SIGN, WORD
from emulator.powershell.visualbasic.watching import Watching

_TYPES: Final = {
    "class": "class",
    "module": "class",
    "structure": "struct",
    "interface": "interface",
    "enum": "enum",
}
_OPERATORS: Final = {1: UNARY_METHODS, 2: BINARY_METHODS}
"""Names of operators by number of operands and sign."""
_EXTERN_CALLS: Final = frozenset({"ansi", "unicode", "auto"})


class MemberParser(PropertyParser):
    """Types and their members."""

    def type_declaration(
        self, modifiers: set[str], found: list[Attribute], *, is_nested: bool
    ) -> TypeDeclaration:
        """A class, module, structure, interface, enumeration or delegate; its modifiers are passed
        already."""
        self.deeper()
        place = self.place
        word = self.take().text
        if word == "delegate":
            made = self._delegate(place, modifiers, found, is_nested=is_nested)
        elif word == "enum":
            made = self._enumeration(place, modifiers, found, is_nested=is_nested)
        else:
            made = self._class(place, word, modifiers, found, is_nested=is_nested)
        self.depth -= 1
        return made

    def _class(
        self, place: Place, word: str, modifiers: set[str], found: list[Attribute], *, is_nested: bool
    ) -> TypeDeclaration:
        name = self.name()
        modifiers = self._visibility(modifiers, "public" if is_nested else "internal")
        if word == "module":
            modifiers |= {"static", "module"}
        outer = self._kind, self._type_name, self.context, getattr(self, "_watching", None)
        self._kind, self._type_name, self.context, self._watching = word, name, MethodContext(), Watching()
        generics = self._generic_parameters()
        self.generics.append({one.lower(): one for one in generics})
        made = TypeDeclaration(place, name, frozenset(modifiers), found, _TYPES[word], generics, [], [])
        self.end_statement()
        first: list[TypeName] = []
        while self.is_word("inherits", "implements"):
            self.take()
            first.append(self.type_name())
            while self.sign(","):
                first.append(self.type_name())
            self.end_statement()
        made.bases = first
        while not self.is_word("end"):
            if self.now.kind == "end":
                raise self.unended(word, place)
            for member in self._member():
                made.members.append(member)
        self.need_end(word, place)
        self.generics.pop()
        made.members += self.context.new_fields
        self._watching.attach(made)
        self._kind, self._type_name, self.context = outer[:3]
        self._watching = outer[3] or Watching()
        _same_spelling(made.members)
        return made

    def _enumeration(
        self, place: Place, modifiers: set[str], found: list[Attribute], *, is_nested: bool
    ) -> TypeDeclaration:
        name = self.name()
        bases = [self.type_name()] if self.word("as") else []
        self.end_statement()
        made = TypeDeclaration(
            place,
            name,
            frozenset(self._visibility(modifiers, "public" if is_nested else "internal")),
            found,
            "enum",
            [],
            bases,
            [],
        )
        known: dict[str, str] = {}
        while not self.is_word("end"):
            if self.now.kind == "end":
                raise self.unended("enum", place)
            attributes = self.attributes()
            at = self.place
            member = self.name()
            known[member.lower()] = member
            value = constant_of(self.expression(), known) if self.sign("=") else None
            made.members.append(Field(at, member, frozenset(), attributes, TypeName(at, "int"), value))
            self.end_statement()
        self.need_end("enum", place)
        return made

    def _delegate(
        self, place: Place, modifiers: set[str], found: list[Attribute], *, is_nested: bool
    ) -> TypeDeclaration:
        is_function = self._sub_or_function()
        name = self.name()
        generics = self._generic_parameters()
        self.generics.append({one.lower(): one for one in generics})
        given = self.parameter_list() if self.is_sign("(") else []
        returns = self._returned(is_function)
        self.generics.pop()
        visible = frozenset(self._visibility(modifiers, "public" if is_nested else "internal"))
        made = TypeDeclaration(place, name, visible, found, "delegate", generics, [], [])
        made.delegate = Method(
            place, "Invoke", frozenset({"public", "virtual"}), [], returns, [], given, None
        )
        return made

    def _sub_or_function(self) -> bool:
        if self.word("function"):
            return True
        if not self.word("sub"):
            raise self.refuse("BC30278", "'Sub' or 'Function' expected.")
        return False

    def _member(self) -> list[Member]:
        self.deeper()
        found = self.attributes()
        place = self.place
        modifiers = self.modifiers()
        word = self.now.text if self.now.kind == WORD else ""
        for refused in ("async", "custom"):
            if refused in modifiers:
                raise UnsupportedError(_UNSUPPORTED[refused], place)
        made: list[Member]
        if word in _TYPES or (word == "delegate" and self.ahead().text in ("sub", "function")):
            made = [self.type_declaration(modifiers, found, is_nested=True)]
        elif word in ("sub", "function"):
            made = self._method(modifiers, found)
        elif word == "declare":
            made = [self._declare(modifiers)]
        elif word == "property":
            made = self._property(modifiers, found)
        elif word == "event":
            made = self._event(modifiers, found)
        elif word == "operator":
            made = [self._operator_method(modifiers, found)]
        elif self.is_word("operator"):
            made = []
        elif "withevents" in modifiers:
            made = self._watched(modifiers - {"withevents"}, found)
        elif modifiers or found:
            made = list(self._fields(modifiers, found))
        elif self.is_keyword and word in ("imports", "option", "namespace"):
            raise self.refuse(
                "BC30289", "Statement cannot appear within a method body. End of method assumed."
            )
        elif word in ("dim", "const"):
            made = list(self._fields(modifiers, found))
        elif self.is_keyword or self.now.kind in (SIGN, LITERAL) or word:
            raise self._outside_of_method()
        else:
            raise self.stray_end()
        self.end_statement()
        self.depth -= 1
        return made

    def _outside_of_method(self) -> Exception:
        if self.is_word("inherits", "implements", "end"):
            return self.stray_end()
        return self.refuse("BC30188", "Declaration expected.")

    def _fields(self, modifiers: set[str], found: list[Attribute]) -> list[Field]:
        is_constant = "const" in modifiers
        default = "public" if self._kind == "structure" and "dim" in modifiers else "private"
        shown = self._visibility(modifiers - {"dim", "const"}, default)
        if self._kind == "module" and not is_constant:
            shown = shown | {"static"}
        if is_constant:
            shown = shown | {"const"}
        made = []
        place = self.place
        for name, kind, value in self.declarators(is_constant=is_constant, is_field=True):
            stated = kind or _type_of_constant(place, value)
            made.append(Field(place, name, frozenset(shown), found, stated, _field_value(value, stated)))
        return made

    def _static(self, place: Place, name: str, kind: TypeName | None, value: Expression | None) -> None:
        if self.context.returns is None and not self.context.kind:
            raise self.refuse("BC30035", "Syntax error.")
        hidden = f"$STATIC${self.context.name}${name}"
        self.context.statics[name.lower()] = hidden
        modifiers = {"private", *(("static",) if self.context.is_shared else ())}
        stated = kind or TypeName(place, "object")
        self.context.new_fields.append(Field(place, hidden, frozenset(modifiers), [], stated, value))

    def _method(self, modifiers: set[str], found: list[Attribute]) -> list[Member]:
        place = self.place
        is_function = self._sub_or_function()
        if not is_function and self.is_word("new"):
            return [self._constructor(place, modifiers, found)]
        mark = self.now.mark
        name = self.name()
        generics = self._generic_parameters()
        self.generics.append({one.lower(): one for one in generics})
        given = self.parameter_list() if self.is_sign("(") else []
        returns = self._returned(is_function)
        if mark is not None and is_function:
            returns = TypeName(place, mark)
        implemented = self._implemented()
        modifiers = self._member_modifiers(modifiers)
        self._handlers(name)
        if "override" in modifiers:
            name = OVERRIDABLE.get(name.lower(), name)
        native = any(
            one.type_name.name.rpartition(".")[2] in ("DllImport", "DllImportAttribute") for one in found
        )
        body: Block | None = None
        if self._kind != "interface" and "abstract" not in modifiers:
            context = MethodContext(
                name,
                returns if is_function else None,
                is_function=is_function,
                is_iterator="iterator" in modifiers,
                is_shared="static" in modifiers,
                kind="function" if is_function else "sub",
            )
            body = self._body(place, context)
            self.need_end(context.kind, place)
        if native:
            body, modifiers = None, modifiers | {"extern", "static"}
        self.generics.pop()
        made: list[Member] = [
            Method(place, name, frozenset(modifiers), found, returns, generics, given, body)
        ]
        for kind, other in implemented:
            if other.lower() != name.lower():
                made.append(
                    Method(place, other, frozenset({"private"}), [], returns, generics, given, body, kind)
                )
        return made

    def _constructor(self, place: Place, modifiers: set[str], found: list[Attribute]) -> Constructor:
        self.take()
        given = self.parameter_list() if self.is_sign("(") else []
        modifiers = self._visibility(modifiers, "public")
        if self._kind == "module":
            modifiers = modifiers | {"static"}
        body = self._body(place, MethodContext("new", kind="sub", is_shared="static" in modifiers))
        self.need_end("sub", place)
        first, passed = _first_call(body.statements)
        if first:
            body.statements = body.statements[1:]
        return Constructor(place, self._type_name, frozenset(modifiers), found, given, first, passed, body)

    def _declare(self, modifiers: set[str]) -> Method:
        place = self.take().place
        characters = self.take().text.lower() if self.is_word(*_EXTERN_CALLS) else "ansi"
        is_function = self._sub_or_function()
        name = self.name()
        self.need_word("lib")
        library = self._text()
        entry = self._text() if self.word("alias") else name
        given = self.parameter_list() if self.is_sign("(") else []
        for one in given:
            _make_buffer(one)
        returns = self._returned(is_function)
        named: list[tuple[str, Expression]] = [
            ("EntryPoint", Literal(place, entry)),
            ("CharSet", MemberAccess(place, CSharpName(place, "CharSet"), characters.capitalize())),
            ("SetLastError", Literal(place, True)),
        ]
        attribute = Attribute(
            place,
            TypeName(place, "System.Runtime.InteropServices.DllImport"),
            [Literal(place, library)],
            named,
        )
        shown = self._visibility(modifiers, "public") | {"static", "extern"}
        return Method(place, name, frozenset(shown), [attribute], returns, [], given, None)

    def _text(self) -> str:
        token = self.now
        if token.kind != LITERAL or not isinstance(token.value, str):
            raise self.refuse("BC30217", "String constant expected.")
        self.take()
        return token.value

    def _operator_method(self, modifiers: set[str], found: list[Attribute]) -> Method:
        place = self.take().place
        sign = self.take().text.lower()
        given = self.parameter_list()
        returns = self._returned(True)
        if sign == "ctype":
            name = "op_Explicit" if "explicit" in modifiers else "op_Implicit"
        else:
            known = _OPERATORS.get(len(given), {}).get(sign)
            if known is None:
                raise self.refuse("BC33000", "Operator is not overloadable.", place)
            name = known
        context = MethodContext("", returns, is_function=True, is_shared=True, kind="operator")
        body = self._body(place, context)
        self.need_end("operator", place)
        shown = self._visibility(modifiers, "public") | {"static"}
        return Method(place, name, frozenset(shown), found, returns, [], given, body)


_UNSUPPORTED: Final = {"async": "Async", "custom": "Custom Event"}


def _make_buffer(parameter: Parameter) -> None:
    """A text that goes to a declared function ByVal: the function may write into it."""
    kind, place = parameter.type_name, parameter.place
    names = [one.type_name.name.rpartition(".")[2] for one in parameter.attributes]
    stated = any(one.startswith("MarshalAs") for one in names)
    if parameter.mode or stated or kind is None or kind.text != "string":
        return
    how = MemberAccess(place, CSharpName(place, "UnmanagedType"), "VBByRefStr")
    marshalling = TypeName(place, "System.Runtime.InteropServices.MarshalAs")
    parameter.mode = BY_REFERENCE
    parameter.attributes = [*parameter.attributes, Attribute(place, marshalling, [how], [])]


def _first_call(statements: list[Statement]) -> tuple[str, list[Argument]]:
    """``MyBase.New(...)`` or ``Me.New(...)`` as the first statement of a constructor."""
    if statements and isinstance(statements[0], ExpressionStatement):
        value = statements[0].value
        if (
            isinstance(value, Call)
            and isinstance(value.target, Access)
            and value.target.name.lower() == "new"
        ):
            if isinstance(value.target.target, Base):
                return "base", value.arguments
            if isinstance(value.target.target, This):
                return "this", value.arguments
    return "", []


def _field_value(value: Expression | None, kind: TypeName) -> Expression | None:
    if value is None or isinstance(value, Converted | ArrayOfItems):
        return value
    return Converted(value.place, kind, value)


def _type_of_constant(place: Place, value: Expression | None) -> TypeName:
    """The type of a constant without one: that of a literal."""
    if isinstance(value, Literal):
        return TypeName(place, _LITERALS.get(type(value.value), "object"))
    return TypeName(place, "object")


_LITERALS: Final[dict[type, str]] = {
    bool: "bool",
    Char: "char",
    DateTime: "System.DateTime",
    Decimal: "decimal",
    float: "double",
    int: "int",
    Int16: "short",
    Int64: "long",
    Single: "float",
    str: "string",
    UInt16: "ushort",
    UInt32: "uint",
    UInt64: "ulong",
}


def _same_spelling(members: list[Member]) -> None:
    """Give methods whose names differ in case only the name of the first."""
    first: dict[str, str] = {}
    for one in members:
        if isinstance(one, Method):
            one.name = first.setdefault(one.name.lower(), one.name)
