"""Texts of .NET, which may hold halves of surrogate pairs, as bytes."""

from __future__ import annotations


def utf8_bytes(text: str) -> bytes:
    """UTF-8; half a surrogate pair becomes U+FFFD as .NET's encodings make it."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode("utf-8")
