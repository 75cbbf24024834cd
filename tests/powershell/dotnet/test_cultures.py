"""CultureInfo, TextInfo, CompareInfo, RegionInfo, and the culture of a thread."""

import pytest


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # [MS-LCID] 2.2: the numbers of cultures.
        ("([cultureinfo]'de-DE').LCID", "1031"),
        ("([cultureinfo]'ja-JP').LCID", "1041"),
        ("[cultureinfo]1036", "fr-FR"),
        ("[cultureinfo]::GetCultureInfo(0x804)", "zh-CN"),
        ("[cultureinfo]4", "zh-Hans"),
        ("([cultureinfo]'DE-de').Name", "de-DE"),
        # Documented with CultureInfo.Parent.
        ("([cultureinfo]'zh-TW').Parent.Name", "zh-Hant"),
        ("([cultureinfo]'sr-Latn-RS').Parent.Name", "sr-Latn"),
        ("([cultureinfo]'de').Parent.Name", ""),
        ("([cultureinfo]'de').IsNeutralCulture", "True"),
        ("[cultureinfo]::InvariantCulture.IsNeutralCulture", "False"),
        # Documented with CultureInfo.ThreeLetterWindowsLanguageName.
        ("([cultureinfo]'zh-Hans').ThreeLetterWindowsLanguageName", "CHS"),
        ("([cultureinfo]'es-ES').ThreeLetterISOLanguageName", "spa"),
        ("([cultureinfo]'it-IT').TwoLetterISOLanguageName", "it"),
        ("[cultureinfo]::InvariantCulture.TwoLetterISOLanguageName", "iv"),
        ("([cultureinfo]'fr-CA').DisplayName", "French (Canada)"),
        ("([cultureinfo]'zh-CN').EnglishName", "Chinese (Simplified, China)"),
        ("([cultureinfo]'de-DE').NativeName", "Deutsch (Deutschland)"),
        # Documented with TextInfo: the code pages of Windows.
        ("([cultureinfo]'ru-RU').TextInfo.ANSICodePage", "1251"),
        ("([cultureinfo]'de-DE').TextInfo.OEMCodePage", "850"),
        ("([cultureinfo]'ja-JP').TextInfo.ANSICodePage", "932"),
        ("([cultureinfo]'ar-SA').TextInfo.IsRightToLeft", "True"),
        ("([cultureinfo]'de-DE').TextInfo.ListSeparator", ";"),
        ("[cultureinfo]::CreateSpecificCulture('pt').Name", "pt-BR"),
        ("([cultureinfo]'th-TH').Calendar.GetType().Name", "ThaiBuddhistCalendar"),
        ("[cultureinfo]::GetCultures('NeutralCultures').Name -contains 'de-DE'", "False"),
        ("[cultureinfo]::GetCultures('SpecificCultures').Name -contains 'de-DE'", "True"),
        ("[cultureinfo]::GetCultures('AllCultures')[0].LCID", "127"),
        ("[cultureinfo]'de-DE' -eq [cultureinfo]::GetCultureInfo('de-de')", "True"),
    ],
)
def test_what_a_culture_tells_of_itself(shell, expression, expected):
    assert shell.texts(expression) == [expected]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "[cultureinfo]::GetCultureInfo('none-none')",
            "Culture is not supported.\r\nParameter name: name\r\nnone-none is an invalid culture identifier.",
        ),
        (
            "[cultureinfo]::GetCultureInfo(999)",
            "Culture is not supported.\r\nParameter name: culture\r\n999 (0x03e7) is an invalid culture identifier.",
        ),
        ("[cultureinfo]::InvariantCulture.NumberFormat.NegativeSign = '~'", "Instance is read-only."),
        (
            "([cultureinfo]'de-DE').NumberFormat.NumberDecimalDigits = 100",
            "Valid values are between 0 and 99, inclusive.",
        ),
        ("(Get-Date).ToString([cultureinfo]'fa-IR')", "PersianCalendar is not emulated"),
    ],
)
def test_what_a_culture_refuses(shell, script, message):
    assert message in shell.error(script).message


def test_a_culture_that_is_none_has_an_exception_of_its_own(shell):
    script = (
        "try { [cultureinfo]::new('none-none') } catch { $_.Exception.InnerException.GetType().FullName }"
    )
    assert shell.texts(script) == ["System.Globalization.CultureNotFoundException"]


def test_windows_ten_takes_a_well_formed_name_that_it_does_not_know(shell):
    script = "$c = [cultureinfo]'xx-YY'; $c.LCID; $c.ThreeLetterWindowsLanguageName; (1.5).ToString('N2', $c)"
    assert shell.texts(script) == ["4096", "ZZZ", "1.50"]


def test_a_clone_can_be_changed_and_the_original_stays(shell):
    script = (
        "$c = [cultureinfo]::GetCultureInfo('de-DE').Clone(); $c.NumberFormat.NumberDecimalSeparator = '#';"
        "(1.5).ToString($c); (1.5).ToString([cultureinfo]'de-DE'); $c.IsReadOnly"
    )
    assert shell.texts(script) == ["1#5", "1,5", "False"]


def test_the_culture_of_the_thread_lasts_as_long_as_the_pipeline(shell):
    """about_Automatic_Variables 5.1: $PSCulture is the culture of the system, whatever the thread has."""
    script = (
        "[System.Threading.Thread]::CurrentThread.CurrentCulture = 'de-DE';"
        "1.5.ToString(); \"$(1.5)\"; [string]1.5; '{0:N1}' -f 1234.5; [cultureinfo]::CurrentCulture.Name; $PSCulture;"
        "(Get-Culture).Name"
    )
    assert shell.texts(script) == ["1,5", "1.5", "1.5", "1.234,5", "de-DE", "en-US", "en-US"]
    assert shell.texts("1.5.ToString()") == ["1.5"]


