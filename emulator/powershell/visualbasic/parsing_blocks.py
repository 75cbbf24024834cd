"""From words to the syntax tree: blocks of statements, and what ends them."""

from __future__ import annotations

from typing import Final

from emulator.powershell.csharp.diagnostics import CompileError
from emulator.powershell.csharp.syntax import (
    Block,
    Place,
    Statement,
)
from emulator.powershell.visualbasic.parsing_expressions import ExpressionParser
from emulator.powershell.visualbasic.tokens import END, WORD

_ENDING: Final = frozenset({"else", "elseif", "next", "loop", "wend", "case", "catch", "finally"})
ENDS: Final = {
    "if": ("BC30081", "'If' must end with a matching 'End If'."),
    "select": ("BC30095", "'Select Case' must end with a matching 'End Select'."),
    "while": ("BC30082", "'While' must end with a matching 'End While'."),
    "try": ("BC30384", "'Try' must end with a matching 'End Try'."),
    "using": ("BC36008", "'Using' must end with a matching 'End Using'."),
    "with": ("BC30085", "'With' must end with a matching 'End With'."),
    "synclock": ("BC30675", "'SyncLock' statement must end with a matching 'End SyncLock'."),
    "for": ("BC30084", "'For' must end with a matching 'Next'."),
    "do": ("BC30083", "'Do' must end with a matching 'Loop'."),
    "sub": ("BC30026", "'End Sub' expected."),
    "function": ("BC30027", "'End Function' expected."),
    "get": ("BC30631", "'Get' statement must end with a matching 'End Get'."),
    "set": ("BC30633", "'Set' statement must end with a matching 'End Set'."),
    "property": ("BC30025", "Property missing 'End Property'."),
    "operator": ("BC33007", "'Operator' declaration must end with a matching 'End Operator'."),
    "class": ("BC30481", "'Class' statement must end with a matching 'End Class'."),
    "module": ("BC30625", "'Module' statement must end with a matching 'End Module'."),
    "structure": ("BC30624", "'Structure' statement must end with a matching 'End Structure'."),
    "interface": ("BC30253", "'Interface' must end with a matching 'End Interface'."),
    "enum": ("BC30185", "'Enum' must end with a matching 'End Enum'."),
    "namespace": ("BC30626", "'Namespace' statement must end with a matching 'End Namespace'."),
}
"""What the compiler says where the end of a block is missing."""
_STRAY: Final = {
    "else": ("BC30086", "'Else' must be preceded by a matching 'If' or 'ElseIf'."),
    "elseif": ("BC36005", "'ElseIf' must be preceded by a matching 'If' or 'ElseIf'."),
    "next": ("BC30092", "'Next' must be preceded by a matching 'For'."),
    "loop": ("BC30091", "'Loop' must be preceded by a matching 'Do'."),
    "case": ("BC30072", "'Case' can only appear inside a 'Select Case' statement."),
    "catch": ("BC30380", "'Catch' cannot appear outside a 'Try' statement."),
    "finally": ("BC30382", "'Finally' cannot appear outside a 'Try' statement."),
    "if": ("BC30087", "'End If' must be preceded by a matching 'If'."),
    "select": ("BC30088", "'End Select' must be preceded by a matching 'Select Case'."),
    "while": ("BC30090", "'End While' must be preceded by a matching 'While'."),
    "with": ("BC30093", "'End With' must be preceded by a matching 'With'."),
    "try": ("BC30383", "'End Try' must be preceded by a matching 'Try'."),
    "using": ("BC36007", "'End Using' must be preceded by a matching 'Using'."),
    "sub": ("BC30429", "'End Sub' must be preceded by a matching 'Sub'."),
    "function": ("BC30430", "'End Function' must be preceded by a matching 'Function'."),
    "property": ("BC30431", "'End Property' must be preceded by a matching 'Property'."),
    "class": ("BC30460", "'End Class' must be preceded by a matching 'Class'."),
    "module": ("BC30622", "'End Module' must be preceded by a matching 'Module'."),
    "structure": ("BC30621", "'End Structure' must be preceded by a matching 'Structure'."),
    "interface": ("BC30252", "'End Interface' must be preceded by a matching 'Interface'."),
    "enum": ("BC30184", "'End Enum' must be preceded by a matching 'Enum'."),
    "namespace": ("BC30623", "'End Namespace' must be preceded by a matching 'Namespace'."),
}
"""What the compiler says of the end of a block that has not begun."""
_METHOD_ENDS: Final = frozenset({"sub", "function", "get", "set", "property", "operator"})


class BlockParser(ExpressionParser):
    """Statements up to the word that ends them."""

    _open_next = False
    """Whether ``Next i, j`` has ended one loop and goes on with the next."""

    def block(self) -> Block:
        """Statements up to a word that ends a block; it is not passed. Raises CompileError."""
        self.deeper()
        place = self.place
        found: list[Statement] = []
        self.skip_ends()
        while not self._ends_here():
            found.append(self.statement())
            if self._open_next:
                break
            self.end_statement()
        self.depth -= 1
        return Block(place, found)

    def _ends_here(self) -> bool:
        if self.now.kind == END or self._open_next:
            return True
        if self.now.kind != WORD:
            return False
        if self.now.text in _ENDING:
            return True
        return self.now.text == "endif" or (
            self.now.text == "end" and self.ahead().kind == WORD and self.ahead().text in ENDS
        )

    def need_end(self, what: str, begun: Place | None = None) -> None:
        """``End what``. Raises CompileError."""
        if what == "if" and self.word("endif"):
            return
        if self.is_word("end") and self.ahead().text == what:
            self.take()
            self.take()
            return
        raise self.unended(what, begun)

    def unended(self, what: str, begun: Place | None = None) -> CompileError:
        """The error for a block without its end: that of the block, or of the end that belongs to none."""
        if self.now.kind == WORD and self.now.text in _ENDING:
            number, text = _STRAY.get(self.now.text, ENDS[what])
            if what in _METHOD_ENDS:
                return self.refuse(number, text)
        if self.is_word("end") and what in _METHOD_ENDS and self.ahead().text in _STRAY:
            other = self.ahead().text
            if other not in _METHOD_ENDS and other not in ("class", "module", "structure", "namespace"):
                return self.refuse(*_STRAY[other])
        return self.refuse(*ENDS[what], begun or self.place)

    def stray_end(self) -> CompileError:
        """The error for what stands where a declaration is expected."""
        if self.is_word("end") and self.ahead().text in _STRAY:
            return self.refuse(*_STRAY[self.ahead().text])
        return self.refuse("BC30188", "Declaration expected.")
