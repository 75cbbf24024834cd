"""Where Python's numbers end and .NET's go on."""

import pytest


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("[math]::Log(3, 1)", "NaN"),
        ("[math]::Log(8, 2)", "3"),
        ("[math]::Log(1, 0)", "0"),
        ("[math]::Log(2, 0)", "NaN"),
        ("[decimal]::Round([decimal]::MaxValue, 1)", "79228162514264337593543950335"),
        ("[math]::Round(1234.567d, 2)", "1234.57"),
    ],
)
def test_results(shell, script, text):
    assert shell.texts(script) == [text]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("[datetime]'0001-01-01T00:00:00+23:59'", "not recognized as a valid DateTime"),
        ("[datetime]'9999-12-31T23:59:59-23:59'", "not recognized as a valid DateTime"),
        ("[decimal]::Round(1d, 29)", "between 0 and 28 digits"),
        ("([ordered]@{ a = 1 }).CopyTo('text', 0)", "array"),
    ],
)
def test_refusals(shell, script, message):
    assert message in shell.error(script).message


def test_keys_and_patterns_of_long_texts_are_not_kept(shell):
    from emulator.powershell.dotnet import regex
    from emulator.powershell.runtime import comparison

    def kept() -> int:
        caches = (comparison._kept_collation_key, regex._kept_regex, regex._kept_wildcard)
        return sum(one.cache_info().currsize for one in caches)

    before = kept()
    script = "$t = 'ab' * 5000; $t -lt ($t + 'c'); $t -like ($t + '*'); $t -match $t"
    assert shell.values(script) == [True, True, True]
    assert kept() == before
