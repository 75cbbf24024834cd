"""A value of as many types as can be had, each as the script that makes it.

Types come from the registry itself: what a constructor, a static member or a property gives is a specimen, and
its properties give more.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from fuzz.awkward import AWKWARD
from fuzz.script_session import DEFAULT_PROFILE, ScriptMachine

import emulator.powershell.dotnet.library as library
from emulator.powershell.dotnet.library.catalog import load_builtin
from emulator.powershell.dotnet.types import BUILTIN, Method, Property, PSType, parse_table, type_of

#: Ends the process that asks, waits for somebody, or for another machine.
NOT_CALLED: Final = frozenset({"exit", "dispose", "close", "failfast"})
WAITING: Final = ("wait", "read", "prompt")
LONGEST_SCRIPT: Final = 120
_ROUNDS: Final = 3
_TREE: Final = (
    "using namespace System; param([Parameter(Mandatory=$true)][int]$z=1) function f([string]$a){ if ($a) { 1+1 } "
    'elseif ($b) {} else { "x$a" } }; f 1 -x:2 > out 2>&1 | % { $_ }; class A { [int]$x=1; [void]M(){ return } }; '
    "enum E { a=1 }; switch(1){1{2} default {}}; try{throw 1}catch [int]{} finally {}; trap { continue }; @{a=1}; "
    "$a.b; [int]::c(1); $x += 2; foreach($i in 1,2){ break }; for($i=0;$i -lt 1;$i++){}; while($false){}; "
    "do{}until(1); data { 1 }; -not 1; @(1); $(2); $a[0]; $using:b; exit 1; [Collections.Generic.List[int]]"
)
SETUP: Final = (
    "$null = New-VM -Name Fuzz\n"
    "$fuzzTokens = $null\n"
    "$fuzzTree = [Management.Automation.Language.Parser]::ParseInput(@'\n"
    f"{_TREE}\n"
    "'@, [ref]$fuzzTokens, [ref]$null)\n"
    "$fuzzNodes = @{}\n"
    "foreach ($n in $fuzzTree.FindAll({ $true }, $true)) { $fuzzNodes[$n.GetType().Name] = $n }\n"
    "foreach ($t in $fuzzTokens) { $fuzzNodes[$t.GetType().Name] = $t }"
)
_MORE: Final = (
    *("[Text.StringBuilder]::new('abc')", "[regex]::Match('abc', 'b(c)')", "[regex]::Matches('abc', '.')"),
    # By path they would read what an earlier specimen wrote, which is not on a new machine.
    *("[IO.StreamReader]::new([IO.MemoryStream]::new())", "[IO.StreamWriter]::new([IO.MemoryStream]::new())"),
    *("[Collections.Queue]::new(@(1, 2))", "[Collections.Stack]::new(@(1, 2))"),
    *("[Collections.Generic.Queue[int]]::new()", "[Collections.Generic.Stack[int]]::new()"),
    *("[Collections.Generic.HashSet[string]]::new()", "[Collections.Generic.Dictionary[string,int]]::new()"),
    *("[Diagnostics.Stopwatch]::StartNew()", "[Security.Cryptography.SHA256]::Create()"),
    "[pscredential]::new('a', (ConvertTo-SecureString b -AsPlainText -Force))",
    *("[powershell]::Create()", "[runspacefactory]::CreateRunspacePool(1, 2)", "[bigint]5"),
    *("[Net.IPAddress]'10.0.0.1'", "[datetimeoffset]::Now", "[TimeZoneInfo]::Utc", "[Tuple]::Create(1, 2)"),
    *("[wildcardpattern]'a*'", "(Get-Process)[0]", "(Get-Service)[0]", "(Get-VM)[0]", "(Get-Command Get-VM)"),
    *(
        "(Get-Command prompt)",
        "(Get-Command Get-VM).ParameterSets[0]",
        "(Get-Variable PID)",
        "(Get-Alias gci)",
    ),
    *("(Get-PSDrive C)", "(Get-PSProvider FileSystem)", "(Get-Module)[0]", "(Get-Member -InputObject 1)[0]"),
    *("(Get-CimInstance Win32_OperatingSystem)", "(Get-CimClass Win32_Process)", "[wmiclass]'Win32_Process'"),
    *(
        "(Get-WmiObject Win32_OperatingSystem)",
        "(Start-Job { 1 })",
        "(1 | Measure-Object)",
        "(1 | Group-Object)",
    ),
    *("('a' | Select-String a)", "(Compare-Object 1 2)[0]", "(Get-VMHost)", "(Get-VMSwitch)[0]"),
    *("$(try { throw 'x' } catch { $_ })", "$(& { [CmdletBinding()]param() $PSCmdlet })", "$MyInvocation"),
    *("([psobject]1).psobject", "([pscustomobject]@{ a = 1 }).psobject.Properties['a']", "(Get-History)"),
    *("(Get-Item HKLM:\\SOFTWARE)", "(Get-Item Env:Path)", "(Get-Item Function:prompt)", "(New-Module { })"),
    *(
        "[Timers.Timer]::new()",
        "(Get-NetAdapter)[0]",
        "(Get-Disk)[0]",
        "(Get-Volume)[0]",
        "(Get-WindowsFeature)[0]",
    ),
    *("(Get-WinEvent -LogName System -MaxEvents 1)", "(Get-FormatData)[0]", "(Get-TypeData)[0]"),
    *(
        "(New-PSSessionOption)",
        "(Get-PSCallStack)[0]",
        "[Func[int,int]]{ 1 }",
        "[Action]{ 1 }",
        "(Get-Location)",
    ),
    "[Security.Principal.WindowsIdentity]::GetCurrent()",
)


class Specimens:
    """Scripts by full type name. ``value`` runs one on the machine of now.

    Not ``whole``: only the awkward values themselves, which is quick.
    """

    def __init__(self, *, whole: bool = True, profile: str = DEFAULT_PROFILE) -> None:
        self.machine = ScriptMachine(profile)
        load_every_type()
        self.renew()
        self.scripts: dict[str, str] = {}
        self._new: list[tuple[str, Any]] = []
        for script in AWKWARD:
            self._add(script)
        if whole:
            self._gather()

    def renew(self) -> None:
        """A machine on which nothing was done."""
        self.machine.renew()
        self.machine.runspace.run(SETUP)

    def value(self, script: str) -> Any:
        """What a script gives; None for one that fails."""
        runspace = self.machine.runspace
        result = runspace.run(f"$fuzzValue = {script}")
        return None if result.failure or result.errors else runspace.variable("fuzzValue")

    def types(self) -> list[PSType]:
        """Every type that has members of its own, generic definitions left out, in an order that stays."""
        known = {**BUILTIN, **{one.name.lower(): one for one in self.machine.runspace.engine.types.own()}}
        return sorted(
            (one for one in known.values() if "`" not in one.name or "[" in one.name),
            key=lambda one: one.name,
        )

    def _gather(self) -> None:
        for script in _MORE:
            self._add(script)
        nodes = self.machine.runspace.variable("fuzzNodes")
        for name in nodes or ():
            self._add(f"$fuzzNodes['{name}']")
        seen: set[str] = set()
        for _ in range(_ROUNDS):
            for kind in self.types():
                if kind.name not in seen:
                    seen.add(kind.name)
                    for script in _of_type(kind):
                        self._add(script)
            found, self._new = self._new, []
            for script, value in found:
                for more in _of_value(script, type_of(value)):
                    self._add(more)

    def _add(self, script: str) -> None:
        if len(script) > LONGEST_SCRIPT:
            return
        value = self.value(script)
        if value is not None and type_of(value).name not in self.scripts:
            self.scripts[type_of(value).name] = script
            self._new.append((script, value))


def load_every_type() -> None:
    """Make known also the types that are loaded when a script names them."""
    load_builtin()
    for module in iter_modules(library.__path__):
        import_module(f"{library.__name__}.{module.name}")


def may_call(name: str) -> bool:
    """Whether a method can be called blindly."""
    return name.lower() not in NOT_CALLED and not name.lower().startswith(WAITING)


def _of_type(kind: PSType) -> Iterator[str]:
    for member in kind.own_statics.values():
        if isinstance(member, Property):
            yield f"[{kind.name}]::{member.name}"
        elif may_call(member.name) and any(not one.types for one in member.overloads):
            yield f"[{kind.name}]::{member.name}()"
    made = parse_table(kind.construct or {}, static=True).get("new")
    for overload in made.overloads if isinstance(made, Method) else ():
        size = len(overload.types)
        for argument in ("'a'", "1", "@()"):
            yield f"[{kind.name}]::new({', '.join([argument] * size)})"
            if size == 0:
                break
    if getattr(kind, "names", None):
        yield f"[{kind.name}]0"


def _of_value(script: str, kind: PSType) -> Iterator[str]:
    for member in kind.all_members().values():
        if isinstance(member, Property):
            yield f"({script}).{member.name}"
            yield f"({script}).{member.name}[0]"
        elif may_call(member.name) and any(not one.types for one in member.overloads):
            yield f"({script}).{member.name}()"
