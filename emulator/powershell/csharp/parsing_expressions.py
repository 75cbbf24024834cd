"""From the parser's tree to the syntax tree: expressions."""

from __future__ import annotations

from collections.abc import Callable

from emulator.powershell.csharp import literals
from emulator.powershell.csharp.diagnostics import UnsupportedError, failure
from emulator.powershell.csharp.parser_library import TreeNode
from emulator.powershell.csharp.parsing import (
    check_depth,
    children_of,
    field_of,
    is_type_test,
    needed,
    place_of,
    text_of,
    type_arguments,
    type_name,
)
from emulator.powershell.csharp.syntax import (
    AnonymousObject,
    Argument,
    ArrayCreation,
    Assignment,
    Base,
    Binary,
    Cast,
    Checked,
    Conditional,
    ElementAccess,
    Expression,
    Initializer,
    Invocation,
    Lambda,
    Literal,
    MemberAccess,
    Name,
    ObjectCreation,
    Parameter,
    This,
    TypeExpression,
    TypeOf,
    TypeTest,
    Unary,
)
from emulator.powershell.dotnet.numbers import Int64, UInt32, UInt64

_TYPE_NODES = frozenset({"predefined_type", "array_type", "nullable_type"})


def expression(node: TreeNode, depth: int) -> Expression:
    """An expression."""
    check_depth(node, depth)
    make = _MAKERS.get(node.type)
    if make is None:
        if node.type in _LATER:
            raise _LATER[node.type](node)
        raise UnsupportedError(node.type.replace("_", " "), place_of(node))
    return make(node, depth + 1)


_LATER: dict[str, Callable[[TreeNode], Exception]] = {
    "interpolated_string_expression": lambda node: failure(
        place_of(node), "CS1056", "Unexpected character '$'"
    ),
    "conditional_access_expression": lambda node: failure(
        place_of(node), "CS1525", "Invalid expression term '.'"
    ),
    "throw_expression": lambda node: failure(place_of(node), "CS1525", "Invalid expression term 'throw'"),
    "is_pattern_expression": lambda node: failure(place_of(node), "CS1002", "; expected"),
    "is_expression": lambda node: UnsupportedError("is at the end of a line", place_of(node)),
    "switch_expression": lambda node: failure(place_of(node), "CS1525", "Invalid expression term 'switch'"),
}


def arguments(node: TreeNode, depth: int) -> list[Argument]:
    """The arguments of a call or an access."""
    made = []
    for one in children_of(node):
        if one.type != "argument":
            raise UnsupportedError(one.type.replace("_", " "), place_of(one))
        name = field_of(one, "name")
        mode = next((text_of(child) for child in one.children if child.type in ("ref", "out")), "")
        value = expression(children_of(one)[-1], depth + 1)
        made.append(Argument(place_of(one), value, text_of(name) if name is not None else None, mode))
    return made


def _identifier(node: TreeNode, _depth: int) -> Expression:
    return Name(place_of(node), text_of(node).removeprefix("@"))


def _generic_name(node: TreeNode, depth: int) -> Expression:
    inside = type_arguments(node.children[1], depth)
    if isinstance(inside, int):
        raise failure(place_of(node), "CS7003", "Unexpected use of an unbound generic name")
    return Name(place_of(node), text_of(node.children[0]), inside)


def _access(node: TreeNode, depth: int) -> Expression:
    if any(one.type == "->" for one in node.children):
        raise UnsupportedError("pointer", place_of(node))
    target = needed(node, "expression")
    name = expression(needed(node, "name"), depth)
    assert isinstance(name, Name)  # noqa: S101 - the grammar allows nothing else there
    return MemberAccess(place_of(node), _target(target, depth), name.name, name.arguments)


def _target(node: TreeNode, depth: int) -> Expression:
    if node.type in _TYPE_NODES:
        return TypeExpression(place_of(node), type_name(node, depth))
    return expression(node, depth)


def _qualified(node: TreeNode, depth: int) -> Expression:
    name = needed(node, "name")
    return MemberAccess(place_of(node), expression(needed(node, "qualifier"), depth), text_of(name))


def _invocation(node: TreeNode, depth: int) -> Expression:
    return Invocation(
        place_of(node),
        expression(needed(node, "function"), depth),
        arguments(needed(node, "arguments"), depth),
    )


def _element(node: TreeNode, depth: int) -> Expression:
    return ElementAccess(
        place_of(node),
        expression(needed(node, "expression"), depth),
        arguments(needed(node, "subscript"), depth),
    )


