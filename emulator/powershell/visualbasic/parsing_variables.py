"""From words to the syntax tree: declarations of variables."""

from __future__ import annotations

from emulator.powershell.csharp.diagnostics import UnsupportedError
from emulator.powershell.csharp.syntax import (
    Expression,
    Literal,
    Place,
    Statement,
    TypeName,
)
from emulator.powershell.visualbasic.parsing_blocks import BlockParser
from emulator.powershell.visualbasic.syntax import (
    ArrayOfSize,
    Call,
    Converted,
    Group,
    ReDim,
    Variable,
)
from emulator.record import Record


class _Declared(Record):
    """A name that is declared, with what stands on it before its type: ranks or an upper bound of an array, a
    character for a type, a question mark."""

    place: Place
    name: str
    ranks: tuple[int, ...]
    bound: Expression | None
    mark: str | None
    is_nullable: bool


class VariableParser(BlockParser):
    """Dim, Const, Static and ReDim, and the variables of types."""

    infers = False
    """Option Infer."""

    def _dim(self) -> Statement:
        place = self.place
        word = self.take().text
        if word == "dim" and self.is_word("static"):
            word = self.take().text
        made: list[Statement] = []
        for name, kind, value in self.declarators(is_constant=word == "const"):
            if word == "static":
                self._static(place, name, kind, value)
            else:
                made.append(Variable(place, name, kind, value))
        return made[0] if len(made) == 1 else Group(place, made)

    def _static(self, place: Place, name: str, kind: TypeName | None, value: Expression | None) -> None:
        raise NotImplementedError

    def declarators(
        self, *, is_constant: bool = False, is_field: bool = False
    ) -> list[tuple[str, TypeName | None, Expression | None]]:
        """``a, b As T, c As New T, d = value``: names, types and first values. Raises CompileError."""
        found: list[tuple[str, TypeName | None, Expression | None]] = []
        names: list[_Declared] = []
        while True:
            names.append(self._declared())
            place = self.place
            kind: TypeName | None = None
            value: Expression | None = None
            if self.word("as"):
                if self.word("new"):
                    value = self.new_object(place)
                    kind = getattr(value, "type_name", None)
                else:
                    kind = self.type_name()
            elif self.is_sign("="):
                # What stands before it has no type of its own.
                found += [self._finished(one, None, None, is_constant, is_field) for one in names[:-1]]
                names = names[-1:]
            elif self.sign(","):
                continue
            if value is None and self.sign("="):
                value = self.expression()
            found += [self._finished(one, kind, value, is_constant, is_field) for one in names]
            names = []
            if not self.sign(","):
                return found

    def _declared(self) -> _Declared:
        place, mark = self.place, self.now.mark
        name = self.name()
        is_nullable = self.sign("?")
        ranks = self.array_marks()
        bound: Expression | None = None
        if not ranks and self.is_sign("("):
            bound = self._bound()
            ranks = (1, *self.array_marks())
        return _Declared(place, name, ranks, bound, mark, is_nullable)

    def _finished(
        self,
        one: _Declared,
        kind: TypeName | None,
        value: Expression | None,
        is_constant: bool,
        is_field: bool,
    ) -> tuple[str, TypeName | None, Expression | None]:
        own = self._declared_type(one, kind, value, is_constant, is_field)
        if one.bound is not None and own is not None:
            element = TypeName(own.place, own.name, own.arguments, own.dimensions[1:], own.is_nullable)
            value = ArrayOfSize(one.place, element, one.bound)
        if value is not None and own is not None:
            value = Converted(value.place, own, value)
        return one.name, own, value

    def _declared_type(
        self,
        one: _Declared,
        kind: TypeName | None,
        value: Expression | None,
        is_constant: bool,
        is_field: bool,
    ) -> TypeName | None:
        if kind is None and one.mark is not None:
            kind = TypeName(one.place, one.mark)
        if kind is None:
            if is_constant or (value is not None and self.infers and not is_field and not one.ranks):
                return None
            kind = TypeName(one.place, "object")
        return TypeName(
            kind.place,
            kind.name,
            kind.arguments,
            (*kind.dimensions, *one.ranks),
            kind.is_nullable or one.is_nullable,
        )

    def _bound(self) -> Expression:
        """``(5)`` or ``(0 To 5)`` behind a name."""
        place = self.place
        self.need_sign("(")
        bound = self.expression()
        if self.word("to"):
            if not (isinstance(bound, Literal) and bound.value == 0):
                raise self.refuse("BC32059", "Array lower bounds can be only '0'.", place)
            bound = self.expression()
        if self.is_sign(","):
            raise UnsupportedError("array of several dimensions", place)
        self.need_sign(")")
        return bound

    def _redim(self) -> Statement:
        place = self.take().place
        keeps = self.word("preserve")
        made: list[Statement] = []
        while True:
            target = self.primary()
            if not isinstance(target, Call) or len(target.arguments) != 1:
                raise UnsupportedError("ReDim of several dimensions", place)
            element = self.type_name() if self.word("as") else None
            made.append(ReDim(place, target.target, target.arguments[0].value, keeps, element))
            if not self.sign(","):
                return Group(place, made)
