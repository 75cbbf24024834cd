"""From a source to its syntax tree: options, imports, namespaces."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.powershell.csharp.diagnostics import UnsupportedError
from emulator.powershell.csharp.syntax import Namespace, Unit
from emulator.powershell.runtime.recursion import allow_depth
from emulator.powershell.visualbasic.method_context import MethodContext
from emulator.powershell.visualbasic.parsing_members import MemberParser
from emulator.powershell.visualbasic.preprocessor import preprocess
from emulator.powershell.visualbasic.tokens import END, LONGEST, WORD, Token, tokens_of

_DECLARING = frozenset({"class", "module", "structure", "interface", "enum"})


def parse(source: str, symbols: Iterable[str] = ()) -> Unit:
    """Parse a source. Raises CompileError and UnsupportedError."""
    allow_depth()
    if len(source) > LONGEST:
        raise UnsupportedError(f"a source of more than {LONGEST} characters", (1, 1))
    return _FileParser(tokens_of(preprocess(source, symbols))).unit()


def _declared(tokens: list[Token]) -> dict[str, str]:
    """The names of all types of the source, by their small letters."""
    found: dict[str, str] = {}
    for place, one in enumerate(tokens[:-1]):
        if one.kind != WORD:
            continue
        at = place + 1
        if one.text == "delegate" and tokens[at].text in ("sub", "function"):
            at += 1
        elif one.text not in _DECLARING or (place and tokens[place - 1].text in ("end", "as", ".")):
            continue
        name = tokens[min(at, len(tokens) - 1)].name
        if name is not None:
            found.setdefault(name.lower(), name)
    return found


class _FileParser(MemberParser):
    """A whole source."""

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens, _declared(tokens))
        self.context = MethodContext()

    def unit(self) -> Unit:
        """The syntax tree."""
        self.skip_ends()
        while self.is_word("option"):
            self._option()
        usings: list[str] = []
        while self.is_word("imports"):
            self._imports(usings)
        outer = Namespace("", usings, {}, [])
        found = [outer]
        self._declarations(outer, found)
        if self.now.kind != END:
            raise self.stray_end()
        return Unit(found)

    def _option(self) -> None:
        self.take()
        name = self.take().text.lower()
        value = self.take().text.lower() if not self.is_end else "on"
        if name == "infer":
            self.infers = value == "on"
        elif name == "compare" and value == "text":
            raise UnsupportedError("Option Compare Text", self.place)
        elif name not in ("strict", "explicit", "compare"):
            raise self.refuse(
                "BC30206", "'Option' must be followed by 'Compare', 'Explicit', 'Infer', or 'Strict'."
            )
        elif name == "explicit" and value == "off":
            raise UnsupportedError("Option Explicit Off", self.place)
        self.end_statement()

    def _imports(self, usings: list[str]) -> None:
        self.take()
        while True:
            if self.is_sign("<"):
                raise UnsupportedError("XML namespace", self.place)
            if self.ahead().text == "=" and self.now.name is not None:
                alias = self.name()
                self.take()
                self.aliases[alias.lower()] = self.type_name()
            else:
                usings.append(self.type_name().text)
            if not self.sign(","):
                break
        self.end_statement()

    def _declarations(self, home: Namespace, found: list[Namespace]) -> None:
        self.deeper()
        while self.now.kind != END and not self.is_word("end"):
            attributes = self.attributes()
            if attributes and self.is_end:
                self.skip_ends()
                continue
            modifiers = self.modifiers()
            if self.is_word("namespace") and not modifiers:
                self._namespace(home, found)
            elif self.now.kind == WORD and (self.now.text in _DECLARING or self.now.text == "delegate"):
                home.types.append(self.type_declaration(modifiers, attributes, is_nested=False))
            elif self.is_word("imports"):
                raise self.refuse("BC30465", "'Imports' statements must precede any declarations.")
            elif self.is_word("option"):
                raise self.refuse(
                    "BC30627", "'Option' statements must precede any declarations or 'Imports' statements."
                )
            elif self.is_word("sub", "function", "property", "declare", "dim") or modifiers:
                raise self.refuse("BC30001", "Statement is not valid in a namespace.")
            elif self.is_end:
                self.skip_ends()
                continue
            else:
                raise self.refuse("BC30188", "Declaration expected.")
            self.end_statement()
        self.depth -= 1

    def _namespace(self, home: Namespace, found: list[Namespace]) -> None:
        begun = self.take().place
        is_global = self.is_word("global")
        if is_global:
            self.take()
            self.need_sign(".")
        name = self.name()
        while self.sign("."):
            name += "." + self.member_name()
        inner = Namespace(
            f"{home.name}.{name}" if home.name and not is_global else name, list(home.usings), {}, []
        )
        found.append(inner)
        self.end_statement()
        self._declarations(inner, found)
        self.need_end("namespace", begun)
