"""docs/coverage.md says what the code does, no more and no less."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_coverage_document_is_what_the_code_gives():
    answer = subprocess.run(
        [sys.executable, ROOT / "tools" / "build_coverage.py", "--check"], check=False, cwd=ROOT
    )
    assert answer.returncode == 0, "run: python tools/build_coverage.py"
