"""WQL: the query language of WMI (WmiSdk, "WQL (SQL for WMI)"; MS-WMI 2.2.1).

`parse` turns a text into one of the query values and keeps the recent ones; `evaluate` asks an expression of
an instance; `resolve` checks a query against the class; `key_equalities` says which keys a query fixes and
`property_names` what it looks at.
"""

from emulator.cim.wql.check import key_equalities, resolve
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
    "evaluate",
    "evaluate_class",
    "key_equalities",
    "parse",
    "property_names",
    "resolve",
]
