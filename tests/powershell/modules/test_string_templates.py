"""ConvertFrom-String with templates: what is learned from the examples of public pages, on texts that the
template has not seen."""

from __future__ import annotations

import contextlib
import re
import time
from typing import Any

import pytest

from emulator.powershell.modules.utility.template_learning import learn
from emulator.powershell.modules.utility.template_marks import (
    TemplateError,
    UnknownTemplateError,
    read_template,
)
from emulator.powershell.modules.utility.template_programs import Found, Level, Nested, Program, with_comment
from tests.powershell.modules.console_session import ConsoleSession


def _records(template: str, text: str) -> list[dict[str, Any]]:
    found = learn(read_template(template)).find(text)
    return [_shown(one) for one in found.records or [found.lead] if one is not None]


def _shown(found: Found) -> dict[str, Any]:
    return {name: _value(value) for name, value in found.fields}


def _value(value: str | Nested) -> Any:
    if isinstance(value, str):
        return value
    records = [_shown(one) for one in value.records]
    return (_shown(value.lead) if value.lead else None, records) if value.has_lead else records


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


@pytest.mark.parametrize("template", ["{T:1}\n{A*:x}", "{A:" * 9 + "x" + "}" * 9])
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
    assert error_id == (
        "TemplateParsing,Microsoft.PowerShell.Commands.StringManipulation.ConvertFromStringCommand"
    )
    kept = re.findall(r"C:\\\S+\.txt", message)
    assert session.values(f"Get-Content {kept[0]}; Get-Content {kept[1]}") == ["data", "{Name*:open"]
    assert session.error("'x' | ConvertFrom-String -TemplateContent '{t:1}{a*:b}'")[1] == "NotImplemented"


def test_a_field_inside_a_field_is_found_in_its_value():
    template = (
        "{Pet*:{Name:Phoebe Cat}, {Phone:425-123-6789}}\n{Pet*:{Name:Lucky Shot}, {Phone:(206) 987-4321}}"
    )
    assert _records(template, "Wild Shrimp, (111)  222-3333\nnoise\nElephant Wise, 425-888-7766") == [
        {"Pet": ({"Name": "Wild Shrimp", "Phone": "(111)  222-3333"}, [])},
        {"Pet": ({"Name": "Elephant Wise", "Phone": "425-888-7766"}, [])},
    ]


_CONTACTS = """=
{First*:Adam} {Last:Nowak}
{Phones:{Kind*:Home}:{Number:123 456 789}
{Kind*:Work}:{Number:999 999 999}}
{Mails:[{Use*:private}/{Mail:wojtek@op.pl}]
[{Use*:business}/{Mail:Wojciech.Mal@firma.pl}]}
=
{First*:Anna} {Last:Kowalska}
{Phones:{Kind*:Home}:{Number:123 456 789}
{Kind*:Mobile}:{Number:999 999 999}}
{Mails:[{Use*:private}/{Mail:ania@wp.pl}]
[{Use*:business}/{Mail:Anna.Kowalska@firma.pl}]}
"""


def test_records_inside_a_field_may_be_as_many_as_there_are():
    text = (
        "=\nJan Zielony\nHome:1 2 3\nWork:4 5 6\nMobile:7 8 9\n[private/jan@z.pl]\n"
        "=\nEwa Biel\nWork:11\n[private/ewa@wp.pl]\n[business/E.Biel@firma.pl]\n"
    )
    assert _records(_CONTACTS, text) == [
        {
            "First": "Jan",
            "Last": "Zielony",
            "Phones": [
                {"Kind": "Home", "Number": "1 2 3"},
                {"Kind": "Work", "Number": "4 5 6"},
                {"Kind": "Mobile", "Number": "7 8 9"},
            ],
            "Mails": [{"Use": "private", "Mail": "jan@z.pl"}],
        },
        {
            "First": "Ewa",
            "Last": "Biel",
            "Phones": [{"Kind": "Work", "Number": "11"}],
            "Mails": [
                {"Use": "private", "Mail": "ewa@wp.pl"},
                {"Use": "business", "Mail": "E.Biel@firma.pl"},
            ],
        },
    ]


