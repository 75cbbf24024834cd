"""Native memory, structures, handles and functions of C#: as .NET marshals them, bounded, reaching nothing real."""

from __future__ import annotations

import pytest

from emulator.powershell.csharp.libraries.shell32 import arguments_of
from emulator.powershell.csharp.native_memory import MOST_BYTES, NativeMemory
from emulator.powershell.csharp.objects import ThrownError
from emulator.powershell.dotnet.library.catalog import load_builtin

load_builtin()

_USING = "using System; using System.Text; using System.Runtime.InteropServices; using Microsoft.Win32.SafeHandles;\n"


def _add(source: str) -> str:
    return f"Add-Type @'\n{_USING}{source}\n'@\n"


def test_memory_is_read_back_and_ends_where_its_block_ends():
    memory = NativeMemory()
    address = memory.allocate(8, b"abc")
    memory.write(address + 3, b"de")
    assert memory.read(address, 8) == b"abcde\0\0\0"
    for place, size in ((address + 4, 5), (address - 1, 1), (0, 1), (address, -1)):
        with pytest.raises(ThrownError, match="protected memory"):
            memory.read(place, size)
    assert memory.free(address)
    assert not memory.free(address)
    # As in Windows' heap, what was freed is there until its room is needed.
    assert memory.read(address, 1) == b"a"
    for _ in range(20):
        memory.free(memory.allocate(1))
    with pytest.raises(ThrownError, match="protected memory"):
        memory.read(address, 1)
    wiped = memory.allocate(1)
    memory.free(wiped, wipe=True)
    with pytest.raises(ThrownError, match="protected memory"):
        memory.read(wiped, 1)


def test_memory_is_bounded_and_what_is_freed_can_be_had_again():
    memory = NativeMemory()
    address = memory.allocate(MOST_BYTES)
    with pytest.raises(ThrownError, match="Insufficient memory"):
        memory.allocate(1)
    memory.free(address)
    assert memory.allocate(MOST_BYTES) != address


def test_a_text_without_an_end_is_not_read_beyond_its_block():
    memory = NativeMemory()
    address = memory.allocate(4, b"a\0b\0")
    with pytest.raises(ThrownError, match="protected memory"):
        memory.read_text(address)
    assert memory.read_text(address, 2) == "ab"


LAYOUT = """
public enum Small : byte { A, B }
[StructLayout(LayoutKind.Sequential)] public struct Inner { public byte a; public int b; }
[StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)] public struct Outer {
    public Small kind; public Inner inner; public bool flag; public IntPtr pointer; public string text;
    [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 4)] public string place;
    [MarshalAs(UnmanagedType.ByValArray, SizeConst = 3)] public short[] numbers;
    public Guid id;
}
[StructLayout(LayoutKind.Explicit)] public struct Union { [FieldOffset(0)] public int whole; [FieldOffset(2)] public short high; }
[StructLayout(LayoutKind.Sequential, Pack = 1)] public struct Packed { public byte a; public long b; }
public class L {
    public static string Sizes() {
        return String.Join(" ", new object[] { Marshal.SizeOf(typeof(Inner)), Marshal.SizeOf(typeof(Outer)), Marshal.SizeOf(new Union()),
            Marshal.SizeOf(typeof(Packed)), Marshal.OffsetOf(typeof(Outer), "pointer"), IntPtr.Size, sizeof(char) });
    }
    public static string Back() {
        Outer one = new Outer(); one.kind = Small.B; one.inner.b = -5; one.flag = true; one.pointer = (IntPtr)77; one.text = "text";
        one.place = "abcdef"; one.numbers = new short[] { 1, -2, 3 }; one.id = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        IntPtr at = Marshal.AllocHGlobal(Marshal.SizeOf(one));
        Marshal.StructureToPtr(one, at, false);
        Outer two = (Outer)Marshal.PtrToStructure(at, typeof(Outer));
        Marshal.FreeHGlobal(at);
        return two.kind + " " + two.inner.b + " " + two.flag + " " + two.pointer + " " + two.text + " " + two.place + " " + two.numbers[1] + " " + two.id;
    }
    public static int High() {
        IntPtr at = Marshal.AllocHGlobal(4); Marshal.WriteInt32(at, 0x00050001);
        Union one = (Union)Marshal.PtrToStructure(at, typeof(Union));
        return one.high * 100 + one.whole % 10;
    }
}
"""


def test_structures_lie_in_memory_as_the_default_marshalling_lays_them(shell):
    assert shell.texts(_add(LAYOUT) + "[L]::Sizes(); [L]::Back(); [L]::High()") == [
        "8 64 4 9 16 8 2",
        "B -5 True 77 text abc -2 00112233-4455-6677-8899-aabbccddeeff",
        "501",
    ]


