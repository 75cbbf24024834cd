"""Headers that change how a request is answered: charsets, options, operations that are sent again."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from emulator.wsman import retransmission

MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/"
URI = MICROSOFT + "wmi/root/cimv2/Test_Single"
GET = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"
OPERATION = "uuid:AD3A70BC-E338-4410-AE86-23F9E1D70FBE"


def operation(must_understand="false", sequence=1, identifier=OPERATION):
    return (
        f'<p:OperationID s:mustUnderstand="{must_understand}">{identifier}</p:OperationID>'
        f'<p:SequenceId s:mustUnderstand="false">{sequence}</p:SequenceId>'
    )


# -- charsets -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codec", "mark", "charset", "answer"),
    [
        ("utf-16-le", b"\xff\xfe", "UTF-16", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "UTF-16", "utf-16-be"),
        ("utf-16-le", b"", "UTF-16", "utf-16-le"),
        ("utf-16-be", b"", "UTF-16", "utf-16-be"),
        ("utf-16-le", b"", "UTF-16LE", "utf-16-le"),
        ("utf-16-be", b"", "utf-16be", "utf-16-be"),
        ("utf-16-le", b"", "UTF-8", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-8", "utf-16-be"),
    ],
)
def test_utf_16_is_answered_in_its_own_byte_order(client, envelope, codec, mark, charset, answer):
    reply = client.post(mark + envelope(GET, URI).encode(codec), f"application/soap+xml;charset={charset}")
    assert reply.status == 200
    assert reply.raw.content_type == "application/soap+xml;charset=UTF-16"
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    assert reply.raw.body[:2] == marks[answer]
    assert reply.raw.body[2:].decode(answer).startswith("<s:Envelope")


def test_faults_are_in_the_charset_of_the_request_too(client, envelope):
    body = b"\xfe\xff" + envelope(GET, "urn:nothing://").encode("utf-16-be")
    reply = client.post(body, "application/soap+xml;charset=UTF-16")
    assert reply.status == 500
    assert "s:Fault" in reply.raw.body.decode("utf-16")


@pytest.mark.parametrize("content_type", ["application/soap+xml;charset=UTF-8", "application/soap+xml", ""])
def test_utf_8_with_a_mark_is_utf_8(client, envelope, content_type):
    reply = client.post(b"\xef\xbb\xbf" + envelope(GET, URI).encode(), content_type)
    assert reply.status == 200
    assert reply.raw.content_type == "application/soap+xml;charset=UTF-8"


# -- options --------------------------------------------------------------------------------------


def options(*pairs, must_understand="true"):
    inner = "".join(
        f'<w:Option Name="{name}" MustComply="{comply}">{value}</w:Option>' for name, value, comply in pairs
    )
    return f'<w:OptionSet s:mustUnderstand="{must_understand}">{inner}</w:OptionSet>'


@pytest.mark.parametrize(
    "header",
    [
        options(("anything", "1", "false")),
        options(("wmi:Context", "1", "true"), ("wmiarray:Context", "2", "true")),
        options(("__MI_CallbackRegistration", "3", "true")),
        options(("msftwinrm:UsePreciseArrays", "TRUE", "true")),
        options(("IncludeQualifiers", "false", "1")),
    ],
)
def test_options_that_wmi_takes_or_that_need_not_be_complied_with_are_accepted(client, header):
    assert client.get(URI, headers=header).status == 200


@pytest.mark.parametrize(
    ("uri", "header", "code"),
    [
        (URI, options(("odd", "1", "true")), 2150858833),
        (URI, options(("odd", "1", "1"), must_understand="false"), 2150858833),
        (URI, options(("", "1", "false")), 2150858834),
        (URI, options(("IncludeQualifiers", "perhaps", "false")), 2150858835),
        (MICROSOFT + "config", options(("odd", "1", "false")), 2150858918),
        (MICROSOFT + "config", options(("odd", "1", "true"), must_understand="false"), 2150858833),
        (MICROSOFT + "windows/shell/cmd", options(("odd", "1", "true")), 2150858833),
    ],
)
def test_options_that_cannot_be_complied_with_are_refused(client, uri, header, code):
    reply = client.get(uri, headers=header)
    assert (reply.code, reply.subcode) == (code, "w:InvalidOptions")


# -- addresses, locales, identifiers --------------------------------------------------------------


@pytest.mark.parametrize("name", ["ReplyTo", "FaultTo"])
def test_answers_go_back_on_the_connection_or_not_at_all(client, name):
    away = f"<a:{name}><a:Address>http://elsewhere/</a:Address></a:{name}>"
    reply = client.get(URI, headers=away)
    assert (reply.code, reply.subcode) == (2150858870, "w:UnsupportedFeature")
    assert reply.value("//w:FaultDetail").endswith("/AddressingMode")
    anonymous = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
    here = f"<a:{name}><a:Address>{anonymous}</a:Address></a:{name}>"
    assert client.get(URI, headers=here).status == 200


@pytest.mark.parametrize("language", ["en-US", "de-DE", "x-klingon", ""])
def test_any_language_is_answered_in_english(client, language):
    header = (
        f'<w:Locale xml:lang="{language}" s:mustUnderstand="false"/>'
        f'<p:DataLocale xml:lang="{language}" s:mustUnderstand="false"/>'
    )
    assert client.get(URI, headers=header).text.startswith('<s:Envelope xml:lang="en-US"')


def test_a_data_locale_that_must_be_understood_is_refused_with_its_own_detail(client):
    """MS-WSMV 3.1.4.1.9."""
    reply = client.get(URI, headers='<p:DataLocale xml:lang="de-DE" s:mustUnderstand="true"/>')
    assert reply.subcode == "w:UnsupportedFeature"
    assert reply.value("//w:FaultDetail").endswith("/DataLocale")


def test_relations_and_activities_of_a_request_say_nothing_and_are_bounded(client):
    header = "<a:RelatesTo>uuid:1</a:RelatesTo><p:ActivityId>{}</p:ActivityId>"
    assert client.get(URI, headers=header.format("x" * 2048)).status == 200
    assert client.get(URI, headers=header.format("x" * 2049)).code == 2150858767


@pytest.mark.parametrize(
    ("timeout", "code"), [("P1D", None), ("P49D", None), ("P50D", 2150858881), ("-P1D", 2150858767)]
)
def test_a_timeout_beyond_32_bits_of_milliseconds_is_an_invalid_timeout(client, timeout, code):
    reply = client.get(URI, timeout=timeout)
    assert reply.status == 200 if code is None else reply.code == code


# -- operations that are sent again ---------------------------------------------------------------


def test_the_answer_names_the_operation_of_the_request(client):
    reply = client.get(URI, headers=operation())
    assert reply.value("//v:OperationID") == OPERATION
    assert reply.value("//v:SequenceId") == "1"
    names = [element.tag.rpartition("}")[2] for element in reply.one("/s:Envelope/s:Header")]
    assert names == ["Action", "MessageID", "ActivityId", "OperationID", "SequenceId", "To", "RelatesTo"]
    assert not client.get(URI).all("//v:OperationID")


def test_an_operation_that_is_known_is_refused_unless_it_is_sent_again(client):
    first = client.get(URI, headers=operation())
    assert client.get(URI, headers=operation()).code == 2150858767
    again = client.get(URI, headers=operation("true"))
    assert again.raw.body == first.raw.body


def test_an_operation_that_is_sent_again_is_not_done_again(client, namespace, machine):
    namespace.rows.append(machine("vm1"))
    uri = MICROSOFT + "wmi/root/cimv2/Test_Machine"
    replies = [
        client.invoke(uri, "Nothing", selectors={"Name": "vm1"}, headers=operation(must))
        for must in ("false", "true")
    ]
    assert [reply.status for reply in replies] == [200, 200]
    assert len(namespace.calls) == 1


def test_an_unknown_operation_that_says_it_is_sent_again_is_done(client):
    assert client.get(URI, headers=operation("true")).status == 200


def test_the_messages_of_one_operation_have_their_own_numbers(client):
    assert client.get(URI, headers=operation(sequence=1)).status == 200
    assert client.get(URI, headers=operation(sequence=2)).status == 200
    assert client.get(URI, headers=operation(sequence=2)).code == 2150858767
    assert client.get(URI, headers=operation(sequence="two")).code == 2150858767


def test_operations_belong_to_their_user(client, account):
    client.get(URI, headers=operation())
    client.account = account(client.service.host, "other")
    assert client.get(URI, headers=operation()).status == 200


def test_a_fault_is_answered_again_too(client):
    first = client.get(MICROSOFT + "wmi/root/cimv2/Test_Machine", headers=operation())
    again = client.get(MICROSOFT + "wmi/root/cimv2/Test_Machine", headers=operation("true"))
    assert (first.status, first.raw.body) == (500, again.raw.body)


@pytest.mark.parametrize(
    ("profile", "uri"),
    [
        ("windows-server-2022-datacenter", MICROSOFT + "windows/shell"),
        ("windows-server-2008r2-datacenter-core", URI),
    ],
)
def test_resources_and_releases_without_robust_connections_ignore_the_operation(make_client, profile, uri):
    client = make_client(profile)
    for _ in range(2):
        reply = client.enumerate(uri, headers=operation())
        assert reply.status == 200
        assert not reply.all("//v:OperationID")


def test_whoever_asks_again_while_the_answer_is_on_its_way_waits_for_it(client, namespace):
    inside, leave = threading.Event(), threading.Event()
    single = namespace.rows[0]

    def slow(*_given):
        inside.set()
        leave.wait(10)
        return single

    namespace.resolve = slow
    replies = {}
    first = threading.Thread(target=lambda: replies.update(first=client.get(URI, headers=operation())))
    first.start()
    assert inside.wait(10)
    assert client.get(URI, headers=operation("true"), timeout="PT0S").code == 2150858793
    second = threading.Thread(
        target=lambda: replies.update(second=client.get(URI, headers=operation("true")))
    )
    second.start()
    leave.set()
    first.join(10)
    second.join(10)
    assert replies["first"].raw.body == replies["second"].raw.body
    assert replies["first"].status == 200


def test_what_is_kept_is_bounded_in_number_and_age(client, monkeypatch):
    monkeypatch.setattr(retransmission, "MAXIMUM_MESSAGES", 5)
    for number in range(20):
        assert client.get(URI, headers=operation(identifier=f"uuid:{number}")).status == 200
    messages = client.service._workshop.messages
    assert len(messages) <= 6
    assert client.get(URI, headers=operation(identifier="uuid:0")).status == 200
    client.service.reset()
    assert len(messages) == 0


def test_a_kept_answer_expires(client):
    assert client.get(URI, headers=operation()).status == 200
    client.service.host.clock.advance(timedelta(seconds=retransmission.KEPT + 1))
    assert client.get(URI, headers=operation()).status == 200
