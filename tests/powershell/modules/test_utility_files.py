"""Utility cmdlets that read and write files, or change what a session knows: script -> what the console shows."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


ROWS = "$rows = [pscustomobject]@{A=1;B='x \"y\"';C=$null}, [pscustomobject]@{A=2;B='z';C=3}; "
SHOWN = [
    (
        ROWS + "$rows | Export-Csv a.csv; Get-Content a.csv",
        '#TYPE System.Management.Automation.PSCustomObject\n"A","B","C"\n"1","x ""y""",\n"2","z","3"',
    ),
    (
        ROWS
        + "$rows[0] | Export-Csv a.csv -NoTypeInformation -Delimiter ';'; $rows[1] | Export-Csv a.csv -Append "
        "-Delimiter ';' -NoTypeInformation; Get-Content a.csv",
        '"A";"B";"C"\n"1";"x ""y""";\n"2";"z";"3"',
    ),
    (ROWS + "$rows | Export-Csv a.csv; (Import-Csv a.csv).B", 'x "y"\nz'),
    (
        ROWS + "$rows | Export-Csv a.csv; (Import-Csv a.csv)[0].PSTypeNames[0]",
        "CSV:System.Management.Automation.PSCustomObject",
    ),
    ("'a, b ,\"c, d\"','1, 2 , 3' | ConvertFrom-Csv | % { \"$($_.a)|$($_.b)|$($_.'c, d')\" }", "1|2|3"),
    ('"x,y`n1,`"two`nlines`"" | ConvertFrom-Csv | % { $_.y.Length }', "9"),
    (
        "@{a=1;b='t'} | Export-Clixml a.xml; $b = Import-Clixml a.xml; $b.a, $b.b, $b.GetType().Name",
        "1\nt\nHashtable",
    ),
    (
        "1, 'a&b' | Export-Clixml a.xml -Encoding utf8; Get-Content a.xml",
        '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\n  <I32>1</I32>\n'
        "  <S>a&amp;b</S>\n</Objs>",
    ),
    (
        "Set-Content a.txt 'one','two','three'; Select-String -Path a.txt -Pattern 't' | % { $_.LineNumber; $_.Line }",
        "2\ntwo\n3\nthree",
    ),
    (
        "Set-Content a.txt 'one','two'; (Select-String a.txt -Pattern two).ToString()",
        "C:\\Users\\Administrator\\a.txt:2:two",
    ),
    ("'abc','xbz' | Select-String b -AllMatches | Out-String | % Trim", "abc\nxbz"),
    (
        "1..9 | Select-String 5 -Context 1,2 | % { $_.Context.PreContext; '-'; $_.Context.PostContext }",
        "4\n-\n6\n7",
    ),
    (
        "'abc' | Select-String x -Quiet; 'abc' | Select-String b -Quiet; 'a.c','abc' | Select-String a.c -SimpleMatch | % Line",
        "False\nTrue\na.c",
    ),
    ("'k = v\n# no\nx = a\\tb' | ConvertFrom-StringData | % { $_.k; $_.x }", "v\na\tb"),
    ("Set-Content d.psd1 '@{ A = 1; B = \"x\" }'; (Import-PowerShellDataFile d.psd1).B", "x"),
    (
        "Set-Content -NoNewline h.txt 'abc'; (Get-FileHash h.txt -Algorithm MD5).Hash",
        "900150983CD24FB0D6963F7D28E17F72",
    ),
    ("Set-Content -NoNewline h.txt 'abc'; (Get-FileHash h.txt).Hash.Substring(0, 8)", "BA7816BF"),
    (
        "Set-Content -NoNewline h.txt 'abc'; (Get-FileHash h.txt -Algorithm RIPEMD160).Hash",
        "8EB208F7E05D987A9B044A8E98C6B087F15A0BFC",
    ),
    ("Set-Content -NoNewline h.txt 'abc'; (Get-FileHash h.txt -Algorithm MACTripleDES).Hash.Length", "16"),
    (
        "('Hello' | Format-Hex).ToString()",
        "00000000   48 65 6C 6C 6F                                   Hello",
    ),
    (
        "[pscustomobject]@{N='a<b';V=1} | ConvertTo-Html -Fragment",
        "<table>\n<colgroup><col/><col/></colgroup>\n<tr><th>N</th><th>V</th></tr>\n"
        "<tr><td>a&lt;b</td><td>1</td></tr>\n</table>",
    ),
    (
        "[pscustomobject]@{N=1} | ConvertTo-Html -As List -Fragment",
        "<table>\n<tr><td>N:</td><td>1</td></tr>\n</table>",
    ),
    (
        "1, 'x' | ConvertTo-Xml -As String",
        '<?xml version="1.0" encoding="utf-8"?>\n<Objects>\n  <Object Type="System.Int32">1</Object>\n'
        '  <Object Type="System.String">x</Object>\n</Objects>',
    ),
    (
        "Update-TypeData -TypeName System.String -MemberType ScriptProperty -MemberName Twice -Value { $this * 2 }; 'ab'.Twice",
        "abab",
    ),
    (
        "Update-TypeData -TypeName My -DefaultDisplayPropertySet B; [pscustomobject]@{PSTypeName='My';A=1;B=2} | Out-String | % Trim",
        "B\n-\n2",
    ),
    (
        "$null = Register-EngineEvent hi -Action { $global:got = $Event.MessageData }; $null = New-Event hi -MessageData 5; $got; "
        "@(Get-Event).Count; Unregister-Event hi; @(Get-EventSubscriber).Count",
        "5\n0\n0",
    ),
    ("$null = New-Event a; (Wait-Event a).SourceIdentifier; Remove-Event a; @(Get-Event).Count", "a\n0"),
    (
        "$e = New-Event a -Sender 5 -EventArguments x, y; $e -is [System.Management.Automation.PSEventArgs]; "
        "$e.GetType().BaseType.FullName; $e.Sender; $e.SourceArgs -join '+'; $e.EventIdentifier; "
        "($e | ConvertTo-Json | ConvertFrom-Json).SourceIdentifier",
        "True\nSystem.EventArgs\n5\nx+y\n1\na",
    ),
    (
        "$null = Register-EngineEvent a; $s = Get-EventSubscriber; $s -is [System.Management.Automation.PSEventSubscriber]; "
        "$s.SourceIdentifier; $s.SupportEvent; @($s | Get-Member -MemberType Property).Count",
        "True\na\nFalse\n8",
    ),
    (
        "Set-Alias zz Get-Date; Export-Alias a.csv zz; Remove-Item alias:zz; Import-Alias a.csv; (Get-Alias zz).Definition",
        "Get-Date",
    ),
    ("function f { (Get-PSCallStack)[0].Command; (Get-PSCallStack)[1].Command }; f", "f\n<ScriptBlock>"),
    ("(New-TemporaryFile).Extension", ".tmp"),
    (
        "Set-Content x.xml '<a><b>t</b></a>'; Select-Xml -Path x.xml -XPath //b | % { $_.Node.InnerText; $_.Path }",
        "t\nC:\\Users\\Administrator\\x.xml",
    ),
    ("[xml]\"<a xmlns='u'><b>v</b></a>\" | Select-Xml //n:b -Namespace @{n='u'} | % ToString", "v"),
    ("Select-Xml -Content '<a><b>t<c>u</c></b></a>' -XPath 'a/b | a/b/c' | % ToString", "t<c>u</c>\nu"),
    ("(1 | ConvertTo-Xml).Objects.Object.Type", "System.Int32"),
    (
        "$a = [pscustomobject]@{A=1}; $a.PSObject.TypeNames.Insert(0,'X'); $a.PSTypeNames -join ','",
        "X,System.Management.Automation.PSCustomObject,System.Object",
    ),
    ('$r = Write-Information hi 6>&1; "$r"; Write-Information no', "hi"),
    ("\"{name:1, 'b':'it'}\" | ConvertFrom-Json | % { $_.name; $_.b }", "1\nit"),
    (
        "$o = [pscustomobject]@{L = [Collections.ArrayList](1,2,3)}; ($o | Update-List L -Add 4 -Remove 1).L -join ','",
        "2,3,4",
    ),
    ("Get-Date 2020-01-10 -UFormat '%j %V %u %e %C %r'", "10 02 5 10 20 12:00:00 AM"),
]


