"""HTML is read into a tree and written as the engine of Internet Explorer writes it, in bounded time."""

from __future__ import annotations

import time

import pytest

from emulator.powershell.loading import load_engine

load_engine()

from emulator.powershell.modules.html.documents import HtmlDocument  # noqa: E402 - the engine has to be loaded first
from emulator.powershell.modules.html.writing import markup, plain_text  # noqa: E402


def _body(text: str) -> str | None:
    body = HtmlDocument(text).part("body")
    return markup(body).inside(body)


def _text(text: str) -> str | None:
    body = HtmlDocument(text).part("body")
    return plain_text(body).outside(body)


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ('<a class=gb1 href="/x" id=l title="A b">y</a>', '<A id=l title="A b" class=gb1 href="/x">y</A>'),
        (
            "<input type=text name=q maxlength=5 REQUIRED data-x=1>",
            '<INPUT maxLength=5 name=q required data-x="1">',
        ),
        ("<img style='color:red;width: 5px' src=a.png>", '<IMG style="COLOR: red; WIDTH: 5px" src="a.png">'),
        ("<p>a<p>b</p>", "\r\n<P>a</P>\r\n<P>b</P>"),
        (
            "<ul><li>a<li>b<ul><li>c</ul></ul>",
            "\r\n<UL>\r\n<LI>a</LI>\r\n<LI>b\r\n<UL>\r\n<LI>c</LI></UL></LI></UL>",
        ),
        ("a < b &amp; c &copy; &unknown;", "a &lt; b &amp; c © &amp;unknown;"),
        ("<b>x</i></b><!-- c -->", "<B>x</B><!-- c -->"),
        ("x<script>if (a<b) { '</p>' }</script>", "x\r\n<SCRIPT>if (a<b) { '</p>' }</SCRIPT>"),
        ("  <b> a  </b>  c ", "<B>a </B>c "),
        ("<pre> a\n  b</pre>", "\r\n<PRE> a\n  b</PRE>"),
        ("", None),
    ],
)
def test_elements_are_written_as_the_engine_writes_them(source, written):
    assert _body(source) == written


def test_rows_of_a_table_stand_in_its_body():
    assert _body("<table><tr><td>1<td>2<tr><th>3</table>") == (
        "\r\n<TABLE>\r\n<TBODY>\r\n<TR>\r\n<TD>1</TD>\r\n<TD>2</TD></TR>\r\n<TR>\r\n<TH>3</TH></TR></TBODY></TABLE>"
    )


def test_a_page_that_asks_for_a_new_engine_is_written_as_it_stands():
    page = '<head><meta http-equiv="X-UA-Compatible" content="IE=edge"></head><a class=b href=c>d</a>'
    assert _body(page) == '<a class="b" href="c">d</a>'


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<h1>A</h1><p>b <b>c</b></p>d", "A\r\n\r\nb c\r\n\r\nd"),
        ("a<br>b<div>c</div>d", "a\r\nb\r\nc\r\nd"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\r\n3"),
        ("x<script>var a;</script><style>p{}</style>y", "xy"),
        ("<p></p>", None),
    ],
)
def test_the_text_has_a_line_for_each_paragraph(source, text):
    assert _text(source) == text


@pytest.mark.parametrize(
    "source",
    [
        "<!--" * 100_000,
        "<a" * 200_000,
        '<a x="' * 100_001,
        "<a " + " " * 500_000,
        "<b " + " ".join(f"a{number}=1" for number in range(50_000)) + ">",
        "a</x>" * 100_000,
        "&#" + "1" * 500_000,
        "<table><tr><td>" * 20_000,
    ],
    ids=lambda text: text[:8],
)
def test_malformed_text_takes_no_longer_than_other_text(source):
    start = time.process_time()
    document = HtmlDocument(source)
    markup(document.root)
    plain_text(document.root)
    assert time.process_time() - start < 10


def test_depth_is_bounded():
    document = HtmlDocument("<div>" * 5000 + "x")
    node, depth = next(one for one in document.root.walk() if one.text == "x"), 0
    while node.parent is not None:
        node, depth = node.parent, depth + 1
    assert depth <= 256
