"""What the protocol module uses of psrpcore beyond its public names; a new release must still have it."""

from __future__ import annotations

import ast
from importlib.metadata import version
from pathlib import Path

import psrpcore

import emulator


def test_the_release_is_one_that_was_tried():
    assert version("psrpcore").startswith("0.3.")


def test_the_private_names_are_there():
    pool = psrpcore.ServerRunspacePool()
    assert pool._cipher.decrypt(pool._cipher.encrypt("text")) == "text"
    assert (pool._min_runspaces, pool._max_runspaces) == (0, 0)
    assert callable(pool.prepare_message)


def test_only_the_protocol_modules_of_both_ends_import_the_library():
    root = Path(emulator.__file__).parent
    importing = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if any(name.partition(".")[0] == "psrpcore" for name in names):
                importing.add(path.relative_to(root).as_posix())
    assert importing == {f"shells/powershell/{one}.py" for one in ("protocol", "client/protocol", "library")}
