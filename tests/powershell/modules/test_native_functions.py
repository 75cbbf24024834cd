"""Native functions of the machine, declared in C# by a client: programs, services, tokens, names."""

from __future__ import annotations

import pytest

from emulator.host import Host
from tests.powershell.modules.console_session import ConsoleSession

_USING = "using System; using System.Text; using System.Runtime.InteropServices; using Microsoft.Win32.SafeHandles; using System.IO;\n"


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def _host(session: ConsoleSession) -> Host:
    return session.runspace.engine.find_service(Host)


def _add(session: ConsoleSession, source: str) -> None:
    # PowerShell gives an empty text for $null where a text is wanted.
    session.values(f"$z = [NullString]::Value; Add-Type @'\n{_USING}{source}\n'@\n")


SERVICES = """
[StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)] public struct Config { public uint kind, start, error; public string path, group; public uint tag; public IntPtr needs; public string account, display; }
[StructLayout(LayoutKind.Sequential)] public struct Status { public uint kind, state, accepted, code, own, point, hint, pid, flags; }
public class S {
    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, SetLastError = true)] public static extern IntPtr OpenSCManagerW(string machine, string database, uint access);
    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, SetLastError = true)] public static extern IntPtr OpenServiceW(IntPtr manager, string name, uint access);
    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, SetLastError = true)] public static extern IntPtr CreateServiceW(IntPtr manager, string name, string display, uint access, uint kind, uint start, uint error, string path, string group, IntPtr tag, string needs, string account, string password);
    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, SetLastError = true)] public static extern bool QueryServiceConfigW(IntPtr service, IntPtr buffer, uint size, out uint needed);
    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, SetLastError = true)] public static extern bool ChangeServiceConfigW(IntPtr service, uint kind, uint start, uint error, string path, string group, IntPtr tag, string needs, string account, string password, string display);
    [DllImport("advapi32.dll", SetLastError = true)] public static extern bool QueryServiceStatusEx(IntPtr service, int level, ref Status status, uint size, out uint needed);
    [DllImport("advapi32.dll", SetLastError = true)] public static extern bool DeleteService(IntPtr service);
    [DllImport("advapi32.dll", SetLastError = true)] public static extern bool CloseServiceHandle(IntPtr handle);
    public static int Last() { return Marshal.GetLastWin32Error(); }
    public static IntPtr Open(string name, uint access) { return OpenServiceW(OpenSCManagerW(null, null, 1), name, access); }
    public static Config Read(IntPtr service) {
        uint needed; QueryServiceConfigW(service, IntPtr.Zero, 0, out needed);
        if (Last() != 122) throw new Exception("size");
        IntPtr at = Marshal.AllocHGlobal((int)needed);
        if (!QueryServiceConfigW(service, at, needed, out needed)) throw new Exception("query " + Last());
        return (Config)Marshal.PtrToStructure(at, typeof(Config));
    }
    public static uint State(IntPtr service) { Status s = new Status(); uint needed; QueryServiceStatusEx(service, 0, ref s, 36, out needed); return s.state; }
}
"""


def test_services_are_read_made_changed_and_deleted(session):
    _add(session, SERVICES)
    script = """
    $h = [S]::Open('Spooler', 0xF01FF); $c = [S]::Read($h); $c.path; $c.start; $c.account; [S]::State($h)
    $m = [S]::OpenSCManagerW($z, $z, 3)
    $n = [S]::CreateServiceW($m, 'mine', 'My Service', 0xF01FF, 16, 3, 1, 'C:\\x.exe', $z, [IntPtr]::Zero, "Spooler`0`0", $z, $z)
    [S]::ChangeServiceConfigW($n, [uint32]::MaxValue, 2, [uint32]::MaxValue, $z, $z, [IntPtr]::Zero, $z, $z, $z, 'Other')
    """
    assert session.values(script) == ["C:\\Windows\\system32\\spoolsv.exe", 2, "LocalSystem", 4, True]
    made = _host(session).services["mine"]
    assert (made.display_name, made.start_mode.value, made.needs) == ("Other", "Auto", ("Spooler",))
    assert session.values(
        '[S]::ChangeServiceConfigW($h, 16, 4, 1, $z, $z, [IntPtr]::Zero, "mine`0`0", $z, $z, $z); [S]::Last()'
    ) == [False, 1059]
    assert session.values(
        "[S]::DeleteService($n); [S]::CloseServiceHandle($n); [S]::CloseServiceHandle($n); [S]::Last()"
    ) == [True, True, False, 6]
    assert _host(session).services.get("mine") is None


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("[S]::Open('nothing', 1)", 1060),
        (
            "[S]::CreateServiceW([S]::OpenSCManagerW($z, $z, 3), 'Spooler', 'x', 1, 16, 3, 1, 'C:\\x', $z, [IntPtr]::Zero, $z, $z, $z)",
            1073,
        ),
        (
            "[S]::CreateServiceW([S]::OpenSCManagerW($z, $z, 1), 'x', 'x', 1, 16, 3, 1, 'C:\\x', $z, [IntPtr]::Zero, $z, $z, $z)",
            5,
        ),
        (
            "[S]::CreateServiceW([S]::OpenSCManagerW($z, $z, 3), 'x', 'x', 1, 16, 3, 1, 'C:\\x', $z, [IntPtr]::Zero, $z, 'nobody', $z)",
            1057,
        ),
        (
            "[S]::ChangeServiceConfigW([S]::Open('Spooler', 1), 16, 2, 1, $z, $z, [IntPtr]::Zero, $z, $z, $z, $z)",
            5,
        ),
        ("[S]::DeleteService([IntPtr]77)", 6),
    ],
)
def test_what_the_service_manager_refuses_has_its_code(session, script, code):
    _add(session, SERVICES)
    before = [one.name for one in _host(session).services]
    assert session.values(f"$null = {script}; [S]::Last()") == [code]
    assert [one.name for one in _host(session).services] == before


