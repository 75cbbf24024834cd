"""WQL: the query language of WMI (WmiSdk, "WQL (SQL for WMI)"; MS-WMI 2.2.1).

`parse` turns a text into one of the query values and keeps the recent ones; `evaluate` asks an expression of
an instance; `resolve` and `check_schema_query` check a query against what it asks for; `key_equalities` and
`class_names_wanted` say which keys or classes a query fixes and `property_names` what it looks at.
"""

from emulator.cim.wql.check import check_schema_query, class_names_wanted, key_equalities, resolve
from emulator.cim.wql.evaluate import evaluate, evaluate_class
from emulator.cim.wql.names import property_names
from emulator.cim.wql.parser import MAXIMUM_LENGTH, parse
from emulator.cim.wql.tree import (
    And,
    AssociatorsQuery,
    Comparison,
    Constant,
    Expression,
    IsA,
    IsNull,
    Not,
    Or,
    Property,
    Query,
    ReferencesQuery,
    SchemaQuery,
    SelectQuery,
)

__all__ = [
    "MAXIMUM_LENGTH",
    "And",
    "AssociatorsQuery",
    "Comparison",
    "Constant",
    "Expression",
    "IsA",
    "IsNull",
    "Not",
    "Or",
    "Property",
    "Query",
    "ReferencesQuery",
    "SchemaQuery",
    "SelectQuery",
    "check_schema_query",
    "class_names_wanted",
    "evaluate",
    "evaluate_class",
    "key_equalities",
    "parse",
    "property_names",
    "resolve",
]
