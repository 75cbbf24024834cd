"""A path for libraries that read a key from a file only."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def private_file(content: bytes) -> Iterator[str]:
    """A path from which OpenSSL can read the bytes: in memory where possible, else a private file."""
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        with os.fdopen(os.memfd_create("certificate"), "wb") as file:
            file.write(content)
            file.flush()
            yield f"/proc/self/fd/{file.fileno()}"
        return
    import tempfile  # 6 ms that systems with files in memory do not wait for

    with tempfile.TemporaryDirectory() as folder:  # made with mode 0700
        path = Path(folder) / "certificate.pem"
        path.touch(mode=0o600)
        path.write_bytes(content)
        yield str(path)
