"""Run the examples of the public PowerShell documentation and compare what they show with what it prints.

    python tools/score_powershell_documentation.py CHECKOUT [--failures] [parts of file names]

CHECKOUT is a working copy of https://github.com/MicrosoftDocs/PowerShell-Docs; nothing of it is kept here. A pair is
a block of PowerShell directly followed by a block of output in reference/5.1. The blocks of one page run one after
another in one session. White space does not count. A pair is left out when it needs what these modules are not
about: a gap says so by itself, and tells of machines, dates and processes of the author are told by their names.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

FOLDERS = ("Microsoft.PowerShell.Core", "Microsoft.PowerShell.Core/About", "Microsoft.PowerShell.Utility")
SECONDS = 120
_PAIR = re.compile(
    r"```powershell\n(.*?)```\s*\n(?:[^\n`#]*\n){0,2}?\s*```(?:Output|output)\n(.*?)```", re.DOTALL
)
_CODE = re.compile(r"```powershell\n(.*?)```", re.DOTALL)
_PROMPT = re.compile(r"^PS[^>\n]*> ?", re.MULTILINE)
#: What tells of the author's machine, moment or other products: pattern on code or output -> cause.
OTHERS = {
    r"Get-(Process|Service|EventLog|WinEvent|WmiObject|CimInstance|HotFix|Counter|Acl|ChildItem|Help|Credential|"
    r"ComputerInfo|Package|PSSession|Job|EventLog)\b|\bGet-Module\b|\bGet-Command\b": "other modules or the author's machine",
    r"Get-Date(?! -?\w*:? ?\")|Get-Random|Get-Host|New-Guid|Get-History|Measure-Command|Get-Culture": "moment or chance",
    r"(Start|Receive|Wait)-Job|Invoke-Command|Enter-PSSession|-ComputerName|New-PSSession|workflow": "jobs and other machines",
    r"Add-Type|\bcsc\b|Out-GridView|Show-Command|Read-Host|Set-PSBreakpoint|Trace-Command|PromptForChoice": "compiler, window, user or debugger",
    r"Invoke-(WebRequest|RestMethod)|Send-MailMessage|http(s)?://": "network",
    r"\bdir\b|\bgci\b|\bls\b|C:\\|D:\\|\$HOME|\$PROFILE|\$env:|\$PSHOME|\.txt|\.csv|\.xml|\.ps1|HKLM|Cert:": "files of the author's machine",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout", type=Path)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_intermixed_args()
    if options.one is not None:
        print(json.dumps(_run(options.one)))
        return
    total: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    for folder in FOLDERS:
        pages = [
            path
            for path in sorted((options.checkout / "reference" / "5.1" / folder).glob("*.md"))
            if not options.files or any(part.lower() in path.name.lower() for part in options.files)
        ]
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda page: _spawn(options.checkout, page), pages))
        counts: Counter[str] = Counter()
        for page, rows in zip(pages, results, strict=True):
            for row in rows:
                counts[row["verdict"]] += 1
                if row["verdict"] == "out":
                    causes[row["why"]] += 1
                elif row["verdict"] == "different" and options.failures:
                    print(
                        f"--- {page.name}\n{row['code']}\n>>> {row['expected'][:300]}\n<<< {row['shown'][:300]}"
                    )
        total.update(counts)
        print(f"| {folder} | {counts['same']} | {counts['same'] + counts['different']} | {counts['out']} |")
    counted = total["same"] + total["different"]
    print(
        f"| **all** | **{total['same']}** | **{counted}** ({100 * total['same'] / max(counted, 1):.1f} %) | {total['out']} |"
    )
    for cause, number in causes.most_common():
        print(f"{number:5} {cause}")


def _spawn(checkout: Path, page: Path) -> list[dict[str, str]]:
    command = [sys.executable, __file__, str(checkout), "--one", str(page)]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        return json.loads(answer.stdout.splitlines()[-1])
    except (subprocess.TimeoutExpired, IndexError, ValueError):
        return [{"verdict": "different", "code": str(page), "expected": "an answer", "shown": "none"}]


def _run(page: Path) -> list[dict[str, str]]:
    """The pairs of one page, in one session on a fake machine."""
    text = page.read_text(encoding="utf-8")
    pairs = {found.start(): found for found in _PAIR.finditer(text)}
    runspace = None
    rows = []
    for found in _CODE.finditer(text):
        code = _PROMPT.sub("", found[1])
        pair = pairs.get(found.start())
        if pair is None and any(re.search(form, code) for form in OTHERS):
            continue
        runspace = runspace or _runspace()
        shown, gaps = _shown(runspace, code)
        if pair is None:
            continue
        row = {"code": code, "expected": pair[2], "shown": shown}
        cause = next((why for form, why in OTHERS.items() if re.search(form, code + pair[2])), None)
        if _plain(shown) == _plain(pair[2]):
            row["verdict"] = "same"
        elif cause is not None or gaps:
            row.update(verdict="out", why=cause or "not emulated, and says so")
        else:
            row["verdict"] = "different"
        rows.append(row)
    return rows


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _runspace() -> Any:
    import threading

    from emulator.host import Host
    from emulator.powershell.loading import load_engine
    from emulator.profile import load

    load_engine()
    from emulator.console.context import Console, Context
    from emulator.console.environment import user_environment
    from emulator.console.programs.powershell.output import ConsoleInterface
    from emulator.console.programs.powershell.session import initial_session
    from emulator.console.streams import Collector, MemoryReader
    from emulator.powershell.runtime import Runspace

    host = Host(load("windows-server-2022-datacenter"), clock_mode="fast")
    output = Collector(437)
    context = Context(
        host=host,
        account=host.accounts.administrator,
        console=Console(437, ()),
        environment=user_environment(host, host.accounts.administrator),
        directory="C:\\Users\\Administrator",
        stdin=MemoryReader(b"", 437),
        stdout=output,
        stderr=output,
        cancelled=threading.Event(),
    )
    runspace = Runspace(initial_session(context, ConsoleInterface(context, interactive=False)))
    runspace.output_of_console = output  # type: ignore[attr-defined]
    return runspace


def _shown(runspace: Any, code: str) -> tuple[str, bool]:
    """What the console shows of a script, errors too, and whether it met something that is not emulated."""
    import threading

    from emulator.console.programs.powershell.output import ConsoleSink

    parts: list[str] = []

    class Writer:
        line = staticmethod(lambda text="": parts.append(text + "\n"))
        error = staticmethod(lambda text="": parts.append(text + "\n"))
        stdout = stderr = type("Out", (), {"write": staticmethod(lambda text: parts.append(str(text)))})()

    runspace.engine.ui._context = Writer()
    before = sum(runspace.session.gap_counts.values())
    sink = ConsoleSink(Writer(), runspace, clixml=False)  # type: ignore[arg-type]
    timer = threading.Timer(20, runspace.stop)
    timer.start()
    result = runspace.run(code, sink=sink)
    timer.cancel()
    if result.failure is not None:
        sink.error(result.failure)
    sink.finish()
    return "".join(parts), sum(runspace.session.gap_counts.values()) > before


if __name__ == "__main__":
    main()