def test_records_in_one_line_are_parted_by_what_parts_those_of_the_template():
    template = "{Dept*:Sales}: {Staff:{Name*:Ana} ({Age:3}), {Name*:Bob} ({Age:4})}\n{Dept*:IT}: {Staff:{Name*:Cy} ({Age:5})}"
    assert _records(template, "Research: Kim (1), Lee (2), Max (30)\nHR: Zoe (4)") == [
        {
            "Dept": "Research",
            "Staff": [{"Name": "Kim", "Age": "1"}, {"Name": "Lee", "Age": "2"}, {"Name": "Max", "Age": "30"}],
        },
        {"Dept": "HR", "Staff": [{"Name": "Zoe", "Age": "4"}]},
    ]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        (
            "Person: {Name*:Ana}, {City:Renton}\nServer: {Server*:web01}, {IP:10.0.0.1}",
            "noise\nServer: db1, 10.0.0.9\nPerson: Zoe, Rome",
        ),
        (
            "{Name*:Ana} lives in {City:Rome}\n{Server*:web01} has {IP:10.0.0.1}",
            "db1 has 10.0.0.9\nnoise\nZoe lives in Rome",
        ),
    ],
)
def test_a_template_may_show_several_kinds_of_records(template, text):
    records = _records(template, text)
    assert sorted(map(str, records)) == sorted(
        map(str, [{"Server": "db1", "IP": "10.0.0.9"}, {"Name": "Zoe", "City": "Rome"}])
    )
    first = "Server" if text.index("db1") < text.index("Zoe") else "Name"
    assert first in records[0]


@pytest.mark.parametrize(
    "template",
    [
        "\n".join(f"{{A*:{{B:{'a ' * count}}}}}" for count in range(1, 60)),
        "{A*:aaaa}{B:aaaa}{C:aaaa}{D:aaaa}\n" * 40,
        "{A*:{B*:a}{C*:a}{D*:aa}}" * 30,
        "\n".join(f"{{A*:{{B*:{one}}} {{B*:{one}}}}} {{C:{'x ' * one}}}" for one in range(1, 200)),
        "{A*:x}\n{B*:y}",
        "".join(f"{{F{one}{'' if one else '*'}:a\nb}}" for one in range(12)) + "a\nb " * 2000,
    ],
)
def test_an_awkward_template_ends_with_an_error_soon(template):
    session = ConsoleSession()
    started = time.monotonic()
    error_id, _, _ = session.error(f"$t = @'\n{template}\n'@\n'a a' | ConvertFrom-String -TemplateContent $t")
    assert error_id.startswith("TemplateParsing,")
    assert time.monotonic() - started < 30


_STAFF = """$template = @'
{Dept*:{Title:Sales}: {Emp*:Ana} {[int]Age:3}, {Emp*:Bob} {[int]Age:14}}
{Dept*:{Title:IT}: {Emp*:Cy} {[int]Age:5}}
'@
$found = "Research: Kim 11, Lee 22`nHR: Zoe 33" | ConvertFrom-String -TemplateContent $template
"""


def test_the_cmdlet_writes_fields_inside_a_field_as_an_object_and_records_as_a_list():
    session = ConsoleSession()
    assert session.values(
        f"{_STAFF} $found.Count; $found[0].Dept.Title; $found[0].Dept.Emp.GetType().Name; $found.Dept.Emp.Emp;"
        "($found.Dept.Emp.Age | Measure-Object -Sum).Sum; $found[1].Dept.Emp[0].Age.GetType().Name"
    ) == [2, "Research", "Object[]", "Kim", "Lee", "Zoe", 66.0, "Int32"]
    assert session.values(
        _STAFF.replace("-TemplateContent", "-IncludeExtent -TemplateContent")
        + "$found[0].ExtentText; $found[0].Dept.ExtentText; $found[0].Dept.Emp.ExtentText"
    ) == ["Research: Kim 11, Lee 22", "Research: Kim 11, Lee 22", "Kim 11", "Lee 22"]