PROGRAMS = """
[StructLayout(LayoutKind.Sequential)] public class Security { public int length = 24; public IntPtr descriptor; public bool inherits = true; }
[StructLayout(LayoutKind.Sequential)] public class Startup { public int cb = 104; public IntPtr r, desktop, title; public int x, y, xs, ys, xc, yc, fill, flags = 0x100; public short show, r2; public IntPtr r3; public SafeFileHandle input, output, errors; }
[StructLayout(LayoutKind.Sequential)] public struct Made { public IntPtr process, thread; public int pid, tid; }
public class P {
    [DllImport("kernel32.dll", SetLastError = true)] static extern bool CreatePipe(out SafeFileHandle read, out SafeFileHandle write, Security security, uint size);
    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode)] static extern bool CreateProcess(string application, StringBuilder line, IntPtr a, IntPtr b, bool inherits, int flags, IntPtr environment, string folder, Startup startup, out Made made);
    [DllImport("kernel32.dll")] static extern uint WaitForSingleObject(IntPtr handle, uint time);
    [DllImport("kernel32.dll")] static extern bool GetExitCodeProcess(IntPtr handle, out uint code);
    [DllImport("kernel32.dll")] static extern uint ResumeThread(IntPtr handle);
    public static int Error;
    public static string Run(string application, string line, string given, string folder, int flags) {
        SafeFileHandle outRead, outWrite, inRead, inWrite, errRead, errWrite; Startup startup = new Startup(); Made made;
        CreatePipe(out outRead, out outWrite, new Security(), 0); CreatePipe(out inRead, out inWrite, new Security(), 0); CreatePipe(out errRead, out errWrite, new Security(), 0);
        startup.input = inRead; startup.output = outWrite; startup.errors = errWrite;
        if (!CreateProcess(application, new StringBuilder(line), IntPtr.Zero, IntPtr.Zero, true, flags, IntPtr.Zero, folder, startup, out made)) { Error = Marshal.GetLastWin32Error(); return null; }
        uint code; GetExitCodeProcess(made.process, out code); string all = code == 259 ? "" : "early ";
        if ((flags & 4) != 0) ResumeThread(made.thread);
        outWrite.Close(); errWrite.Close();
        StreamWriter writer = new StreamWriter(new FileStream(inWrite, FileAccess.Write)); writer.Write(given); writer.Close();
        all += new StreamReader(new FileStream(outRead, FileAccess.Read)).ReadToEnd() + "|" + new StreamReader(new FileStream(errRead, FileAccess.Read)).ReadToEnd();
        WaitForSingleObject(made.process, 0xFFFFFFFF); GetExitCodeProcess(made.process, out code);
        return all + "|" + code;
    }
}
"""


@pytest.mark.parametrize("flags", [0, 4])
def test_a_program_runs_between_pipes(session, flags):
    _add(session, PROGRAMS)
    run = f"[P]::Run($z, 'cmd.exe /c sort & echo %CD% & echo bad 1>&2 & exit 3', \"b`r`na`r`n\", 'C:\\Windows', {flags})"
    assert session.values(run) == ["a\r\nb\r\nC:\\Windows \r\n|bad  \r\n|3"]
    assert not [one for one in _host(session).processes if one.name == "cmd.exe"]


@pytest.mark.parametrize(
    ("application", "line", "folder", "code"),
    [
        ("$z", "nosuch.exe", "$z", 2),
        ("'C:\\nosuch.exe'", "x", "$z", 2),
        ("$z", "cmd.exe /c ver", "'C:\\nowhere'", 267),
        ("$z", "cmd.exe /c " + "x" * 33000, "$z", 206),
    ],
)
def test_a_program_that_cannot_start_says_why(session, application, line, folder, code):
    _add(session, PROGRAMS)
    assert session.values(f"$null = [P]::Run({application}, '{line}', '', {folder}, 0); [P]::Error") == [code]