def test_marshal_serves_scripts_too(shell):
    script = """
    $m = [Runtime.InteropServices.Marshal]
    $at = $m::StringToHGlobalUni('abc'); $m::PtrToStringUni($at); $m::PtrToStringUni($at, 2); $m::ReadByte($at, 2); $m::FreeHGlobal($at)
    $to = $m::AllocHGlobal(4); $m::Copy([byte[]](1, 2, 3, 4), 0, $to, 4); $m::ReadInt32($to)
    $back = New-Object byte[] 2; $m::Copy([IntPtr]::Add($to, 2), $back, 0, 2); "$back"
    $s = New-Object Security.SecureString; foreach ($c in 'geheim'.ToCharArray()) { $s.AppendChar($c) }
    $b = $m::SecureStringToBSTR($s); $m::PtrToStringBSTR($b); $m::ZeroFreeBSTR($b)
    try { $m::ReadByte($to, 4) } catch { $_.Exception.InnerException.GetType().Name }
    try { $m::PtrToStringUni([IntPtr]12345) } catch { $_.Exception.InnerException.GetType().Name }
    try { $m::ThrowExceptionForHR(0x80070005) } catch { $_.Exception.InnerException.Message }
    """
    assert shell.texts(script) == [
        *(
            "abc",
            "ab",
            "98",
            "67305985",
            "3 4",
            "geheim",
            "AccessViolationException",
            "AccessViolationException",
        ),
        "Access is denied. (Exception from HRESULT: 0x80070005)",
    ]


ARGUMENTS = """
public class Buffer : SafeHandleZeroOrMinusOneIsInvalid {
    public static int Freed; public int Extra = 4;
    public Buffer() : base(true) { }
    protected override bool ReleaseHandle() { Freed++; Marshal.FreeHGlobal(handle); return true; }
}
public class A {
    [DllImport("shell32.dll", SetLastError = true)]
    static extern Buffer CommandLineToArgvW([MarshalAs(UnmanagedType.LPWStr)] string line, out int count);
    public static string Split(string line) {
        int count;
        using (Buffer made = CommandLineToArgvW(line, out count)) {
            IntPtr[] each = new IntPtr[count];
            Marshal.Copy(made.DangerousGetHandle(), each, 0, count);
            string all = "";
            foreach (IntPtr one in each) all += "[" + Marshal.PtrToStringUni(one) + "]";
            return all + made.Extra + made.IsInvalid;
        }
    }
    [DllImport("kernel32.dll", SetLastError = true)] static extern bool CloseHandle(IntPtr handle);
    public static string Wrong() { bool done = CloseHandle((IntPtr)99999); return done + " " + Marshal.GetLastWin32Error() + " " + new System.ComponentModel.Win32Exception(Marshal.GetLastWin32Error()).Message; }
}
"""


def test_a_function_takes_texts_and_gives_handles_that_free_what_they_hold(shell):
    script = _add(ARGUMENTS) + """[A]::Split('a "b c" d\\"e'); [Buffer]::Freed; [A]::Wrong()"""
    assert shell.texts(script) == ['[a][b c][d"e]4False', "1", "False 6 The handle is invalid"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('"C:\\Program Files\\a.exe" -x', ["C:\\Program Files\\a.exe", "-x"]),
        (r'a b\\\"c "d e\\" f', ["a", r"b\"c", "d e" + "\\", "f"]),
        ('a "" b', ["a", "", "b"]),
        (r'a\b "c""d"', [r"a\b", 'c"d']),
    ],
)
def test_a_command_line_becomes_arguments(line, expected):
    assert arguments_of(line) == expected


def test_a_handle_that_is_not_owned_is_not_released(shell):
    source = """public class H : SafeHandleZeroOrMinusOneIsInvalid { public static int Freed;
        public H(bool owns) : base(owns) { SetHandle((IntPtr)5); } protected override bool ReleaseHandle() { Freed++; return true; } }
        public class U { public static int Use() { using (new H(false)) { } H one = new H(true); one.Dispose(); one.Dispose(); return H.Freed; } }"""
    assert shell.texts(_add(source) + "[U]::Use()") == ["1"]


def test_a_function_that_windows_has_and_the_machine_not_is_no_lie(shell):
    script = _add(
        'public class N { [DllImport("user32.dll")] public static extern int MessageBeep(uint kind); }'
    )
    result = shell.run(script + "[N]::MessageBeep(0)")
    assert "MessageBeep of user32.dll is not emulated" in str(
        (result.failure or result.errors[0]).exception.message
    )
    assert ("native function", "user32.dll!MessageBeep", 1) in list(shell.runspace.engine.session.gaps())


def test_a_builder_is_a_buffer_of_its_capacity(shell):
    script = """
    $b = New-Object Text.StringBuilder 5; $b.Capacity; $null = $b.Append('x' * 6); $b.Capacity; $b.EnsureCapacity(40); $b.Capacity
    """
    assert shell.texts(script) == ["5", "10", "40", "40"]


def test_work_of_the_thread_pool_runs_and_events_are_waited_for(shell):
    source = """using System.Threading; public class T { public static string Go() {
        var done = new EventWaitHandle(false, EventResetMode.ManualReset); string made = null;
        ThreadPool.QueueUserWorkItem((s) => { made = "did " + s; done.Set(); }, "it");
        return made + done.WaitOne() + new ManualResetEvent(false).WaitOne(5); } }"""
    assert shell.texts("Add-Type @'\n" + source + "\n'@\n[T]::Go()") == ["did itTrueFalse"]


def test_a_result_that_no_register_holds_is_told(shell):
    source = '[DllImport("kernel32.dll")] static extern Guid GetCurrentProcessId();'
    result = shell.run(
        _add(f"public class Wide {{ {source} public static Guid Go() {{ return GetCurrentProcessId(); }} }}")
        + "[Wide]::Go()"
    )
    told = [*result.errors, *([result.failure] if result.failure else [])]
    assert ["not emulated" in one.message for one in told] == [True]
