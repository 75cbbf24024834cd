import re

import pytest

from emulator.transport import ConnectionLimits, Headers, HttpRequest, HttpResponse
from emulator.transport.error_pages import error_page
from emulator.transport.http import RequestParser, ResponseWriter

HEAD = b"POST /wsman HTTP/1.1\r\nHost: hv01:5985\r\n"


def parsed(*pieces: bytes, limits: ConnectionLimits | None = None) -> RequestParser:
    parser = RequestParser(limits or ConnectionLimits())
    for piece in pieces:
        if parser.error is None:
            parser.feed(piece)
    return parser


def one_byte_at_a_time(data: bytes) -> list[bytes]:
    return [data[index : index + 1] for index in range(len(data))]


def test_a_request_is_taken_apart():
    parser = parsed(HEAD + b"X-One: 1\r\nx-one: 2\r\nContent-Length: 5\r\n\r\nhello")
    request = parser.ready.popleft()
    assert (request.method, request.target, request.body) == ("POST", "/wsman", b"hello")
    assert request.headers.get("HOST") == "hv01:5985"
    assert request.headers.get("x-ONE") == "1"
    assert request.headers.get_all("X-One") == ["1", "2"]
    assert request.headers.get("missing") is None
    assert request.keep_alive
    assert len(request.headers) == 4
    assert next(iter(request.headers)) == ("Host", "hv01:5985")


def test_a_request_in_single_bytes_is_the_same_request():
    parser = parsed(*one_byte_at_a_time(HEAD + b"Content-Length: 5\r\n\r\nhello"))
    assert parser.ready.popleft().body == b"hello"
    assert parser.head is None


def test_a_chunked_body_is_put_together():
    body = b"5\r\nhello\r\n6;extension=1\r\n world\r\n0\r\nTrailer: x\r\n\r\n"
    for pieces in ([body], one_byte_at_a_time(body)):
        parser = parsed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *pieces)
        assert parser.ready.popleft().body == b"hello world"


def test_pipelined_requests_come_out_in_order():
    one = HEAD.replace(b"/wsman", b"/%d") + b"Content-Length: 1\r\n\r\n%d"
    parser = parsed(b"".join(one % (number, number) for number in range(5)))
    assert [(request.target, request.body) for request in parser.ready] == [
        (f"/{number}", str(number).encode()) for number in range(5)
    ]


def test_a_client_that_repeats_its_headers_gets_the_same_reading():
    request = HEAD + b"X-One: 1\r\nContent-Length: 5\r\n\r\n"
    parser = parsed(request + b"hello", request + b"world", request + b"again")
    assert [each.body for each in parser.ready] == [b"hello", b"world", b"again"]
    for each in parser.ready:
        assert (each.method, each.target, each.version, each.keep_alive) == ("POST", "/wsman", "1.1", True)
        assert each.headers.get("x-one") == "1"


@pytest.mark.parametrize(
    ("following", "bodies"),
    [
        ([HEAD + b"X-One: 2\r\nContent-Length: 5\r\n\r\nother"], [b"other"]),
        ([HEAD + b"X-One: 1\r\nContent-Length: 5\r\n\r\n", b"parts"], [b"parts"]),
        ([HEAD + b"X-One: 1\r\nContent-Length: 5\r\n\r\nwor", b"ld"], [b"world"]),
        ([(HEAD + b"X-One: 1\r\nContent-Length: 5\r\n\r\nfirst") * 2], [b"first", b"first"]),
    ],
)
def test_what_differs_from_the_request_before_is_read_anew(following, bodies):
    first = HEAD + b"X-One: 1\r\nContent-Length: 5\r\n\r\nhello"
    parser = parsed(first, *following)
    assert [each.body for each in parser.ready] == [b"hello", *bodies]
    parser.feed(first)
    assert parser.ready.pop().body == b"hello"
    assert parser.error is None


def test_chunks_that_repeat_are_put_together_each_time():
    request = HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    parser = parsed(request, request)
    assert [each.body for each in parser.ready] == [b"hello", b"hello"]


