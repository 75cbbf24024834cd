"""What the service accepts as a request, and what it refuses before any operation."""

from __future__ import annotations

import pytest

URI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Test_Single"
GET = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"
SOAP = "http://www.w3.org/2003/05/soap-envelope"


def test_a_response_has_the_prefixes_header_order_and_no_xml_declaration_of_windows(client):
    reply = client.get(URI)
    assert reply.status == 200
    assert reply.text.startswith(
        '<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    )
    names = [element.tag.rpartition("}")[2] for element in reply.one("/s:Envelope/s:Header")]
    assert names == ["Action", "MessageID", "ActivityId", "To", "RelatesTo"]
    assert reply.value("//a:RelatesTo") == "uuid:0b6f1f9e-3c29-4d1f-9a1e-6a3a5d1f0001"
    message_id = reply.value("//a:MessageID")
    assert message_id.startswith("uuid:")
    assert message_id[5:] == message_id[5:].upper()
    assert reply.raw.content_type == "application/soap+xml;charset=UTF-8"


def test_the_activity_id_is_sent_only_from_server_2012_r2_on(make_client):
    assert make_client("windows-server-2012r2-datacenter").get(URI).all("//v:ActivityId")
    assert not make_client("windows-server-2012-datacenter").get(URI).all("//v:ActivityId")


def test_blanks_around_header_texts_are_ignored(client):
    assert client.send(f"\n  {GET}\n", f"\n    {URI}\n  ").status == 200


@pytest.mark.parametrize("attribute", ['mustUnderstand="true"', 's:mustUnderstand="true"', ""])
def test_must_understand_is_accepted_with_and_without_its_namespace(client, attribute):
    header = f"<w:RequestTotalItemsCountEstimate {attribute}/><p:SessionId {attribute}>uuid:1</p:SessionId>"
    assert client.get(URI, headers=header).status == 200


def test_an_unknown_header_that_must_be_understood_is_refused(client):
    reply = client.get(URI, headers='<u:Odd xmlns:u="urn:u" s:mustUnderstand="1"/>')
    assert reply.code == 2150858768
    assert reply.value("//s:Code/s:Value") == "s:MustUnderstand"
    assert reply.value("//a:RelatesTo")


def test_an_unknown_header_without_must_understand_is_ignored(client):
    assert client.get(URI, headers='<u:Odd xmlns:u="urn:u">x</u:Odd>').status == 200


def test_a_locale_that_must_be_understood_is_refused(client):
    reply = client.get(URI, headers='<w:Locale xml:lang="de-DE" s:mustUnderstand="true"/>')
    assert (reply.code, reply.subcode) == (2150858887, "w:UnsupportedFeature")


@pytest.mark.parametrize("timeout", ["PT-1S", "-PT5S", "soon", ""])
def test_a_timeout_that_is_negative_or_unreadable_is_an_invalid_header(client, timeout):
    reply = client.get(URI, timeout=timeout)
    assert (reply.code, reply.subcode) == (2150858767, "a:InvalidMessageInformationHeader")
    assert f"invalid timeout field in the SOAP header: {timeout}" in reply.value("//f:Message")


@pytest.mark.parametrize("timeout", ["PT60.000S", "PT20S", "P0DT0H1M0S", "PT1H", "P1D"])
def test_every_usual_notation_of_a_timeout_is_read(client, timeout):
    assert client.get(URI, timeout=timeout).status == 200


@pytest.mark.parametrize(
    ("codec", "mark", "charset"),
    [
        ("utf-16-le", b"\xff\xfe", "UTF-8"),
        ("utf-16-be", b"\xfe\xff", "UTF-16"),
        ("utf-16-le", b"\xff\xfe", "utf-16"),
        ("utf-16-be", b"", "utf-16be"),
    ],
)
def test_utf_16_by_byte_order_mark_or_charset_is_answered_in_utf_16(client, envelope, codec, mark, charset):
    text = '<?xml version="1.0" encoding="UTF-16"?>' + envelope(GET, URI)
    reply = client.post(mark + text.encode(codec), f"application/soap+xml;charset={charset}")
    assert reply.status == 200
    assert reply.raw.content_type == "application/soap+xml;charset=UTF-16"
    assert "Test_Single" in reply.raw.body.decode("utf-16")


def test_many_blanks_in_a_text_of_utf_16_cost_no_backtracking(client, envelope):
    text = envelope(GET, URI) + " " * 150_000
    assert client.post(b"\xff\xfe" + text.encode("utf-16-le")).status == 200


def test_broken_utf_16_is_an_invalid_xml_fault(client):
    assert b"2150858819" in client.post(b"\xff\xfe\x00").raw.body


@pytest.mark.parametrize(
    "body",
    [
        b"not xml at all",
        b"<s:Envelope",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b'<?xml version="1.0"?>\n<!-- c --><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b"<a>" * 300 + b"</a>" * 300,
        b"<x>&undefined;</x>",
        b"\xc3\x28<x/>",
    ],
)
def test_malformed_xml_and_document_types_are_an_invalid_xml_fault(client, body):
    reply = client.post(body)
    assert (reply.code, reply.subcode) == (2150858819, "w:InternalError")
    assert not reply.all("//a:RelatesTo")


def test_an_entity_bomb_is_refused_without_being_expanded(client):
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "ha"}">' for i in range(10))
    reply = client.post(f"<!DOCTYPE x [{entities}]><x>&e9;</x>")
    assert reply.code == 2150858819
    assert len(reply.raw.body) < 4000


