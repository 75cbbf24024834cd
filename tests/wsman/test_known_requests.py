"""A request that came before is not read again, and never taken for another one."""

from itertools import product

import pytest

from emulator.wsman.known_requests import KnownRequests

GET = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"
URI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem"
FIRST, SECOND = (f"uuid:0B6F1F9E-3C29-4D1F-9A1E-6A3A5D1F000{digit}" for digit in "12")


@pytest.fixture
def requests():
    return KnownRequests()


def read(requests, text, encoding="utf-8"):
    return requests.read(text.encode(), encoding)


def test_the_same_request_again_differs_in_its_message_id_only(requests, envelope):
    first = read(requests, envelope(GET, URI, message_id=FIRST, selectors={"Name": "a"}))
    second = read(requests, envelope(GET, URI, message_id=SECOND, selectors={"Name": "a"}))
    assert (first.message_id, second.message_id) == (FIRST, SECOND)
    assert second.selectors is first.selectors
    assert second.body is first.body
    assert second.action == GET


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"selectors": {"Name": "a"}}, {"selectors": {"Name": "b"}}),
        ({"timeout": "PT1S"}, {"timeout": "PT2S"}),
        ({"body": "<n:Enumerate/>"}, {"body": "<n:Pull/>"}),
    ],
)
def test_requests_that_differ_elsewhere_are_read_each(requests, envelope, one, other):
    first, second = (
        read(requests, envelope(GET, URI, message_id=id_, **more))
        for id_, more in ((FIRST, one), (SECOND, other))
    )
    assert (first.selectors, first.operation_timeout, first.body) != (
        second.selectors,
        second.operation_timeout,
        second.body,
    )


def test_the_encoding_of_the_answer_is_part_of_what_is_known(requests, envelope):
    text = envelope(GET, URI, message_id=FIRST)
    assert read(requests, text, "utf-8").encoding == "utf-8"
    assert read(requests, text, "utf-16").encoding == "utf-16"


@pytest.mark.parametrize("place", ["comment", "body"])
def test_an_id_that_is_not_that_of_the_header_is_not_taken_for_it(requests, envelope, place):
    decoy = f"<q:MessageID>{SECOND}</q:MessageID>"
    whole = envelope(GET, URI, f'<q:x xmlns:q="q">{decoy}</q:x>', message_id=FIRST)
    if place == "comment":
        whole = whole.replace("<s:Header>", f"<!--{decoy}--><s:Header>")
    else:
        head, body = whole.split("<s:Body>")
        start = head.index("<a:MessageID")
        stop = head.index("</a:MessageID>") + len("</a:MessageID>")
        whole = head[:start] + head[stop:] + "<s:Body>" + body
    for _ in range(2):
        assert read(requests, whole).message_id == (FIRST if place == "comment" else "")


def test_what_is_remembered_is_bounded(requests, envelope):
    for letters in product("abcdefgh", repeat=3):
        read(requests, envelope(GET, URI, message_id=FIRST, selectors={"Name": "".join(letters)}))
    assert len(requests._known) <= 256


def test_long_requests_are_not_remembered(requests, envelope):
    text = envelope(GET, URI, message_id=FIRST, selectors={"Name": "x" * 9000})
    assert read(requests, text).selectors == read(requests, text).selectors
    assert not requests._known
