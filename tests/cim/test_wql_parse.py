"""WQL parsing: every query shape that clients send, and clear refusals."""

# ruff: noqa: S608 -- the queries are WQL and go to no database

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.cim.errors import InvalidQuery
from emulator.cim.wql import (
    And,
    AssociatorsQuery,
    Comparison,
    Constant,
    IsA,
    IsNull,
    Not,
    Or,
    Property,
    ReferencesQuery,
    SchemaQuery,
    SelectQuery,
    parse,
)


def where(text: str):
    query = parse(f"SELECT * FROM C WHERE {text}")
    assert isinstance(query, SelectQuery)
    return query.where


def compare(name, operator, value):
    return Comparison(Property(tuple(name.split("."))), operator, Constant(value))


def test_the_bare_select_with_a_trailing_blank_is_read():
    assert parse("SELECT * FROM Win32_ComputerSystemProduct ") == SelectQuery("Win32_ComputerSystemProduct")


def test_a_projection_keeps_its_order_and_counts_a_name_once():
    query = parse("select BIOSGUID, VirtualSystemIdentifier,biosguid from Msvm_VirtualSystemSettingData")
    assert query == SelectQuery("Msvm_VirtualSystemSettingData", ("BIOSGUID", "VirtualSystemIdentifier"))


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("Name = 'x'", compare("Name", "=", "x")),
        ('Caption = "Hosting Computer System"', compare("Caption", "=", "Hosting Computer System")),
        ("Name != __SERVER", Comparison(Property(("Name",)), "<>", Property(("__SERVER",)))),
        ("a <> 1", compare("a", "<>", 1)),
        ("a<=-1", compare("a", "<=", -1)),
        ("a >= 0x10", compare("a", ">=", 16)),
        ("a > 1.5", compare("a", ">", 1.5)),
        ("5 < a", compare("a", ">", 5)),
        ("a = TRUE", compare("a", "=", True)),
        ("a = false", compare("a", "=", False)),
        ("DriveLetter=NULL", IsNull(Property(("DriveLetter",)))),
        ("a != NULL", Not(IsNull(Property(("a",))))),
        ("a IS NULL", IsNull(Property(("a",)))),
        ("a is not null", Not(IsNull(Property(("a",))))),
        ("InstanceID LIKE '%Default%'", compare("InstanceID", "LIKE", "%Default%")),
        ("NOT a LIKE 'x'", Not(compare("a", "LIKE", "x"))),
        ("a NOT LIKE 'x'", Not(compare("a", "LIKE", "x"))),
        (
            "TargetInstance ISA 'Msvm_ComputerSystem'",
            IsA(Property(("TargetInstance",)), "Msvm_ComputerSystem"),
        ),
        (r"Path = '\\windows\\system32\\'", compare("Path", "=", "\\windows\\system32\\")),
        (r"InstanceID LIKE '%\Default'", compare("InstanceID", "LIKE", r"%\Default")),
        (r"""a = 'it\'s "so"'""", compare("a", "=", 'it\'s "so"')),
        ("a=1AND b=2".replace("1AND", "1 AND"), And((compare("a", "=", 1), compare("b", "=", 2)))),
        ("a=1 or b=2 and c=3", Or((compare("a", "=", 1), And((compare("b", "=", 2), compare("c", "=", 3)))))),
        (
            "(a=1 or b=2) and c=3",
            And((Or((compare("a", "=", 1), compare("b", "=", 2))), compare("c", "=", 3))),
        ),
        (
            "TargetInstance.EnabledState != PreviousInstance.EnabledState",
            Comparison(
                Property(("TargetInstance", "EnabledState")),
                "<>",
                Property(("PreviousInstance", "EnabledState")),
            ),
        ),
    ],
)
def test_a_condition_is_read(text, expression):
    assert where(text) == expression


def test_the_filter_of_libvirt_is_read():
    found = where("Name != __SERVER AND (EnabledState != 0 and EnabledState != 3 and EnabledState != 32769) ")
    assert isinstance(found, And)
    assert found.terms[1] == And(tuple(compare("EnabledState", "<>", number) for number in (0, 3, 32769)))


def test_an_event_query_is_read_whole():
    query = parse(
        "SELECT TargetInstance FROM __InstanceModificationEvent WITHIN 2.5 WHERE TargetInstance ISA 'X' "
        "GROUP WITHIN 10 BY TargetInstance.Name, TargetInstance.Id HAVING NumberOfEvents > 5"
    )
    assert isinstance(query, SelectQuery)
    assert (query.within, query.group_within) == (2.5, 10.0)
    assert query.group_by == ("TargetInstance.Name", "TargetInstance.Id")
    assert query.having == compare("NumberOfEvents", ">", 5)


def test_a_schema_query_is_read():
    assert parse("select * from META_CLASS where __this isa 'CIM_Job'") == SchemaQuery(
        IsA(Property(("__this",)), "CIM_Job")
    )
    assert parse("SELECT * FROM meta_class") == SchemaQuery()


