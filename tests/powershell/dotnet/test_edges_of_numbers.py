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
    from emulator.powershell.dotnet.cultures import collation

    def kept() -> int:
        caches = (collation._kept_key, regex._kept_regex, regex._kept_wildcard)
        return sum(one.cache_info().currsize for one in caches)

    before = kept()
    script = "$t = 'ab' * 5000; $t -lt ($t + 'c'); $t -like ($t + '*'); $t -match $t"
    assert shell.values(script) == [True, True, True]
    assert kept() == before


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("(1.5).ToString('N40')", "1." + "5".ljust(40, "0")),
        ("(1.5).ToString('0.' + '0' * 40)", "1." + "5".ljust(40, "0")),
        ("([decimal]::MaxValue).ToString('P0')", "7,922,816,251,426,433,759,354,395,033,500%"),
        ("[math]::Round([decimal]::MaxValue, 28)", "79228162514264337593543950335"),
        ("[math]::Abs([decimal]::MinValue)", "79228162514264337593543950335"),
        ("$r = 0; [math]::DivRem(-7, 2, [ref]$r); $r", "-3 -1"),
        ("[convert]::ToInt32('0xffffffff', 16)", "-1"),
        ("[convert]::ToSByte('ff', 16)", "-1"),
        ("[convert]::ToInt32('-12', 10)", "-12"),
        ("[int]::Parse('FFFFFFFE', 'HexNumber')", "-2"),
        ("[int]::Parse('0' * 5000 + '7')", "7"),
    ],
)
def test_results_at_the_border(shell, script, text):
    assert " ".join(shell.texts(script)) == text


@pytest.mark.parametrize(
    ("script", "kind", "message"),
    [
        ("[math]::DivRem(7, 0, [ref]1)", "DivideByZeroException", "divide by zero"),
        ("[math]::Abs([int]::MinValue)", "OverflowException", "twos complement"),
        ("[math]::Sign([double]::NaN)", "ArithmeticException", "Not-a-Number"),
        ("[math]::Round(1d, 29)", "ArgumentOutOfRangeException", "between 0 and 28"),
        ("[convert]::ToInt32('1', 3)", "ArgumentException", "Invalid Base."),
        ("[convert]::ToInt32('', 16)", "ArgumentOutOfRangeException", "Index was out of range"),
        ("[convert]::ToInt32('-1', 16)", "ArgumentException", "minus sign"),
        ("[convert]::ToInt32('1g', 16)", "FormatException", "Additional non-parsable"),
        ("[convert]::ToInt32('g', 16)", "FormatException", "any recognizable digits"),
        ("[convert]::ToInt32('1_0', 10)", "FormatException", "Additional non-parsable"),
        ("[convert]::ToInt32('1ffffffff', 16)", "OverflowException", "for a UInt32"),
        ("[convert]::ToInt64('f' * 5000, 16)", "OverflowException", "for a UInt64"),
        ("[byte]::Parse('fff', 'HexNumber')", "OverflowException", "unsigned byte"),
        ("[int]::Parse('0x1', 'HexNumber')", "FormatException", "correct format"),
        ("[double]::Parse('1', 'HexNumber')", "ArgumentException", "AllowHexSpecifier"),
        ("[int]::Parse('9' * 5000)", "OverflowException", "an Int32"),
        ("[decimal]::Parse('9' * 30)", "OverflowException", "a Decimal"),
        ("[decimal]::Parse('1e5')", "FormatException", "correct format"),
        ("[int]::Parse('1e9999', 'Float')", "OverflowException", "an Int32"),
        ("[BitConverter]::ToInt32([byte[]](1, 2), -1)", "ArgumentOutOfRangeException", "startIndex"),
        ("[BitConverter]::ToInt32([byte[]](1, 2), 1)", "ArgumentException", "not long enough"),
        ("[BitConverter]::ToString([byte[]](1, 2), 1, 2)", "ArgumentException", "not long enough"),
    ],
)
def test_net_refuses(shell, script, kind, message):
    problem = shell.error(script)
    assert problem.error_id == kind
    assert message in problem.message


def test_a_decimal_beyond_its_range_is_refused(shell):
    assert "too small for a Decimal" in shell.error("[decimal]('9' * 30)").message


def test_a_long_text_that_is_no_number_is_refused_at_once(shell):
    assert "correct format" in shell.error("[int]('9' * 100KB + 'x')").message


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("[decimal]::MaxValue - 1", "79228162514264337593543950334"),
        ("79228162514264337593543950335d", "79228162514264337593543950335"),
        ("10d / 3", "3.3333333333333333333333333333"),
        ("2d / 3", "0.6666666666666666666666666667"),
        ("1d / 4", "0.25"),
        ("1.10d * 2", "2.20"),
        ("0.0000000000000000000000000001d * 0.1d", "0.0000000000000000000000000000"),
        ("7922816251426433759354395033.5d * 10", "79228162514264337593543950335"),
    ],
)
def test_decimals_have_96_bits(shell, script, text):
    assert shell.texts(script) == [text]


@pytest.mark.parametrize(
    "script", ["[decimal]::MaxValue + 1", "[decimal]::MaxValue * 2", "1d + [double]::NaN", "1d * 1e300"]
)
def test_a_result_beyond_a_decimal_is_refused(shell, script):
    problem = shell.error(script)
    assert problem.error_id == "RuntimeException"
    assert problem.message == "Value was either too large or too small for a Decimal."


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Get-Variable a -Scope 99999999999", "ArgumentOutOfRange"),
        ("Get-Variable a -Scope ('9' * 5000)", "ArgumentOutOfRange"),
        ("Get-Variable a -Scope '²'", "Argument"),
        ("[uri]'http://a:99999/'", "InvalidCastParseTargetInvocation"),
    ],
)
def test_numbers_in_texts_are_read_with_care(shell, script, error_id):
    assert shell.error(script).error_id == error_id


@pytest.mark.parametrize("script", ["-2147483648 -bxor 18446744073709551615", "1e300 -band 1"])
def test_bits_beyond_64_are_refused(shell, script):
    assert shell.error(script).error_id == "InvalidCastIConvertible"


def test_exponents_with_zeros(shell):
    assert shell.values("[int]::Parse('0e9999', 'Float'); [int]::Parse('1e0000003', 'Float')") == [0, 1000]