@pytest.mark.parametrize("encoding", ["Default", "UTF8", "Unicode", "BigEndianUnicode"])
def test_what_was_learned_is_kept_in_the_file_of_the_template(encoding):
    session = ConsoleSession()
    session.values(
        f'Set-Content t.txt "{{Name*:Zoë}}, {{[int]Age:6}}`r`n{{Name*:Bob}}, {{[int]Age:12}}" -Encoding {encoding}'
    )
    script = "'Eve, 33', 'Dan, 4' | ConvertFrom-String -TemplateFile t.txt {0} | % {{ $_.Name; $_.Age + 1 }}"
    before = session.values("Get-Content t.txt")
    plain = session.values(script.format(""))
    assert session.values("Get-Content t.txt") == before, "only -UpdateTemplate writes"
    assert session.values(script.format("-UpdateTemplate")) == plain == ["Eve", 34, "Dan", 5]
    after = session.values("Get-Content t.txt")
    assert after[:2] == before
    assert [one.startswith("#ConvertFrom-String learned program: ") for one in after[2:]] == [True]
    assert session.values(script.format("")) == plain
    assert session.values(script.format("-UpdateTemplate")) == plain
    assert session.values("Get-Content t.txt") == after


def _kept(session: ConsoleSession, expression: str) -> None:
    """A template's file with a program that the template does not teach."""
    template = "{Name*:Ana}, {Age:6}"
    level = Level(None, Program(expression, [("Other",)], {}, {}))
    session.values(f"Set-Content t.txt '{with_comment(template, level, template).rstrip()}'")


def test_a_later_run_uses_what_is_kept_until_the_template_changes():
    session = ConsoleSession()
    _kept(session, "(x)")
    script = "'Eve, x' | ConvertFrom-String -TemplateFile t.txt {0} | % {{ \"$_\" }}"
    assert session.values(script.format("")) == ["@{Other=x}"]
    session.values("(Get-Content t.txt) -replace 'Ana', 'Amy' | Set-Content t.txt")
    assert session.values(script.format("-UpdateTemplate")) == ["@{Name=Eve; Age=x}"]
    assert session.values("(Get-Content t.txt).Count") == [2]
    assert session.values(script.format("")) == ["@{Name=Eve; Age=x}"]


def test_a_kept_program_that_is_none_is_learned_anew():
    session = ConsoleSession()
    _kept(session, "(x)")
    for word in ("e30=", "W10=", "AAAA", "e"):
        session.values(f"(Get-Content t.txt) -replace '(program: ).*', '$1{word}' | Set-Content t.txt")
        assert session.values("'Eve, 1' | ConvertFrom-String -TemplateFile t.txt | % Name") == ["Eve"]


def test_an_endless_search_of_a_kept_program_ends():
    session = ConsoleSession()
    _kept(session, "((?:a|aa)+b)")
    error_id, _, _ = session.error("'a' * 60 | ConvertFrom-String -TemplateFile t.txt")
    assert error_id == "System.Text.RegularExpressions.RegexMatchTimeoutException"


def test_there_has_to_be_a_file_to_keep_it_in():
    error_id, category, _ = ConsoleSession().error(
        "'x' | ConvertFrom-String -TemplateContent '{a*:b}' -UpdateTemplate"
    )
    assert (
        error_id
        == "TemplateParsing,Microsoft.PowerShell.Commands.StringManipulation.ConvertFromStringCommand"
    )
    assert category == "InvalidArgument"


@pytest.mark.parametrize(
    "gap",
    ["\n" + "a" * 200_000, "a" * 60_000 + "1", "\u2003" * 60_000 + "1"],
    ids=["line", "label", "blanks"],
)
def test_a_long_text_between_fields_takes_no_longer_than_learning_may(gap, monkeypatch):
    monkeypatch.setattr("emulator.powershell.modules.utility.template_learning._SECONDS", 0.5)
    started = time.thread_time()  # what others do at the same time is not counted
    with contextlib.suppress(TemplateError):
        learn(read_template("{A*:x}" + gap + "{B:y}"))
    assert time.thread_time() - started < 8
