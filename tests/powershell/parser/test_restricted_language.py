import pytest

from emulator.powershell.parser import parse
from emulator.powershell.parser.restricted_language import restricted_language_errors


def ids(text: str, **options) -> list[str]:
    return [error.error_id for error in restricted_language_errors(parse(text).ast, **options)]


@pytest.mark.parametrize(
    "text",
    [
        "@{ a = 1; b = 'x', \"y\"; c = @($true, $null); d = 5GB; e = [int]'5'; f = -not $false }",
        "ConvertFrom-StringData 'a=b'",
        "if ($true) { 'x' } else { 1 + 2 }",
        "'a' -eq 'b' -and 3 * 4",
    ],
)
def test_plain_data_is_allowed(text):
    assert ids(text) == []


@pytest.mark.parametrize(
    ("text", "error_id"),
    [
        ("$a", "VariableReferenceNotSupportedInDataSection"),
        ("Get-VM", "CmdletNotInAllowedListForDataSection"),
        ("'a'.Length", "PropertyReferenceNotSupportedInDataSection"),
        ("'a'.Trim()", "MethodCallNotSupportedInDataSection"),
        ("$null[0]", "ArrayReferenceNotSupportedInDataSection"),
        ("'a' -join 'b'", "OperatorNotSupportedInDataSection"),
        ("1..3", "OperatorNotSupportedInDataSection"),
        ("while (1) { 1 }", "ForWhileStatementNotSupportedInDataSection"),
        ("throw 1", "FlowControlStatementNotSupportedInDataSection"),
        ("1 > x", "RedirectionNotSupportedInDataSection"),
        ("[xml]'a'", "TypeNotAllowedInDataSection"),
        ("{ 1 }", "ScriptBlockNotSupportedInDataSection"),
        ("function f {}", "FunctionDeclarationNotSupportedInDataSection"),
    ],
)
def test_what_could_do_harm_is_reported(text, error_id):
    assert ids(text)[0] == error_id


def test_names_can_be_allowed():
    assert ids("Get-VM $a", commands=("get-vm",), variables=("A",)) == []
    assert ids("Get-VM $a", commands=None, variables=None) == []
    assert ids("$env:x", environment=True) == []
