"""WQL evaluation: comparison rules, LIKE, system properties, class checks, index terms."""

# ruff: noqa: S608 -- the queries are WQL and go to no database

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.cim.errors import InvalidQuery
from emulator.cim.instance import ValueInstance
from emulator.cim.object_path import ObjectPath
from emulator.cim.wql import (
    SchemaQuery,
    SelectQuery,
    evaluate,
    evaluate_class,
    key_equalities,
    parse,
    resolve,
)
from emulator.cim.wql.like import matcher


def condition(text: str):
    query = parse(f"SELECT * FROM Test_Machine WHERE {text}")
    assert isinstance(query, SelectQuery)
    return query.where


@pytest.fixture
def subject(machine, schema):
    part = ValueInstance(schema.find("Test_Part"), {"Number": 7, "Text": "Seven"})
    return machine(
        active=True,
        Alpha=200,
        Caption="Hosting Computer System",
        Child=part,
        Created=datetime(2020, 5, 1, 12, 0, tzinfo=UTC),
        Delay=timedelta(minutes=30),
        Names=["a"],
        Newer="17763",
        Next=ObjectPath.parse(r'\\HOST1\root\test:Test_Machine.InstanceID="b"'),
        _x=1.5,
    )


@pytest.mark.parametrize(
    "text",
    [
        "caption = 'hosting COMPUTER system'",
        "Caption <> 'x'",
        "Caption > 'A' AND Caption < 'z'",
        "Alpha = 200",
        "Alpha = '200'",
        "Alpha = 200.0",
        "Alpha > 100 AND Alpha <= 200",
        "100 < Alpha",
        "_x = 1.5",
        "_x > 1",
        "active = TRUE",
        "active = 1",
        "active = 'true'",
        "active <> FALSE",
        "Newer = 17763",
        "Size IS NULL",
        "Size = NULL",
        "Alpha IS NOT NULL",
        "Alpha <> NULL",
        "NOT Alpha = 3",
        "Alpha = 3 OR active = TRUE",
        "NOT (Alpha = 3 OR active = FALSE)",
        "Created = '20200501120000.000000+000'",
        "Created < '20200501140000.000000+060'",
        "Created >= '2020-05-01'",
        "Created > '04/30/2020 10:00:00'",
        "Created < '2020-05-02T00:00:00Z'",
        "Delay = '00000000003000.000000:000'",
        "Delay > '00000000001000.000000:000'",
        "Next = '\\\\\\\\host1\\\\ROOT\\\\test:test_machine.InstanceID=\"B\"'",
        "Next = 'Test_Machine.InstanceID=\"b\"'",
        "Child.Number = 7",
        "Child.Text LIKE 'sev%'",
        "Child ISA 'Test_Part'",
        "__this ISA 'CIM_Base'",
        "__CLASS = 'test_machine'",
        "__SUPERCLASS = 'CIM_Base'",
        "__DYNASTY = 'CIM_Base'",
        "__SERVER = 'host1'",
        "__NAMESPACE = 'root\\\\test'",
        "__GENUS = 2",
        "__PROPERTY_COUNT = 16",
        "Caption <> __SERVER",
        "Alpha <> _x",
        r"""__PATH = '\\\\host1\\Root\\TEST:test_machine.instanceid="microsoft:ab\\\\0"'""",
        r"""__RELPATH = 'Test_Machine.InstanceID="Microsoft:AB\\\\0"'""",
        "__PATH <> 'no path'",
        r"InstanceID LIKE '%\0'",
        r"InstanceID LIKE '%\\0'",
    ],
)
def test_a_condition_that_holds(subject, text):
    assert evaluate(condition(text), subject)


@pytest.mark.parametrize(
    "text",
    [
        "Size = 5",
        "Size <> 5",
        "Size < 5",
        "Letter LIKE '%'",
        "Size = Alpha",
        "Size <> Alpha",
        "Alpha = 'x'",
        "active = 'maybe'",
        "Names = 'a'",
        "Created = 'yesterday'",
        "Created > '00000000003000.000000:000'",
        "Alpha LIKE '2%'",
        "Child ISA 'Test_Machine'",
        "Next ISA 'Test_Machine'",
        "Child.Number.Deeper = 7",
        "Alpha.Deeper = 7",
        "__PATH = 'no path'",
        "Caption = 'Hosting'",
        "Next = 'other'",
    ],
)
def test_a_condition_that_does_not_hold(subject, text):
    assert not evaluate(condition(text), subject)


def test_no_condition_is_met_by_all(subject):
    assert evaluate(None, subject)


def test_an_unknown_property_is_an_invalid_query(subject):
    with pytest.raises(InvalidQuery, match="Nope"):
        evaluate(condition("Nope = 1"), subject)


def test_a_number_compares_as_text_with_a_string_property(machine):
    assert evaluate(condition("Newer < 9000"), machine(Newer="17763"))


