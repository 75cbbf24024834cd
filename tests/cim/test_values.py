"""CIM values and their text: types, datetimes, intervals."""

from __future__ import annotations

import contextlib
import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.cim import datetime_text
from emulator.cim.errors import TypeMismatch
from emulator.cim.object_path import ObjectPath
from emulator.cim.types import INTEGER_RANGES, CimType, check_value, format_value, parse_value

quick = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("cim_type", "text", "value"),
    [
        (CimType.BOOLEAN, "TRUE", True),
        (CimType.BOOLEAN, " false ", False),
        (CimType.BOOLEAN, "1", True),
        (CimType.UINT8, "255", 255),
        (CimType.UINT8, "0xff", 255),
        (CimType.SINT8, "-128", -128),
        (CimType.UINT64, "18446744073709551615", 2**64 - 1),
        (CimType.SINT64, "-9223372036854775808", -(2**63)),
        (CimType.REAL64, "1.5e3", 1500.0),
        (CimType.REAL32, "0.1", 0.10000000149011612),
        (CimType.STRING, " kept ", " kept "),
        (CimType.CHAR16, "x", "x"),
        (CimType.CHAR16, "120", "x"),
        (CimType.DATETIME, "20130415162843.488171+000", datetime(2013, 4, 15, 16, 28, 43, 488171, UTC)),
        (CimType.DATETIME, "00000000003000.000000:000", timedelta(minutes=30)),
        (CimType.REFERENCE, 'A.K="v"', ObjectPath("A", [("K", "v")])),
    ],
)
def test_text_of_a_type_is_read(cim_type, text, value):
    assert parse_value(cim_type, text) == value


@pytest.mark.parametrize(
    ("cim_type", "text"),
    [
        (CimType.BOOLEAN, "yes"),
        (CimType.UINT8, "256"),
        (CimType.UINT8, "-1"),
        (CimType.SINT8, "128"),
        (CimType.UINT16, "1_0"),
        (CimType.UINT16, ""),
        (CimType.UINT16, "\u0661"),
        (CimType.UINT32, "1.0"),
        (CimType.UINT64, "9" * 400),
        (CimType.REAL64, "nan"),
        (CimType.REAL64, "1e999"),
        (CimType.REAL32, "1e39"),
        (CimType.CHAR16, "xy"),
        (CimType.CHAR16, "65536"),
        (CimType.DATETIME, "2013-04-15"),
        (CimType.DATETIME, "20130230000000.000000+000"),
        (CimType.REFERENCE, "no path"),
        (CimType.OBJECT, "<INSTANCE/>"),
    ],
)
def test_text_that_is_no_value_of_the_type_is_a_type_mismatch(cim_type, text):
    with pytest.raises(TypeMismatch) as caught:
        parse_value(cim_type, text)
    assert caught.value.hresult == 0x80041005


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "TRUE"),
        (False, "FALSE"),
        (-5, "-5"),
        (1.5, "1.5"),
        ("x", "x"),
        (timedelta(days=2), "00000002000000.000000:000"),
    ],
)
def test_a_value_has_one_canonical_text(value, text):
    assert format_value(value) == text


@pytest.mark.parametrize(
    ("cim_type", "value"),
    [
        (CimType.BOOLEAN, 1),
        (CimType.UINT8, 256),
        (CimType.STRING, 5),
        (CimType.DATETIME, 5),
        (CimType.REFERENCE, 5),
        (CimType.UINT8, [1]),
    ],
)
def test_a_python_value_of_another_type_is_a_type_mismatch(cim_type, value):
    with pytest.raises(TypeMismatch):
        check_value(cim_type, value)


def test_a_python_value_is_converted_where_wmi_does():
    assert check_value(CimType.UINT16, "7") == 7
    assert check_value(CimType.REAL64, 2) == 2.0
    assert check_value(CimType.UINT16, None) is None


@quick
@given(st.sampled_from(sorted(INTEGER_RANGES, key=lambda each: each.value)), st.integers(-(2**70), 2**70))
def test_an_integer_is_read_back_exactly_when_it_is_in_range(cim_type, number):
    low, high = INTEGER_RANGES[cim_type]
    if low <= number <= high:
        assert parse_value(cim_type, format_value(number)) == number
    else:
        with pytest.raises(TypeMismatch):
            parse_value(cim_type, str(number))


@quick
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_real_is_read_back_exactly(number):
    back = parse_value(CimType.REAL64, format_value(number))
    assert isinstance(back, float)
    assert math.isclose(back, number, rel_tol=0)


