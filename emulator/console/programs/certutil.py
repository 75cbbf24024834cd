"""certutil.exe: hashes of files, Base64 and hexadecimal of files, certificate stores."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.host import HostError
from emulator.signed_numbers import signed32

_HASHES = {"md5", "sha1", "sha256", "sha384", "sha512"}
_NO_FILE = "0x80070002 (WIN32: 2 ERROR_FILE_NOT_FOUND)"
_EXISTS = "0x80070050 (WIN32: 80 ERROR_FILE_EXISTS)"
_BAD_DATA = "0x8007000d (WIN32: 13 ERROR_INVALID_DATA)"
#: Builds up to this one show a hash in pairs.
_LAST_BUILD_WITH_PAIRS = 9600
_HEADER, _FOOTER = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def main(context: Context, tail: str) -> int:
    """`certutil -hashfile file [algorithm]`, `certutil [-f] -encode|-decode in out`, `certutil [-f] [-user]
    -store|-addstore|-delstore ...`."""
    words = split_arguments(tail)
    force = any(word.lower() in ("-f", "/f") for word in words)
    of_user = any(word.lower() in ("-user", "/user") for word in words)
    words = [word for word in words if word.lower() not in ("-f", "/f", "-user", "/user")]
    verb = words[0].lower().lstrip("-/") if words else ""
    try:
        if verb == "hashfile" and 2 <= len(words) <= 3:
            return _hash(context, words[1], words[2].lower() if len(words) > 2 else "sha1")
        if verb in ("encode", "decode") and len(words) == 3:
            return _recode(context, verb, words[1], words[2], force)
        if len(words) - 1 in _STORE_VERBS.get(verb, ()):
            return _stores(context, verb, words[1:], of_user)
    except HostError as problem:
        code = problem.hresult & 0xFFFFFFFF
        name = _NO_FILE if code in (0x80070002, 0x80070003) else f"0x{code:08x} (WIN32: {code & 0xFFFF})"
        return _fail(context, verb, name, problem.text)
    return not_emulated(context, f"certutil -{verb}")


#: Verbs for stores, and how many arguments they may have.
_STORE_VERBS = {"store": (0, 1, 2), "addstore": (2,), "delstore": (2,)}


def _stores(context: Context, verb: str, words: list[str], of_user: bool) -> int:
    from emulator.console.programs.certutil_stores import Failed, store_verb

    try:
        store_verb(context, verb, words, of_user=of_user)
    except Failed as problem:
        return _fail(context, verb, problem.code, problem.text)
    context.line(f"CertUtil: -{verb} command completed successfully.")
    return 0


def _fail(context: Context, verb: str, code: str, text: str) -> int:
    context.line(f"CertUtil: -{verb} command FAILED: {code}")
    context.line(f"CertUtil: {text}")
    return signed32(int(code.split()[0], 16))


def _hash(context: Context, name: str, algorithm: str) -> int:
    if algorithm not in _HASHES:
        return not_emulated(context, f"certutil -hashfile with {algorithm[:32]}")
    data = context.files.read(context.path(name))
    digest = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
    old = context.host.release.build <= _LAST_BUILD_WITH_PAIRS
    shown = " ".join(re.findall("..", digest)) if old else digest
    title = f"{algorithm.upper()} hash of file {name}:" if old else f"{algorithm.upper()} hash of {name}:"
    for line in (title, shown, "CertUtil: -hashfile command completed successfully."):
        context.line(line)
    return 0


def _recode(context: Context, verb: str, source: str, target: str, force: bool) -> int:
    data = context.files.read(context.path(source))
    if verb == "encode":
        text = base64.b64encode(data).decode()
        lines = [_HEADER, *(text[place : place + 64] for place in range(0, len(text), 64)), _FOOTER]
        made = "".join(f"{line}\r\n" for line in lines).encode()
    else:
        body = re.sub(r"-----[A-Z ]+-----", "", data.decode("latin-1"))
        try:
            made = base64.b64decode("".join(body.split()), validate=True)
        except binascii.Error:
            return _fail(context, verb, _BAD_DATA, "The data is invalid.")
    path = context.path(target)
    if context.files.exists(path) and not force:
        return _fail(context, verb, _EXISTS, "The file exists.")
    context.line(f"Input Length = {len(data)}")
    context.files.write(path, made)
    context.line(f"Output Length = {len(made)}")
    context.line(f"CertUtil: -{verb} command completed successfully.")
    return 0
