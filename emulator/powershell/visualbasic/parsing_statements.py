"""From words to the syntax tree: statements, as far as they can be with those of C#."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from emulator.powershell.csharp.diagnostics import UnsupportedError
from emulator.powershell.csharp.syntax import (
    Argument,
    Base,
    Block,
    Catch,
    Expression,
    ExpressionStatement,
    For,
    ForEach,
    If,
    Literal,
    LocalDeclaration,
    Lock,
    Place,
    Return,
    Statement,
    This,
    Throw,
    Try,
    TypeExpression,
    TypeName,
    Using,
    While,
    Yield,
)
from emulator.powershell.visualbasic.parsing_variables import VariableParser
from emulator.powershell.visualbasic.syntax import (
    Access,
    Assign,
    Call,
    Choice,
    Converted,
    Group,
    HandlerChange,
    Identifier,
    Negation,
    Operation,
    RaiseEvent,
    Truth,
    Variable,
)
from emulator.powershell.visualbasic.tokens import END, LINE_END, LITERAL, SIGN, WORD

_ASSIGNING: Final = frozenset({"=", "+=", "-=", "*=", "/=", "\\=", "^=", "&=", "<<=", ">>="})
_COMPARING: Final = frozenset({"=", "<>", "<", ">", "<=", ">="})
_UNSUPPORTED: Final = {
    "on": "On Error",
    "goto": "GoTo",
    "gosub": "GoSub",
    "resume": "Resume",
    "error": "Error statement",
    "stop": "Stop",
}


class StatementParser(VariableParser):
    """Statements."""

    def statement(self) -> Statement:
        """One statement, without its end. Raises CompileError."""
        self.deeper()
        made = self._statement()
        self.depth -= 1
        return made

    def _statement(self) -> Statement:
        token = self.now
        if token.kind == WORD:
            make = _KEYWORDS.get(token.text)
            if make is not None:
                return make(self)
            if token.text in _UNSUPPORTED:
                raise UnsupportedError(_UNSUPPORTED[token.text], token.place)
            if token.text == "end" and (self.ahead().kind in (LINE_END, END)):
                return self._end()
            if token.text.lower() == "yield" and self.context.is_iterator:
                self.take()
                return Yield(token.place, self.expression())
            if token.text in ("public", "private", "protected", "friend", "shared", "class", "property"):
                raise self.refuse("BC30024", "Statement is not valid inside a method.")
            if self.ahead().kind == SIGN and self.ahead().text == ":" and not self.is_keyword:
                self.take()  # a label, which only GoTo could name
                return Block(token.place, [])
        if token.kind == LITERAL and type(token.value) is int and self.ahead().kind in (LINE_END, END):
            self.take()
            return Block(token.place, [])
        return self._simple_statement()

    def _simple_statement(self) -> Statement:
        place = self.place
        if not (self.now.name is not None or self.is_sign(".", "!", "(")):
            raise self.refuse("BC30035", "Syntax error.")
        target = self.primary()
        if self.now.kind == SIGN and self.now.text in _ASSIGNING:
            operator = self.take().text.removesuffix("=")
            return ExpressionStatement(place, Assign(place, operator, target, self.expression()))
        if isinstance(target, Identifier | Access):
            if not self.is_end and not self._ends_here():
                if self.now.kind in (WORD, LITERAL):
                    raise self.refuse("BC30800", "Method arguments must be enclosed in parentheses.")
                raise self.refuse("BC30035", "Syntax error.")
            target = Call(place, target, [])
        if not isinstance(target, Call):
            raise self.refuse("BC30454", "Expression is not a method.", place)
        return ExpressionStatement(place, target)

    def _end(self) -> Statement:
        """``End``: the process ends with the code 0."""
        place = self.take().place
        environment = TypeExpression(place, TypeName(place, "System.Environment"))
        code = Argument(place, Literal(place, 0))
        return ExpressionStatement(place, Call(place, Access(place, environment, "Exit"), [code]))

    def _erase(self) -> Statement:
        place = self.take().place
        made: list[Statement] = []
        while True:
            nothing = Assign(place, "", self.primary(), Literal(place, None))
            made.append(ExpressionStatement(place, nothing))
            if not self.sign(","):
                return Group(place, made)

    def _call(self) -> Statement:
        place = self.take().place
        target = self.primary()
        return ExpressionStatement(place, target if isinstance(target, Call) else Call(place, target, []))

    # Branches

    def _if(self) -> Statement:
        begun = self.take().place
        condition = self._condition()
        has_then = self.word("then")
        if not self.is_end or (has_then and self.is_sign(":")):
            return self._if_on_line(begun, condition)
        branches: list[tuple[Expression, Block]] = [(condition, self._branch())]
        otherwise: Statement | None = None
        while True:
            if self.is_word("elseif") or (self.is_word("else") and self.ahead().text == "if"):
                if self.take().text == "else":
                    self.take()
                condition = self._condition()
                self.word("then")
                branches.append((condition, self._branch()))
            elif self.word("else"):
                otherwise = self._branch()
            else:
                break
        self.need_end("if", begun)
        return self._chain(begun, branches, otherwise)

    def _branch(self) -> Block:
        if not self.is_end:
            raise self.refuse("BC30205", "End of statement expected.")
        return self.block()

    def _if_on_line(self, begun: Place, condition: Expression) -> Statement:
        then = self._line_statements()
        otherwise = self._line_statements() if self.word("else") else None
        return If(begun, condition, then, otherwise)

    def _line_statements(self) -> Block:
        place = self.place
        found: list[Statement] = []
        while not self.is_word("else") and self.now.kind not in (LINE_END, END):
            if self.sign(":"):
                continue
            found.append(self.statement())
            if not self.is_end and not self.is_word("else"):
                raise self.refuse("BC30205", "End of statement expected.")
        return Block(place, found)

    def _chain(
        self, place: Place, branches: list[tuple[Expression, Block]], otherwise: Statement | None
    ) -> Statement:
        """Conditions one after the other."""
        if len(branches) > _MOST_BRANCHES:
            raise UnsupportedError(f"more than {_MOST_BRANCHES} branches", place)
        made = otherwise
        for condition, body in reversed(branches):
            made = If(place, condition, body, made)
        return made if made is not None else Block(place, [])

    def _condition(self) -> Expression:
        value = self.expression()
        return Truth(value.place, value)

    def _select(self) -> Statement:
        begun = self.take().place
        self.word("case")
        name = self.context.hidden("select")
        value = self.expression()
        self.end_statement()
        self.context.enter("select")
        branches: list[tuple[Expression, Block]] = []
        otherwise: Block | None = None
        while self.is_word("case"):
            place = self.take().place
            if self.word("else"):
                otherwise = self._branch()
                continue
            tests = [self._case(name)]
            while self.sign(","):
                tests.append(self._case(name))
            condition = tests[0]
            for one in tests[1:]:
                condition = Operation(place, "orelse", condition, one)
            branches.append((Truth(place, condition), self._branch()))
        self.need_end("select", begun)
        chosen = self.context.leave(self._chain(begun, branches, otherwise))
        return Block(begun, [Variable(begun, name, None, value), chosen])

    def _case(self, name: str) -> Expression:
        place = self.place
        value = Identifier(place, name)
        is_word = self.word("is")
        if is_word or (self.now.kind == SIGN and self.now.text in _COMPARING):
            if not (self.now.kind == SIGN and self.now.text in _COMPARING):
                raise self.refuse("BC30239", "Relational operator expected.")
            operator = self.take().text
            return Operation(place, operator, value, self.expression())
        first = self.expression()
        if not self.word("to"):
            return Operation(place, "=", value, first)
        low = Operation(place, ">=", value, first)
        return Operation(place, "andalso", low, Operation(place, "<=", value, self.expression()))

    # Loops

    def _for(self) -> Statement:
        begun = self.take().place
        if self.word("each"):
            return self._for_each(begun)
        declared, target, kind = self._control_variable(is_each=False)
        self.need_sign("=")
        first = self.expression()
        self.need_word("to")
        last = self.expression()
        step: Expression = Literal(begun, 1)
        if self.word("step"):
            step = self.expression()
        body = self._loop("for", begun)
        limit, by = self.context.hidden("limit"), self.context.hidden("step")
        if kind is not None:
            first, last, step = (Converted(one.place, kind, one) for one in (first, last, step))
        conditions = [Operation(begun, sign, target, Identifier(begun, limit)) for sign in ("<=", ">=")]
        amount = _constant_number(step)
        going: Expression = conditions[0 if amount is None or amount >= 0 else 1]
        if amount is None:
            is_up = Operation(begun, ">=", Identifier(begun, by), Literal(begun, 0))
            going = Choice(begun, is_up, conditions[0], conditions[1])
        loop = For(
            begun,
            [ExpressionStatement(begun, Assign(begun, "", target, first))],
            Truth(begun, going),
            [Assign(begun, "+", target, Identifier(begun, by))],
            body,
        )
        bounds: list[Statement] = [
            Variable(begun, limit, None, last),
            Variable(begun, by, None, step),
        ]
        return Block(begun, [*declared, *bounds, self.context.leave(loop)])

    def _control_variable(self, *, is_each: bool) -> tuple[list[Statement], Expression, TypeName | None]:
        """What declares the variable of a loop, what it is assigned by, and its type where it is stated."""
        place = self.place
        if self.now.name is None or self.is_keyword:
            raise self.refuse("BC30203", "Identifier expected.")
        if self.ahead().text == "as" or (is_each and self.ahead().text == "?"):
            name = self.name()
            self.need_word("as")
            kind = self.type_name()
            return [Variable(place, name, kind, None)], Identifier(place, name), kind
        target = self.primary()
        if not is_each and _computes(target):
            # It stands in the conditions and in the step too: its parts would be compiled once for each.
            raise UnsupportedError("For with a variable that an expression gives", place)
        declared: list[Statement] = []
        if self.infers and isinstance(target, Identifier):
            declared.append(Variable(place, target.name, None, None, unless_known=True))
        return declared, target, None

    def _for_each(self, begun: Place) -> Statement:
        declared, target, kind = self._control_variable(is_each=True)
        self.need_word("in")
        source = self.expression()
        body = self._loop("for", begun)
        item = self.context.hidden("item")
        value: Expression = Identifier(begun, item)
        if kind is not None:
            value = Converted(begun, kind, value)
        fetch = ExpressionStatement(begun, Assign(begun, "", target, value))
        loop = ForEach(begun, None, item, source, Block(begun, [*declared, fetch, body]))
        return self.context.leave(loop)

    def _loop(self, kind: str, begun: Place) -> Statement:
        """The body of a loop up to its Next."""
        self.end_statement()
        self.context.enter(kind)
        body = self.context.round(self.block())
        if self._open_next:
            self._open_next = False
        elif not self.word("next"):
            raise self.unended("for", begun)
        if not self.is_end:
            self.primary()
            self._open_next = self.sign(",")
        return body

    def _do(self) -> Statement:
        begun = self.take().place
        condition = self._loop_condition()
        self.end_statement()
        self.context.enter("do")
        body = self.block()
        body_with_label = self.context.round(body)
        if not self.word("loop"):
            raise self.unended("do", begun)
        is_last = condition is None
        if condition is None:
            condition = self._loop_condition()
        if condition is None:
            condition, is_last = Literal(begun, True), False
        return self.context.leave(While(begun, condition, body_with_label, is_last))

    def _loop_condition(self) -> Expression | None:
        place = self.place
        if self.word("while"):
            return self._condition()
        if self.word("until"):
            return Truth(place, Negation(place, "not", self._condition()))
        return None

    def _while(self) -> Statement:
        begun = self.take().place
        condition = self._condition()
        self.end_statement()
        self.context.enter("while")
        body = self.context.round(self.block())
        if not self.word("wend"):
            self.need_end("while", begun)
        return self.context.leave(While(begun, condition, body))

    def _exit(self) -> Statement:
        place = self.take().place
        kind = self.take().text
        made = self.context.exit_of(kind, place)
        if made is None:
            number, text = _EXITS.get(
                kind,
                (
                    "BC30240",
                    "'Exit' must be followed by 'Sub', 'Function', "
                    "'Property', 'Do', 'For', 'While', 'Select', or 'Try'.",
                ),
            )
            raise self.refuse(number, text, place)
        return made

    def _continue(self) -> Statement:
        place = self.take().place
        kind = self.take().text
        made = self.context.continue_of(kind, place)
        if made is None:
            number, text = _CONTINUES.get(
                kind, ("BC30781", "'Continue' must be followed by 'Do', 'For' or 'While'.")
            )
            raise self.refuse(number, text, place)
        return made

    # Exceptions and resources

    def _try(self) -> Statement:
        begun = self.take().place
        self.end_statement()
        self.context.enter("try")
        body = self.block()
        catches: list[Catch] = []
        last: Block | None = None
        while self.is_word("catch"):
            catches.append(self._catch())
        if self.word("finally"):
            last = self.block()
        self.need_end("try", begun)
        if not catches and last is None:
            raise self.refuse("BC30030", "Try must have at least one 'Catch' or a 'Finally'.", begun)
        return self.context.leave(Try(begun, body, catches, last))

    def _catch(self) -> Catch:
        place = self.take().place
        name: str | None = None
        kind: TypeName | None = None
        test: Expression | None = None
        if not self.is_end and not self.is_word("when"):
            name = self.name()
            if not self.word("as"):
                raise UnsupportedError("Catch into a variable that is there", place)
            kind = self.type_name()
        if self.word("when"):
            test = self._condition()
        return Catch(place, kind, name, self._branch(), test)

    def _throw(self) -> Statement:
        place = self.take().place
        return Throw(place, None if self.is_end else self.expression())

    def _using(self) -> Statement:
        begun = self.take().place
        held: list[tuple[LocalDeclaration | None, Expression | None]] = []
        if self.now.name is not None and (self.ahead().text in ("as", "=")):
            for name, kind, value in self.declarators():
                if value is None:
                    raise self.refuse(
                        "BC36011", "'Using' resource variable must have an explicit initialization.", begun
                    )
                held.append((LocalDeclaration(begun, kind, [(name, value)]), None))
        else:
            held.append((None, self.expression()))
        self.end_statement()
        made: Statement = self.block()
        self.need_end("using", begun)
        for declaration, value in reversed(held):
            made = Using(begun, declaration, value, made)
        return made

    def _sync_lock(self) -> Statement:
        begun = self.take().place
        value = self.expression()
        self.end_statement()
        body = self.block()
        self.need_end("synclock", begun)
        return Lock(begun, value, body)

    def _with(self) -> Statement:
        begun = self.take().place
        target = self.expression()
        self.end_statement()
        before: list[Statement] = []
        if not isinstance(target, Identifier):
            # A variable is used as it stands: it may hold a value of a structure.
            name = self.context.hidden("with")
            before.append(Variable(begun, name, None, target))
            target = Identifier(begun, name)
        self.context.with_targets.append(target)
        body = self.block()
        self.context.with_targets.pop()
        self.need_end("with", begun)
        return Block(begun, [*before, body])

    # Others

    def _return(self) -> Statement:
        place = self.take().place
        if self.is_end or self._ends_here():
            if self.context.is_function and not self.context.is_iterator and self.context.returns is not None:
                raise self.refuse(
                    "BC30654",
                    "'Return' statement in a Function, Get, or Operator must return a value.",
                    place,
                )
            return Return(place, None) if not self.context.is_iterator else self.context.result(place)
        if self.context.kind == "sub":
            raise self.refuse("BC30647", "'Return' statement in a Sub or a Set cannot return a value.", place)
        return self.context.returned(place, self.expression())

    def _handler(self) -> Statement:
        token = self.take()
        event = self.expression()
        self.need_sign(",")
        return HandlerChange(token.place, event, self.expression(), token.text == "addhandler")

    def _raise_event(self) -> Statement:
        place = self.take().place
        name = self.name()
        given: list[Argument] = self.arguments() if self.is_sign("(") else []
        return RaiseEvent(place, name, given)


def _computes(node: Expression) -> bool:
    """Whether more than names and elements by names and numbers says which variable it is."""
    while isinstance(node, Access | Call):
        if isinstance(node, Call) and not all(
            isinstance(one.value, Literal | Identifier) for one in node.arguments
        ):
            return True
        node = node.target
    return not isinstance(node, Identifier | This | Base)


def _constant_number(node: Expression) -> float | None:
    """The value of a step that is written as a number."""
    if isinstance(node, Converted):
        return _constant_number(node.value)
    if isinstance(node, Negation) and node.operator == "-":
        found = _constant_number(node.operand)
        return None if found is None else -found
    if isinstance(node, Literal) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return float(node.value)
    return None


_MOST_BRANCHES: Final = 200
_EXITS: Final = {
    "do": ("BC30089", "'Exit Do' can only appear inside a 'Do' statement."),
    "for": ("BC30096", "'Exit For' can only appear inside a 'For' statement."),
    "while": ("BC30097", "'Exit While' can only appear inside a 'While' statement."),
    "select": ("BC30099", "'Exit Select' can only appear inside a 'Select' statement."),
    "try": ("BC30393", "'Exit Try' can only appear inside a 'Try' statement."),
    "sub": ("BC30065", "'Exit Sub' is not valid in a Function or Property."),
    "function": ("BC30067", "'Exit Function' is not valid in a Sub or Property."),
    "property": ("BC30066", "'Exit Property' is not valid in a Function or Sub."),
}
_CONTINUES: Final = {
    "do": ("BC30782", "'Continue Do' can only appear inside a 'Do' statement."),
    "for": ("BC30783", "'Continue For' can only appear inside a 'For' statement."),
    "while": ("BC30784", "'Continue While' can only appear inside a 'While' statement."),
}
_KEYWORDS: Final[dict[str, Callable[[StatementParser], Statement]]] = {
    "dim": StatementParser._dim,
    "const": StatementParser._dim,
    "static": StatementParser._dim,
    "redim": StatementParser._redim,
    "erase": StatementParser._erase,
    "call": StatementParser._call,
    "if": StatementParser._if,
    "select": StatementParser._select,
    "for": StatementParser._for,
    "do": StatementParser._do,
    "while": StatementParser._while,
    "exit": StatementParser._exit,
    "continue": StatementParser._continue,
    "try": StatementParser._try,
    "throw": StatementParser._throw,
    "using": StatementParser._using,
    "synclock": StatementParser._sync_lock,
    "with": StatementParser._with,
    "return": StatementParser._return,
    "addhandler": StatementParser._handler,
    "removehandler": StatementParser._handler,
    "raiseevent": StatementParser._raise_event,
}
