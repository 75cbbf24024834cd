"""From the parser's tree to the syntax tree: declarations of types and their members."""

from __future__ import annotations

from emulator.powershell.csharp.diagnostics import UnsupportedError, failure
from emulator.powershell.csharp.parser_library import TreeNode
from emulator.powershell.csharp.parsing import (
    check_depth,
    children_of,
    field_of,
    needed,
    place_of,
    text_of,
    type_name,
)
from emulator.powershell.csharp.parsing_expressions import arguments, expression
from emulator.powershell.csharp.parsing_statements import block
from emulator.powershell.csharp.syntax import (
    Argument,
    Attribute,
    Block,
    Constructor,
    Field,
    Member,
    Method,
    Parameter,
    Property,
    TypeDeclaration,
    TypeName,
)

OPERATORS = {
    ("+", 2): "op_Addition",
    ("-", 2): "op_Subtraction",
    ("*", 2): "op_Multiply",
    ("/", 2): "op_Division",
    ("%", 2): "op_Modulus",
    ("&", 2): "op_BitwiseAnd",
    ("|", 2): "op_BitwiseOr",
    ("^", 2): "op_ExclusiveOr",
    ("<<", 2): "op_LeftShift",
    (">>", 2): "op_RightShift",
    ("==", 2): "op_Equality",
    ("!=", 2): "op_Inequality",
    ("<", 2): "op_LessThan",
    (">", 2): "op_GreaterThan",
    ("<=", 2): "op_LessThanOrEqual",
    (">=", 2): "op_GreaterThanOrEqual",
    ("+", 1): "op_UnaryPlus",
    ("-", 1): "op_UnaryNegation",
    ("!", 1): "op_LogicalNot",
    ("~", 1): "op_OnesComplement",
    ("++", 1): "op_Increment",
    ("--", 1): "op_Decrement",
    ("true", 1): "op_True",
    ("false", 1): "op_False",
}
"""Names of operators by their sign and number of operands."""

_KINDS = {
    "class_declaration": "class",
    "struct_declaration": "struct",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "delegate_declaration": "delegate",
}
_REFUSED_MODIFIERS = frozenset({"async"})


def type_declaration(node: TreeNode, depth: int) -> TypeDeclaration:
    """A class, struct, interface, enum or delegate."""
    check_depth(node, depth)
    kind = _KINDS[node.type]
    name, modifiers, found = _head(node, depth)
    bases: list[TypeName] = []
    generics = _generics(node)
    for child in children_of(node):
        if child.type == "base_list":
            bases = [type_name(one, depth + 1) for one in children_of(child)]
        elif child.type in ("record_base", "parameter_list") and kind != "delegate":
            raise UnsupportedError(child.type.replace("_", " "), place_of(child))
    made = TypeDeclaration(place_of(node), name, modifiers, found, kind, generics, bases, [])
    if kind == "delegate":
        made.delegate = Method(
            place_of(node),
            "Invoke",
            frozenset({"public", "virtual"}),
            [],
            type_name(needed(node, "type"), depth + 1),
            [],
            parameters(needed(node, "parameters"), depth + 1),
            None,
        )
        return made
    body = needed(node, "body")
    if kind == "enum":
        made.members = [_enum_member(one, depth + 1) for one in children_of(body)]
        return made
    for child in children_of(body):
        made.members.extend(_member(child, depth + 1))
    return made


def _head(node: TreeNode, depth: int) -> tuple[str, frozenset[str], list[Attribute]]:
    modifiers: set[str] = set()
    found: list[Attribute] = []
    for child in node.children:
        if child.type == "modifier":
            modifiers.add(text_of(child))
        elif child.type == "attribute_list":
            found.extend(_attributes(child, depth))
    name = field_of(node, "name")
    return (text_of(name).removeprefix("@") if name is not None else ""), frozenset(modifiers), found


def _attributes(node: TreeNode, depth: int) -> list[Attribute]:
    made = []
    for one in children_of(node):
        if one.type != "attribute":
            continue
        values, named = [], []
        for listed in children_of(one):
            if listed.type != "attribute_argument_list":
                continue
            for argument in children_of(listed):
                name = field_of(argument, "name")
                value = expression(children_of(argument)[-1], depth + 1)
                if name is None:
                    values.append(value)
                else:
                    named.append((text_of(name), value))
        made.append(Attribute(place_of(one), type_name(needed(one, "name"), depth + 1), values, named))
    return made


def _generics(node: TreeNode) -> list[str]:
    for child in children_of(node):
        if child.type == "type_parameter_list":
            return [text_of(needed(one, "name")) for one in children_of(child)]
    return []


def parameters(node: TreeNode, depth: int) -> list[Parameter]:
    """The parameters of a method, indexer or delegate."""
    made: list[Parameter] = []
    pending: list[Attribute] = []
    variadic: TypeName | None = None
    is_variadic = False
    for place, child in enumerate(node.children):
        if child.type == "parameter":
            made.append(_parameter(child, depth + 1))
        elif child.type == "attribute_list":
            pending = _attributes(child, depth)
        elif child.type == "params":
            is_variadic = True
        elif is_variadic and node.field_name_for_child(place) == "type":
            variadic = type_name(child, depth + 1)
        elif is_variadic and node.field_name_for_child(place) == "name":
            made.append(Parameter(place_of(child), variadic, text_of(child), "params", None, pending))
    return made


