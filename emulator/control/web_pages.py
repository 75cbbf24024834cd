"""Routes of the control API for web sites: what the machine's requests to the internet are answered.

| route | what |
|---|---|
| GET /api/web-pages | the pages: url, method, status, and how often each was asked for |
| POST /api/web-pages | {"url", "method", "status", "headers", "body" or "file", as in a profile; "base64"} |
| DELETE /api/web-pages | {"url"}: take a page away |
| GET /api/web-proxies | the proxies: name, port, user, and how many requests went over each |
| POST /api/web-proxies | {"name", "port", "user", "password"}, as in a profile |
| DELETE /api/web-proxies | {"name", "port"}: take a proxy away |
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response, jsonify

from emulator.control.problems import Problem, json_object

if TYPE_CHECKING:
    from emulator.control.machine import ServedMachine
    from emulator.profile.section import Section

_Stated = TypeVar("_Stated", bound="Section")


def add_web_page_routes(application: Flask, served: ServedMachine) -> None:
    """Put the routes into the application."""

    @application.get("/api/web-pages")
    def pages() -> Response:
        with served.machine.looking():
            return jsonify(_pages(served))

    @application.post("/api/web-pages")
    def put() -> Response:
        from emulator.profile.web_pages import WebPage

        given = json_object()
        data = _decoded(given.pop("base64", None))
        page = _checked(WebPage, given)
        with served.machine.looking():
            served.machine.web_pages.put(page, data)
            return jsonify(_pages(served))

    @application.delete("/api/web-pages")
    def remove() -> Response:
        url = json_object().get("url")
        with served.machine.looking():
            if not isinstance(url, str) or not served.machine.web_pages.remove(url):
                raise Problem(404, "Not found", f"there is no web page {url}")
            return jsonify(_pages(served))

    @application.get("/api/web-proxies")
    def proxies() -> Response:
        with served.machine.looking():
            return jsonify(_proxies(served))

    @application.post("/api/web-proxies")
    def put_proxy() -> Response:
        from emulator.profile.web_pages import WebProxy

        proxy = _checked(WebProxy, json_object())
        with served.machine.looking():
            served.machine.web_pages.put_proxy(proxy)
            return jsonify(_proxies(served))

    @application.delete("/api/web-proxies")
    def remove_proxy() -> Response:
        given = json_object()
        name, port = given.get("name"), given.get("port", 8080)
        with served.machine.looking():
            known = isinstance(name, str) and isinstance(port, int)
            if not known or not served.machine.web_pages.remove_proxy(str(name), port):
                raise Problem(404, "Not found", f"there is no proxy {name}:{port}")
            return jsonify(_proxies(served))


def _checked(section: type[_Stated], given: dict[str, Any]) -> _Stated:
    from emulator.profile.checking import ValidationError, check

    try:
        return check(section, given)
    except ValidationError as error:
        texts = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise Problem(400, "Bad request", "; ".join(texts)) from None


def _decoded(text: Any) -> bytes | None:
    if text is None:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Problem(400, "Bad request", "base64 must be the body in Base64") from None


def _pages(served: ServedMachine) -> list[dict[str, Any]]:
    return [
        {"url": one.page.url, "method": one.page.method, "status": one.page.status, "requests": one.requests}
        for one in served.machine.web_pages
    ]


def _proxies(served: ServedMachine) -> list[dict[str, Any]]:
    return [
        {"name": one.proxy.name, "port": one.proxy.port, "user": one.proxy.user, "requests": one.requests}
        for one in served.machine.web_pages.proxies
    ]
