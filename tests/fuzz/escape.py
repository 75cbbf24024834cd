"""Scripts that try to reach the real machine, under a watch that sees what the process does.

    python tests/fuzz/escape.py SEED SCRIPTS ROUNDS

Runs the attempts below, every cmdlet ROUNDS times with generated arguments and SCRIPTS random scripts, and prints
what touched something real, one line each; nothing means that nothing escaped. A process of its own, because an
audit hook stays for as long as its process.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
import zoneinfo
from pathlib import Path
from random import Random
from typing import Any, Final

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

SECRET: Final = "canary-of-the-real-machine-5f1c"
VARIABLE: Final = "HYPERV_EMULATOR_CANARY"

#: Events that nothing in a script may cause.
FORBIDDEN: Final = (
    *(
        "subprocess.",
        "os.system",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
    ),
    *(
        "socket.",
        "ssl.",
        "urllib.",
        "http.client.",
        "ftplib.",
        "smtplib.",
        "poplib.",
        "imaplib.",
        "telnetlib.",
    ),
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod"),
    *(
        "os.chown",
        "os.utime",
        "os.chdir",
        "os.kill",
        "os.putenv",
        "os.unsetenv",
        "os.setxattr",
        "os.listxattr",
    ),
    *(
        "os.walk",
        "os.fwalk",
        "shutil.",
        "tempfile.",
        "glob.",
        "pty.",
        "ctypes.",
        "mmap.",
        "signal.",
        "syslog.",
    ),
    *("fcntl.", "sqlite3.", "webbrowser.", "winreg.", "code.__new__", "pickle.", "sys.settrace"),
    *("sys.setprofile", "sys._current_frames", "gc.get_objects", "builtins.input", "resource.", "cpython."),
)
#: Modules and data of the program itself are read when a script first needs them.
READABLE: Final = tuple(
    str(Path(one).resolve())
    for one in (ROOT / "emulator", sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"))
) + tuple(zoneinfo.TZPATH)
_LISTED: Final = ("os.listdir", "os.scandir")


class Watch:
    """Sees what the process does while it is ``armed``."""

    def __init__(self) -> None:
        self.armed = False
        self.seen: list[str] = []
        sys.addaudithook(self._event)

    def _event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.armed:
            return
        if event.startswith(FORBIDDEN) and not self._importing():
            self.seen.append(f"{event} {arguments!r:.200}")
        elif event == "open":
            self._opened(*arguments)
        elif event in _LISTED and not self._is_own(arguments[0]):
            self.seen.append(f"{event} {arguments!r:.200}")
        elif event in ("compile", "exec"):
            self._compiled(event, arguments)

    def _opened(self, path: Any, mode: Any, flags: Any) -> None:
        writes = isinstance(mode, str) and set(mode) & set("wax+")
        creates = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        cache = isinstance(path, str) and "__pycache__" in path
        if (not self._is_own(path) or ((writes or creates) and not cache)) and not self._importing():
            self.seen.append(f"open {path!r:.200} {mode!r} {flags!r}")

    def _compiled(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Code that comes from a file of the program, or that the standard library makes, is its own."""
        name = arguments[1] if event == "compile" else getattr(arguments[0], "co_filename", "")
        if isinstance(name, str) and (name.startswith("<frozen") or self._is_own(name)):
            return
        frame = sys._getframe(2)
        if self._is_own(frame.f_code.co_filename) and "/emulator/" not in frame.f_code.co_filename:
            return
        self.seen.append(f"{event} {arguments!r:.200}")

    def _importing(self) -> bool:
        """True while a module of the program or of the standard library is read, which may touch what it likes."""
        frame: Any = sys._getframe(1)
        while frame is not None:
            name = frame.f_code.co_filename
            if "importlib" in name or (frame.f_code.co_name == "<module>" and self._is_own(name)):
                return True
            if "/emulator/" in name:
                return False
            frame = frame.f_back
        return False

    def _is_own(self, path: Any) -> bool:
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        return isinstance(path, str) and os.path.abspath(path).startswith(READABLE)  # noqa: PTH100 - Path is slow

    def proves_itself(self, folder: str) -> bool:
        """True when it sees a file, a name look-up, a program, a change of the environment and code."""
        import socket
        import subprocess

        tries = (
            lambda: Path(folder, "secret.txt").read_text(encoding="utf-8"),
            lambda: list(Path(folder).iterdir()),
            lambda: socket.gethostbyname("127.0.0.1"),
            lambda: subprocess.run([sys.executable, "-c", ""], check=True),
            lambda: os.environ.__setitem__(VARIABLE, SECRET),
            lambda: compile("1", "from a script", "eval"),
        )
        for one in tries:
            before = len(self.seen)
            self.armed = True
            try:
                one()
            finally:
                self.armed = False
            if len(self.seen) == before:
                return False
        self.seen = []
        return True


