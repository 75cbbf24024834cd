"""From words to the syntax tree: expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from emulator.powershell.csharp.diagnostics import UnsupportedError
from emulator.powershell.csharp.syntax import (
    AnonymousObject,
    Argument,
    Base,
    Block,
    Expression,
    Lambda,
    Literal,
    Parameter,
    Statement,
    This,
    TypeExpression,
    TypeName,
    TypeOf,
)
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.visualbasic.cursor import DEEPEST, TYPES, Cursor
from emulator.powershell.visualbasic.method_context import RESULT, MethodContext
from emulator.powershell.visualbasic.syntax import (
    Access,
    AddressOf,
    ArrayOfItems,
    ArrayOfSize,
    Call,
    Choice,
    Converted,
    Creation,
    Grouped,
    Identifier,
    Negation,
    Omitted,
    Operation,
    ReferenceCast,
    TypeOfIs,
)
from emulator.powershell.visualbasic.tokens import ESCAPED, LITERAL, SIGN, WORD

_LEVELS: Final[dict[str, int]] = {
    "xor": 1,
    "or": 2,
    "orelse": 2,
    "and": 3,
    "andalso": 3,
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">=", "like", "is", "isnot"), 5),
    "<<": 6,
    ">>": 6,
    "&": 7,
    "+": 8,
    "-": 8,
    "mod": 9,
    "\\": 10,
    "*": 11,
    "/": 11,
    "^": 13,
}
_NOT, _SIGN = 4, 12
_FUNCTIONS: Final = {
    "cbool": "bool",
    "cbyte": "byte",
    "cchar": "char",
    "cdate": "System.DateTime",
    "cdec": "decimal",
    "cdbl": "double",
    "cint": "int",
    "clng": "long",
    "cobj": "object",
    "csbyte": "sbyte",
    "cshort": "short",
    "csng": "float",
    "cstr": "string",
    "cuint": "uint",
    "culng": "ulong",
    "cushort": "ushort",
}
_QUERY_WORDS: Final = frozenset({"from", "aggregate"})


class ExpressionParser(Cursor):
    """Expressions, inside of a method that `context` describes."""

    context: MethodContext

    def expression(self) -> Expression:
        """An expression. Raises CompileError."""
        return self._operation(0)

    def _operation(self, level: int) -> Expression:
        self.deeper()
        place = self.place
        if self.is_word("not") and level <= _NOT:
            self.take()
            left: Expression = Negation(place, "not", self._operation(_NOT))
        elif self.is_sign("-", "+") and level <= _SIGN:
            operator = self.take().text
            left = _negated(Negation(place, operator, self._operation(_SIGN)))
        else:
            left = self.primary()
        while True:
            operator = self._operator()
            strength = _LEVELS.get(operator, 0)
            if not strength or strength <= level:
                break
            place = self.take().place
            left = Operation(place, operator, left, self._operation(strength))
        self.depth -= 1
        return left

    def _operator(self) -> str:
        return self.now.text if self.now.kind in (SIGN, WORD) else ""

    # What operators stand between

    def primary(self) -> Expression:
        """An operand with what follows it: members, arguments. Raises CompileError."""
        self.deeper()
        made = self._suffixes(self._simple())
        self.depth -= 1
        return made

    def _suffixes(self, target: Expression) -> Expression:
        length = 0
        while True:
            place = self.place
            length += 1
            if length > DEEPEST:
                raise UnsupportedError(f"more than {DEEPEST} members one after the other", place)
            if self.sign("."):
                name = self.member_name()
                generics = self.generic_arguments()
                target = Access(place, target, name, generics if isinstance(generics, list) else None)
            elif self.is_sign("(") and not self._is_of():
                target = Call(place, target, self.arguments())
            elif self.is_sign("!") and not self.now.spaced and self.ahead().name is not None:
                self.take()
                name = self.member_name()
                target = Call(place, target, [Argument(place, Literal(place, name))])
            else:
                return target

    def _is_of(self) -> bool:
        return self.ahead().kind == WORD and self.ahead().text == "of"

    def _simple(self) -> Expression:
        token, place = self.now, self.place
        if token.kind == LITERAL:
            self.take()
            return Literal(place, token.value)
        if token.kind == ESCAPED:
            return self._identifier()
        if token.kind == SIGN:
            return self._sign()
        if token.kind != WORD:
            raise self.refuse("BC30201", "Expression expected.")
        make = _KEYWORDS.get(token.text)
        if make is not None:
            return make(self)
        if token.text in TYPES:
            return TypeExpression(place, self.type_name(with_arrays=False))
        if token.text in _FUNCTIONS:
            self.take()
            self.need_sign("(")
            value = self.expression()
            self.need_sign(")")
            return Converted(place, TypeName(place, _FUNCTIONS[token.text]), value)
        if self.is_keyword:
            raise self.refuse("BC30201", "Expression expected.")
        if (
            token.text.lower() in _QUERY_WORDS
            and self.ahead().kind == WORD
            and self.ahead(2).text in ("in", "as")
        ):
            raise UnsupportedError("query expression", place)
        if token.text.lower() in ("async", "iterator") and self.ahead().text in ("function", "sub"):
            raise UnsupportedError(f"{token.text.lower()} lambda", place)
        if token.text.lower() == "await" and self.ahead().name is not None:
            raise UnsupportedError("Await", place)
        return self._identifier()

    def _identifier(self) -> Expression:
        place = self.place
        name = self.name()
        lowered = name.lower()
        alias = self.aliases.get(lowered)
        if alias is not None and self.is_sign("."):
            return _dotted(alias)
        hidden = self.context.statics.get(lowered)
        if hidden is not None:
            return Identifier(place, hidden)
        if self.context.is_result(lowered) and not self.is_sign("("):
            self.context.uses_result = True
            return Identifier(place, RESULT)
        generics = self.generic_arguments()
        return Identifier(place, name, generics if isinstance(generics, list) else None)

    def _sign(self) -> Expression:
        place = self.place
        if self.sign("("):
            value = self.expression()
            self.need_sign(")")
            return Grouped(place, value) if isinstance(value, Identifier | Access | Call) else value
        if self.is_sign("{"):
            return ArrayOfItems(place, None, self._items())
        if self.is_sign(".", "!"):
            if not self.context.with_targets:
                raise self.refuse("BC30157", "Leading '.' or '!' can only appear inside a 'With' statement.")
            return self.context.with_targets[-1]
        if self.is_sign("$"):
            raise self.refuse("BC30037", "Character is not valid.")
        if self.is_sign("<"):
            raise UnsupportedError("XML literal", place)
        raise self.refuse("BC30201", "Expression expected.")

    def _items(self) -> list[Expression]:
        """``{a, b}``."""
        self.need_sign("{")
        found: list[Expression] = []
        if not self.is_sign("}"):
            found.append(self.expression())
            while self.sign(","):
                found.append(self.expression())
        self.need_sign("}")
        return found

    def arguments(self) -> list[Argument]:
        """The arguments in brackets. Raises CompileError."""
        self.need_sign("(")
        found: list[Argument] = []
        if self.sign(")"):
            return found
        while True:
            place = self.place
            if self.is_sign(",", ")"):
                found.append(Argument(place, Omitted(place)))
            elif self.now.name is not None and self.ahead().kind == SIGN and self.ahead().text == ":=":
                name = self.member_name()
                self.take()
                found.append(Argument(place, self.expression(), name))
            else:
                found.append(Argument(place, self.expression()))
            if not self.sign(","):
                break
        self.need_sign(")")
        return found

    # Keywords that begin an operand

    def _constant(self) -> Expression:
        place = self.place
        word = self.take().text
        return Literal(place, {"true": True, "false": False, "nothing": None}[word])

    def _me(self) -> Expression:
        return This(self.take().place)

    def _base(self) -> Expression:
        token = self.take()
        if token.text == "myclass":
            raise UnsupportedError("MyClass", token.place)
        return Base(token.place)

    def _global(self) -> Expression:
        self.take()
        self.need_sign(".")
        return self._identifier()

    def _get_type(self) -> Expression:
        place = self.take().place
        self.need_sign("(")
        made = TypeOf(place, "typeof", self.type_name())
        self.need_sign(")")
        return made

    def _type_test(self) -> Expression:
        place = self.take().place
        value = self.primary()
        negative = self.is_word("isnot")
        if not self.word("is", "isnot"):
            raise self.refuse("BC30224", "'Is' expected.")
        made: Expression = TypeOfIs(place, value, self.type_name())
        return Negation(place, "not", made) if negative else made

    def _cast(self) -> Expression:
        token = self.take()
        self.need_sign("(")
        value = self.expression()
        self.need_sign(",")
        kind = self.type_name()
        self.need_sign(")")
        if token.text == "ctype":
            return Converted(token.place, kind, value)
        return ReferenceCast(token.place, kind, value, token.text == "trycast")

    def _choice(self) -> Expression:
        place = self.take().place
        self.need_sign("(")
        parts = [self.expression()]
        while self.sign(","):
            parts.append(self.expression())
        self.need_sign(")")
        if len(parts) == 3:
            return Choice(place, parts[0], parts[1], parts[2])
        if len(parts) != 2:
            raise self.refuse("BC33104", "'If' operator requires either two or three operands.", place)
        return Choice(place, None, parts[0], parts[1])

    def _address_of(self) -> Expression:
        place = self.take().place
        return AddressOf(place, self.primary())

    def _creation(self) -> Expression:
        place = self.take().place
        if self.is_word("with"):
            self.take()
            return AnonymousObject(place, self._members(needs_names=False))
        return self.new_object(place)

    def new_object(self, place: tuple[int, int]) -> Expression:
        """What follows New, from the type on."""
        kind = self.type_name(with_arrays=False)
        bounds: list[tuple[int, list[Argument]]] = []
        given: list[Argument] = []
        while self.is_sign("("):
            marks = self.array_marks()
            if marks:
                bounds += [(rank, []) for rank in marks]
            else:
                given = self.arguments()
                bounds.append((len(given), given))
        if self.is_sign("{"):
            return self._new_array(place, kind, bounds)
        if len(bounds) > 1:
            raise self.refuse("BC30987", "'{' expected.")
        made = Creation(place, kind, given)
        if self.is_word("with") and self.ahead().text == "{":
            self.take()
            made.members = self._members(needs_names=True)
        elif self.is_word("from") and self.ahead().text == "{":
            self.take()
            made.items = self._collection_items()
        return made

    def _new_array(
        self, place: tuple[int, int], kind: TypeName, bounds: list[tuple[int, list[Argument]]]
    ) -> Expression:
        items = self._items()
        if not bounds or any(rank > 1 for rank, _ in bounds):
            raise UnsupportedError("array of several dimensions", place)
        kind.dimensions = (*kind.dimensions, *(1 for _ in bounds[1:]))
        first = bounds[0][1]
        if items or not first:
            return ArrayOfItems(place, kind, items)
        return ArrayOfSize(place, kind, first[0].value)

    def _members(self, *, needs_names: bool) -> list[tuple[str, Expression]]:
        self.need_sign("{")
        found: list[tuple[str, Expression]] = []
        while True:
            self.word("key")
            if self.is_sign("."):
                self.take()
                name = self.member_name()
                self.need_sign("=")
                found.append((name, self.expression()))
            elif needs_names:
                raise self.refuse(
                    "BC30985",
                    "Name of field or property being initialized in an object "
                    "initializer must start with '.'.",
                )
            else:
                value = self.expression()
                if not isinstance(value, Identifier | Access):
                    raise self.refuse(
                        "BC36556",
                        "Anonymous type member name can be inferred only from a simple "
                        "or qualified name with no arguments.",
                    )
                found.append((value.name, value))
            if not self.sign(","):
                break
        self.need_sign("}")
        return found

    def _collection_items(self) -> list[list[Expression]]:
        self.need_sign("{")
        found: list[list[Expression]] = []
        while not self.is_sign("}"):
            found.append(self._items() if self.is_sign("{") else [self.expression()])
            if not self.sign(","):
                break
        self.need_sign("}")
        return found

    # Lambdas

    def _lambda(self) -> Expression:
        token = self.take()
        is_function = token.text == "function"
        given = self.parameter_list() if self.is_sign("(") else []
        returns = None
        if is_function and self.word("as"):
            returns = self.type_name()
        if not self.is_end:
            return self._short_lambda(token.place, given, is_function)
        outer, self.context = self.context, self.context.inner(returns, is_function)
        try:
            self.end_statement()
            statements = self.block()
            self.need_end(token.text)
            body = self.context.finished(token.place, statements)
        finally:
            self.context = outer
        return Lambda(token.place, given, body)

    def _short_lambda(self, place: tuple[int, int], given: list[Parameter], is_function: bool) -> Expression:
        if is_function:
            return Lambda(place, given, self.expression())
        outer, self.context = self.context, self.context.inner(None, False)
        try:
            statement = self.statement()
        finally:
            self.context = outer
        return Lambda(place, given, Block(place, [statement]))

    # What the parsers of statements and members know

    def parameter_list(self) -> list[Parameter]:
        """The parameters in brackets."""
        raise NotImplementedError

    def statement(self) -> Statement:
        """A statement."""
        raise NotImplementedError

    def block(self) -> Block:
        """Statements up to the word that ends them."""
        raise NotImplementedError

    def need_end(self, what: str) -> None:
        """``End what``."""
        raise NotImplementedError


def _negated(node: Negation) -> Expression:
    # -2147483648 is a literal of its own.
    if node.operator == "-" and isinstance(node.operand, Literal) and type(node.operand.value) is Int64:
        value = node.operand.value
        if value == 1 << 31:
            return Literal(node.place, -(1 << 31))
    return node


def _dotted(name: TypeName) -> Expression:
    first, *others = name.name.split(".")
    inside = name.arguments.get(0)
    made: Expression = Identifier(name.place, first, inside if isinstance(inside, list) else None)
    for at, one in enumerate(others, 1):
        inside = name.arguments.get(at)
        made = Access(name.place, made, one, inside if isinstance(inside, list) else None)
    return made


_KEYWORDS: Final[dict[str, Callable[[ExpressionParser], Expression]]] = {
    "true": ExpressionParser._constant,
    "false": ExpressionParser._constant,
    "nothing": ExpressionParser._constant,
    "me": ExpressionParser._me,
    "mybase": ExpressionParser._base,
    "myclass": ExpressionParser._base,
    "global": ExpressionParser._global,
    "gettype": ExpressionParser._get_type,
    "typeof": ExpressionParser._type_test,
    "ctype": ExpressionParser._cast,
    "directcast": ExpressionParser._cast,
    "trycast": ExpressionParser._cast,
    "if": ExpressionParser._choice,
    "addressof": ExpressionParser._address_of,
    "new": ExpressionParser._creation,
    "function": ExpressionParser._lambda,
    "sub": ExpressionParser._lambda,
}
