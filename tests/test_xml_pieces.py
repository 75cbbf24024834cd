"""The elements of a root as documents of their own."""

from __future__ import annotations

import pytest

from emulator.xml_document import MAXIMUM_DEPTH, MalformedXml, parse, pieces


def test_each_element_is_a_document_with_the_namespaces_of_the_root():
    data = (
        b'\xef\xbb\xbf<?xml version="1.0"?><!-- > --><m:all xmlns:m="urn:m" note="a>b"> text <m:one a="x>y"/>'
        b"<m:two><m:two/>t\xc3\xa9</m:two><![CDATA[<no/>]]><three/><?pi?></m:all>"
    )
    root, found = pieces(data)
    assert (root, [name for name, _ in found]) == ("all", ["one", "two", "three"])
    inner = [next(iter(parse(text))) for _, text in found]
    assert [one.tag for one in inner] == ["{urn:m}one", "{urn:m}two", "three"]
    assert inner[0].attrib == {"a": "x>y"}
    assert "".join(inner[1].itertext()) == "té"


@pytest.mark.parametrize("data", [b"<a/>", b"<a></a>", b"<a>text<!-- <b/> --></a>"])
def test_a_root_may_have_none(data):
    assert pieces(data) == ("a", [])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a><b></a>",
        b"<a/><a/>",
        b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        b"<a>&e;</a>",
        b"<a b='" + b"x" * 60_000 + b"'>" + b"<c/>" * 2_000 + b"</a>",
        b"<a b='" + b"x" * 70_000 + b"'><c/></a>",
        b"<a>" * (MAXIMUM_DEPTH + 1) + b"</a>" * (MAXIMUM_DEPTH + 1),
    ],
)
def test_what_is_no_document_is_refused(data):
    with pytest.raises(MalformedXml):
        pieces(data)
