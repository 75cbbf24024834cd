"""Recursive-descent parser of WQL. Every error is InvalidQuery and names the place."""

from __future__ import annotations

from functools import lru_cache

from emulator.cim.errors import InvalidObjectPath, InvalidQuery
from emulator.cim.object_path import ObjectPath
from emulator.cim.wql.lexer import END, NUMBER, PATH, TEXT, WORD, Token, tokens
from emulator.cim.wql.tree import (
    And,
    AssociatorsQuery,
    Comparison,
    Constant,
    Expression,
    IsA,
    IsNull,
    Not,
    Operand,
    Or,
    Property,
    Query,
    ReferencesQuery,
    SchemaQuery,
    SelectQuery,
)

MAXIMUM_LENGTH = 64 * 1024
"""Longest query text accepted, in characters."""
MAXIMUM_DEPTH = 64
_LONGEST_CACHED = 4096

_COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_LITERALS: dict[str, bool | None] = {"TRUE": True, "FALSE": False, "NULL": None}
_NAME_OPTIONS = {
    "ASSOCCLASS": "assoc_class",
    "RESULTCLASS": "result_class",
    "ROLE": "role",
    "RESULTROLE": "result_role",
    "REQUIREDQUALIFIER": "required_qualifier",
    "REQUIREDASSOCQUALIFIER": "required_assoc_qualifier",
}
_FLAG_OPTIONS = {"CLASSDEFSONLY": "class_defs_only", "KEYSONLY": "keys_only", "SCHEMAONLY": "schema_only"}
_ASSOCIATORS_ONLY = ("assoc_class", "result_role", "required_assoc_qualifier")


def parse(text: str) -> Query:
    """The query that the text says. Raises InvalidQuery with the place and the reason."""
    if len(text) <= _LONGEST_CACHED:
        return _parse_cached(text)
    if len(text) > MAXIMUM_LENGTH:
        raise InvalidQuery(f"the query is longer than {MAXIMUM_LENGTH} characters")
    return _Parser(text).query()