def test_the_header_is_known_before_the_body():
    parser = parsed(HEAD + b"Content-Length: 5\r\nExpect: 100-Continue\r\n\r\n")
    assert not parser.ready
    assert parser.head is not None
    assert parser.head.expects_continue
    parser.feed(b"hello")
    assert parser.ready.popleft().body == b"hello"


@pytest.mark.parametrize(
    ("text", "keep_alive"),
    [
        (HEAD + b"Content-Length: 0\r\n\r\n", True),
        (HEAD + b"Content-Length: 0\r\nConnection: close\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", True),
    ],
)
def test_whether_the_connection_stays_open_is_the_wish_of_the_client(text, keep_alive):
    assert parsed(text).ready.popleft().keep_alive is keep_alive


def test_the_offer_of_another_protocol_is_not_taken_up():
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    text = HEAD + upgrade + b"Content-Length: 5\r\n\r\nhello"
    for pieces in ([text + text], one_byte_at_a_time(text + text)):
        parser = parsed(*pieces)
        assert [request.body for request in parser.ready] == [b"hello", b"hello"]
        assert parser.ready[0].headers.get("http2-settings") == "AAMAAABk"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/wsman", "/wsman"),
        ("/wsman?PSVersion=5.1.17763.1", "/wsman"),
        ("http://hv01:5985/wsman?x=/y", "/wsman"),
        ("http://hv01", "/"),
        ("*", "*"),
    ],
)
def test_the_path_leaves_out_host_and_query(target, path):
    assert HttpRequest("POST", target, Headers([])).path == path


SMALL = ConnectionLimits(request_line=100, header_bytes=500, header_count=5, body=10)


