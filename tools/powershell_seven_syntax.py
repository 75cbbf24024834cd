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
_NEWER_CLASSES = re.compile(
    r"class \w+ : System\.(?:IO\.FileSystemInfo\s+\{\s+\[string\] \$Name\s+\[bool\]"
    r"|Management\.Automation\.(?:IValidateSetValuesGenerator|CachedValidValuesGeneratorBase))"
)
"""Classes for which the parser of 5.1 refuses a whole file: properties implement those of a base since PowerShell
6.2 (PowerShell pull request 8303), and the two types came with 6.0."""


def readable_by_5_1(text: str) -> str:
    """The text with such places replaced by a case that fails with `MESSAGE`; lines keep their numbers."""
    text = _EMPTY_CLEAN_BLOCK.sub("", text)
    for _ in range(_MOST):
        newer = _NEWER_CLASSES.search(text)
        tree = parse(text, language_version=(7, 0)).ast if newer is not None else None
        around = _smallest_block(tree, newer.start()) if tree is not None and newer is not None else None
        if around is None:
            break
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