def test_the_culture_of_one_thread_is_not_that_of_another(shell):
    script = (
        "[cultureinfo]::CurrentCulture = 'fr-FR'; $p = [powershell]::Create().AddScript('1.5.ToString()');"
        "$p.Invoke(); 1.5.ToString()"
    )
    assert shell.texts(script) == ["1.5", "1,5"]


def test_title_case(shell):
    """Documented with TextInfo.ToTitleCase."""
    script = (
        "'a tale of two cities', 'gROWL to the rescue', 'inside the US government', 'UNICEF and children' |"
        " ForEach-Object { ([cultureinfo]'en-US').TextInfo.ToTitleCase($_) }"
    )
    assert shell.texts(script) == [
        "A Tale Of Two Cities",
        "Growl To The Rescue",
        "Inside The US Government",
        "UNICEF And Children",
    ]


def test_turkish_has_two_kinds_of_i(shell):
    """Documented with String.ToUpper: best practices for strings."""
    script = (
        "'file'.ToUpper([cultureinfo]'tr-TR'); 'FILE'.ToLower([cultureinfo]'tr-TR'); 'file'.ToUpperInvariant();"
        "[cultureinfo]::CurrentCulture = 'tr-TR'; 'i'.ToUpper()"
    )
    assert shell.texts(script) == ["F\u0130LE", "f\u0131le", "FILE", "\u0130"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # Documented with sorting and comparing by culture: \u00c6 is a letter of its own in Danish, two in English.
        ("[string]::Compare('Apple', '\u00c6ble', $true, [cultureinfo]'da-DK')", "-1"),
        ("[string]::Compare('Apple', '\u00c6ble', $true, [cultureinfo]'en-US')", "1"),
        ("[string]::Compare('co-op', 'coop', [cultureinfo]'en-US', 'None')", "1"),
        ("([cultureinfo]'en-US').CompareInfo.Compare('r\u00e9sum\u00e9', 'resume', 'IgnoreNonSpace')", "0"),
        ("([cultureinfo]'en-US').CompareInfo.Compare('a-b', 'ab', 'IgnoreSymbols')", "0"),
        ("([cultureinfo]'en-US').CompareInfo.Compare('a', 'B', 'Ordinal')", "1"),
        ("([cultureinfo]'en-US').CompareInfo.IndexOf('Hello WORLD', 'world', 'IgnoreCase')", "6"),
        ("([cultureinfo]'en-US').CompareInfo.IsPrefix('\u00e9cole', 'ec', 'IgnoreNonSpace')", "True"),
        ("([cultureinfo]'en-US').CompareInfo.IsSuffix('abcABC', 'abc')", "False"),
        ("([cultureinfo]'en-US').CompareInfo.LastIndexOf('abab', 'ab')", "2"),
        ("([cultureinfo]'en-US').CompareInfo.LastIndexOf('ab', '')", "2"),
        ("([cultureinfo]'en-US').CompareInfo.IndexOf('abAB', 'ab', 1, 'IgnoreCase')", "2"),
        ("([cultureinfo]'en-US').CompareInfo.IsSuffix('ab', 'abc')", "False"),
        # Letter by letter and place by place this would take a minute.
        ("([cultureinfo]'en-US').CompareInfo.IndexOf('a' * 90000, 'a' * 45000 + 'b')", "-1"),
        ("([cultureinfo]'en-US').CompareInfo.GetSortKey('Abc').OriginalString", "Abc"),
        ("[string]::Compare('a', 'B', 'InvariantCulture')", "-1"),
    ],
)
def test_texts_are_compared_by_culture(shell, expression, expected):
    assert shell.texts(expression) == [expected]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # Documented with RegionInfo.
        ("[Globalization.RegionInfo]'US'", "US"),
        ("([Globalization.RegionInfo]'US').CurrencyEnglishName", "US Dollar"),
        ("([Globalization.RegionInfo]'US').ThreeLetterISORegionName", "USA"),
        ("([Globalization.RegionInfo]'US').IsMetric", "False"),
        ("([Globalization.RegionInfo]'de-CH').ISOCurrencySymbol", "CHF"),
        ("([Globalization.RegionInfo]'DE').NativeName", "Deutschland"),
        ("[Globalization.RegionInfo]::new(1031).EnglishName", "Germany"),
        ("[Globalization.RegionInfo]::CurrentRegion.GeoId", "244"),
        # Documented with Calendar.GetWeekOfYear: the rule does not look at the year after.
        ("([cultureinfo]'de-DE').Calendar.GetWeekOfYear('2024-12-31', 'FirstFourDayWeek', 'Monday')", "53"),
        ("([cultureinfo]'en-US').Calendar.GetWeekOfYear('2024-12-31', 'FirstDay', 'Sunday')", "53"),
        ("([cultureinfo]'en-US').Calendar.GetWeekOfYear('2021-01-01', 'FirstFullWeek', 'Sunday')", "52"),
        ("([cultureinfo]'th-TH').Calendar.GetYear('2024-12-31')", "2567"),
    ],
)
def test_regions_and_calendars(shell, expression, expected):
    assert shell.texts(expression) == [expected]