@pytest.mark.parametrize(("script", "text"), SHOWN)
def test_what_a_script_shows(session, script, text):
    assert session.shown(script) == text


ERRORS = [
    ("1 | Export-Csv", "CannotSpecifyPathAndLiteralPath,Microsoft.PowerShell.Commands.ExportCsvCommand"),
    (
        "Set-Content a 1; 1 | Export-Csv a -NoClobber",
        "NoClobber,Microsoft.PowerShell.Commands.ExportCsvCommand",
    ),
    (
        "[pscustomobject]@{A=1} | Export-Csv a; [pscustomobject]@{B=1} | Export-Csv a -Append",
        "CannotAppendCsvWithMismatchedPropertyNames,Microsoft.PowerShell.Commands.ExportCsvCommand",
    ),
    (
        "'nope' | ConvertFrom-StringData",
        "InvalidOperation,Microsoft.PowerShell.Commands.ConvertFromStringDataCommand",
    ),
    (
        "Set-Content d.psd1 '@{ A = (Get-Date) }'; Import-PowerShellDataFile d.psd1",
        "CmdletNotInAllowedListForDataSection",
    ),
    ("'a' | Select-String '['", "InvalidRegex,Microsoft.PowerShell.Commands.SelectStringCommand"),
    (
        "'a' | Select-String a -Context 0, -1",
        "ParameterArgumentValidationError,Microsoft.PowerShell.Commands.SelectStringCommand",
    ),
    (
        "@{ a = [ordered]@{ 1 = 2 } } | ConvertTo-Json",
        "NonStringKeyInDictionary,Microsoft.PowerShell.Commands.ConvertToJsonCommand",
    ),
    (
        "Unregister-Event nope",
        "INVALID_SOURCE_IDENTIFIER,Microsoft.PowerShell.Commands.UnregisterEventCommand",
    ),
    ("Update-TypeData -TypeName X", "TypeDataEmpty,Microsoft.PowerShell.Commands.UpdateTypeDataCommand"),
    (
        "Select-Xml -Content '<a>' -XPath //a",
        "InvalidCastToXmlDocument,Microsoft.PowerShell.Commands.SelectXmlCommand",
    ),
    (
        "[pscustomobject]@{A=1} | Format-Table -View nope",
        "FormatViewNotFound,Microsoft.PowerShell.Commands.FormatTableCommand",
    ),
    ("Out-GridView", "NotEmulated,Microsoft.PowerShell.Commands.OutGridViewCommand"),
    (
        "Invoke-WebRequest http://example.com",
        "WebCmdletWebResponseException,Microsoft.PowerShell.Commands.InvokeWebRequestCommand",
    ),
]