def initializer(node: TreeNode, depth: int) -> Initializer:
    """What stands in braces behind ``new`` or the sign of an assignment."""
    check_depth(node, depth)
    items: list[Expression | list[Expression] | tuple[str, Expression]] = []
    for one in children_of(node):
        if one.type == "initializer_expression":
            items.append([expression(inner, depth + 1) for inner in children_of(one)])
        elif one.type == "assignment_expression" and needed(one, "left").type == "identifier":
            right = needed(one, "right")
            items.append((text_of(needed(one, "left")), expression(right, depth + 1)))
        elif one.type == "assignment_expression":
            raise failure(place_of(one), "CS1525", "Invalid expression term '['")
        else:
            items.append(expression(one, depth + 1))
    return Initializer(place_of(node), items)


def _creation(node: TreeNode, depth: int) -> Expression:
    declared = needed(node, "type")
    filled = field_of(node, "initializer")
    given = field_of(node, "arguments")
    if declared.type == "array_type":
        return _array(node, declared, filled, depth)
    return ObjectCreation(
        place_of(node),
        type_name(declared, depth),
        arguments(given, depth) if given is not None else [],
        initializer(filled, depth) if filled is not None else None,
    )


def _array_creation(node: TreeNode, depth: int) -> Expression:
    filled = next((one for one in children_of(node) if one.type == "initializer_expression"), None)
    return _array(node, needed(node, "type"), filled, depth)


def _array(node: TreeNode, declared: TreeNode, filled: TreeNode | None, depth: int) -> Expression:
    # new int[2][] nests the ranks the other way round than their order in the source.
    inner = declared
    while needed(inner, "type").type == "array_type":
        inner = needed(inner, "type")
    sizes = [expression(one, depth) for one in children_of(needed(inner, "rank"))]
    return ArrayCreation(
        place_of(node),
        type_name(declared, depth),
        sizes,
        initializer(filled, depth) if filled is not None else None,
    )


def _implicit_array(node: TreeNode, depth: int) -> Expression:
    return ArrayCreation(place_of(node), None, [], initializer(children_of(node)[-1], depth))


def _anonymous(node: TreeNode, depth: int) -> Expression:
    members: list[tuple[str, Expression]] = []
    name: str | None = None
    parts = [one for one in node.children if one.type != "comment"]
    for place, one in enumerate(parts):
        if not one.is_named:
            continue
        following = parts[place + 1].type if place + 1 < len(parts) else ""
        if following == "=":
            name = text_of(one)
            continue
        value = expression(one, depth)
        if name is None and isinstance(value, Name | MemberAccess):
            name = value.name
        if name is None:
            raise failure(place_of(one), "CS0746", "Invalid anonymous type member declarator")
        members.append((name, value))
        name = None
    return AnonymousObject(place_of(node), members)


def _prefix(node: TreeNode, depth: int) -> Expression:
    operator = node.children[0].type
    operand = expression(children_of(node)[-1], depth)
    if operator in ("&", "*"):
        raise UnsupportedError("pointer", place_of(node))
    if operator == "^":
        raise failure(place_of(node), "CS1525", "Invalid expression term '^'")
    if operator == "-" and isinstance(operand, Literal) and type(operand.value) in _NEGATABLE:
        number = operand.value
        if type(number).__name__ == "UInt32" and number == 1 << 31:
            return Literal(place_of(node), -(1 << 31))
        if type(number).__name__ == "UInt64" and number == 1 << 63:
            return Literal(place_of(node), Int64(-(1 << 63)))
    return Unary(place_of(node), operator, operand)


_NEGATABLE = (UInt32, UInt64)


def _postfix(node: TreeNode, depth: int) -> Expression:
    operator = node.children[-1].type
    if operator == "!":
        raise failure(place_of(node), "CS1525", "Invalid expression term '!'")
    return Unary(place_of(node), operator, expression(children_of(node)[0], depth), is_postfix=True)


def _binary(node: TreeNode, depth: int) -> Expression:
    # A long sum nests to the left as deep as it has members.
    chain: list[TreeNode] = []
    left = node
    while left.type == "binary_expression" and len(chain) < 10_000:
        chain.append(left)
        left = needed(left, "left")
    made = expression(left, depth)
    for one in reversed(chain):
        operator = text_of(needed(one, "operator"))
        if operator == ">>>":
            raise failure(place_of(one), "CS1525", "Invalid expression term '>'")
        made = Binary(place_of(one), operator, made, expression(needed(one, "right"), depth))
    return made


def _product(node: TreeNode, depth: int) -> Expression:
    # ``f(a * b)`` is read as the declaration of a pointer; any other declaration there is of C# 7.
    declared = needed(node, "type")
    if declared.type != "pointer_type":
        raise failure(place_of(node), "CS1525", f"Invalid expression term '{text_of(node)[:40]}'")
    left = expression(needed(declared, "type"), depth)
    return Binary(place_of(node), "*", left, expression(needed(node, "name"), depth))


