"""Make test files of PowerShell 7 readable for the parser of Windows PowerShell 5.1.

A file whose tests use the syntax of PowerShell 7 in one place cannot be read by 5.1 at all. The smallest test,
context or description around such a place is put aside, so that the others run.
"""

from __future__ import annotations

import re

from emulator.powershell.parser import parse
from emulator.powershell.parser.ast import CommandAst
from emulator.powershell.parser.node import Ast

MESSAGE = "This case is written in the syntax of PowerShell 6 or 7."
_BLOCKS = frozenset({"it", "context", "describe"})
_MOST = 200
_EMPTY_CLEAN_BLOCK = re.compile(r"^[ \t]*clean \{\}[ \t]*$", re.MULTILINE)
"""It does nothing, and one stands in the helper function of a whole file."""
_PROPERTIES_AS_ACCESSORS = re.compile(
    r"class \w+ : System\.IO\.FileSystemInfo\s+\{\s+\[string\] \$Name\s+\[bool\]"
)
"""Properties implement those of a base since PowerShell 6.2 (PowerShell pull request 8303); before, the parser
refuses the whole file."""


def readable_by_5_1(text: str) -> str:
    """The text with such places replaced by a case that fails with `MESSAGE`; lines keep their numbers."""
    text = _EMPTY_CLEAN_BLOCK.sub("", text)
    newer = _PROPERTIES_AS_ACCESSORS.search(text)
    around = _smallest_block(parse(text, language_version=(7, 0)).ast, newer.start()) if newer else None
    if around is not None:
        text = _without(text, around)
    for _ in range(_MOST):
        errors = parse(text).errors
        if not errors:
            return text
        offset = errors[0].extent.start_offset
        trees = (parse(text, language_version=version).ast for version in ((7, 0), (5, 1)))
        around = next((one for tree in trees if (one := _smallest_block(tree, offset)) is not None), None)
        if around is None:
            return text
        text = _without(text, around)
    return text


def _smallest_block(tree: Ast, offset: int) -> CommandAst | None:
    found = [
        node
        for node in tree.walk()
        if isinstance(node, CommandAst)
        and (node.get_command_name() or "").lower() in _BLOCKS
        and node.extent.start_offset <= offset <= node.extent.end_offset
    ]
    return found[-1] if found else None


def _without(text: str, block: CommandAst) -> str:
    start, end = block.extent.start_offset, block.extent.end_offset
    name = str(block.command_elements[1]) if len(block.command_elements) > 1 else "'-'"
    case = f"It {name} {{ throw '{MESSAGE}' }}"
    if (block.get_command_name() or "").lower() != "it":
        case = f"{block.get_command_name()} {name} {{ {case} }}"
    return text[:start] + case + "\n" * text.count("\n", start, end) + text[end:]
