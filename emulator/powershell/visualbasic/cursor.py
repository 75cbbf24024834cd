"""The place in the words of a source, and the names of types there."""

from __future__ import annotations

from typing import Final

from emulator.powershell.csharp.diagnostics import CompileError, UnsupportedError, failure
from emulator.powershell.csharp.syntax import Place, TypeName
from emulator.powershell.visualbasic.tokens import END, KEYWORDS, LINE_END, SIGN, WORD, Token

DEEPEST: Final = 400
"""Nesting of the syntax tree, as that of C#."""

TYPES: Final = {
    "boolean": "bool",
    "byte": "byte",
    "char": "char",
    "date": "System.DateTime",
    "decimal": "decimal",
    "double": "double",
    "integer": "int",
    "long": "long",
    "object": "object",
    "sbyte": "sbyte",
    "short": "short",
    "single": "float",
    "string": "string",
    "uinteger": "uint",
    "ulong": "ulong",
    "ushort": "ushort",
}
"""The words for types as the names that the interpreter has for them."""


class Cursor:
    """A place in the words. ``declared`` are the types of the source by their small letters."""

    def __init__(self, tokens: list[Token], declared: dict[str, str]) -> None:
        self._tokens = tokens
        self._at = 0
        self.depth = 0
        self.declared = declared
        self.aliases: dict[str, TypeName] = {}
        self.generics: list[dict[str, str]] = []

    # Words

    @property
    def now(self) -> Token:
        """The word that is next."""
        return self._tokens[self._at]

    def ahead(self, count: int = 1) -> Token:
        """A word further on."""
        return self._tokens[min(self._at + count, len(self._tokens) - 1)]

    @property
    def place(self) -> Place:
        """Where the next word stands."""
        return self.now.place

    def take(self) -> Token:
        """The next word, passed."""
        found = self._tokens[self._at]
        if found.kind != END:
            self._at += 1
        return found

    def is_word(self, *words: str) -> bool:
        """Whether a keyword is next, or a name that means something in this place only."""
        return self.now.kind == WORD and self.now.text.lower() in words

    def is_sign(self, *signs: str) -> bool:
        """Whether a sign is next."""
        return self.now.kind == SIGN and self.now.text in signs

    def word(self, *words: str) -> bool:
        """Pass a keyword when it is next."""
        if self.is_word(*words):
            self.take()
            return True
        return False

    def sign(self, *signs: str) -> bool:
        """Pass a sign when it is next."""
        if self.is_sign(*signs):
            self.take()
            return True
        return False

    def need_sign(self, sign: str) -> None:
        """Pass a sign. Raises CompileError."""
        if not self.sign(sign):
            number, text = _EXPECTED.get(sign, ("BC30035", "Syntax error."))
            raise failure(self.place, number, text)

    def need_word(self, word: str) -> None:
        """Pass a keyword. Raises CompileError."""
        if not self.word(word):
            number, text = _EXPECTED.get(word, ("BC30035", "Syntax error."))
            raise failure(self.place, number, text)

    @property
    def is_keyword(self) -> bool:
        """Whether a reserved word is next."""
        return self.now.kind == WORD and self.now.text in KEYWORDS

    @property
    def is_end(self) -> bool:
        """Whether the statement ends here."""
        return self.now.kind in (LINE_END, END) or self.is_sign(":")

    def end_statement(self) -> None:
        """Pass the end of a statement. Raises CompileError."""
        if not self.is_end:
            raise failure(self.place, "BC30205", "End of statement expected.")
        self.skip_ends()

    def skip_ends(self) -> None:
        """Pass empty statements."""
        while self.now.kind == LINE_END or self.is_sign(":"):
            self.take()

    def skip_lines(self) -> None:
        """Pass the ends of lines where a statement goes on."""
        while self.now.kind == LINE_END:
            self.take()

    def name(self) -> str:
        """A name that is declared or used. Raises CompileError."""
        token = self.now
        if self.is_keyword:
            raise failure(token.place, "BC30183", "Keyword is not valid as an identifier.")
        return self.member_name()

    def member_name(self) -> str:
        """A name behind a dot, where keywords are names too. Raises CompileError."""
        found = self.now.name
        if found is None:
            raise failure(self.place, "BC30203", "Identifier expected.")
        self.take()
        return found

    def deeper(self) -> None:
        """One level of nesting more. Raises UnsupportedError."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise UnsupportedError(f"more than {DEEPEST} levels of nesting", self.place)

    def refuse(self, number: str, text: str, place: Place | None = None) -> CompileError:
        """An error of the compiler here."""
        return failure(place or self.place, number, text)

    # Types

    def type_name(self, *, with_arrays: bool = True) -> TypeName:
        """The name of a type. Raises CompileError."""
        self.deeper()
        made = self._plain_type()
        if self.sign("?"):
            made.is_nullable = True
        if with_arrays:
            made.dimensions = (*made.dimensions, *self.array_marks())
        self.depth -= 1
        return made

    def array_marks(self) -> tuple[int, ...]:
        """``()`` and ``(,)`` behind a type or a name, outermost first."""
        ranks = []
        while self.is_sign("(") and self.ahead().kind == SIGN and self.ahead().text in (")", ","):
            self.take()
            rank = 1
            while self.sign(","):
                rank += 1
            self.need_sign(")")
            ranks.append(rank)
        return tuple(ranks)

    def _plain_type(self) -> TypeName:
        place = self.place
        if self.now.kind == WORD and self.now.text in TYPES:
            return TypeName(place, TYPES[self.take().text])
        if self.word("global"):
            self.need_sign(".")
        parts = [self._type_part(place)]
        arguments: dict[int, list[TypeName] | int] = {}
        self._type_arguments(arguments, 0)
        while self.is_sign("."):
            self.take()
            parts.append(self._canonical(self.member_name()))
            self._type_arguments(arguments, len(parts) - 1)
        alias = self.aliases.get(parts[0].lower())
        if alias is not None and 0 not in arguments:
            shift = alias.name.count(".")
            moved = {at + shift: inside for at, inside in arguments.items()}
            return TypeName(place, ".".join([alias.name, *parts[1:]]), {**alias.arguments, **moved})
        return TypeName(place, ".".join(parts), arguments)

    def _type_part(self, place: Place) -> str:
        if self.now.name is None or self.is_keyword:
            raise failure(place, "BC30182", "Type expected.")
        return self._canonical(self.member_name())

    def _canonical(self, name: str) -> str:
        lowered = name.lower()
        for scope in reversed(self.generics):
            if lowered in scope:
                return scope[lowered]
        return self.declared.get(lowered, name)

    def _type_arguments(self, arguments: dict[int, list[TypeName] | int], at: int) -> None:
        found = self.generic_arguments()
        if found:
            arguments[at] = found

    def generic_arguments(self) -> list[TypeName] | int | None:
        """``(Of T, ...)``; of an open type the number of its parameters."""
        if not (self.is_sign("(") and self.ahead().kind == WORD and self.ahead().text == "of"):
            return None
        self.take()
        self.take()
        if self.is_sign(",", ")"):
            count = 1
            while self.sign(","):
                count += 1
            self.need_sign(")")
            return count
        found = [self.type_name()]
        while self.sign(","):
            found.append(self.type_name())
        self.need_sign(")")
        return found


_EXPECTED: Final = {
    "(": ("BC30199", "'(' expected."),
    ")": ("BC30198", "')' expected."),
    "{": ("BC30987", "'{' expected."),
    "}": ("BC30370", "'}' expected."),
    "=": ("BC30249", "'=' expected."),
    ",": ("BC30196", "Comma expected."),
    ">": ("BC30636", "'>' expected."),
    ".": ("BC30287", "'.' expected."),
    "is": ("BC30224", "'Is' expected."),
    "in": ("BC36607", "'In' expected."),
    "lib": ("BC30218", "'Lib' expected."),
}
"""What the compiler says where a sign or a keyword is missing; of others that there is an error."""
