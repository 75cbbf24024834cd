"""Rules for variables, and the escapes of strings."""

from __future__ import annotations

import re

from emulator.powershell.parser.ast import ExpressionAst, UsingExpressionAst, VariableExpressionAst
from emulator.powershell.parser.names import variable_path
from emulator.powershell.parser.patterns import BRACED_NAME
from emulator.powershell.parser.scanner import Scanner

SINGLE_QUOTES = "'\u2018\u2019\u201a\u201b"
DOUBLE_QUOTES = '"\u201c\u201d\u201e'

_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_CODE_POINT = re.compile(r"\{([0-9a-fA-F]{1,6})\}")


class VariableRules(Scanner):
    """Variables in code and in strings."""

    def escape(self, character: str) -> str:
        """What a backtick and the character stand for; the position is behind them."""
        if self.seven and character == "e":
            return "\x1b"
        if self.seven and character == "u":
            found = _CODE_POINT.match(self.text, self.pos, self.end)
            if found is not None and int(found.group(1), 16) <= 0x10FFFF:
                self.pos = found.end()
                return chr(int(found.group(1), 16))
        return _ESCAPES.get(character, character)

    def variable(self, name: str, start: int, *, splatted: bool = False) -> VariableExpressionAst:
        """A variable whose name is known; ``pos`` is its end."""
        path = variable_path(name)
        if not path.unqualified_path:
            error_id = "InvalidVariableReference"
            if path.is_drive_qualified:
                error_id = "InvalidVariableReferenceWithDrive"
            self.error(error_id, start, self.pos)
        return VariableExpressionAst(self.extent(start, self.pos), path, splatted)

    def variable_in_string(self, name: str, start: int) -> ExpressionAst:
        """A variable of an expandable string."""
        return self.using_or_variable(self.variable(name, start))

    def using_or_variable(self, node: VariableExpressionAst) -> ExpressionAst:
        """``$using:x`` as the expression that 5.1 makes of it; any other variable as it is."""
        path = node.variable_path
        if path.qualifier == "using" and path.unqualified_path:
            inner = VariableExpressionAst(node.extent, variable_path(path.unqualified_path), node.splatted)
            return UsingExpressionAst(node.extent, inner)
        return node

    def braced_variable_at(self, start: int, *, in_string: bool = False) -> ExpressionAst:
        """``${...}``; the offset is that of the dollar."""
        self.pos = start + 2
        found = BRACED_NAME.match(self.text, self.pos, self.end)
        if found is not None:
            self.pos = found.end()
            name = found.group(1)
        else:
            name = self._braced_name(start, in_string)
        path = variable_path(name)
        if not path.unqualified_path:
            self.error("InvalidBracedVariableReference", start, self.pos)
        return self.using_or_variable(VariableExpressionAst(self.extent(start, self.pos), path))

    def _braced_name(self, start: int, in_string: bool) -> str:
        name: list[str] = []
        while self.pos < self.end:
            character = self.text[self.pos]
            self.pos += 1
            if character == "}":
                if not name:
                    self.error("EmptyVariableReference", self.pos - 1, self.pos - 1)
                    return ":Error:"
                return "".join(name)
            if character == "`" and self.pos < self.end:
                self.pos += 1
                character = self.escape(self.text[self.pos - 1])
            elif character == "{":
                self.error("OpenBraceNeedsToBeBackTickedInVariableName", self.pos, self.pos)
            elif in_string and character in DOUBLE_QUOTES and self.next_character() in set(DOUBLE_QUOTES):
                self.pos += 1
            name.append(character)
        self.incomplete("IncompleteDollarVariableReference", start + 1, start + 1, seen_at=self.end)
        return "".join(name) or ":Error:"