def test_a_schema_query_selects_classes(schema):
    query = parse("SELECT * FROM meta_class WHERE __this ISA 'CIM_Base' AND __CLASS <> 'CIM_Base'")
    assert isinstance(query, SchemaQuery)
    found = {name for name in schema.names() if evaluate_class(query.where, schema.find(name))}
    assert found == {"Test_Split", "Test_Summary", "Test_Machine", "Test_Only"}
    query = parse("SELECT * FROM meta_class WHERE __GENUS = 1 AND Caption = 'x'")
    assert isinstance(query, SchemaQuery)
    with pytest.raises(InvalidQuery):
        evaluate_class(query.where, schema.find("CIM_Base"))


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("abc", "ABC", True),
        ("abc", "abcd", False),
        ("%", "", True),
        ("%%", "anything", True),
        ("a%", "Abc", True),
        ("%c", "abC", True),
        ("%b%", "aBc", True),
        ("a%c", "ac", True),
        ("a%a", "a", False),
        ("ab%ba", "aba", False),
        ("a%b%c", "aXXbYYc", True),
        ("a%b%c", "aXXcYYb", False),
        ("a_c", "abc", True),
        ("a_c", "ac", False),
        ("[a-c]x", "bX", True),
        ("[a-c]x", "dx", False),
        ("[a=c]x", "bx", True),
        ("[^a-c]x", "dx", True),
        ("[^a-c]x", "bx", False),
        ("[abc]", "c", True),
        ("[%]", "%", True),
        ("[%]", "x", False),
        ("[_]b", "_b", True),
        ("[", "[", True),
        ("[]", "[]", True),
        ("[]]", "]", True),
        ("[^]", "^", True),
        ("a.c", "abc", False),
        ("microsoft:definition%maximum", r"Microsoft:Definition\AB\Maximum", True),
    ],
)
def test_like_patterns(pattern, text, expected):
    assert matcher(pattern)(text) is expected


def test_no_like_pattern_explodes():
    start = time.thread_time()
    assert not matcher("%a" * 200 + "%b")("a" * 3000)
    assert not matcher("%[a]_" * 200 + "b")("a" * 3000)
    assert time.thread_time() - start < 5
    with pytest.raises(InvalidQuery):
        matcher("x" * 5000)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab%_", max_size=8), st.text(alphabet="abc", max_size=8))
def test_like_agrees_with_a_regular_expression(pattern, text):
    translated = "".join({"%": ".*", "_": "."}.get(each, re.escape(each)) for each in pattern)
    assert matcher(pattern)(text) is (re.fullmatch(translated, text, re.DOTALL) is not None)


def select(text: str) -> SelectQuery:
    query = parse(text)
    assert isinstance(query, SelectQuery)
    return query


def test_selected_properties_are_spelled_as_the_class_does(schema):
    declaration = schema.find("Test_Machine")
    query = select("SELECT ALPHA, caption, __path, child.Number FROM Test_Machine WHERE alpha = 1")
    assert resolve(query, declaration) == ("Alpha", "Caption", "__PATH", "Child.Number")
    assert resolve(select("SELECT * FROM Test_Machine"), declaration) is None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT Nope FROM Test_Machine",
        "SELECT * FROM Test_Machine WHERE Nope = 1",
        "SELECT * FROM Test_Machine WHERE Alpha = 1 AND NOT (Nope IS NULL)",
        "SELECT * FROM Test_Machine WHERE Alpha = Nope",
        "SELECT * FROM Test_Machine WHERE Nope ISA 'X'",
        "SELECT * FROM Test_Machine WHERE Alpha = 'abc'",
        "SELECT * FROM Test_Machine WHERE active = 'abc'",
        "SELECT * FROM Test_Machine WHERE Names = 'a'",
        "SELECT * FROM Test_Machine WHERE Nope.Inner = 1",
    ],
)
def test_a_query_that_the_class_cannot_answer_is_invalid(schema, text):
    with pytest.raises(InvalidQuery):
        resolve(select(text), schema.find("Test_Machine"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("InstanceID = 'x'", {"InstanceID": "x"}),
        ("instanceid = 'x' AND Alpha = 1", {"InstanceID": "x"}),
        ("InstanceID = 5", {"InstanceID": "5"}),
        ("InstanceID = 'x' OR Alpha = 1", {}),
        ("NOT InstanceID = 'x'", {}),
        ("InstanceID <> 'x'", {}),
        ("InstanceID LIKE 'x'", {}),
        ("InstanceID = Caption", {}),
        ("Alpha = 1", {}),
        (r"""__PATH = '\\\\H\\root\\test:Test_Machine.InstanceID="x"'""", {"InstanceID": "x"}),
        ("__RELPATH = 'Test_Machine=\"x\"'", {"InstanceID": "x"}),
        ("__PATH = 'nothing'", {}),
    ],
)
def test_key_equalities_name_the_keys_that_a_match_must_have(schema, text, expected):
    assert key_equalities(condition(text), schema.find("Test_Machine")) == expected


def test_no_condition_fixes_no_key(schema):
    assert key_equalities(None, schema.find("Test_Machine")) == {}


def test_a_scan_of_a_thousand_instances_takes_milliseconds(machine):
    instances = [machine(InstanceID=f"id{number}", Alpha=number % 200) for number in range(1000)]
    where = condition("InstanceID <> __SERVER AND (Alpha <> 0 AND Alpha <> 3)")
    start = time.thread_time()
    found = sum(evaluate(where, each) for each in instances)
    assert time.thread_time() - start < 1
    assert found == 990
