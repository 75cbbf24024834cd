"""ConvertFrom-String with templates: what is learned from the examples of public pages, on texts that the
template has not seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from emulator.powershell.dotnet.regex import regex
from emulator.powershell.modules.utility.template_learning import (
    TemplateError,
    UnknownTemplateError,
    learn,
    read_template,
)
from tests.powershell.modules.console_session import ConsoleSession


def _search(expression: str):
    compiled = regex(expression, 0)

    def find(text: str) -> Iterator[re.Match[str]]:
        return iter(compiled.matches(text))

    return find


def _records(template: str, text: str) -> list[dict[str, str]]:
    plain, marks = read_template(template)
    return [dict(one.fields) for one in learn(plain, marks, _search).find(text)]


def test_fields_between_separators_take_forms_that_the_template_lacks():
    template = "{Name*:Phoebe Cat}, {phone:425-123-6789}, {age:6}\n{Name*:Lucky Shot}, {phone:(206) 987-4321}, {age:12}"
    text = "Phoebe Cat, 425-123-6789, 6\nWild Shrimp, (111)  222-3333, 1"
    assert _records(template, text) == [
        {"Name": "Phoebe Cat", "phone": "425-123-6789", "age": "6"},
        {"Name": "Wild Shrimp", "phone": "(111)  222-3333", "age": "1"},
    ]


def test_a_record_may_have_several_lines():
    template = "{Name*:Ana Trujillo}\n{City:Redmond}, {State:WA}\n\n{Name*:Antonio Moreno}\n{City:Renton}, {State:WA}"
    text = "Thomas Hardy\nSeattle, WA\n\nHanna Moos\nNew York, NY\n"
    assert _records(template, text) == [
        {"Name": "Thomas Hardy", "City": "Seattle", "State": "WA"},
        {"Name": "Hanna Moos", "City": "New York", "State": "NY"},
    ]


def test_a_field_may_be_missing():
    template = "{Name*:George Washington}, {[int]Start:1789}-{[int]End:1797}\n{Name*:William Harrison}, {Start:1841} "
    assert _records(template, "John Adams, 1797-1801\nJames Garfield, 1881") == [
        {"Name": "John Adams", "Start": "1797", "End": "1801"},
        {"Name": "James Garfield", "Start": "1881"},
    ]


def test_lines_without_marks_are_no_records():
    template = (
        "\nActive Connections\n\n  Proto  Local Address          Foreign Address        State\n"
        "  {Proto*:TCP}    {Local:192.168.0.40:53119}     {Foreign:msnbot:https}  {State:ESTABLISHED}\n"
        "  {Proto*:TCP}    {Local:192.168.0.40:64400}     {Foreign:SVR01:microsoft-ds}     {State:TIME_WAIT}\n"
    )
    text = (
        "\nActive Connections\n\n  Proto  Local Address          Foreign Address        State\n"
        "  UDP    10.0.0.1:80            dc01:https             ESTABLISHED\n"
    )
    assert _records(template, text) == [
        {"Proto": "UDP", "Local": "10.0.0.1:80", "Foreign": "dc01:https", "State": "ESTABLISHED"}
    ]


def test_values_with_blanks_stand_in_columns():
    template = (
        "{Disk*:MPIO Disk4}  {System:Disk 4}       {Policy:RR}           {DSM:Microsoft DSM}\n"
        "{Disk*:MPIO Disk0}  {System:Disk 0}       {Policy:VS}           {DSM:IBM SDDDSM}"
    )
    assert _records(template, "MPIO Disk11  Disk 11       RRWS         IBM SDDDSM") == [
        {"Disk": "MPIO Disk11", "System": "Disk 11", "Policy": "RRWS", "DSM": "IBM SDDDSM"}
    ]


def test_without_a_star_there_is_one_record_and_what_is_not_marked_may_differ():
    template = "Total: 5; Transferred: {T:70,847}; items: 6; Other: 7; Progress: {P:93.59%}; Done"
    text = "Total: 77; Transferred: 12,001; items: 61; Other: 42; Progress: 10.00%; Done"
    assert _records(template, text) == [{"T": "12,001", "P": "10.00%"}]


def test_braces_of_the_text_are_escaped():
    assert _records("set \\{{Key*:a}\\}\nset \\{{Key*:b}\\}", "set {long key}") == [{"Key": "long key"}]


@pytest.mark.parametrize("template", ["no marks", "{Name*:open", "{A*:x}{B:y}\n{A*:xx}{B:yy}"])
def test_a_template_that_teaches_nothing_is_an_error(template):
    with pytest.raises(TemplateError):
        _records(template, "x")


@pytest.mark.parametrize("template", ["{A*:{B:x} {C:y}}", "{T:1}\n{A*:x}", "{A*:x}\n{B*:y}"])
def test_what_is_not_emulated_says_so(template):
    with pytest.raises(UnknownTemplateError):
        _records(template, "x")


def test_the_cmdlet_types_values_and_shows_the_text_of_a_record():
    session = ConsoleSession()
    session.values('Set-Content t.txt "{Name*:Ana}, {[int]Age:6}`n{Name*:Bob}, {[int]Age:12}"')
    script = "'Eve, 33', 'noise', 'Dan, 4' | ConvertFrom-String -TemplateFile t.txt -IncludeExtent"
    assert session.values(f"{script} | % {{ $_.Age + 1; $_.ExtentText }}") == [34, "Eve, 33", 5, "Dan, 4"]


def test_the_cmdlet_keeps_data_and_template_of_a_template_that_teaches_nothing():
    session = ConsoleSession()
    error_id, _, message = session.error("'data' | ConvertFrom-String -TemplateContent '{Name*:open'")
    assert error_id == "TemplateParsing,Microsoft.PowerShell.Commands.ConvertFromStringCommand"
    kept = re.findall(r"C:\\\S+\.txt", message)
    assert session.values(f"Get-Content {kept[0]}; Get-Content {kept[1]}") == ["data", "{Name*:open"]
    assert session.error("'x' | ConvertFrom-String -TemplateContent '{a*:{b:x}}'")[1] == "NotImplemented"