def _parameter(node: TreeNode, depth: int) -> Parameter:
    found: list[Attribute] = []
    mode = ""
    for child in node.children:
        if child.type == "attribute_list":
            found.extend(_attributes(child, depth))
        elif child.type == "modifier":
            mode = text_of(child)
    declared, name = field_of(node, "type"), needed(node, "name")
    default = None
    for child in children_of(node):
        if child.start_byte > name.end_byte - 1 and child.type not in ("modifier", "attribute_list"):
            default = expression(child, depth + 1)
    if mode == "in":
        raise failure(place_of(node), "CS1041", "Identifier expected; 'in' is a keyword")
    return Parameter(
        place_of(node),
        type_name(declared, depth + 1) if declared is not None else None,
        text_of(name).removeprefix("@"),
        mode,
        default,
        found,
    )


def _enum_member(node: TreeNode, depth: int) -> Field:
    name, modifiers, found = _head(node, depth)
    value = field_of(node, "value")
    return Field(
        place_of(node),
        name,
        modifiers,
        found,
        TypeName(place_of(node), "int"),
        expression(value, depth + 1) if value is not None else None,
    )


def _member(node: TreeNode, depth: int) -> list[Member]:
    check_depth(node, depth)
    kind = node.type
    if kind in _KINDS:
        return [type_declaration(node, depth)]
    name, modifiers, found = _head(node, depth)
    place = place_of(node)
    if modifiers & _REFUSED_MODIFIERS:
        raise UnsupportedError("async method", place)
    if kind in ("field_declaration", "event_field_declaration"):
        return _fields(node, modifiers, found, depth)
    if kind in ("property_declaration", "indexer_declaration", "event_declaration"):
        return [_property(node, name, modifiers, found, depth)]
    if kind == "method_declaration":
        return [
            Method(
                place,
                name,
                modifiers,
                found,
                type_name(needed(node, "returns"), depth + 1),
                _generics(node),
                parameters(needed(node, "parameters"), depth),
                _body(node, depth),
                _interface(node, depth),
            )
        ]
    if kind == "constructor_declaration":
        first = ""
        passed: list[Argument] = []
        for child in children_of(node):
            if child.type == "constructor_initializer":
                first = "this" if any(one.type == "this" for one in child.children) else "base"
                passed = arguments(children_of(child)[-1], depth + 1)
        body = _body(node, depth) or Block(place, [])
        return [
            Constructor(
                place,
                name,
                modifiers,
                found,
                parameters(needed(node, "parameters"), depth),
                first,
                passed,
                body,
            )
        ]
    if kind == "destructor_declaration":
        # The memory of the emulated machine needs no finalizer; it is kept so that it is known to be there.
        nothing = TypeName(place, "void")
        return [
            Method(place, "Finalize", frozenset({"protected"}), found, nothing, [], [], _body(node, depth))
        ]
    if kind in ("operator_declaration", "conversion_operator_declaration"):
        given = parameters(needed(node, "parameters"), depth)
        if kind == "operator_declaration":
            sign = text_of(needed(node, "operator"))
            operator = OPERATORS[sign, len(given)]
        else:
            operator = (
                "op_Explicit" if any(one.type == "explicit" for one in node.children) else "op_Implicit"
            )
        returns = type_name(needed(node, "type"), depth + 1)
        return [Method(place, operator, modifiers, found, returns, [], given, _body(node, depth))]
    raise UnsupportedError(kind.replace("_", " "), place)


def _interface(node: TreeNode, depth: int) -> TypeName | None:
    for child in children_of(node):
        if child.type == "explicit_interface_specifier":
            return type_name(children_of(child)[0], depth + 1)
    return None


def _body(node: TreeNode, depth: int) -> Block | None:
    body = field_of(node, "body")
    if body is None:
        return None
    if body.type != "block":
        raise failure(place_of(body), "CS1002", "; expected")
    return block(body, depth + 1)


def _fields(node: TreeNode, modifiers: frozenset[str], found: list[Attribute], depth: int) -> list[Member]:
    declaration = next(one for one in children_of(node) if one.type == "variable_declaration")
    declared = type_name(needed(declaration, "type"), depth + 1)
    made: list[Member] = []
    for one in children_of(declaration):
        if one.type != "variable_declarator":
            continue
        name = needed(one, "name")
        values = [child for child in children_of(one) if child.start_byte >= name.end_byte]
        if values and values[0].type == "bracketed_argument_list":
            raise UnsupportedError("fixed size buffer", place_of(one))
        made.append(
            Field(
                place_of(one),
                text_of(name).removeprefix("@"),
                modifiers,
                found,
                declared,
                expression(values[-1], depth + 1) if values else None,
                node.type == "event_field_declaration",
            )
        )
    return made


def _property(
    node: TreeNode, name: str, modifiers: frozenset[str], found: list[Attribute], depth: int
) -> Property:
    accessors: dict[str, Block | None] = {}
    access: dict[str, frozenset[str]] = {}
    listed = field_of(node, "accessors")
    if listed is None:
        raise failure(place_of(node), "CS1002", "; expected")
    for one in children_of(listed):
        if one.type != "accessor_declaration":
            continue
        key = text_of(needed(one, "name"))
        accessors[key] = _body(one, depth + 1)
        own = frozenset(text_of(child) for child in one.children if child.type == "modifier")
        if own:
            access[key] = own
    if field_of(node, "value") is not None:
        raise failure(
            place_of(node), "CS1519", "Invalid token '=' in class, struct, or interface member declaration"
        )
    given = field_of(node, "parameters")
    return Property(
        place_of(node),
        "Item" if node.type == "indexer_declaration" else name,
        modifiers,
        found,
        type_name(needed(node, "type"), depth + 1),
        parameters(given, depth) if given is not None else [],
        accessors,
        access,
        _interface(node, depth),
    )
