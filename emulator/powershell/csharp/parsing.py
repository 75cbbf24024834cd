"""From the parser's tree to the syntax tree: files, namespaces, types and names of types.

What is of C# 6 or later is refused with the error of the compiler that Windows PowerShell uses (C# 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from emulator.powershell.csharp.diagnostics import CompileError, UnsupportedError, failure
from emulator.powershell.csharp.parser_library import LONGEST, TreeNode, parse_tree
from emulator.powershell.csharp.preprocessor import preprocess
from emulator.powershell.csharp.syntax import Namespace, Place, TypeName, Unit
from emulator.powershell.csharp.syntax_errors import errors_of
from emulator.powershell.runtime.recursion import allow_depth

DEEPEST = 400
"""Nesting of the syntax tree; the real compiler's own bound is of the same size (CS1647)."""

_WORDS = frozenset({"this", "base"})
_NAMESPACES = frozenset({"namespace_declaration", "file_scoped_namespace_declaration"})
_TYPES = frozenset(
    {
        "class_declaration",
        "struct_declaration",
        "interface_declaration",
        "enum_declaration",
        "delegate_declaration",
    }
)


# The grammar is that of later versions, where ``x is A && b`` may be a pattern. ``as`` has the precedence
# that ``is`` has in C# 5 and takes nothing but a type, so it stands in for it, followed by a mark.
MARK = b"\x0b"
_TYPE_TESTS = re.compile(
    rb"""//[^\n]*|/\*.*?\*/|@"(?:[^"]|"")*"|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'|"""
    rb"@[A-Za-z_]\w*|\bis[ \t]",
    re.DOTALL,
)


def _as_conversion(found: re.Match[bytes]) -> bytes:
    return b"as" + MARK if found.group()[:-1] == b"is" else found.group()


def is_type_test(node: TreeNode) -> bool:
    """Whether a conversion stands in for a test (see `MARK`)."""
    operator = needed(node, "operator")
    place = operator.end_byte - node.start_byte
    return (node.text or b"")[place : place + 1] == MARK


def parse(source: str, symbols: Iterable[str] = ()) -> Unit:
    """Parse a source. Raises CompileError and UnsupportedError."""
    allow_depth()
    data = preprocess(source, symbols).encode("utf-8", "surrogatepass")
    if len(data) > LONGEST:
        raise UnsupportedError(f"a source of more than {LONGEST} bytes", (1, 1))
    root = parse_tree(_TYPE_TESTS.sub(_as_conversion, data.replace(MARK, b" ")))
    if root.has_error:
        raise CompileError(errors_of(root, data))
    outer = Namespace("", [], {}, [])
    found = [outer]
    _namespace(root, outer, found, 0)
    return Unit(found)


def place_of(node: TreeNode) -> Place:
    """Where a node begins."""
    row, column = node.start_point
    return row + 1, column + 1


def text_of(node: TreeNode) -> str:
    """What a node says."""
    return (node.text or b"").decode("utf-8", "replace")


def children_of(node: TreeNode) -> list[TreeNode]:
    """The named children without comments."""
    return [one for one in node.children if (one.is_named and one.type != "comment") or one.type in _WORDS]


def field_of(node: TreeNode, name: str) -> TreeNode | None:
    """The child of a role."""
    return node.child_by_field_name(name)


def needed(node: TreeNode, name: str) -> TreeNode:
    """The child of a role that the grammar promises."""
    found = node.child_by_field_name(name)
    if found is None:
        raise UnsupportedError(f"{node.type} without {name}", place_of(node))
    return found


def check_depth(node: TreeNode, depth: int) -> None:
    """Refuse what is nested too deeply."""
    if depth > DEEPEST:
        raise failure(
            place_of(node),
            "CS1647",
            f"An expression is too long or complex to compile near '{text_of(node)[:40]}'",
        )


def _namespace(node: TreeNode, home: Namespace, found: list[Namespace], depth: int) -> None:
    from emulator.powershell.csharp.parsing_members import type_declaration

    check_depth(node, depth)
    for child in children_of(node):
        kind = child.type
        if kind == "using_directive":
            _using(child, home)
        elif kind in _NAMESPACES:
            name = text_of(needed(child, "name")).replace(" ", "")
            inner = Namespace(
                f"{home.name}.{name}" if home.name else name, list(home.usings), dict(home.aliases), []
            )
            found.append(inner)
            body = field_of(child, "body")
            _namespace(body if body is not None else child, inner, found, depth + 1)
        elif kind in _TYPES:
            home.types.append(type_declaration(child, depth + 1))
        elif kind in ("identifier", "qualified_name", "global_attribute"):
            continue
        elif kind == "global_statement":
            raise failure(place_of(child), "CS1022", "Type or namespace definition, or end-of-file expected")
        else:
            raise UnsupportedError(kind.replace("_", " "), place_of(child))


def _using(node: TreeNode, home: Namespace) -> None:
    if any(one.type in ("static", "global") for one in node.children):
        raise failure(place_of(node), "CS1001", "Identifier expected")
    alias = field_of(node, "name")
    target = [one for one in children_of(node) if alias is None or one.start_byte != alias.start_byte]
    if alias is not None:
        home.aliases[text_of(alias)] = type_name(target[-1], 0)
    else:
        home.usings.append(text_of(target[-1]).replace(" ", "").removeprefix("global::"))


def type_name(node: TreeNode, depth: int) -> TypeName:
    """The name of a type as it is written."""
    check_depth(node, depth)
    kind = node.type
    place = place_of(node)
    if kind in ("identifier", "predefined_type"):
        return TypeName(place, text_of(node).removeprefix("@"))
    if kind == "generic_name":
        return TypeName(place, text_of(node.children[0]), {0: type_arguments(node.children[1], depth)})
    if kind in ("qualified_name", "member_access_expression"):
        left = type_name(needed(node, "qualifier" if kind == "qualified_name" else "expression"), depth + 1)
        right = type_name(needed(node, "name"), depth + 1)
        count = left.name.count(".") + 1
        return TypeName(
            place,
            f"{left.name}.{right.name}",
            {**left.arguments, **{count + at: inside for at, inside in right.arguments.items()}},
        )
    if kind == "alias_qualified_name":
        if text_of(needed(node, "alias")) != "global":
            raise UnsupportedError("extern alias", place)
        return type_name(needed(node, "name"), depth + 1)
    if kind == "array_type":
        inner = type_name(needed(node, "type"), depth + 1)
        rank = needed(node, "rank")
        inner.dimensions = (*inner.dimensions, 1 + sum(one.type == "," for one in rank.children))
        return inner
    if kind == "nullable_type":
        inner = type_name(needed(node, "type"), depth + 1)
        inner.is_nullable = True
        return inner
    raise UnsupportedError(kind.replace("_", " "), place)


def type_arguments(node: TreeNode, depth: int) -> list[TypeName] | int:
    """The arguments between angle brackets; of an open type their number."""
    inside = children_of(node)
    if not inside:
        return 1 + sum(one.type == "," for one in node.children)
    return [type_name(one, depth + 1) for one in inside]