@pytest.mark.parametrize(
    ("fault", "pieces"),
    [
        ("bad request", [b"hello\r\n\r\n"]),
        ("bad request", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"]),
        ("bad request", [b"POST /wsman HTTP/9.9\r\n\r\n"]),
        ("bad request", [HEAD + b"Content-Length: x\r\n\r\n"]),
        ("bad request", [HEAD + b"Content-Length: -1\r\n\r\n"]),
        ("bad request", [HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n"]),
        ("bad request", [HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]),
        ("bad request", [HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"]),
        ("bad request", [HEAD + b"No colon\r\n\r\n"]),
        ("bad request", [HEAD + b"A: b\r\n folded\x00: c\r\n\r\n"]),
        ("target too long", [b"GET /" + b"a" * 200 + b" HTTP/1.1\r\nHost: h\r\n\r\n"]),
        ("target too long", [b"GET /", *[b"a" * 20] * 10]),
        ("header too long", [HEAD + b"A: " + b"b" * 600 + b"\r\n\r\n"]),
        ("header too long", [HEAD, b"A: ", *[b"b" * 90] * 20]),
        ("header too long", [HEAD + b"A: b\r\n" * 6]),
        ("body too long", [HEAD + b"Content-Length: 11\r\n\r\n"]),
        ("body too long", [HEAD + b"Content-Length: " + b"9" * 19 + b"\r\n\r\n"]),
        (
            "body too long",
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"6\r\nhello!\r\n", b"6\r\nhello!\r\n"],
        ),
        ("bad request", [b"CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n"]),
        ("length required", [HEAD + b"\r\n"]),
        ("no host name", [b"GET / HTTP/1.1\r\n\r\n"]),
    ],
)
def test_a_request_beyond_the_rules_or_the_limits_is_an_error(fault, pieces):
    parser = parsed(*pieces, limits=SMALL)
    assert parser.error is not None
    assert parser.error.fault == fault
    assert not parser.ready


def test_requests_before_an_error_are_still_to_be_answered():
    parser = parsed(b"GET /first HTTP/1.1\r\nHost: h\r\n\r\nnonsense\r\n\r\n")
    assert parser.ready.popleft().target == "/first"
    assert parser.error is not None


def test_trailers_are_bounded_and_never_become_headers():
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
    request = parsed(head + b"Authorization: Basic eA==\r\n\r\n").ready.popleft()
    assert request.headers.get("authorization") is None
    endless = [b"Trailer-%d: x\r\n" % number for number in range(100)]
    assert parsed(head, *endless, limits=SMALL).error is not None
    assert parsed(head, b"Trailer: ", *[b"x" * 90] * 40, limits=SMALL).error is not None


def test_a_body_in_chunks_of_one_byte_is_read():
    pieces = [b"1\r\n%c\r\n" % number for number in range(256)] * 4
    parser = parsed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *pieces, b"0\r\n\r\n")
    assert parser.ready.popleft().body == bytes(range(256)) * 4


REQUEST = HttpRequest("POST", "/wsman", Headers([]))


def test_an_answer_looks_like_one_of_http_sys():
    writer = ResponseWriter(lambda: 1_600_000_000.5)
    response = HttpResponse(200, b"<ok/>", "application/soap+xml;charset=UTF-8")
    assert writer.write(response, REQUEST) == (
        b"HTTP/1.1 200 \r\n"
        b"Content-Type: application/soap+xml;charset=UTF-8\r\n"
        b"Server: Microsoft-HTTPAPI/2.0\r\n"
        b"Date: Sun, 13 Sep 2020 12:26:40 GMT\r\n"
        b"Content-Length: 5\r\n\r\n<ok/>"
    )


def test_several_headers_of_one_name_stay_several_lines():
    headers = (("WWW-Authenticate", 'Basic realm="WSMAN"'), ("WWW-Authenticate", "Negotiate"))
    text = ResponseWriter().write(HttpResponse(401, headers=headers), REQUEST)
    assert text.startswith(b"HTTP/1.1 401 \r\nServer: ")
    assert b'WWW-Authenticate: Basic realm="WSMAN"\r\nWWW-Authenticate: Negotiate\r\n' in text
    assert text.endswith(b"Content-Length: 0\r\n\r\n")


@pytest.mark.parametrize(
    ("response", "request_", "line"),
    [
        (HttpResponse(200), REQUEST, None),
        (HttpResponse(200, close=True), REQUEST, b"close"),
        (HttpResponse(200), HttpRequest("POST", "/", Headers([]), keep_alive=False), b"close"),
        (HttpResponse(200), HttpRequest("POST", "/", Headers([]), version="1.0"), b"Keep-Alive"),
        (HttpResponse(200), None, b"close"),
    ],
)
def test_the_answer_says_whether_the_connection_stays_open(response, request_, line):
    found = re.search(rb"Connection: (.*)\r\n", ResponseWriter().write(response, request_))
    assert (found.group(1) if found else None) == line


def test_the_answer_to_head_has_the_length_and_no_body():
    text = ResponseWriter().write(HttpResponse(200, b"hello"), HttpRequest("HEAD", "/", Headers([])))
    assert text.endswith(b"Content-Length: 5\r\n\r\n")


def test_the_date_moves_with_the_clock():
    times = iter([0.0, 0.9, 1.0])
    writer = ResponseWriter(lambda: next(times))
    seconds = [
        re.search(rb"00:00:(\d\d) GMT", writer.write(HttpResponse(200), REQUEST)).group(1) for _ in range(3)
    ]
    assert seconds == [b"00", b"00", b"01"]


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ("bad request", 400, b"HTTP Error 400. The request is badly formed."),
        ("header too long", 400, b"<h2>Bad Request - Request Too Long</h2>"),
        ("not found", 404, b"<TITLE>Not Found</TITLE>"),
        ("body too long", 413, b"HTTP Error 413."),
        ("unavailable", 503, b"HTTP Error 503. The service is unavailable."),
    ],
)
def test_an_error_page_ends_the_connection(fault, status, text):
    page = error_page(fault)
    assert (page.status, page.close, page.content_type) == (status, True, "text/html; charset=us-ascii")
    assert text in page.body


def test_the_page_for_an_unknown_path_has_the_length_of_the_real_one():
    assert len(error_page("not found").body) == 315
