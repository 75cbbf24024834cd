"""Readers of texts: datetimes, object paths, queries, embedded instances, XML."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from random import Random
from typing import Final

from fuzz import grammar
from fuzz.machine import machine
from fuzz.mutation import damaged_text

from emulator.cim import cim_xml, datetime_text, wql, xml_reader
from emulator.cim.errors import CimError
from emulator.cim.object_path import ObjectPath
from emulator.wsman.text import parse_duration

_CHARACTERS: Final = "<>&;/?![]{}()'\"=.,:*%-+_ \t\r\n\\@#0123456789abcXYZ\u00e9\u4e2d\ud800\x00"


def mostly(good: Callable[[Random], str]) -> Callable[[Random], str]:
    """Mostly what the grammar makes, often damaged, sometimes nothing but characters."""

    def generate(random: Random) -> str:
        kind = random.randrange(10)
        if kind == 0:
            return grammar.pieces(random, _CHARACTERS, 60)
        text = good(random)
        return text if kind < 5 else damaged_text(random, text)

    return generate


def check_datetime(text: str) -> None:
    for parse in (
        datetime_text.parse,
        datetime_text.parse_iso_datetime,
        datetime_text.parse_iso_duration,
        datetime_text.parse_loose,
    ):
        try:
            value = parse(text)
        except ValueError:
            continue
        assert datetime_text.parse(datetime_text.format(value)) == value
    with contextlib.suppress(ValueError):
        parse_duration(text)


def check_object_path(text: str) -> None:
    try:
        path = ObjectPath.parse(text)
    except CimError:
        return
    again = ObjectPath.parse(str(path))
    assert again == path
    assert again.same_object(path)
    assert hash(again) == hash(path)
    with contextlib.suppress(CimError):
        machine().wmi.namespace("root/virtualization/v2").find(path)


def check_query(text: str) -> None:
    try:
        wql.parse(text)
    except CimError:
        return
    for name in ("root/virtualization/v2", "root/cimv2"):
        namespace = machine().wmi.namespace(name)
        with contextlib.suppress(CimError), namespace.reading():
            for instance in namespace.query(text).instances:
                str(instance.path)


def check_instance(text: str) -> None:
    schema = machine().wmi.namespace("root/virtualization/v2").schema
    try:
        instance = cim_xml.parse_instance(text, schema)
    except CimError:
        return
    # What was read can be written, and is then read as the same values.
    again = cim_xml.parse_instance(cim_xml.format_instance(instance), schema)
    assert again.declaration is instance.declaration


def check_document(text: str) -> None:
    try:
        root = xml_reader.root(text)
    except CimError:
        return
    assert len(list(root.iter())) <= xml_reader.MAXIMUM_ELEMENTS
