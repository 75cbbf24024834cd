"""Get-Member's lists of .NET's types, as Windows PowerShell 5.1 prints them (public documentation and outputs)."""

from __future__ import annotations

import pytest

#: What is piped to Get-Member, its parameters, and rows "Name|MemberType|Definition".
PRINTED = [
    (
        "@(,@{a=1})",
        "-MemberType Properties, ParameterizedProperty",
        [
            "Item|ParameterizedProperty|System.Object Item(System.Object key) {get;set;}",
            "Count|Property|int Count {get;}",
            "IsFixedSize|Property|bool IsFixedSize {get;}",
            "IsReadOnly|Property|bool IsReadOnly {get;}",
            "IsSynchronized|Property|bool IsSynchronized {get;}",
            "Keys|Property|System.Collections.ICollection Keys {get;}",
            "SyncRoot|Property|System.Object SyncRoot {get;}",
            "Values|Property|System.Collections.ICollection Values {get;}",
        ],
    ),
    (
        "[datetime]::MinValue",
        "-MemberType Property -Static",
        [
            "MaxValue|Property|static datetime MaxValue {get;}",
            "MinValue|Property|static datetime MinValue {get;}",
            "Now|Property|datetime Now {get;}",
            "Today|Property|datetime Today {get;}",
            "UtcNow|Property|datetime UtcNow {get;}",
        ],
    ),
    (
        "'a'",
        "-Name Clone, Length, Chars, Substring, ToInt16, GetEnumerator",
        [
            "Clone|Method|System.Object Clone(), System.Object ICloneable.Clone()",
            "GetEnumerator|Method|System.CharEnumerator GetEnumerator(), System.Collections.IEnumerator "
            "IEnumerable.GetEnumerator(), System.Collections.Generic.IEnumerator[char] "
            "IEnumerable[char].GetEnumerator()",
            "Substring|Method|string Substring(int startIndex), string Substring(int startIndex, int length)",
            "ToInt16|Method|int16 IConvertible.ToInt16(System.IFormatProvider provider)",
            "Chars|ParameterizedProperty|char Chars(int index) {get;}",
            "Length|Property|int Length {get;}",
        ],
    ),
    (
        "[int]",
        "-Static -Name MaxValue",
        ["MaxValue|Property|static int MaxValue {get;}"],
    ),
    (
        "[xml]'<a><b/></a>'",
        "-Name a, Item, ToString",
        [
            "ToString|CodeMethod|static string XmlNode(psobject instance)",
            "Item|ParameterizedProperty|System.Xml.XmlElement Item(string name) {get;}, System.Xml.XmlElement "
            "Item(string localname, string ns) {get;}",
            "a|Property|System.Xml.XmlElement a {get;}",
        ],
    ),
]


@pytest.mark.parametrize(("value", "parameters", "rows"), PRINTED)
def test_members_are_listed_as_windows_lists_them(
    shell, value: str, parameters: str, rows: list[str]
) -> None:
    script = f'{value} | Get-Member {parameters} | ForEach-Object {{ "$($_.Name)|$($_.MemberType)|$($_.Definition)" }}'
    assert shell.texts(script) == rows


def test_an_array_has_the_members_of_its_interfaces(shell) -> None:
    script = "Get-Member -InputObject @(1, 2) -Name Count, Add, Get, Item | ForEach-Object Definition"
    assert shell.texts(script) == [
        "Count = Length",
        "int IList.Add(System.Object value)",
        "System.Object Get(int )",
        "System.Object IList.Item(int index) {get;set;}",
    ]


def test_a_method_without_parentheses_shows_its_overloads(shell) -> None:
    assert shell.texts("[uri]::new.OverloadDefinitions") == [
        "uri new(string uriString)",
        "uri new(string uriString, bool dontEscape)",
        "uri new(uri baseUri, string relativeUri, bool dontEscape)",
        "uri new(string uriString, System.UriKind uriKind)",
        "uri new(uri baseUri, string relativeUri)",
        "uri new(uri baseUri, uri relativeUri)",
    ]
    assert shell.shown("'a'.Insert").split() == [
        "OverloadDefinitions",
        "-------------------",
        "string",
        "Insert(int",
        "startIndex,",
        "string",
        "value)",
    ]


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("[string]::IsInterned('a')", "[System.String]::IsInterned()"),
        (
            "[scriptblock]::Create('1').GetObjectData($null, $null)",
            "[System.Management.Automation.ScriptBlock].GetObjectData()",
        ),
        ("[datetime]::Now.GetObjectData($null, $null)", "[System.DateTime].GetObjectData()"),
    ],
)
def test_what_is_listed_but_not_emulated_says_so(shell, script: str, what: str) -> None:
    problem = shell.error(script)
    assert problem.message == f"{what} is not emulated."
    assert problem.fully_qualified_error_id.startswith("NotEmulated")


def test_what_net_does_not_have_stays_an_error_of_powershell(shell) -> None:
    assert shell.error("'a'.Nothing()").message.endswith("does not contain a method named 'Nothing'.")
    assert shell.values("'a'.Nothing") == [None]


def test_notes_tell_their_values_in_the_culture_of_the_session(shell) -> None:
    script = "[pscustomobject]@{a = $null; d = [datetime]'2019-05-05'} | Get-Member -MemberType NoteProperty | ForEach-Object Definition"
    assert shell.texts(script) == ["object a=null", "datetime d=5/5/2019 12:00:00 AM"]


def test_an_alias_with_a_type_converts_what_it_reads(shell) -> None:
    script = "$u = [pscustomobject]@{Age = '20'}; $u | Add-Member AliasProperty IntAge Age UInt32; "
    assert shell.texts(script + "($u | Get-Member IntAge).Definition; $u.IntAge.GetType().Name") == [
        "IntAge = (System.UInt32)Age",
        "UInt32",
    ]


def test_a_delegate_cannot_be_made_by_new(shell) -> None:
    text = 'Cannot find an overload for "EventHandler" and the argument count: "1".'
    assert shell.error("[System.EventHandler]::new(1)").message == text


def test_properties_are_not_those_with_parameters(shell) -> None:
    assert shell.texts("'' | Get-Member -MemberType Properties | ForEach-Object Name") == ["Length"]


def test_methods_of_classes_tell_what_they_give(shell) -> None:
    script = (
        "class Car { [int]Drive([int]$Miles) { return 1 } Stop() { } }; "
        "[Car]::new() | Get-Member Drive, Stop | ForEach-Object Definition"
    )
    assert shell.texts(script) == ["int Drive(int Miles)", "void Stop()"]


def test_properties_stand_in_the_order_of_net(shell) -> None:
    names = "IsReadOnly IsFixedSize IsSynchronized Keys Values SyncRoot Count"
    assert " ".join(shell.texts("@{a = 1}.psobject.Properties.Name")) == names