def test_a_waiting_program_gets_the_end_of_its_input_when_the_session_is_closed(session):
    from emulator.powershell.csharp.native_pipes import Pipe
    from emulator.powershell.csharp.native_process import native_process

    class Target:
        given: list[tuple[bytes, bool]] = []

        def feed(self, data: bytes, end: bool = False) -> None:
            self.given.append((data, end))

    process, pipe, target = native_process(session.runspace.engine), Pipe(), Target()
    process.open(pipe.reading)
    process.open(pipe.writing)
    pipe.put(b"early")
    pipe.set_target(target)
    pipe.put(b"late")
    session.runspace.close()
    assert target.given == [(b"early", False), (b"late", False), (b"", True)]


TOKENS = """
[StructLayout(LayoutKind.Sequential)] public struct Luid { public uint low; public int high; }
public class T {
    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, SetLastError = true)] static extern bool LogonUser(string name, string domain, string password, int kind, int provider, out IntPtr token);
    [DllImport("advapi32.dll", SetLastError = true)] static extern bool OpenProcessToken(IntPtr process, uint access, out IntPtr token);
    [DllImport("kernel32.dll")] static extern IntPtr GetCurrentProcess();
    [DllImport("advapi32.dll", SetLastError = true)] static extern bool GetTokenInformation(IntPtr token, int kind, IntPtr buffer, int size, out int needed);
    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, SetLastError = true)] static extern bool LookupPrivilegeValue(string system, string name, out Luid luid);
    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, SetLastError = true)] static extern bool LookupAccountSid(string system, byte[] sid, StringBuilder name, ref uint a, StringBuilder domain, ref uint b, out int use);
    public static string Who(IntPtr token) {
        int needed; GetTokenInformation(token, 1, IntPtr.Zero, 0, out needed);
        IntPtr at = Marshal.AllocHGlobal(needed); GetTokenInformation(token, 1, at, needed, out needed);
        return new System.Security.Principal.SecurityIdentifier(Marshal.ReadIntPtr(at)).Value;
    }
    public static string Own() { IntPtr token; OpenProcessToken(GetCurrentProcess(), 8, out token); return Who(token); }
    public static string Logon(string name, string password) { IntPtr token; return LogonUser(name, ".", password, 3, 0, out token) ? Who(token) : Marshal.GetLastWin32Error().ToString(); }
    public static uint Privilege(string name) { Luid luid; return LookupPrivilegeValue(null, name, out luid) ? luid.low : 0; }
    public static string Name(string sid) {
        var one = new System.Security.Principal.SecurityIdentifier(sid); byte[] data = new byte[one.BinaryLength]; one.GetBinaryForm(data, 0);
        StringBuilder name = new StringBuilder(64), domain = new StringBuilder(64); uint a = 64, b = 64; int use;
        return LookupAccountSid(null, data, name, ref a, domain, ref b, out use) ? domain + "/" + name + "/" + use : Marshal.GetLastWin32Error().ToString();
    }
}
"""


def test_tokens_say_who_somebody_is(session):
    _add(session, TOKENS)
    accounts = _host(session).accounts
    user = accounts.create("eve", "Right1!")
    assert session.values("[T]::Own()") == [accounts.administrator.sid]
    assert session.values(
        "[T]::Logon('eve', 'Right1!'); [T]::Logon('eve', 'wrong'); [T]::Logon('nobody', 'x')"
    ) == [user.sid, "1326", "1326"]
    accounts.configure(user, disabled=True)
    assert session.values("[T]::Logon('eve', 'Right1!'); [T]::Logon('eve', 'wrong')") == ["1331", "1326"]
    assert session.values("[T]::Privilege('SeDebugPrivilege'); [T]::Privilege('SeNone')") == [20, 0]
    name = _host(session).name
    assert session.values(
        f"[T]::Name('S-1-5-18'); [T]::Name('S-1-5-32-544'); [T]::Name('{user.sid}'); [T]::Name('S-1-5-21-1-2-3-4')"
    ) == [
        "NT AUTHORITY/SYSTEM/5",
        "BUILTIN/Administrators/4",
        f"{name}/eve/1",
        "1332",
    ]


