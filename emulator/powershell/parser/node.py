"""The base of all syntax nodes.

A node class lists its fields as annotations, like a dataclass; the metaclass turns them into slots and an
``__init__`` that takes them in order after ``extent``. (The standard dataclass machinery takes four times as
long at import for the eighty classes of the tree, and that time would be paid at each start of the emulator.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, dataclass_transform

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent


@dataclass_transform(eq_default=False)
class NodeType(type):
    """Makes slots and a constructor from the annotations of a node class."""

    _fields: tuple[str, ...]

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> NodeType:
        """Build the class; a value given to an annotated field is its default."""
        inherited: tuple[str, ...] = bases[0]._fields if bases and isinstance(bases[0], NodeType) else ()
        own = tuple(namespace.get("__annotations__", {}))
        defaults = dict(bases[0]._defaults) if bases and isinstance(bases[0], NodeType) else {}
        defaults.update({field: namespace.pop(field) for field in own if field in namespace})
        fields = inherited + tuple(field for field in own if field not in inherited)
        namespace["__slots__"] = tuple(field for field in own if field not in inherited)
        namespace["_fields"] = fields
        namespace["_defaults"] = defaults
        arguments = ", ".join(f"{f}=_defaults[{f!r}]" if f in defaults else f for f in fields)
        body = "; ".join(f"self.{field} = {field}" for field in fields)
        scope: dict[str, Any] = {"_defaults": defaults}
        # The text is made of our own field names only; this is how the standard library builds dataclasses.
        exec(f"def __init__(self, {arguments}): {body}", scope)  # noqa: S102
        namespace["__init__"] = scope["__init__"]
        return super().__new__(cls, name, bases, namespace)

    _defaults: dict[str, Any]


class Ast(metaclass=NodeType):
    """A node of the syntax tree (System.Management.Automation.Language.Ast). Nodes compare by identity."""

    extent: Extent

    @property
    def kind(self) -> str:
        """The name of the node's class in .NET."""
        return type(self).__name__

    def children(self) -> Iterator[Ast]:
        """The direct child nodes, in the order of the text."""
        found = [node for field in type(self)._fields[1:] for node in _nodes(getattr(self, field))]
        found.sort(key=lambda node: node.extent.start_offset)
        yield from found

    def walk(self) -> Iterator[Ast]:
        """This node and all nodes below it, parents before children."""
        waiting: list[Ast] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(list(node.children())))

    def parents(self) -> dict[Ast, Ast]:
        """The parent of each node below this one."""
        return {child: node for node in self.walk() for child in node.children()}

    def __str__(self) -> str:
        return self.extent.text

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.extent.text!r:.60}>"


def _nodes(value: object) -> Iterator[Ast]:
    if isinstance(value, Ast):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)
