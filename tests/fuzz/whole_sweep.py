"""Every member of every type, and every parameter of every cmdlet, with awkward values. An extra to the tests:

    python tests/fuzz/whole_sweep.py [members|cmdlets] [PART OF A NAME, '' for all] [PROFILE]

Writes each fault when it is found, and how many calls there were; ends with 1 when there was any.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "contract_tests"), str(ROOT / "tests")]


def main() -> int:
    from emulator.powershell.runtime.recursion import allow_depth

    allow_depth()
    what = sys.argv[1] if len(sys.argv) > 1 else "members"
    name = sys.argv[2] if len(sys.argv) > 2 else ""
    profile = sys.argv[3] if len(sys.argv) > 3 else "windows-server-2022-datacenter"
    seen: set[str] = set()
    sweep, steps = _members(name, profile) if what == "members" else _cmdlets(name, profile)
    for _ in steps:
        for fault, where in sweep.faults.found.items():
            if fault not in seen:
                seen.add(fault)
                sys.stdout.write(f"{fault}: {where[:1000]}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{sweep.faults.calls} calls, {len(seen)} faults\n")
    return 1 if seen else 0


def _members(name: str, profile: str):  # type: ignore[no-untyped-def] # the sweep and its steps
    from fuzz.awkward import AWKWARD
    from fuzz.specimens import Specimens
    from fuzz.sweep import MemberSweep

    sweep = MemberSweep(Specimens(profile=profile), AWKWARD)

    def steps() -> Iterator[None]:
        for kind in sweep.specimens.types():
            if name.lower() in kind.name.lower():
                yield sweep.type(kind)

    return sweep, steps()


def _cmdlets(name: str, profile: str):  # type: ignore[no-untyped-def] # the sweep and its steps
    from fuzz.specimens import Specimens
    from fuzz.sweep import CmdletSweep

    sweep = CmdletSweep(Specimens(whole=False, profile=profile))

    def steps() -> Iterator[None]:
        for one in sweep.names():
            if name.lower() in one.lower():
                yield sweep.cmdlet(one)

    return sweep, steps()


if __name__ == "__main__":
    sys.exit(main())
