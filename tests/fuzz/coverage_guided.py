"""The targets under atheris, which looks for inputs that reach new code. An extra to the tests: `make fuzz`.

    python tests/fuzz/coverage_guided.py [SECONDS PER TARGET] [TARGET ...]

Says why and ends well where atheris does not install (it has wheels for Linux and macOS only).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "contract_tests"), str(ROOT / "tests")]


class BytesRandom(Random):
    """Chance out of the fuzzer's bytes; zeros when they are used up."""

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._data = data
        self._place = 0

    def getrandbits(self, count: int) -> int:
        size = (count + 7) // 8
        piece = self._data[self._place : self._place + size]
        self._place += size
        return int.from_bytes(piece, "little") & ((1 << count) - 1)

    def _randbelow(self, limit: int) -> int:
        # A remainder, not a second draw as the standard library does it: zeros must not draw for ever.
        return self.getrandbits(max(limit.bit_length() + 7, 8)) % limit

    def random(self) -> float:
        return self.getrandbits(53) / (1 << 53)


def fuzz(name: str, seconds: int) -> None:
    """Runs in a process of its own: atheris ends the process when it is done."""
    import atheris

    with atheris.instrument_imports(include=["emulator.cim", "emulator.wsman", "emulator.auth"]):
        from fuzz.target import no_logged_errors
        from fuzz.targets import TARGETS

        target = TARGETS[name][1]()

    def check(data: bytes) -> None:
        with no_logged_errors() as logged:
            target.check(target.generate(BytesRandom(data)))
        if logged:
            raise AssertionError(logged[0])

    found = ROOT / ".cache" / "fuzz"
    found.mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={seconds}", "-timeout=20", "-max_len=4096", f"-artifact_prefix={found}/"]
    atheris.Setup([sys.argv[0], *options], check)
    atheris.Fuzz()


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        fuzz(sys.argv[2], int(sys.argv[3]))
        return 0
    try:
        import atheris  # noqa: F401
    except ImportError as error:
        sys.stdout.write(f"coverage-guided fuzzing skipped: {error}\n")
        return 0
    from fuzz.targets import TARGETS

    seconds = sys.argv[1] if len(sys.argv) > 1 else "10"
    for name in sys.argv[2:] or TARGETS:
        command = [sys.executable, __file__, "--one", name, seconds]
        done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode:
            sys.stdout.write(f"{name}: an input broke a promise; it is in the crash file named above\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
