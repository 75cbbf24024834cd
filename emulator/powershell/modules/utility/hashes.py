"""Get-FileHash, New-TemporaryFile and Unblock-File."""

from __future__ import annotations

import hashlib
from typing import Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.streams import Stream
from emulator.powershell.dotnet.types import builtin
from emulator.powershell.modules.utility.files import bytes_of, files_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.invoke import call_static, invocation_error
from emulator.powershell.runtime.module import cmdlet

#: The one that has a key, which Get-FileHash draws each time.
_KEYED = "MACTRIPLEDES"


@cmdlet("Get-FileHash")
def get_file_hash(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    input_stream: Any = None,
    algorithm: str = "SHA256",
) -> None:
    """The hash of files, or of a stream."""
    name = algorithm.upper()
    if name == "RIPEMD160" and name.lower() not in hashlib.algorithms_available:
        raise call.complete(not_emulated(f"Get-FileHash -Algorithm {name} with this OpenSSL"))
    key = call.engine.random.generator.randbytes(24) if name == _KEYED else b""
    if input_stream is not None:
        stream = unwrap(input_stream)
        if not isinstance(stream, Stream):
            raise call.complete(not_emulated("Get-FileHash of a stream of a script's own class"))
        try:
            data = stream.read_all()
        except NetError as problem:
            raise call.complete(invocation_error("ComputeHash", 1, problem.exception)) from None
        call.write(_row(name, data, "", key))
        return
    for file in files_of(call, literal_path or path, literal=literal_path is not None):
        call.write(_row(name, bytes_of(call).read_bytes(file), file, key))


def _row(name: str, data: bytes, path: str, key: bytes) -> PSObject:
    digest = _code(data, key) if key else hashlib.new(name.lower(), data, usedforsecurity=False).digest()
    values = [("Algorithm", name), ("Hash", digest.hex().upper()), ("Path", path)]
    return PSObject.custom(values, ("Microsoft.Powershell.Utility.FileHash",))


def _code(data: bytes, key: bytes) -> bytes:
    """MACTripleDES: the last block of CBC over the data, filled up with zeros."""
    from emulator.block_cipher import BLOCK_SIZES, BlockCipher

    size = BLOCK_SIZES["TripleDES"]
    padded = data + bytes(-len(data) % size)
    cipher = BlockCipher(key, bytes(size), encrypts=True, algorithm="TripleDES")
    return cipher.update(padded or bytes(size))[-size:]


@cmdlet("New-TemporaryFile")
def new_temporary_file(call: CmdletCall) -> None:
    """An empty file in the folder for temporary ones."""
    if not call.should_process(call.engine.machine.temporary_path, "New-TemporaryFile"):
        return
    from emulator.powershell.dotnet.library.file_objects import FileInfo

    made = call_static(builtin("System.IO.Path"), "GetTempFileName", [], call.engine)
    call.write(FileInfo(call.engine, made))


@cmdlet("Unblock-File")
def unblock_file(
    call: CmdletCall, path: list[str] | None = None, literal_path: list[str] | None = None
) -> None:
    """Take the mark of the internet from files."""
    literal = literal_path is not None
    for file in files_of(call, literal_path or path, literal=literal, missing="FileNotFound"):
        if call.should_process(file, "Unblock-File"):
            try:
                bytes_of(call).delete(f"{file}:Zone.Identifier")
            except PSError as problem:
                problem.record.error_id = "RemoveItemUnableToAccessFile"
                call.error(problem.record)
