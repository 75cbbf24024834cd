"""Which properties a condition looks at."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.cim.wql.tree import And, Comparison, Expression, IsA, IsNull, Not, Or, Property


def property_names(where: Expression | None) -> frozenset[str]:
    """The first parts of every property that a condition names, in lower case."""
    return frozenset(operand.parts[0].lower() for operand in _operands(where))


def _operands(where: Expression | None) -> Iterator[Property]:
    if isinstance(where, And | Or):
        for term in where.terms:
            yield from _operands(term)
    elif isinstance(where, Not):
        yield from _operands(where.term)
    elif isinstance(where, IsNull | IsA):
        yield where.operand
    elif isinstance(where, Comparison):
        for side in (where.left, where.right):
            if isinstance(side, Property):
                yield side
