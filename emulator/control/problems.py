"""Errors of the control API, and the reading of its bodies."""

from __future__ import annotations

from typing import Any

from flask import request


class Problem(Exception):
    """An answer that is an error: HTTP status, short title, and what is wrong."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail


def json_object() -> dict[str, Any]:
    """The body as a JSON object. Raises Problem."""
    if not request.is_json:
        raise Problem(415, "Unsupported media type", "send application/json")
    body = request.get_json()
    if not isinstance(body, dict):
        raise Problem(400, "Bad request", "the body must be a JSON object")
    return body
