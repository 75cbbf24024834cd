"""Numbers and dates as cultures write and read them. Where nothing else is said, the outputs are those of
.NET's own pages on standard format strings, as .NET Framework on Windows writes them."""

import time

import pytest

SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("value", "form", "culture", "expected"),
    [
        ("123.456", "C", "fr-FR", f"123,46{SPACE}\u20ac".replace(SPACE, " ")),
        ("123.456", "C", "ja-JP", "\u00a5123"),
        ("-123.456", "C3", "en-US", "($123.456)"),
        ("-123.456", "C3", "fr-FR", "-123,456 \u20ac"),
        ("-123.456", "C3", "ja-JP", "-\u00a5123.456"),
        ("1052.0329112756", "E", "fr-FR", "1,052033E+003"),
        ("-1052.0329112756", "e2", "fr-FR", "-1,05e+003"),
        ("1234.567", "F", "de-DE", "1234,57"),
        ("-1234.56", "F4", "de-DE", "-1234,5600"),
        ("-123.456", "G", "sv-SE", "-123,456"),
        ("123.4546", "G4", "sv-SE", "123,5"),
        ("-1.234567890e-25", "G", "sv-SE", "-1,23456789E-25"),
        ("1234.567", "N", "ru-RU", f"1{SPACE}234,57"),
        ("-1234.56", "N3", "ru-RU", f"-1{SPACE}234,560"),
        ("1", "P", "fr-FR", "100,00 %"),
        ("-0.39678", "P1", "fr-FR", "-39,7 %"),
        ("1234567.891", "N2", "de-CH", "1\u2019234\u2019567.89"),
        ("123456789", "N0", "hi-IN", "12,34,56,789"),
        ("1234.5", "#,##0.00", "de-DE", "1.234,50"),
        ("0.125", "0.0%", "de-DE", "12,5%"),
        ("0.0125", "0.0\u2030", "en-US", "12.5\u2030"),
        # Windows 8 and later write infinity as a sign, the invariant culture does not.
        ("[double]::NegativeInfinity", "G", "en-US", "-\u221e"),
        ("[double]::NegativeInfinity", "G", "", "-Infinity"),
        ("[double]::NaN", "N", "de-DE", "NaN"),
    ],
)
def test_numbers(shell, value, form, culture, expected):
    script = f"({value}).ToString('{form}', [cultureinfo]::GetCultureInfo('{culture}'))"
    assert shell.texts(script) == [expected]