@lru_cache(maxsize=256)
def _parse_cached(text: str) -> Query:
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def query(self) -> Query:
        query: Query
        if self._skip_word("SELECT"):
            query = self._select()
        elif self._skip_word("ASSOCIATORS"):
            query = self._associators()
        elif self._skip_word("REFERENCES"):
            query = self._references()
        else:
            raise self._error("SELECT, ASSOCIATORS or REFERENCES")
        if self.token.kind != END:
            raise self._error("the end of the query")
        return query

    # SELECT

    def _select(self) -> SelectQuery | SchemaQuery:
        properties: tuple[str, ...] | None = None
        if not self._skip_mark("*"):
            properties = self._names()
        self._need_word("FROM")
        class_name = self._word("a class name")
        if class_name.lower() == "meta_class":
            return self._schema_query(properties)
        within = self._seconds() if self._skip_word("WITHIN") else None
        where = self._expression() if self._skip_word("WHERE") else None
        group_within: float | None = None
        group_by: tuple[str, ...] = ()
        having: Expression | None = None
        if self._skip_word("GROUP"):
            self._need_word("WITHIN")
            group_within = self._seconds()
            if self._skip_word("BY"):
                group_by = self._names()
            if self._skip_word("HAVING"):
                having = self._expression()
        return SelectQuery(class_name, properties, where, within, group_within, group_by, having)

    def _schema_query(self, properties: tuple[str, ...] | None) -> SchemaQuery:
        """What follows meta_class (WmiSdk, "SELECT Statement for Schema Queries": only `*`)."""
        if properties is not None:
            raise InvalidQuery("a schema query selects *")
        return SchemaQuery(self._expression() if self._skip_word("WHERE") else None)

    def _names(self) -> tuple[str, ...]:
        """Property names with commas between; a name that occurs again counts once."""
        names: dict[str, str] = {}
        while True:
            name = self._property().name
            names.setdefault(name.lower(), name)
            if not self._skip_mark(","):
                return tuple(names.values())

    def _seconds(self) -> float:
        token = self._take()
        if token.kind != NUMBER or float(token.value) < 0:
            raise self._error("a number of seconds", token)
        return float(token.value)

    # WHERE

    def _expression(self) -> Expression:
        terms = [self._conjunction()]
        while self._skip_word("OR"):
            terms.append(self._conjunction())
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def _conjunction(self) -> Expression:
        terms = [self._term()]
        while self._skip_word("AND"):
            terms.append(self._term())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _term(self) -> Expression:
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            raise InvalidQuery(f"brackets and NOT are nested deeper than {MAXIMUM_DEPTH}")
        try:
            if self._skip_word("NOT"):
                return Not(self._term())
            if self._skip_mark("("):
                inner = self._expression()
                if not self._skip_mark(")"):
                    raise self._error("')'")
                return inner
            return self._condition()
        finally:
            self.depth -= 1

    def _condition(self) -> Expression:
        start = self.token
        left = self._operand()
        if self.token.is_mark(*_COMPARISONS):
            return self._comparison(left, str(self._take().value), start)
        negated = self._skip_word("NOT")
        if self._skip_word("LIKE"):
            pattern = self._take()
            if pattern.kind != TEXT or not isinstance(left, Property):
                raise self._error("a property LIKE a text", pattern)
            like = Comparison(left, "LIKE", Constant(pattern.value))
            return Not(like) if negated else like
        if not isinstance(left, Property) or negated:
            raise self._error("LIKE" if negated else "a comparison")
        if self._skip_word("ISA"):
            name = self._take()
            if name.kind not in (TEXT, WORD):
                raise self._error("a class name", name)
            return IsA(left, str(name.value))
        if self._skip_word("IS"):
            negated = self._skip_word("NOT")
            self._need_word("NULL")
            return Not(IsNull(left)) if negated else IsNull(left)
        raise self._error("a comparison")

    def _comparison(self, left: Operand, operator: str, start: Token) -> Expression:
        right = self._operand()
        if isinstance(left, Constant):
            # The property comes first in the tree, so that evaluation and indexes see one form.
            left, right, operator = right, left, _MIRRORED.get(operator, operator)
        if not isinstance(left, Property):
            raise self._error("a property on one side of the comparison", start)
        if isinstance(right, Constant) and right.value is None:
            if operator not in ("=", "<>"):
                raise self._error("= or <> before NULL", start)
            return IsNull(left) if operator == "=" else Not(IsNull(left))
        return Comparison(left, operator, right)

    def _operand(self) -> Operand:
        token = self.token
        if token.kind in (TEXT, NUMBER):
            self.place += 1
            return Constant(token.value)
        if token.kind == WORD and str(token.value).upper() in _LITERALS:
            self.place += 1
            return Constant(_LITERALS[str(token.value).upper()])
        return self._property()

    def _property(self) -> Property:
        parts = [self._word("a property")]
        while self._skip_mark("."):
            if len(parts) == MAXIMUM_DEPTH:
                raise InvalidQuery(f"a property name has more than {MAXIMUM_DEPTH} parts")
            parts.append(self._word("a property"))
        return Property(tuple(parts))

    # ASSOCIATORS OF, REFERENCES OF

    def _associators(self) -> AssociatorsQuery:
        path = self._path()
        options = self._options()
        if "class_defs_only" in options and "result_class" in options:
            # WmiSdk, "ASSOCIATORS OF Statement": mutually exclusive.
            raise InvalidQuery("ClassDefsOnly and ResultClass exclude each other")
        return AssociatorsQuery(path, **options)  # type: ignore[arg-type]

    def _references(self) -> ReferencesQuery:
        path = self._path()
        options = self._options()
        for name in _ASSOCIATORS_ONLY:
            if name in options:
                raise InvalidQuery(f"REFERENCES OF has no option {name.replace('_', '')}")
        return ReferencesQuery(path, **options)  # type: ignore[arg-type]

    def _path(self) -> ObjectPath:
        self._need_word("OF")
        token = self._take()
        if token.kind != PATH:
            raise self._error("{an object path}", token)
        try:
            return ObjectPath.parse(str(token.value))
        except InvalidObjectPath as error:
            raise InvalidQuery(f"{error}") from error

    def _options(self) -> dict[str, str | bool]:
        """Options after WHERE. Blanks separate them; AND between them is not WQL."""
        options: dict[str, str | bool] = {}
        if not self._skip_word("WHERE"):
            return options
        while self.token.kind != END:
            token = self._take()
            word = str(token.value).upper() if token.kind == WORD else ""
            name = _NAME_OPTIONS.get(word) or _FLAG_OPTIONS.get(word)
            if name is None or name in options:
                raise self._error("an option that did not occur yet", token)
            if word in _FLAG_OPTIONS:
                options[name] = True
                continue
            if not self._skip_mark("="):
                raise self._error("'='")
            options[name] = self._word("a name")
        if not options:
            raise self._error("an option")
        if "class_defs_only" in options and "schema_only" in options:
            # WmiSdk, "Schema Associations": ClassDefsOnly is not valid there.
            raise InvalidQuery("ClassDefsOnly and SchemaOnly exclude each other")
        return options

    # Tokens

    def _take(self) -> Token:
        token = self.token
        if token.kind != END:
            self.place += 1
        return token

    def _skip_word(self, word: str) -> bool:
        if self.token.is_word(word):
            self.place += 1
            return True
        return False

    def _skip_mark(self, mark: str) -> bool:
        if self.token.is_mark(mark):
            self.place += 1
            return True
        return False

    def _need_word(self, word: str) -> None:
        if not self._skip_word(word):
            raise self._error(word)

    def _word(self, what: str) -> str:
        token = self._take()
        if token.kind != WORD:
            raise self._error(what, token)
        return str(token.value)

    def _error(self, expected: str, token: Token | None = None) -> InvalidQuery:
        found = token or self.token
        seen = "the end" if found.kind == END else repr(str(found.value)[:40])
        return InvalidQuery(f"expected {expected} at character {found.position}, found {seen}")
