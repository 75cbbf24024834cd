"""Reading YAML: syntax errors, bounds, scalars."""

from __future__ import annotations

import time

import pytest

from emulator.profile import ProfileError, load
from emulator.profile.source import MAXIMUM_BYTES, MAXIMUM_DEPTH, parse

BILLION_LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"{after}: &{after} [{','.join([f'*{before}'] * 10)}]"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "hardware: [1, 2",
            "p.yaml:2: YAML: did not find expected ',' or ']' (while parsing a flow sequence)",
        ),
        ("a:\n  b: 1\n c: 2\n", "p.yaml:3: YAML: did not find expected key (while parsing a block mapping)"),
        ("a: 1\nb: *x\n", "p.yaml:2: YAML: the alias *x has no anchor &x"),
        ("a: &x [*x]", "p.yaml:1: YAML: the alias *x stands inside its own anchor"),
        ("a: 1\nb: 2\na: 3\n", "p.yaml:3: the key 'a' is written twice; the first one is in line 1"),
        (
            "a:\n  - b: 1\n    b: 2\n",
            "p.yaml:3: a[0]: the key 'b' is written twice; the first one is in line 2",
        ),
        ("? [a]\n: 1\n", "p.yaml:1: a key must be a plain word"),
        ("a: 1\n---\nb: 2\n", "p.yaml:2: only one YAML document is allowed in a file"),
        ("a: 1\nb: \x01\n", "p.yaml:2: YAML: character 1 is not allowed"),
        ("", "p.yaml:1: must be a mapping of keys such as 'extends' or 'hardware'"),
        ("\n- a\n", "p.yaml:2: must be a mapping of keys such as 'extends' or 'hardware'"),
        ("<<: 3\n", "p.yaml:1: the merge key << takes a mapping or a list of mappings"),
        (
            "a: 1\nb: !!python/object/apply:os.system ['true']\n",
            "p.yaml:2: b: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not allowed; "
            "profiles hold plain data only",
        ),
        (
            "a: !env HOME\n",
            "p.yaml:1: a: the tag '!env' is not allowed; profiles hold plain data only",
        ),
    ],
)
def test_bad_yaml_is_reported_with_its_line(text, problem):
    with pytest.raises(ProfileError) as caught:
        parse(text, "p.yaml")

    assert caught.value.problems == [problem]


def test_several_forbidden_tags_are_reported_together():
    with pytest.raises(ProfileError) as caught:
        parse("a: !x 1\nb: !y 2\n", "p.yaml")

    assert [problem.partition(": the")[0] for problem in caught.value.problems] == [
        "p.yaml:1: a",
        "p.yaml:2: b",
    ]


def test_text_that_is_not_utf_8_is_reported_with_its_line():
    with pytest.raises(ProfileError, match=r"^p\.yaml:2: is not UTF-8 text \(byte 0xff\)$"):
        parse(b"a: 1\nb: \xff\n", "p.yaml")


def test_a_byte_order_mark_is_no_part_of_the_first_key():
    assert parse(b"\xef\xbb\xbfa: 1\n", "p.yaml").plain() == {"a": 1}


def test_a_file_larger_than_one_mebibyte_is_refused():
    with pytest.raises(ProfileError, match="larger than 1 MiB"):
        parse(b"a: " + b"x" * MAXIMUM_BYTES, "p.yaml")


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "a: " + "[" * MAXIMUM_DEPTH, "{a: " * 50_000, "- " * 100_000],
)
def test_deep_nesting_is_refused_without_recursion(text):
    with pytest.raises(ProfileError, match="nested deeper than 24 levels"):
        parse(text, "p.yaml")


def test_depth_counts_what_an_alias_stands_for():
    half = "[" * 14 + "]" * 14

    with pytest.raises(ProfileError, match=r"p\.yaml:2: nested deeper than 24 levels"):
        parse(f"a: &a {half}\nb: {'[' * 14}*a{']' * 14}\n", "p.yaml")


def test_aliases_that_multiply_are_refused_before_they_are_expanded():
    start = time.thread_time()

    with pytest.raises(ProfileError, match=r"p\.yaml:6: holds more than 200,000 values"):
        parse(BILLION_LAUGHS, "p.yaml")

    assert time.thread_time() - start < 5


def test_anchors_aliases_and_merge_keys_share_values():
    text = "a: &a {x: 1, y: 1}\nb: {<<: *a, y: 2}\nc: *a\nd: {<<: [{x: 8}, *a], z: 9}\n"

    assert parse(text, "p.yaml").plain() == {
        "a": {"x": 1, "y": 1},
        "b": {"x": 1, "y": 2},
        "c": {"x": 1, "y": 1},
        "d": {"x": 8, "y": 1, "z": 9},
    }


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("off", "off"),
        ("no", "no"),
        ("None", "None"),
        ("true", True),
        ("~", None),
        ("", None),
        ("12:30:45", "12:30:45"),
        ("2024-03-14", "2024-03-14"),
        ("0x1F", 31),
        ("0o17", 15),
        ("010", 10),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        (".nan", ".nan"),
        ("'2022'", "2022"),
        ("! 2022", "2022"),
        ("!!str 2022", "2022"),
        ("2012R2", "2012R2"),
    ],
)
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(scalar, value):
    found = parse(f"a: {scalar}\n", "p.yaml").plain()["a"]

    assert (found, type(found)) == (value, type(value))


def test_a_file_that_cannot_be_read_is_reported(tmp_path):
    with pytest.raises(ProfileError, match=r"missing\.yaml:1: cannot be read: No such file"):
        load(str(tmp_path / "missing.yaml"))
    with pytest.raises(ProfileError, match="cannot be read: Is a directory"):
        load(f"{tmp_path}/")