def _assignment(node: TreeNode, depth: int) -> Expression:
    operator = text_of(needed(node, "operator")).removesuffix("=")
    if operator == "??":
        raise failure(place_of(node), "CS1525", "Invalid expression term '='")
    return Assignment(
        place_of(node),
        operator,
        expression(needed(node, "left"), depth),
        expression(needed(node, "right"), depth),
    )


def _conditional(node: TreeNode, depth: int) -> Expression:
    return Conditional(
        place_of(node),
        expression(needed(node, "condition"), depth),
        expression(needed(node, "consequence"), depth),
        expression(needed(node, "alternative"), depth),
    )


def _cast(node: TreeNode, depth: int) -> Expression:
    return Cast(
        place_of(node), type_name(needed(node, "type"), depth), expression(needed(node, "value"), depth)
    )


def _test(node: TreeNode, depth: int) -> Expression:
    tested = type_name(needed(node, "right"), depth)
    return TypeTest(place_of(node), expression(needed(node, "left"), depth), tested, not is_type_test(node))


def _type_of(node: TreeNode, depth: int) -> Expression:
    operator = node.type.removesuffix("_expression")
    declared = field_of(node, "type")
    if declared is None:
        raise failure(place_of(node), "CS1031", "Type expected")
    return TypeOf(place_of(node), operator, type_name(declared, depth))


def _checked(node: TreeNode, depth: int) -> Expression:
    return Checked(
        place_of(node), expression(children_of(node)[-1], depth), node.children[0].type == "checked"
    )


def _lambda(node: TreeNode, depth: int) -> Expression:
    from emulator.powershell.csharp.parsing_members import parameters
    from emulator.powershell.csharp.parsing_statements import block

    if any(one.type in ("modifier", "async") for one in node.children):
        raise UnsupportedError("async lambda", place_of(node))
    given = field_of(node, "parameters")
    named: list[Parameter] = []
    if given is not None and given.type == "parameter_list":
        named = parameters(given, depth)
    elif given is not None:
        named = [Parameter(place_of(given), None, text_of(given))]
    body = field_of(node, "body") or children_of(node)[-1]
    return Lambda(
        place_of(node), named, block(body, depth) if body.type == "block" else expression(body, depth)
    )


def _string(node: TreeNode, _depth: int) -> Expression:
    return Literal(place_of(node), literals.unescape(text_of(node)[1:-1], place_of(node)))


def _verbatim(node: TreeNode, _depth: int) -> Expression:
    return Literal(place_of(node), text_of(node)[2:-1].replace('""', '"'))


def _default(node: TreeNode, depth: int) -> Expression:
    return _type_of(node, depth)


def _literal_type(node: TreeNode, depth: int) -> Expression:
    return TypeExpression(place_of(node), type_name(node, depth))


_MAKERS: dict[str, Callable[[TreeNode, int], Expression]] = {
    "identifier": _identifier,
    "generic_name": _generic_name,
    "member_access_expression": _access,
    "qualified_name": _qualified,
    "alias_qualified_name": lambda node, depth: expression(needed(node, "name"), depth),
    "invocation_expression": _invocation,
    "element_access_expression": _element,
    "object_creation_expression": _creation,
    "array_creation_expression": _array_creation,
    "implicit_array_creation_expression": _implicit_array,
    "anonymous_object_creation_expression": _anonymous,
    "initializer_expression": initializer,
    "prefix_unary_expression": _prefix,
    "postfix_unary_expression": _postfix,
    "binary_expression": _binary,
    "assignment_expression": _assignment,
    "conditional_expression": _conditional,
    "cast_expression": _cast,
    "as_expression": _test,
    "declaration_expression": _product,
    "typeof_expression": _type_of,
    "sizeof_expression": _type_of,
    "default_expression": _default,
    "checked_expression": _checked,
    "lambda_expression": _lambda,
    "anonymous_method_expression": _lambda,
    "parenthesized_expression": lambda node, depth: expression(children_of(node)[-1], depth),
    "string_literal": _string,
    "verbatim_string_literal": _verbatim,
    "character_literal": lambda node, _d: Literal(
        place_of(node), literals.character(text_of(node), place_of(node))
    ),
    "integer_literal": lambda node, _d: Literal(
        place_of(node), literals.integer(text_of(node), place_of(node))
    ),
    "real_literal": lambda node, _d: Literal(place_of(node), literals.real(text_of(node), place_of(node))),
    "boolean_literal": lambda node, _d: Literal(place_of(node), text_of(node) == "true"),
    "null_literal": lambda node, _d: Literal(place_of(node), None),
    "this": lambda node, _d: This(place_of(node)),
    "base": lambda node, _d: Base(place_of(node)),
    "predefined_type": _literal_type,
}
