"""The compiler's errors for what the parser could not take.

Of the errors of csc.exe those are given that follow from what the parser says is missing, or stands where
nothing of its kind can be; their texts are the compiler's, their number and order may differ.
"""

from __future__ import annotations

import re

from emulator.powershell.csharp.diagnostics import Diagnostic
from emulator.powershell.csharp.parser_library import TreeNode

_MISSING = {";": "CS1002", "}": "CS1513", "{": "CS1514", ")": "CS1026", "identifier": "CS1001", "]": "CS1003"}
_TEXTS = {
    "CS1001": "Identifier expected",
    "CS1002": "; expected",
    "CS1003": "Syntax error, '{0}' expected",
    "CS1026": ") expected",
    "CS1513": "}} expected",
    "CS1514": "{{ expected",
    "CS1022": "Type or namespace definition, or end-of-file expected",
    "CS1519": "Invalid token '{0}' in class, struct, or interface member declaration",
    "CS1525": "Invalid expression term '{0}'",
    "CS1056": "Unexpected character '{0}'",
}
MOST = 100
_LATER = {"interpolated_string_expression": "$", "conditional_access_expression": "."}


def errors_of(root: TreeNode, source: bytes) -> list[Diagnostic]:
    """What is wrong, in the order of the source. Braces that do not match explain everything else."""
    unmatched = _unmatched(source)
    if unmatched is not None:
        return [unmatched]
    found: list[Diagnostic] = []
    todo = [root]
    while todo and len(found) < MOST:
        node = todo.pop()
        if node.is_missing:
            found.append(_missing(node))
        elif node.type == "ERROR":
            found.append(_unexpected(node))
        elif node.has_error:
            todo.extend(reversed(node.children))
    return found or [_unexpected(root)]


_BRACES = re.compile(
    rb"""//[^\n]*|/\*.*?\*/|@"(?:[^"]|"")*"|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'|[{}]""", re.DOTALL
)


def _unmatched(source: bytes) -> Diagnostic | None:
    depth = 0
    for found in _BRACES.finditer(source):
        token = found.group()
        depth += (token == b"{") - (token == b"}")
        if depth < 0:
            line = source.count(b"\n", 0, found.start()) + 1
            column = found.start() - source.rfind(b"\n", 0, found.start())
            return Diagnostic(line, column, "CS1022", _TEXTS["CS1022"])
    if not depth:
        return None
    end = source.rstrip()
    column = len(end) - end.rfind(b"\n")
    return Diagnostic(end.count(b"\n") + 1, column, "CS1513", _TEXTS["CS1513"].format())


def _diagnostic(node: TreeNode, number: str, name: str = "", at_end: bool = False) -> Diagnostic:
    row, column = node.end_point if at_end else node.start_point
    return Diagnostic(row + 1, column + 1, number, _TEXTS[number].format(name))


def _missing(node: TreeNode) -> Diagnostic:
    number = _MISSING.get(node.type, "CS1003")
    # The compiler points behind the token before, and so does a node of no length.
    before = _previous(node)
    return _diagnostic(before or node, number, node.type, at_end=before is not None)


def _previous(node: TreeNode) -> TreeNode | None:
    one: TreeNode | None = node
    while one is not None and one.prev_sibling is None:
        one = one.parent
    return one.prev_sibling if one is not None else None


_BEFORE_A_TERM = frozenset({"=", "(", "+", "-", "*", "/", "&&", "||", "=="})
_AFTER_A_TERM = frozenset({"identifier", "integer_literal", ")", "]", '"', "true", "false", "null_literal"})


def _following(node: TreeNode) -> TreeNode | None:
    one: TreeNode | None = node
    while one is not None and one.next_sibling is None:
        one = one.parent
    found = one.next_sibling if one is not None else None
    while found is not None and found.children:
        found = found.children[0]
    return found


def _unexpected(node: TreeNode) -> Diagnostic:
    first = node
    while first.children:
        first = first.children[0]
    text = first.text or b""
    name = text.decode("utf-8", "replace").split("\n")[0][:40]
    holder = node.parent.type if node.parent is not None else "compilation_unit"
    last = node
    while last.children:
        last = last.children[-1]
    behind = _following(node)
    if last.type in _BEFORE_A_TERM and behind is not None:
        return _diagnostic(behind, "CS1525", (behind.text or b"").decode("utf-8", "replace")[:40])
    if name.startswith("$"):
        return _diagnostic(first, "CS1056", "$")
    if last.type in _AFTER_A_TERM and behind is not None and behind.type == "}":
        return _diagnostic(last, "CS1002", at_end=True)
    if holder == "compilation_unit":
        return _diagnostic(first, "CS1022")
    if holder in ("declaration_list", "class_declaration", "struct_declaration", "interface_declaration"):
        return _diagnostic(first, "CS1519", name)
    return _diagnostic(first, "CS1525", name)