def test_associators_are_read_with_every_option():
    query = parse(
        "ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='ab}'} WHERE "
        "AssocClass = A ResultClass=R Role = X ResultRole = Y "
        "RequiredQualifier = Q RequiredAssocQualifier = P KeysOnly"
    )
    assert isinstance(query, AssociatorsQuery)
    assert query.path.key("Name") == "ab}"
    assert (query.assoc_class, query.result_class, query.role, query.result_role) == ("A", "R", "X", "Y")
    assert (query.required_qualifier, query.required_assoc_qualifier) == ("Q", "P")
    assert query.keys_only
    assert not query.class_defs_only


def test_references_are_read():
    query = parse(r"""references of {\\H\root\cimv2:A.K="v"} where ResultClass = B Role = C ClassDefsOnly""")
    assert isinstance(query, ReferencesQuery)
    assert query.path.server == "H"
    assert (query.result_class, query.role, query.class_defs_only) == ("B", "C", True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        "SELECT FROM C",
        "SELECT * C",
        "SELECT * FROM",
        "SELECT *, a FROM C",
        "SELECT a, FROM C",
        "SELECT * FROM C WHERE",
        "SELECT * FROM C WHERE a",
        "SELECT * FROM C WHERE a =",
        "SELECT * FROM C WHERE 1 = 2",
        "SELECT * FROM C WHERE a = 'x",
        "SELECT * FROM C WHERE a = 'x\\'",
        "SELECT * FROM C WHERE (a = 1",
        "SELECT * FROM C WHERE a = 1)",
        "SELECT * FROM C WHERE a = 1 b = 2",
        "SELECT * FROM C WHERE a < NULL",
        "SELECT * FROM C WHERE a LIKE 5",
        "SELECT * FROM C WHERE 'x' LIKE a",
        "SELECT * FROM C WHERE a IS 5",
        "SELECT * FROM C WHERE a IN (1)",
        "SELECT COUNT(*) FROM C",
        "SELECT * FROM C WITHIN x",
        "SELECT * FROM C;",
        "SELECT * FROM C GROUP BY a",
        "DELETE FROM C",
        "SELECT * FROM C WHERE a = 5x",
        "SELECT * FROM C WHERE a == 5",
        "ASSOCIATORS OF",
        "ASSOCIATORS OF A",
        "ASSOCIATORS OF {A.K=1",
        "ASSOCIATORS OF {A.K='}",
        "ASSOCIATORS OF {}",
        "ASSOCIATORS OF {A.K=1} WHERE",
        "ASSOCIATORS OF {A.K=1} WHERE Foo=B",
        "ASSOCIATORS OF {A.K=1} WHERE Role=",
        "ASSOCIATORS OF {A.K=1} WHERE Role=A Role=B",
        "REFERENCES OF {A.K=1} WHERE AssocClass=B",
        "SELECT * FROM {A}",
        "SELECT * FROM C WHERE a = {b}",
        "SELECT * FROM C WHERE a NOT = 1",
    ],
)
def test_anything_else_is_an_invalid_query(text):
    with pytest.raises(InvalidQuery) as caught:
        parse(text)
    assert caught.value.hresult == 0x80041017


def test_the_error_names_the_place():
    with pytest.raises(InvalidQuery, match=r"expected a comparison at character 24, found 'b'"):
        parse("SELECT * FROM C WHERE a b")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM C WHERE " + "(" * 5000 + "a=1" + ")" * 5000,
        "SELECT * FROM C WHERE " + "NOT " * 5000 + "a=1",
        "SELECT * FROM C WHERE " + " OR ".join(["a=1"] * 9000),
        "SELECT * FROM C WHERE a='" + "x" * 70_000 + "'",
        "SELECT * FROM C WHERE " + ".".join(["a"] * 1000) + "=1",
        "SELECT * FROM C WHERE a='" + "\\" * 60_001,
    ],
)
def test_a_monster_is_refused_quickly(text):
    start = time.thread_time()
    with pytest.raises(InvalidQuery):
        parse(text)
    assert time.thread_time() - start < 2


def test_a_long_list_of_alternatives_is_read():
    query = parse("SELECT * FROM C WHERE " + " OR ".join(f"a={number}" for number in range(2000)))
    assert isinstance(query, SelectQuery)
    assert isinstance(query.where, Or)
    assert len(query.where.terms) == 2000


def test_a_recent_query_is_not_parsed_again():
    assert parse("SELECT * FROM Cached") is parse("SELECT * FROM Cached")


pieces = st.sampled_from(
    [
        "SELECT",
        "*",
        "FROM",
        "C",
        "WHERE",
        "a",
        "=",
        "'x'",
        "5",
        "AND",
        "NOT",
        "(",
        ")",
        "LIKE",
        "IS",
        "NULL",
        ".",
        "ISA",
        "ASSOCIATORS",
        "OF",
        "{A.K=1}",
        "Role",
        "GROUP",
        "WITHIN",
        "BY",
        "HAVING",
        ",",
        '"',
        "\\",
        "{",
        "é",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(pieces, max_size=14).map(" ".join))
def test_no_text_raises_anything_but_an_invalid_query(text):
    for candidate in (text, f"SELECT * FROM C WHERE {text}"):
        with contextlib.suppress(InvalidQuery):
            parse(candidate)
