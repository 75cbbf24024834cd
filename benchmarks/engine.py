"""What the PowerShell engine promises: import, runspaces, parsing, loops and pipelines.

    python benchmarks/engine.py

Times are processor times, the best of several rounds. Compare them within one run: the last column relates
each figure to the same amount of plain Python on this machine.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

IMPORT = """
import time
started = time.process_time()
from emulator.powershell.modules.core import CORE
from emulator.powershell.modules.utility import UTILITY
from emulator.powershell.runtime import InitialSession, Runspace
print(time.process_time() - started)
"""
OBJECTS, ITERATIONS = 100, 20_000
PREPARE = (
    f'$machines = foreach ($n in 1..{OBJECTS}) {{ [pscustomobject]@{{ Name = "vm$n"; State = '
    "if ($n % 2) { 'Running' } else { 'Off' }; Memory = 1GB } }"
)
PIPELINE = "$machines | Where-Object State -eq Running | Select-Object Name,State | ConvertTo-Json"
LOOP = f"$sum = 0; foreach ($i in 1..{ITERATIONS}) {{ if ($i % 3 -eq 0) {{ $sum += $i * 2 }} }}; $sum"
FUNCTION = """
function Get-Thing{number} {{
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)][string]$Name, [int]$Count = {number}, [switch]$Force)
    # A comment such as people write.
    foreach ($item in Get-VM -Name $Name | Where-Object {{ $_.State -eq 'Running' }}) {{
        if ($Force -and $item.MemoryAssigned -gt 2GB) {{
            Write-Verbose "Stopping $($item.Name) after {number} seconds" -Verbose:$false
            Stop-VM -VM $item -Force:$Force
        }} else {{ [pscustomobject]@{{ Name = $item.Name; Value = $Count * {number}; List = @(1, 2, 3) }} }}
    }}
}}
"""


def seconds(action: Callable[[], object], rounds: int = 7, calls: int = 1) -> float:
    """Processor time of one call, the best of some rounds; what is short is called several times a round."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(calls):
            action()
        times.append((time.process_time() - started) / calls)
    return min(times)


def main() -> None:
    """Print the figures and what they ought to be."""
    imported = min(
        float(
            subprocess.run([sys.executable, "-c", IMPORT], check=True, capture_output=True, text=True).stdout
        )
        for _ in range(5)
    )
    from emulator.powershell.modules.core import CORE
    from emulator.powershell.modules.utility import UTILITY
    from emulator.powershell.parser import parse
    from emulator.powershell.runtime import InitialSession, Runspace

    def runspace() -> Runspace:
        return Runspace(InitialSession(modules=(CORE, UTILITY)))

    def empty_loop() -> int:
        total = 0
        for number in range(1, ITERATIONS + 1):
            if number % 3 == 0:
                total += number * 2
        return total

    shell = runspace()
    shell.run(PREPARE)
    for script in (PIPELINE, LOOP):
        result = shell.run(script)
        assert result.failure is None, result.failure
        assert not result.errors, result.errors
    text = "".join(FUNCTION.format(number=number) for number in range(1_100_000 // len(FUNCTION)))
    plain = seconds(empty_loop)
    rows = (
        ("import of the engine", imported, 0.080),
        ("a fresh runspace", seconds(lambda: runspace().run("1"), calls=20), 0.002),
        (f"a pipeline over {OBJECTS} objects", seconds(lambda: shell.run(PIPELINE), calls=20), 0.001),
        ("an iteration of foreach", seconds(lambda: shell.run(LOOP)) / ITERATIONS, 0.000005),
        (f"{len(text) / 1e6:.2f} MB of script parsed", seconds(lambda: parse(text), 3), 1.0),
    )
    print(f"{'':32}{'time':>12}{'aim':>12}{'loops of Python':>18}")
    for name, value, aim in rows:
        print(f"{name:32}{value * 1e3:>9.3f} ms{aim * 1e3:>9.3f} ms{value / plain:>18.3f}")


if __name__ == "__main__":
    main()
