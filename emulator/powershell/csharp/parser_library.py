"""tree-sitter with its grammar of C#, behind this module only."""

from __future__ import annotations

from threading import local
from typing import Final

import tree_sitter
import tree_sitter_c_sharp

LONGEST: Final = 400_000
"""Bytes of a source; the parser cannot be stopped, so this bounds its time."""

TreeNode = tree_sitter.Node
_LANGUAGE: Final = tree_sitter.Language(tree_sitter_c_sharp.language())
_PARSERS = local()


def parse_tree(source: bytes) -> TreeNode:
    """The root of the concrete syntax tree; errors are nodes of it. A parser serves one thread at a time."""
    parser = getattr(_PARSERS, "parser", None)
    if parser is None:
        parser = _PARSERS.parser = tree_sitter.Parser(_LANGUAGE)
    tree = parser.parse(source)
    if tree is None:
        raise ValueError("the parser gave no tree")
    return tree.root_node