def test_the_word_doctype_inside_text_is_no_document_type(client):
    assert client.get(URI, headers="<p:SessionId><![CDATA[<!DOCTYPE html>]]></p:SessionId>").status == 200


def test_many_comments_before_the_root_cost_no_backtracking(client):
    comments = "<!--x-->" * 20_000
    assert client.post(f"{comments}<x/>").code == 2150858817


def test_a_request_beyond_the_size_bound_is_refused(client):
    reply = client.post(b"<x>" + b"a" * 600_000 + b"</x>")
    assert (reply.code, reply.subcode) == (2150858790, "w:EncodingLimit")


def test_a_slice_of_300_kilobytes_is_accepted_although_max_envelope_size_is_smaller(client):
    reply = client.get(URI, headers=f"<p:SessionId>{'A' * 300_000}</p:SessionId>", maximum_size=153600)
    assert reply.status == 200


@pytest.mark.parametrize(
    ("root", "code"),
    [
        (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>',
            2150858765,
        ),
        ('<e:Envelope xmlns:e="urn:other"><e:Body/></e:Envelope>', 2150858817),
        (f'<e:Envelope xmlns:e="{SOAP}"><e:Header/></e:Envelope>', 2150858791),
    ],
)
def test_another_soap_version_another_root_and_a_missing_body_have_their_own_faults(client, root, code):
    assert client.post(root).code == code


def test_a_request_without_action_or_reply_address_lacks_required_headers(client, envelope):
    assert client.send(None, URI).code == 2150858769
    text = envelope(GET, URI)
    start, end = text.index("<a:ReplyTo>"), text.index("</a:ReplyTo>") + len("</a:ReplyTo>")
    assert client.post(text[:start] + text[end:]).code == 2150858769


def test_a_missing_or_empty_message_id_is_an_invalid_header(client):
    """MS-WSMV 3.1.4.1.5."""
    assert client.get(URI, message_id=None).code == 2150858767
    assert client.get(URI, message_id="").code == 2150858767


def test_constant_message_ids_are_no_replay(client):
    assert client.get(URI).status == client.get(URI).status == 200


def test_an_unknown_charset_is_refused(client):
    reply = client.post(b"<x/>", "application/soap+xml;charset=iso-8859-5")
    assert (reply.code, reply.subcode) == (2150858828, "w:EncodingLimit")


@pytest.mark.parametrize(
    ("set_inner", "code"),
    [
        ('<w:Selector Name="A">1</w:Selector><w:Selector Name="a">2</w:Selector>', 2150858847),
        ("<w:Selector>1</w:Selector>", 2150858813),
        ("".join(f'<w:Selector Name="k{i}">1</w:Selector>' for i in range(300)), 2150858826),
        ('<w:Selector Name="A"><x/></w:Selector>', 2150858845),
    ],
)
def test_selector_sets_that_are_wrong_or_too_large_have_their_own_faults(client, set_inner, code):
    assert client.get(URI, headers=f"<w:SelectorSet>{set_inner}</w:SelectorSet>").code == code


def test_too_many_options_are_refused(client):
    assert client.get(URI, options={f"o{i}": "1" for i in range(300)}).code == 2150858827


def test_a_resource_uri_beyond_its_bound_is_refused(client):
    assert client.get(URI + "x" * 3000).code == 2150858797


def test_a_reply_address_that_is_not_anonymous_is_refused(client):
    reply = client.get(URI, headers="<a:ReplyTo><a:Address>http://me/</a:Address></a:ReplyTo>")
    assert reply.code == 2150858870


def test_an_empty_body_is_answered_with_an_empty_body(client):
    reply = client.post(b"")
    assert (reply.status, reply.raw.body) == (200, b"")