def attempts(folder: str) -> list[str]:
    """Scripts that would show, change or leave something if they reached it."""
    secret = f"{folder}/secret.txt"
    paths = (
        *(secret, f"\\\\?\\{secret}", f"file://{secret}", f"FileSystem::{secret}", "/proc/self/environ"),
        *(
            "..\\" * 12 + secret.lstrip("/"),
            f"C:\\..\\..\\..{secret}",
            f"Z:{secret}",
            "/etc/passwd",
            "~/.bashrc",
        ),
        *(
            f"Microsoft.PowerShell.Core\\FileSystem::{secret}",
            f"\\\\localhost\\C$\\..\\..{secret}",
            "/dev/tty",
        ),
    )
    found = []
    for path in paths:
        quoted = path.replace("'", "''")
        found += [
            f"Get-Content '{quoted}'; Get-Content -LiteralPath '{quoted}' -Raw; Test-Path '{quoted}'",
            f"[IO.File]::ReadAllText('{quoted}'); [IO.File]::ReadAllBytes('{quoted}'); [IO.File]::Exists('{quoted}')",
            f"Get-ChildItem '{quoted}' -Recurse; Get-Item '{quoted}'; (Get-Item '{quoted}').OpenText().ReadToEnd()",
            f"'x' > '{quoted}.out'; 'x' | Out-File '{quoted}.out'; Set-Content '{quoted}.out' x; Remove-Item '{quoted}'",
            f"[IO.File]::WriteAllText('{quoted}.out', 'x'); [IO.Directory]::CreateDirectory('{quoted}.d')",
            f"New-Item '{quoted}.out' -Force; Copy-Item '{quoted}' C:\\x; Move-Item '{quoted}' C:\\y; C:\\x",
            f". '{quoted}'; & '{quoted}'; Import-Module '{quoted}'; Import-Csv '{quoted}'; Import-Clixml '{quoted}'",
            f"Invoke-Command -FilePath '{quoted}' -ScriptBlock {{ 1 }}; [xml](Get-Content '{quoted}')",
            f"New-PSDrive X FileSystem '{quoted}'; Set-Location '{quoted}'; Get-ChildItem; Get-FileHash '{quoted}'",
            f"[Reflection.Assembly]::LoadFrom('{quoted}'); [Reflection.Assembly]::LoadFile('{quoted}')",
            f"Mount-VHD '{quoted}'; New-VHD '{quoted}.vhdx' -SizeBytes 1GB; Import-VM '{quoted}'; Get-VHD '{quoted}'",
            f"$x = New-Object System.Xml.XmlDocument; $x.Load('{quoted}'); $x.OuterXml; $x.Save('{quoted}.out')",
            f"Start-Transcript '{quoted}.out'; Export-Clixml '{quoted}.out' -InputObject 1; Export-Csv '{quoted}.out'",
        ]
    found += [
        "[xml]('<!DOCTYPE a [<!ENTITY b SYSTEM \"file://" + secret + "\">]><a>&b;</a>') | % OuterXml",
        "cmd /c set; cmd /c ver; cmd /c 'dir /'; powershell -Command '1'; bash -c 'env'; /bin/sh -c env; python -c 1",
        "& '/bin/ls' /; & 'ls'; Start-Process /bin/sh; [Diagnostics.Process]::Start('/bin/sh'); & $env:ComSpec /c set",
        "whoami; hostname; ipconfig; net user; systeminfo; sc.exe query; reg query HKLM; tasklist; wmic os get",
        "Invoke-WebRequest http://127.0.0.1:1/; Invoke-RestMethod http://127.0.0.1:1/; Test-NetConnection 127.0.0.1",
        "(New-Object Net.WebClient).DownloadString('http://127.0.0.1:1/'); [Net.WebRequest]::Create('http://127.0.0.1:1/').GetResponse()",
        "New-Object Net.Sockets.TcpClient '127.0.0.1', 1; [Net.Dns]::GetHostEntry('localhost'); Test-Connection localhost",
        "Resolve-DnsName localhost; Send-MailMessage -To a@b -From a@b -Subject s -SmtpServer 127.0.0.1",
        "Invoke-Command -ComputerName localhost { 1 }; New-PSSession localhost; Enter-PSSession localhost; New-CimSession localhost",
        "Get-ChildItem env: | Out-String; [Environment]::GetEnvironmentVariables() | Out-String; $env:"
        + VARIABLE,
        f"[Environment]::GetEnvironmentVariable('{VARIABLE}'); cmd /c 'echo %{VARIABLE}%'; $env:PYTHONPATH; $env:SHELL",
        f"$env:{VARIABLE} = 'changed'; [Environment]::SetEnvironmentVariable('{VARIABLE}', 'changed', 'Process')",
        "[Environment]::Exit(3)",
        "[Environment]::FailFast('x')",
        "$Host.SetShouldExit(3); exit 3",
        "Stop-Process -Id $PID -Force; Stop-Process -Name python -Force; Get-Process | Stop-Process -WhatIf; $PID",
        "Get-Process | Out-String; Get-Process -Id $PID | Format-List *",
        "[Environment]::CurrentDirectory; [IO.Directory]::GetCurrentDirectory(); [IO.Path]::GetTempPath(); $PWD.Path",
        "[IO.Path]::GetFullPath('x'); [IO.Path]::GetTempFileName(); New-TemporaryFile",
        "Add-Type -TypeDefinition 'public class A { }'; Add-Type -MemberDefinition '[DllImport(\"libc\")] public static extern int getpid();' -Name B -Namespace C -PassThru",
        "[Runtime.InteropServices.Marshal]::PtrToStringAuto(0); [Runtime.InteropServices.Marshal]::ReadInt32(0)",
        "[AppDomain]::CurrentDomain.GetAssemblies(); [psobject].Assembly.Location; [System.Type]::GetType('os')",
    ]
    hosts = (
        "$Host",
        "$ExecutionContext",
        "[int]",
        "{ 1 }",
        "(Get-Command Get-Date)",
        "$Error",
        "(Get-Date)",
        "@{}",
        "'a'",
    )
    internals = (
        *(
            "__class__",
            "__dict__",
            "__globals__",
            "__init__",
            "__subclasses__()",
            "__mro__",
            "__module__",
            "gi_frame",
        ),
        *(
            "engine",
            "runspace",
            "func",
            "function",
            "f_globals",
            "ps_type",
            "base",
            "members",
            "session",
            "frame",
        ),
    )
    found += [f"$o = {one}; " + "; ".join(f"$o.{name}" for name in internals) for one in hosts]
    found += [
        "'{0.__class__}' -f 'a'; [string]::Format('{0.__class__.__mro__}', 'a'); '{0:__class__}' -f 1",
        "'%(a)s' -f 1; 'a' -replace 'a', '\\g<0>${__class__}'; [regex]::Replace('a', '(?P<x>a)', '\\g<x>')",
        "Invoke-Expression '__import__(\"os\").system(\"id\")'; [scriptblock]::Create('import os').Invoke()",
        "[builtins]; [os]; [python.os]; [System.__class__]; New-Object os; New-Object -ComObject WScript.Shell",
        "Get-Variable | Out-String; Get-Member -InputObject $Host | Out-String; $Host.Runspace | Out-String",
        "[System.Management.Automation.PSSerializer]::Deserialize('<Objs><Obj><TN><T>os</T></TN></Obj></Objs>')",
        '\'csys\\nsystem\\n(S"id"\\ntR.\' | ConvertFrom-Json; ConvertFrom-Json \'{"__class__": "os"}\'',
        "Get-WmiObject Win32_Process | Out-String; Invoke-WmiMethod Win32_Process Create 'id'; ([wmiclass]'Win32_Process').Create('id')",
        "New-Item -ItemType SymbolicLink -Path C:\\l -Value " + secret + "; Get-Content C:\\l",
        "Start-Job { Get-Content '" + secret + "' } | Wait-Job | Receive-Job",
        "[powershell]::Create().AddScript('Get-Content ''" + secret + "''').Invoke()",
        "Set-Content C:\\a.ps1 'Get-Content "
        + secret
        + "'; C:\\a.ps1; . C:\\a.ps1; powershell -File C:\\a.ps1",
        "Get-ChildItem Registry::HKEY_LOCAL_MACHINE; Get-ChildItem HKLM:\\; Get-ChildItem Cert:\\; Get-ChildItem WSMan:\\",
        "Restart-Computer -Force; Stop-Computer -Force; Rename-Computer x; Set-Date (Get-Date).AddYears(1)",
    ]
    return found