def test_the_version_and_the_memory_are_those_of_the_machine() -> None:
    session = ConsoleSession()
    script = """
    Add-Type @'
    using System; using System.Runtime.InteropServices;
    public class Facts {
        [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
        public struct Version { public int Size; public uint Major, Minor, Build, Platform;
            [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 128)] public string Pack;
            public ushort PackMajor, PackMinor, Suite; public byte Product, Reserved; }
        [StructLayout(LayoutKind.Sequential)]
        public struct Memory { public int Size; public uint Load; public ulong Total, Free, A, B, C, D, E; }
        [DllImport("Kernel32.dll", CharSet = CharSet.Unicode)] public static extern bool GetVersionExW(ref Version v);
        [DllImport("Kernel32.dll")] public static extern bool GlobalMemoryStatusEx(ref Memory m);
        public static Version Read() { var v = new Version(); v.Size = Marshal.SizeOf(v); GetVersionExW(ref v); return v; }
        public static Memory Room() { var m = new Memory(); m.Size = Marshal.SizeOf(m); GlobalMemoryStatusEx(ref m); return m; }
        public static bool Wrong() { var m = new Memory(); return GlobalMemoryStatusEx(ref m); }
    }
'@
    $v = [Facts]::Read(); $v.Build; $v.Product; $m = [Facts]::Room(); $m.Total; [Facts]::Wrong()
    """
    system = session.host.operating_system
    assert session.values(script) == [system.build, system.edition.product_type, system.total_memory(), False]


STORES = """
public class C {
    [DllImport("Crypt32.dll", CharSet = CharSet.Unicode, SetLastError = true)] public static extern IntPtr CertOpenStore(IntPtr provider, uint encoding, IntPtr context, uint flags, string name);
    [DllImport("Crypt32.dll")] public static extern bool CertCloseStore(IntPtr store, uint flags);
    public static IntPtr Open(uint flags, string name) { return CertOpenStore(new IntPtr(10), 0, IntPtr.Zero, flags, name); }
    public static int Last() { return Marshal.GetLastWin32Error(); }
}
"""


def test_a_store_of_certificates_is_opened_by_its_handle(session: ConsoleSession) -> None:
    _add(session, STORES)
    script = """
    $h = [C]::Open(0x20000, 'root'); $s = New-Object Security.Cryptography.X509Certificates.X509Store $h
    $s.Name; "$($s.Location)"; $s.Certificates.Count -eq (Get-ChildItem Cert:\\LocalMachine\\Root).Count
    [C]::CertCloseStore($h, 0); [C]::CertCloseStore($h, 0); [C]::Open(0x24000, 'nothing'); [C]::Last()
    """
    assert session.values(script) == ["Root", "LocalMachine", True, True, False, 0, 2]
    assert (
        "The parameter is incorrect"
        in session.error("New-Object Security.Cryptography.X509Certificates.X509Store ([IntPtr]77777)")[2]
    )


POWER = """
public class P {
    [DllImport("PowrProf.dll")] public static extern uint PowerEnumerate(IntPtr root, IntPtr scheme, IntPtr group, uint access, uint index, IntPtr buffer, ref uint size);
    [DllImport("PowrProf.dll")] public static extern uint PowerGetActiveScheme(IntPtr root, out IntPtr scheme);
    [DllImport("PowrProf.dll")] public static extern uint PowerReadFriendlyName(IntPtr root, Guid scheme, IntPtr group, IntPtr setting, IntPtr buffer, ref uint size);
    [DllImport("PowrProf.dll")] public static extern uint PowerSetActiveScheme(IntPtr root, Guid scheme);
    public static Guid Active() { IntPtr found; PowerGetActiveScheme(IntPtr.Zero, out found); return (Guid)Marshal.PtrToStructure(found, typeof(Guid)); }
    public static string Name(Guid scheme) { uint size = 0; PowerReadFriendlyName(IntPtr.Zero, scheme, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, ref size); IntPtr buffer = Marshal.AllocHGlobal((int)size); PowerReadFriendlyName(IntPtr.Zero, scheme, IntPtr.Zero, IntPtr.Zero, buffer, ref size); return Marshal.PtrToStringUni(buffer); }
    public static uint Get(uint index, out Guid scheme) { uint size = 16; IntPtr buffer = Marshal.AllocHGlobal(16); uint code = PowerEnumerate(IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, 16, index, buffer, ref size); scheme = (Guid)Marshal.PtrToStructure(buffer, typeof(Guid)); return code; }
}
"""


def test_power_schemes_are_listed_named_and_made_active(session: ConsoleSession) -> None:
    _add(session, POWER)
    script = """
    $one = [Guid]::Empty; 0..3 | % { [P]::Get($_, [ref]$one) }
    $null = [P]::Get(1, [ref]$one); [P]::Name($one); [P]::PowerSetActiveScheme(0, $one); [P]::Name([P]::Active())
    [P]::PowerSetActiveScheme(0, [Guid]::Empty)
    """
    assert session.values(script) == [0, 0, 0, 259, "High performance", 0, "High performance", 2]
    assert _host(session).power_plans.active.name == "High performance"
