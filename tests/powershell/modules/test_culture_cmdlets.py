"""Cmdlets that look at the culture: sorting, CSV, tables, Get-Culture, Import-LocalizedData."""

import pytest

from tests.powershell.modules.console_session import ConsoleSession

GERMAN = "[cultureinfo]::CurrentCulture = 'de-DE';"


@pytest.fixture(scope="module")
def session():
    return ConsoleSession()


@pytest.mark.parametrize(
    ("culture", "expected"),
    [
        ("en-US", ["\u00e5ng", "apple", "\u00f6l", "zebra"]),
        # The Swedish alphabet ends with \u00e5 \u00e4 \u00f6.
        ("sv-SE", ["apple", "zebra", "\u00e5ng", "\u00f6l"]),
        ("1053", ["apple", "zebra", "\u00e5ng", "\u00f6l"]),
        ("0x41d", ["apple", "zebra", "\u00e5ng", "\u00f6l"]),
    ],
)
def test_sort_object_in_a_culture(session, culture, expected):
    script = f"'zebra', '\u00e5ng', 'apple', '\u00f6l' | Sort-Object -Culture {culture}"
    assert session.values(script) == expected


def test_a_czech_ch_is_a_letter_behind_h(session):
    assert session.values("'chata', 'cihla', 'hora' | Sort-Object -Culture cs-CZ") == [
        "cihla",
        "hora",
        "chata",
    ]


def test_accents_count_less_than_letters_and_more_than_case(session):
    assert session.values("'Zoo', '\u00e9t\u00e9', 'Eclair', '\u00e9cole' | Sort-Object") == [
        "Eclair",
        "\u00e9cole",
        "\u00e9t\u00e9",
        "Zoo",
    ]


def test_an_order_that_is_not_known_is_refused(session):
    identifier, _, message = session.error("'a', 'b' | Sort-Object -Culture vi-VN")
    assert identifier == "NotEmulated,Microsoft.PowerShell.Commands.SortObjectCommand"
    assert "vi-VN" in message


@pytest.mark.parametrize("command", ["Sort-Object", "Group-Object", "Compare-Object -ReferenceObject 1"])
def test_a_culture_that_is_none_cannot_be_set(session, command):
    identifier, category, message = session.error(f"'a' | {command} -Culture none-none")
    assert identifier.startswith("ParameterBindingFailed,")
    assert category == "WriteError"
    assert message == (
        'Cannot bind parameter \'Culture\' to the target. Exception setting "Culture": "Culture is not supported.'
        '\r\nParameter name: name\r\nnone-none is an invalid culture identifier."'
    )


def test_group_object_in_turkish(session):
    script = "('FILE', 'file' | Group-Object -Culture tr-TR).Count; @('FILE', 'file' | Group-Object).Count"
    assert session.values(script) == [2, 1]


def test_tables_and_lists_are_in_the_culture_of_the_thread(session):
    shown = session.shown(
        GERMAN + "[pscustomobject]@{ Number = 1234.5; Date = [datetime]'2024-03-01 14:05:06' } | Format-List"
    )
    assert "Number : 1234,5" in shown
    assert "Date   : 01.03.2024 14:05:06" in shown


def test_a_date_is_shown_in_the_culture_of_the_thread(session):
    assert session.shown(GERMAN + "[datetime]'2024-03-01 14:05:06'") == "Freitag, 1. M\u00e4rz 2024 14:05:06"


def test_csv_in_a_culture(session):
    """-UseCulture takes the separator of lists; values are what ToString() makes of them in any case."""
    script = GERMAN + "[pscustomobject]@{ a = 1.5; b = 'x' } | ConvertTo-Csv -UseCulture -NoTypeInformation"
    assert session.values(script) == ['"a";"b"', '"1,5";"x"']
    script = GERMAN + "('a;b', '1,5;x' | ConvertFrom-Csv -UseCulture).a"
    assert session.values(script) == ["1,5"]


def test_json_has_no_culture(session):
    script = GERMAN + "@{ a = 1.5 } | ConvertTo-Json -Compress"
    assert session.values(script) == ['{"a":1.5}']


def test_get_date_formats_in_the_culture_of_the_thread(session):
    script = (
        GERMAN + "$d = [datetime]'2024-03-05 14:05:06'; Get-Date $d -Format D; Get-Date $d -UFormat '%A %B'"
    )
    assert session.values(script) == ["Dienstag, 5. M\u00e4rz 2024", "Dienstag M\u00e4rz"]


def test_measure_object_reads_numbers_without_culture(session):
    script = GERMAN + "('1.5', '2.5' | Measure-Object -Sum).Sum"
    assert session.values(script) == [4.0]


def test_get_culture_is_the_session_s(session):
    assert (
        session.values("(Get-Culture).Name; (Get-UICulture).Name; $Host.CurrentCulture.Name") == ["en-US"] * 3
    )


def test_what_is_set_on_the_culture_of_the_session_stays():
    session = ConsoleSession()
    session.values("(Get-Culture).NumberFormat.NumberDecimalSeparator = ','")
    assert session.values("1.5.ToString(); '{0:F1}' -f 2.5") == ["1,5", "2,5"]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("", "en-US"),
        ("-UICulture fr-FR", "fr-FR"),
        ("-UICulture en-GB", "en"),
        ("-UICulture nb-NO", "top"),
        # .NET Framework 4.8 has en-US behind the culture of the thread.
        ("; [cultureinfo]::CurrentUICulture = 'nb-NO'", "en-US"),
    ],
)
def test_import_localized_data_looks_in_the_folders_of_the_cultures(setting, expected):
    session = ConsoleSession()
    session.values(
        "foreach ($f in '', 'en', 'en-US', 'fr-FR') { $null = mkdir \"C:\\texts\\$f\" -Force;"
        " \"@{ text = '$(if ($f) { $f } else { 'top' })' }\" | Set-Content \"C:\\texts\\$f\\words.psd1\" }"
    )
    options, _, before = setting.partition(";")
    script = f"{before}; (Import-LocalizedData -BaseDirectory C:\\texts -FileName words {options}).text"
    assert session.values(script) == [expected]


def test_import_localized_data_refuses_a_culture_that_is_none(session):
    identifier, category, message = session.error("Import-LocalizedData -UICulture none-none -FileName x")
    assert identifier == "Argument,Microsoft.PowerShell.Commands.ImportLocalizedData"
    assert category == "InvalidArgument"
    assert '"Culture"' in message


def test_import_localized_data_binds_in_a_scope(session):
    session.values('$null = mkdir C:\\bound -Force; "@{ a = 1 }" | Set-Content C:\\bound\\w.psd1')
    script = "& { Import-LocalizedData global:words -BaseDirectory C:\\bound -FileName w }; $words.a"
    assert session.values(script) == [1]


def test_windows_before_ten_takes_known_cultures_only():
    older = ConsoleSession("windows-server-2012r2-datacenter")
    assert older.error("[cultureinfo]::GetCultureInfo('xx-YY')")[2].endswith(
        'Culture is not supported.\r\nParameter name: name\r\nxx-YY is an invalid culture identifier."'
    )
    assert older.values("([cultureinfo]'de-DE').LCID") == [1031]


def test_the_calendar_tells_its_range(session):
    shown = session.shown("(Get-Culture).Calendar | ConvertTo-Json -Compress")
    assert shown == (
        '{"MinSupportedDateTime":"\\/Date(-62135596800000)\\/","MaxSupportedDateTime":"\\/Date(253402300799999)\\/",'
        '"AlgorithmType":1,"CalendarType":1,"Eras":[1],"TwoDigitYearMax":2029,"IsReadOnly":false}'
    )