@pytest.mark.parametrize(("script", "error_id"), ERRORS)
def test_what_is_refused_says_so(session, script, error_id):
    assert session.error(script)[0].startswith(error_id)


def test_what_one_session_adds_to_types_no_other_has(session):
    session.runspace.run(
        "Update-TypeData -TypeName System.Int32 -MemberType NoteProperty -MemberName Own -Value 1"
    )
    assert session.shown("(5).Own") == "1"
    assert ConsoleSession().shown("$null -eq (5).Own") == "True"


def test_format_hex_shows_a_picture_of_the_bytes(shell):
    """As the public documentation of 5.1 prints them."""
    places = "           00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F"
    for script, row in (
        (
            "'Hello World' | Format-Hex",
            "00000000   48 65 6C 6C 6F 20 57 6F 72 6C 64                 Hello World",
        ),
        ("1,2,3,1000 | Format-Hex", "00000000   01 02 03 E8 03                                   ...\u00e8."),
        (
            "1,2,3,1000 | Format-Hex -Raw",
            "00000000   01 00 00 00 02 00 00 00 03 00 00 00 E8 03 00 00  ............\u00e8...",
        ),
    ):
        shown = [line.rstrip() for line in shell.shown(script).splitlines()]
        assert [line for line in shown if line] == [places, row]


def test_groups_whose_keys_differ_in_case_only_make_no_hash_table(shell):
    script = (
        "[pscustomobject]@{F='Bar'}, [pscustomobject]@{F='bar'} | Group-Object F -CaseSensitive -AsHashTable"
    )
    problem = shell.error(script)
    assert problem.message.startswith("The objects grouped by this property cannot be expanded")
    assert problem.category == "InvalidArgument"


def test_long_names_of_files_go_on_below(session):
    name = "E43E1305-1E7D-4E5C-9355-194F5C971E0D.vmcx"
    shown = session.shown(
        f"$null = New-Item -Force -ItemType File 'C:\\long\\{name}'; dir C:\\long | Out-String -Width 80"
    )
    rows = [line.rstrip() for line in shown.splitlines()]
    assert rows[-2:] == [
        next(one for one in rows if one.endswith(" E43E1305-1E7D-4E5C-9355-194F5C")),
        " " * 50 + "971E0D.vmcx",
    ]


def test_what_comes_out_of_a_file_of_objects_has_the_names_of_its_original_alone(session):
    script = (
        "[pscustomobject]@{a = 1}, (Get-Process -Id $PID) | Export-Clixml C:\\two.xml; "
        "Import-Clixml C:\\two.xml | % { $_.PSTypeNames -join ' ' }"
    )
    assert session.values(script) == [
        "Deserialized.System.Management.Automation.PSCustomObject Deserialized.System.Object",
        "Deserialized.System.Diagnostics.Process Deserialized.System.ComponentModel.Component "
        "Deserialized.System.MarshalByRefObject Deserialized.System.Object",
    ]


def test_every_stream_has_a_hash_from_where_it_stands(session):
    zipped = (
        "$m = New-Object IO.MemoryStream; $z = [IO.Compression.CompressionMode];"
        "$g = New-Object IO.Compression.GZipStream($m, $z::Compress, $true); $g.Write([byte[]](97, 98, 99), 0, 3);"
        "$g.Close(); $m.Position = 0; $d = New-Object IO.Compression.GZipStream($m, $z::Decompress);"
    )
    hashed = "(Get-FileHash -InputStream {}).Hash.Substring(0, 8)"
    assert session.shown(f"{zipped} {hashed.format('$d')}") == "BA7816BF"
    rest = "$m = New-Object IO.MemoryStream(, [byte[]](120, 97, 98, 99)); $null = $m.ReadByte();"
    assert session.shown(f"{rest} {hashed.format('$m')}; $m.Position") == "BA7816BF\n4"
    assert session.error("$m = New-Object IO.MemoryStream; $m.Close(); Get-FileHash -InputStream $m")[
        0
    ].startswith("ObjectDisposedException")