@pytest.mark.parametrize(
    ("form", "culture", "expected"),
    [
        ("d", "en-US", "6/15/2009"),
        ("d", "fr-FR", "15/06/2009"),
        ("d", "ja-JP", "2009/06/15"),
        ("D", "en-US", "Monday, June 15, 2009"),
        ("D", "fr-FR", "lundi 15 juin 2009"),
        ("D", "de-DE", "Montag, 15. Juni 2009"),
        ("f", "sv-SE", "den 15 juni 2009 13:45"),
        (
            "f",
            "el-GR",
            "\u0394\u03b5\u03c5\u03c4\u03ad\u03c1\u03b1, 15 \u0399\u03bf\u03c5\u03bd\u03af\u03bf\u03c5 2009 1:45 \u03bc\u03bc",
        ),
        ("F", "sv-SE", "den 15 juni 2009 13:45:30"),
        ("g", "es-ES", "15/06/2009 13:45"),
        ("g", "zh-CN", "2009/6/15 13:45"),
        ("G", "es-ES", "15/06/2009 13:45:30"),
        ("M", "da-DK", "15. juni"),
        ("M", "id-ID", "15 Juni"),
        ("t", "hr-HR", "13:45"),
        ("t", "ar-EG", "01:45 \u0645"),
        ("Y", "da-DK", "juni 2009"),
        ("R", "de-DE", "Mon, 15 Jun 2009 13:45:30 GMT"),
        ("s", "th-TH", "2009-06-15T13:45:30"),
        ("G", "th-TH", "15/6/2552 13:45:30"),
        # A month beside a day is in the genitive, alone it is not (DateTimeFormatInfo.MonthGenitiveNames).
        ("d MMMM", "ru-RU", "15 \u0438\u044e\u043d\u044f"),
        ("MMMM yyyy", "ru-RU", "\u0418\u044e\u043d\u044c 2009"),
        ("MMM", "de-DE", "Jun"),
        # The separators of a custom format are the culture's.
        ("dd/MM HH:mm", "de-DE", "15.06 13:45"),
    ],
)
def test_dates(shell, form, culture, expected):
    script = f"([datetime]'2009-06-15T13:45:30').ToString('{form}', [cultureinfo]'{culture}')"
    assert shell.texts(script) == [expected]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[double]::Parse('1.234,5', [cultureinfo]'de-DE')", "1234.5"),
        # A space counts as the no-break space of the culture (documented with NumberStyles.AllowThousands).
        ("[decimal]::Parse('1 345,978', [cultureinfo]'fr-FR')", "1345.978"),
        ("[double]::Parse('1,5')", "15"),
        ("[decimal]::Parse('(1,234.50)', 'Currency', [cultureinfo]'en-US')", "-1234.50"),
        ("[decimal]::Parse('1.234,50 \u20ac', 'Currency', [cultureinfo]'de-DE')", "1234.50"),
        ("[int]::Parse('1,234', 'AllowThousands', [cultureinfo]'en-US')", "1234"),
        ("[int]::Parse('7-', 'AllowTrailingSign')", "-7"),
        ("[int]::Parse('5.0', 'Number')", "5"),
        ("[double]::Parse('1e3', 'Float', [cultureinfo]::InvariantCulture)", "1000"),
        ("$n = 0; [double]::TryParse('x', 'Any', [cultureinfo]'de-DE', [ref]$n); $n", "False|0"),
        ("$n = 0.0; [double]::TryParse('1,5', 'Any', [cultureinfo]'de-DE', [ref]$n); $n", "True|1.5"),
        ("[double]::Parse('\u221e')", "Infinity"),
        (
            "[string]::Format([cultureinfo]'de-DE', '{0:N1} {1:d}', 1234.5, [datetime]'2024-03-01')",
            "1.234,5 01.03.2024",
        ),
    ],
)
def test_numbers_are_read(shell, expression, expected):
    assert "|".join(shell.texts(expression)) == expected


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("[double]::Parse('1.5.5', [cultureinfo]'en-US')", "Input string was not in a correct format."),
        ("[int]::Parse('1,234')", "Input string was not in a correct format."),
        ("[int]::Parse('5.5', 'Number')", "Value was either too large or too small for an Int32."),
        ("[double]::Parse('1e400')", "Value was either too large or too small for a Double."),
        ("[double]::Parse('1kb')", "Input string was not in a correct format."),
        ("(1.5).ToString('N2', 'de-DE')", 'Cannot convert argument "provider"'),
        (
            "$c = [cultureinfo]::new('de-DE'); $c.DateTimeFormat.ShortDatePattern = 'dd.MM'; [datetime]::Parse('1.2.2020', $c)",
            "String was not recognized as a valid DateTime.",
        ),
        # Letters that only look the same without case: a long s, and the i without a dot.
        (
            "[datetime]::Parse(\"5 Augu$([char]0x17f)t 2020\", [cultureinfo]'de-DE')",
            "String was not recognized as a valid DateTime.",
        ),
        (
            "[datetime]::Parse('5 kasim 2020', [cultureinfo]'tr-TR')",
            "String was not recognized as a valid DateTime.",
        ),
        (
            "[datetime]::ParseExact('0000-01-01', 'yyyy-MM-dd', $null)",
            "String was not recognized as a valid DateTime.",
        ),
        (
            "[datetime]::Parse('31.12.2024', [cultureinfo]'en-US')",
            "String was not recognized as a valid DateTime.",
        ),
    ],
)
def test_texts_that_are_none(shell, script, message):
    assert message in shell.error(script).message


CULTURES = (
    "en-US en-GB de-DE fr-FR ru-RU pt-BR pt-PT ja-JP zh-CN zh-TW ko-KR es-ES sv-SE fi-FI hu-HU cs-CZ tr-TR pl-PL "
    "nl-NL it-IT da-DK nb-NO el-GR th-TH uk-UA hr-HR bg-BG vi-VN he-IL lt-LT lv-LV sr-Latn-RS sl-SI sk-SK ro-RO et-EE"
)


@pytest.mark.parametrize("culture", CULTURES.split())
def test_a_culture_reads_what_it_writes(shell, culture):
    script = (
        f"$c = [cultureinfo]'{culture}'; $d = [datetime]'2024-03-05T15:06:07';"
        "foreach ($f in 'G', 'F') { $t = $d.ToString($f, $c);"
        " [datetime]::Parse($t, $c) -eq $d; [datetime]::ParseExact($t, $f, $c) -eq $d }"
        "[datetime]::Parse($d.ToString('D', $c), $c) -eq $d.Date;"
        "[decimal]::Parse((-1234567.5).ToString('C1', $c), 'Currency', $c)"
    )
    assert shell.texts(script) == ["True"] * 5 + ["-1234567.5"]


