"""[xml] documents: script -> the text of each output object."""

import pytest

LOAD = '[xml]$x = \'<?xml version="1.0"?><r a="1"><i id="x">one</i><i id="y">two</i><name>N</name></r>\'; '

CASES = [
    ("$x.r.a; $x.r.i.Count; $x.r.i[0].id; $x.r.i[1].'#text'; $x.r.Name", ["1", "2", "x", "two", "N"]),
    (
        "$x.SelectSingleNode('//i[@id=\"y\"]').InnerText; $x.SelectNodes('//i').Count; $x.SelectSingleNode('//i/@id').Value",
        ["two", "2", "x"],
    ),
    (
        "$e = $x.CreateElement('n'); $e.SetAttribute('k', 'v'); [void]$x.r.AppendChild($e); $x.r.n.k; $x.r.LastChild.OuterXml",
        ["v", '<n k="v" />'],
    ),
    ("$x.r.name = 'new'; $x.r.a = '2'; $x.r.name; $x.r.GetAttribute('a')", ["new", "2"]),
    ("[void]$x.r.RemoveChild($x.r.i[0]); @($x.r.i).Count; $x.DocumentElement.ChildNodes.Count", ["1", "2"]),
    ("$n = $x.ImportNode(([xml]'<q><w>1</w></q>').q, $true); [void]$x.r.AppendChild($n); $x.r.q.w", ["1"]),
    (
        "$m = New-Object System.Xml.XmlNamespaceManager $x.NameTable; $m.AddNamespace('p', 'urn:p'); ([xml]'<a xmlns=\"urn:p\"><b>5</b></a>').SelectSingleNode('//p:b', $m).InnerText",
        ["5"],
    ),
    ("$d = New-Object xml; $d.LoadXml('<a>&lt;b&gt;</a>'); $d.a; $d.OuterXml", ["<b>", "<a>&lt;b&gt;</a>"]),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_a_document(shell, script, expected):
    assert shell.texts(LOAD + script) == expected


@pytest.mark.parametrize("text", ["<a>", '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', "no xml"])
def test_what_is_no_document_is_refused(shell, text):
    assert shell.error(f"[xml]'{text}'").fully_qualified_error_id == "InvalidCastToXmlDocument"


@pytest.mark.parametrize(
    ("script", "text"),
    [
        (
            "$d = [xml]'<a/>'; $x = $d.CreateXmlDeclaration('1.0', 'utf-8', $null); "
            "$null = $d.InsertBefore($x, $d.DocumentElement); $d.OuterXml",
            '<?xml version="1.0" encoding="utf-8"?><a />',
        ),
        ("$d = [xml]'<a/>'; $d.DocumentElement.InnerText = \"a`0b\"; $d.OuterXml", "<a>ab</a>"),
        ("([xml]'<a>t</a>').DocumentElement.FirstChild.CloneNode($true).Value", "t"),
    ],
)
def test_nodes_change(shell, script, text):
    assert shell.texts(script) == [text]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("$r.SetAttribute('', 'space', 'v')", "not valid in XML"),
        ("$r.InsertAfter($d.CreateElement('n'), $d.CreateElement('z'))", "not a child of this node"),
        ("$r.ReplaceChild($d.CreateElement('n'), $d.CreateElement('z'))", "not a child of this node"),
        ("$r.FirstChild.AppendChild($d.CreateElement('n'))", "cannot contain other nodes"),
        ("$r.FirstChild.InnerXml = 'x'", "either read-only or cannot have children"),
        ("$d.CreateComment('a--b')", "cannot contain '--'"),
    ],
)
def test_a_node_that_cannot_do_it_says_so(shell, script, message):
    made = "$d = [xml]'<a b=\"1\">t<c/></a>'; $r = $d.DocumentElement; "
    assert message in shell.error(made + script).message
