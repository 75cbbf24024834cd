"""Write the tables of Windows modules that are not emulated yet: the shapes of their cmdlets by release.

    python tools/build_declared_modules.py FACTS.json

FACTS.json holds `modules`: module -> cmdlet -> {"in": "2012 2016 ...", "p": ...}. Only what nothing else declares is
written, one file a module below emulator/powershell/modules/declared.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "emulator" / "powershell" / "modules" / "declared"
#: Emulated modules have tables of their own; the last two belong to features that no profile installs.
LEFT_OUT = {
    "Microsoft.PowerShell.Core",
    "Microsoft.PowerShell.Utility",
    "ServerManager",
    "FailoverClusters",
    "DcbQos",
}

UNREAD = {"rec", "doc"}


def main() -> None:
    facts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for module, cmdlets in facts["modules"].items():
        if module in LEFT_OUT:
            continue
        rows = [f'"{name}":{_row(row)}' for name, row in sorted(cmdlets.items())]
        text = '{\n"format":"cmdlets/1",\n"cmdlets":{\n' + ",\n".join(rows) + "\n}\n}\n"
        (FOLDER / f"{module}.json").write_text(text, encoding="utf-8")


def _row(row: dict[str, object]) -> str:
    """One line: `in` first, without the marks of evidence that nothing reads."""
    kept = {"in": row["in"], **{key: value for key, value in row.items() if key not in UNREAD}}
    return json.dumps(kept, separators=(",", ":"))


if __name__ == "__main__":
    main()