@pytest.mark.parametrize(
    ("text", "culture", "expected"),
    [
        ("05.01.2024 13:14", "de-DE", "2024-01-05T13:14:00"),
        ("5. Januar 2024", "de-DE", "2024-01-05T00:00:00"),
        ("5 Mrz 24", "de-DE", None),
        ("05/01/2024", "en-GB", "2024-01-05T00:00:00"),
        ("05/01/2024 3:04 PM", "en-US", "2024-05-01T15:04:00"),
        ("2024-01-05", "sv-SE", "2024-01-05T00:00:00"),
        ("January 5, 2024", "de-DE", "2024-01-05T00:00:00"),
        ("31.12.24", "ru-RU", "2024-12-31T00:00:00"),
    ],
)
def test_dates_are_read_in_other_forms(shell, text, culture, expected):
    script = f"[datetime]::Parse('{text}', [cultureinfo]'{culture}').ToString('s')"
    if expected is None:
        assert shell.run(script).errors or shell.run(script).failure
    else:
        assert shell.texts(script) == [expected]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[convert]::ToDecimal('1,5', [cultureinfo]'de-DE')", "1.5"),
        ("[convert]::ToString(1.5, [cultureinfo]'de-DE')", "1,5"),
        ("[convert]::ToInt32('7', [cultureinfo]'de-DE')", "7"),
        ("[convert]::ToDateTime('05.03.2024', [cultureinfo]'de-DE').ToString('s')", "2024-03-05T00:00:00"),
        ("[convert]::ToDateTime('03/05/2024').ToString('s')", "2024-03-05T00:00:00"),
        ("[text.stringbuilder]::new().AppendFormat([cultureinfo]'de-DE', '{0:N1}', 1.5).ToString()", "1,5"),
        (
            "[timespan]::Parse('1:2:3,5', [cultureinfo]'de-DE').ToString('g', [cultureinfo]'de-DE')",
            "1:02:03,5",
        ),
        ("'abc'.ToString([cultureinfo]'de-DE') + $true.ToString([cultureinfo]'de-DE')", "abcTrue"),
        ("[cultureinfo]::CurrentCulture = 'de-DE'; [convert]::ToString(1.5)", "1,5"),
        (
            "[cultureinfo]::CurrentCulture = 'de-DE'; [text.stringbuilder]::new().Append(1.5).ToString()",
            "1,5",
        ),
        ("[cultureinfo]::CurrentCulture = 'de-DE'; '1.5' -as [double]", "1.5"),
        ("[cultureinfo]::CurrentCulture = 'de-DE'; ([datetime]'05/03/2024').Month", "5"),
    ],
)
def test_conversions_by_culture(shell, expression, expected):
    """Casts know the invariant culture only, the methods of .NET that of the thread."""
    assert shell.texts(expression) == [expected]


def test_white_space_in_a_date_costs_no_more_than_its_length(shell):
    script = (
        "$f = 'd' + ' ' * 60 + 'MM/yyyy'; $t = '5' + ' ' * 20000 + '!';"
        "$d = Get-Date; [datetime]::TryParseExact($t, $f, $null, 'AllowWhiteSpaces', [ref]$d);"
        "[datetime]::ParseExact(' 5  03/2024 ', 'd MM/yyyy', $null, 'AllowWhiteSpaces').ToString('s')"
    )
    assert shell.texts(script) == ["False", "2024-03-05T00:00:00"]


def test_a_long_format_with_groups_costs_no_more_than_its_length(shell):
    started = time.process_time()
    assert shell.values("(1).ToString('0,' + '0' * 60000).Length") == [80001]
    assert time.process_time() - started < 2


def test_months_of_a_language_with_two_letters_i(shell):
    script = "'5 KASIM 2020', '5 EK\u0130M 2020' | ForEach-Object { [datetime]::Parse($_, [cultureinfo]'tr-TR').Month }"
    assert shell.values(script) == [11, 10]
    error = shell.error("[datetime]::Parse('5 kasim 2020', [cultureinfo]'tr-TR')")
    assert error.error_id == "FormatException"


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        (
            "$c = [System.Security.Cryptography.OidCollection]::new(); $null = $c.Add('1.2'); $c[0] = 5",
            "CannotIndex",
        ),
        ("[regex]::Match('a', 'a').Groups[0] = 3", "CannotIndex"),
    ],
)
def test_collections_without_a_setter_refuse_items(shell, script, error_id):
    assert shell.error(script).error_id == error_id