@quick
@given(st.sampled_from(sorted(CimType, key=lambda each: each.value)), st.text(max_size=40))
def test_no_text_raises_anything_but_a_type_mismatch(cim_type, text):
    with contextlib.suppress(TypeMismatch):
        parse_value(cim_type, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "20130415162843.488171+480",
            datetime(2013, 4, 15, 16, 28, 43, 488171, timezone(timedelta(hours=8))),
        ),
        ("20130415162843.000000-060", datetime(2013, 4, 15, 16, 28, 43, 0, timezone(-timedelta(hours=1)))),
        ("2013**************.******+***".replace("*" * 14, "*" * 10), datetime(2013, 1, 1, tzinfo=UTC)),
        ("20130415******.******+000", datetime(2013, 4, 15, tzinfo=UTC)),
        ("20130415162843.12****+000", datetime(2013, 4, 15, 16, 28, 43, 120000, UTC)),
        ("00000001020304.000005:000", timedelta(days=1, hours=2, minutes=3, seconds=4, microseconds=5)),
        ("********0203**.******:000", timedelta(hours=2, minutes=3)),
    ],
)
def test_dmtf_text_is_read_also_with_asterisks(text, value):
    assert datetime_text.parse(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20130415",
        "20131315000000.000000+000",
        "00000000250000.000000:000",
        "2013041516284*.000000+000",
        "x" * 25,
    ],
)
def test_other_dmtf_text_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        datetime_text.parse(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2013-04-15T16:28:43.488171Z", datetime(2013, 4, 15, 16, 28, 43, 488171, UTC)),
        ("2013-04-15T16:28:43+08:00", datetime(2013, 4, 15, 16, 28, 43, 0, timezone(timedelta(hours=8)))),
        ("P0DT0H30M0S", timedelta(minutes=30)),
        ("P1DT1.5S", timedelta(days=1, seconds=1, microseconds=500000)),
    ],
)
def test_xml_text_is_read(text, value):
    parser = datetime_text.parse_iso_duration if text[0] == "P" else datetime_text.parse_iso_datetime
    assert parser(text) == value


@pytest.mark.parametrize("text", ["P", "PT", "P1DT", "-P1D", "P99999999999D", "P999999999D", "1D", ""])
def test_other_duration_text_is_refused(text):
    with pytest.raises(ValueError, match="duration"):
        datetime_text.parse_iso_duration(text)


def test_windows_writes_xml_times_with_every_part():
    assert datetime_text.format_iso_duration(timedelta(minutes=30)) == "P0DT0H30M0S"
    assert datetime_text.format_iso_duration(timedelta(days=1, microseconds=5)) == "P1DT0H0M0.000005S"
    assert (
        datetime_text.format_iso_datetime(datetime(2013, 4, 15, 1, 2, 3, tzinfo=UTC))
        == "2013-04-15T01:02:03Z"
    )


def test_a_negative_interval_has_no_text():
    with pytest.raises(ValueError, match="between"):
        datetime_text.format(timedelta(seconds=-1))


zones = st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=zones)


@quick
@given(moments)
def test_a_moment_is_read_back_from_both_notations(moment):
    assert datetime_text.parse(datetime_text.format(moment)) == moment
    assert datetime_text.parse_iso_datetime(datetime_text.format_iso_datetime(moment)) == moment
    assert datetime_text.parse_loose(datetime_text.format(moment)) == moment


@quick
@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=99_999_999)))
def test_an_interval_is_read_back_from_both_notations(interval):
    assert datetime_text.parse(datetime_text.format(interval)) == interval
    assert datetime_text.parse_iso_duration(datetime_text.format_iso_duration(interval)) == interval


def test_a_zone_beyond_those_of_xml_schema_is_refused_for_dmtf_text_has_no_room_for_it():
    moment = datetime_text.parse_iso_datetime("2013-04-15T01:02:03-14:00")
    assert datetime_text.parse(datetime_text.format(moment)) == moment
    with pytest.raises(ValueError, match="time zone"):
        datetime_text.parse_iso_datetime("2013-04-15T01:02:03+14:01")


@quick
@given(st.text(alphabet="0123456789*.:+-TZPDHMS ", max_size=30))
def test_no_time_text_raises_anything_but_a_value_error(text):
    for parser in (
        datetime_text.parse,
        datetime_text.parse_iso_datetime,
        datetime_text.parse_iso_duration,
        datetime_text.parse_loose,
    ):
        with contextlib.suppress(ValueError):
            parser(text)
