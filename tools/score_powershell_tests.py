"""Run the public Pester tests of the PowerShell repository on a fake host and say how many pass.

    python tools/score_powershell_tests.py CHECKOUT                 the table, by file
    python tools/score_powershell_tests.py CHECKOUT Get-Date --failures   what failed in some files

CHECKOUT is a working copy of https://github.com/PowerShell/PowerShell; nothing of it is kept here. Its tests are
for PowerShell 7, so cases that only make sense there are left out by the tables below, each with its reason; cases
that need a debugger, a job process, a compiler or a window are left out too. Everything else counts.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

GROUPS = {
    "Utility": "test/powershell/Modules/Microsoft.PowerShell.Utility",
    "Formatting": "test/powershell/engine/Formatting",
    "ETS": "test/powershell/engine/ETS",
    "Language": "test/powershell/Language",
    "ParameterBinding": "test/powershell/engine/ParameterBinding",
}
DEFAULT_GROUPS = ("Utility", "Formatting", "ETS")
SECONDS = 150
EXCLUSIONS = Path(__file__).with_name("score_powershell_tests.json")
"""`files` and `cases`: pattern -> reason, and `messages`: regular expression on a failure -> reason."""

HELPERS = {
    "Wait-UntilTrue": "param([scriptblock]$sb, [int]$TimeoutInMilliseconds = 10000, [int]$IntervalInMilliseconds = 1000)\n"
    "foreach ($i in 0..($TimeoutInMilliseconds / $IntervalInMilliseconds)) { if (& $sb) { return $true }; "
    "Start-Sleep -Milliseconds $IntervalInMilliseconds }\n$false",
    "Wait-FileToBePresent": "param($File, $TimeoutInSeconds = 10, $IntervalInMilliseconds = 100)\n"
    "Wait-UntilTrue -sb { Test-Path $File } -TimeoutInMilliseconds ($TimeoutInSeconds * 1000) "
    "-IntervalInMilliseconds $IntervalInMilliseconds",
    "Test-IsElevated": "$true",
    "Test-IsRoot": "$false",
    "Test-IsWindowsArm64": "$false",
    "Test-IsWinWow64": "$false",
    "Test-IsPreview": "$false",
    "Test-IsWinServer2012R2": "$false",
    "Get-RandomFileName": "[System.IO.Path]::GetFileNameWithoutExtension([System.IO.Path]::GetRandomFileName())",
    "New-RandomHexString": "param([int]$Length = 10) ([guid]::NewGuid().ToString('n') * 4).Substring(0, $Length)",
    "Push-DefaultParameterValueStack": "param([hashtable]$Values)\n"
    "if ($null -eq $global:ValueStack) { $global:ValueStack = New-Object System.Collections.ArrayList }\n"
    "$null = $global:ValueStack.Add($global:PSDefaultParameterValues.Clone())\n"
    "foreach ($k in $Values.Keys) { $global:PSDefaultParameterValues[$k] = $Values[$k] }",
    "Pop-DefaultParameterValueStack": "$last = $global:ValueStack.Count - 1\n"
    "$global:PSDefaultParameterValues = $global:ValueStack[$last]; $global:ValueStack.RemoveAt($last)",
    "ShouldBeErrorId": "param([Parameter(ValueFromPipeline)]$Script, [Parameter(Position=0)][string]$Id)\n"
    "process { $Script | Should -Throw -ErrorId $Id }",
    "Set-StrictModeOff": "Set-StrictMode -Off",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout", type=Path)
    parser.add_argument("files", nargs="*", help="parts of file names; all by default")
    parser.add_argument("--group", action="append", choices=sorted(GROUPS))
    parser.add_argument("--failures", action="store_true", help="list what failed, most frequent cause first")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_intermixed_args()
    if options.one is not None:
        print(json.dumps(_run(options.checkout, options.one)))
        return
    groups = options.group or (sorted(GROUPS) if options.files else DEFAULT_GROUPS)
    table = json.loads(EXCLUSIONS.read_text(encoding="utf-8"))
    for group in groups:
        _score_group(options, group, table)


def _score_group(options: argparse.Namespace, group: str, table: dict[str, dict[str, str]]) -> None:
    folder = options.checkout / GROUPS[group]
    paths = sorted(
        path
        for path in folder.rglob("*.[Tt]ests.ps1")
        if not options.files or any(part.lower() in path.name.lower() for part in options.files)
    )
    if not paths:
        return
    with ThreadPoolExecutor(2) as pool:
        results = dict(zip(paths, pool.map(lambda path: _spawn(options.checkout, path), paths), strict=True))
    print(f"\n### {group}\n\n| file | passed | counted | left out |\n|---|---|---|---|")
    total: Counter[str] = Counter()
    causes: dict[str, list[Any]] = {}
    for path, cases in results.items():
        counts, reasons = _judge(path, cases, table, causes if options.failures else None)
        total.update(counts)
        why = "; ".join(f"{number}: {reason}" for reason, number in reasons.most_common())
        counted = counts["passed"] + counts["failed"]
        print(f"| {path.name.rsplit('.', 2)[0]} | {counts['passed']} | {counted} | {why} |")
    counted = total["passed"] + total["failed"]
    share = 100 * total["passed"] / counted if counted else 0
    print(f"| **all** | **{total['passed']}** | **{counted}** ({share:.1f} %) | {total['out']} |")
    for cause, (number, example) in sorted(causes.items(), key=lambda pair: -pair[1][0])[:200]:
        print(f"{number:4} {cause} {example}")


def _judge(
    path: Path,
    cases: list[dict[str, str]],
    table: dict[str, dict[str, str]],
    causes: dict[str, list[Any]] | None,
) -> tuple[Counter[str], Counter[str]]:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    whole = next((why for name, why in table["files"].items() if fnmatch.fnmatch(path.name, name)), None)
    for case in cases:
        label = f"{path.name}:{case['name']}"
        reason = whole or next(
            (why for name, why in table["cases"].items() if fnmatch.fnmatch(label, name)), None
        )
        if reason is None and case["outcome"] == "Failed":
            text = f"{case['id']} {case['message']}"
            reason = next((why for form, why in table["messages"].items() if re.search(form, text)), None)
        if reason is not None:
            counts["out"] += 1
            reasons[reason] += 1
        elif case["outcome"] == "Passed":
            counts["passed"] += 1
        elif case["outcome"] == "Failed":
            counts["failed"] += 1
            if causes is not None:
                line = re.sub(r"\s+", " ", case["message"])
                known = f"[{case['id'].split(',')[0]}] {path.name.split('.')[0]}{case['line']}"
                causes.setdefault(known, [0, f"{line[:190]} ({case['name'][-60:]})"])[0] += 1
        else:
            counts["out"] += 1
            reasons["skipped by the suite itself"] += 1
    return counts, reasons


def _spawn(checkout: Path, path: Path) -> list[dict[str, str]]:
    command = [sys.executable, __file__, str(checkout), "--one", str(path)]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return [
            {
                "name": "(whole file)",
                "line": "",
                "outcome": "Failed",
                "id": "TimeOut",
                "message": "took too long",
            }
        ]
    try:
        return json.loads(answer.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        text = (answer.stderr.strip().splitlines() or ["nothing"])[-1]
        return [{"name": "(whole file)", "line": "", "outcome": "Failed", "id": "Crash", "message": text}]


def _functions_of(path: Path) -> dict[str, str]:
    """The functions that a helper module of the checkout defines, by name; none when it is not there."""
    from emulator.powershell.parser import parse
    from emulator.powershell.parser.ast import FunctionDefinitionAst

    if not path.exists():
        return {}
    statements = parse(path.read_text(encoding="utf-8-sig")).ast.end_block.statements
    return {
        one.name: one.body.extent.text.strip()[1:-1]
        for one in statements
        if isinstance(one, FunctionDefinitionAst)
    }


def _run(checkout: Path, path: Path) -> list[dict[str, str]]:
    """Run one file in this process; one row for each case."""
    from emulator.host import Host
    from emulator.powershell.loading import load_engine
    from emulator.profile import load

    load_engine()
    from powershell_seven_syntax import readable_by_5_1

    from emulator.pester.suite import run_suite
    from emulator.powershell.runtime.module import Module

    helpers = Module(name="HelpersCommon", functions=HELPERS, loaded_at_start=True)
    language = Module(
        name="HelpersLanguage",
        functions=_functions_of(checkout / "test/tools/Modules/HelpersLanguage/HelpersLanguage.psm1"),
        loaded_at_start=True,
    )
    others = tuple(Module(name=name) for name in ("HelpersHostCS", "HelpersSecurity", "HelpersRemoting"))
    copied = tempfile.TemporaryDirectory()
    shutil.copytree(path.parent, copied.name, dirs_exist_ok=True)
    for script in Path(copied.name).rglob("*.ps*1"):
        # PowerShell 7 reads scripts as UTF-8, 5.1 does so only with a byte order mark. On Windows a working copy
        # has CR LF.
        data = script.read_bytes()
        if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            script.write_bytes(data)
        if not data.isascii() and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
            script.write_bytes(b"\xef\xbb\xbf" + data)
    test = Path(copied.name, path.name)
    text = test.read_bytes().decode("utf-8-sig")
    if readable_by_5_1(text) != text:
        test.write_bytes(b"\xef\xbb\xbf" + readable_by_5_1(text).encode())
    result = run_suite(
        Host(load("windows-server-2022-datacenter"), clock_mode="fast"),
        test,
        version=4,
        modules=(helpers, language, *others),
        variables={"IsWindows": True, "IsLinux": False, "IsMacOS": False, "IsCoreCLR": False},
        write=lambda _text: None,
        line=lambda _text, _colour: None,
    )
    rows = []
    for container in result.containers:
        rows.extend(_row("(file)", "Failed", record) for record in container.failures)
        for test in container.tests():
            record = test.failures[0] if test.failures else None
            rows.append(_row(".".join(test.path), test.outcome.value, record))
        for block in _blocks(container):
            rows.extend(
                _row(".".join(block.path) + ".(block)", "Failed", record) for record in block.failures
            )
    return rows


def _blocks(container: Any) -> Iterator[Any]:
    for child in container.children:
        if hasattr(child, "children"):
            yield child
            yield from _blocks(child)


def _row(name: str, outcome: str, record: Any) -> dict[str, str]:
    where = ""
    if record is not None and record.invocation is not None and record.invocation.extent is not None:
        where = f" @{record.invocation.extent.start_line}: {record.invocation.extent.text[:80]}"
    line = record.invocation.extent.start_line if where else ""
    return {
        "name": name,
        "line": f":{line}",
        "outcome": outcome,
        "id": record.fully_qualified_error_id if record is not None else "",
        "message": (record.message[:300] + where) if record is not None else "",
    }


if __name__ == "__main__":
    main()