#: Words of Python that would show in a text that comes from inside.
GIVEN_AWAY: Final = (
    "<class '",
    "<function ",
    "<bound method",
    " object at 0x",
    "Traceback (most",
    "emulator.powershell",
)


def main() -> int:
    """Run everything; the number of escapes, at most 100, is the exit code."""
    seed, scripts, rounds = (int(one) for one in sys.argv[1:4])
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "secret.txt").write_text(SECRET, encoding="utf-8")
        before = sorted(Path(folder).iterdir())
        os.environ[VARIABLE] = SECRET
        found = watched(seed, scripts, rounds, folder)
        if sorted(Path(folder).iterdir()) != before or os.environ[VARIABLE] != SECRET:
            found.append("the real folder or environment was changed")
    sys.stdout.write("".join(f"{one}\n" for one in found[:100]))
    return min(len(found), 100)


def watched(seed: int, scripts: int, rounds: int, folder: str) -> list[str]:
    """What touched something real."""
    from fuzz.script_grammar import ScriptGrammar, names_of
    from fuzz.script_session import ScriptMachine

    machine = ScriptMachine()
    names = names_of(machine.runspace.engine)
    grammar = ScriptGrammar(names)
    random = Random(seed)
    texts = attempts(folder)
    texts += [grammar.call_of(random, name) for _ in range(rounds) for name, _ in names.cmdlets]
    texts += [grammar.script(random) for _ in range(scripts)]
    watch = Watch()
    if not watch.proves_itself(folder):
        return ["the watch sees nothing"]
    found: list[str] = []
    for number, text in enumerate(texts):
        if number % 100 == 0:
            machine.renew()
        watch.armed = True
        try:
            result = machine.run(text)
            shown = _shown(machine, result)
        except SystemExit:
            shown, watch.seen = "", [*watch.seen, "the process was to end"]
        finally:
            watch.armed = False
        secret = SECRET in shown or f"{os.getpid()}" == shown.strip()
        watch.seen += ["the secret was shown"] * secret
        watch.seen += [f"Python is shown: {one}" for one in GIVEN_AWAY if one in shown]
        found += [f"{what}   by   {text!r:.1000}" for what in watch.seen]
        watch.seen = []
    return found


def _shown(machine: Any, result: Any) -> str:
    """Everything that a client would see of a result."""
    from emulator.powershell.format.out import text_of

    values = [*result.output, *result.errors, *([result.failure] if result.failure else [])]
    return text_of(values, machine.runspace.engine)


if __name__ == "__main__":
    sys.exit(main())
