"""Encodings of code pages."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(
    ("given", "page", "name", "kind"),
    [
        ("850", 850, "ibm850", "SBCSCodePageEncoding"),
        ("'Windows-1251'", 1251, "windows-1251", "SBCSCodePageEncoding"),
        ("932", 932, "shift_jis", "DBCSCodePageEncoding"),
        ("65000", 65000, "utf-7", "UTF7Encoding"),
        ("1252", 1252, "Windows-1252", "SBCSCodePageEncoding"),
    ],
)
def test_an_encoding_is_found_by_page_and_name(session, given, page, name, kind):
    script = f"$e = [Text.Encoding]::GetEncoding({given}); $e.CodePage; $e.WebName; $e.GetType().Name"
    assert session.values(script) == [page, name, kind]


def test_bytes_are_those_of_the_code_page(session):
    assert session.values("[Text.Encoding]::GetEncoding(850).GetBytes('é') -join ' '") == ["130"]
    assert session.values("[Text.Encoding]::GetEncoding(932).GetBytes('あ') -join ' '") == ["130 160"]
    assert session.values("[Text.Encoding]::GetEncoding(932).IsSingleByte") == [False]


def test_unknown_ones_are_refused(session):
    assert "No data is available for encoding 999" in session.error("[Text.Encoding]::GetEncoding(999)")[2]
    assert "not a supported encoding name" in session.error("[Text.Encoding]::GetEncoding('nope')")[2]


def test_all_encodings_are_listed_in_order(session):
    pages = session.values("[Text.Encoding]::GetEncodings().CodePage")
    assert pages == sorted(pages)
    assert {437, 850, 1200, 1252, 20127, 65001} <= set(pages)
    assert session.values(
        "([Text.Encoding]::GetEncodings() | ? CodePage -eq 850).GetEncoding().EncodingName"
    ) == ["Western European (DOS)"]
