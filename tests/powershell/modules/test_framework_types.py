"""Types of .NET that public scripts use: drives, stores of certificates, addresses, collections, waiting."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    return ConsoleSession()


def test_drives_are_the_volumes(session: ConsoleSession) -> None:
    volumes = session.host.filesystem.volumes
    assert session.values("[IO.DriveInfo]::GetDrives().Name") == [f"{one.letter}:\\" for one in volumes]
    assert session.values("$d = [IO.DriveInfo]'C'; $d.TotalSize; $d.AvailableFreeSpace; $d.DriveFormat") == [
        volumes[0].size,
        volumes[0].free,
        "NTFS",
    ]
    assert session.values("([IO.DriveInfo]'Q:').IsReady") == [False]
    result = session.runspace.run("([IO.DriveInfo]'Q:').TotalSize")
    assert "Could not find the drive 'Q:\\'." in result.errors[0].message
    result = session.runspace.run("[IO.DriveInfo]::new('folder')")
    assert "Object must be a root directory" in result.errors[0].message


def test_a_store_holds_what_the_certificate_drive_shows() -> None:
    session = ConsoleSession("windows-server-2022-datacenter")
    script = """
    $store = New-Object System.Security.Cryptography.X509Certificates.X509Store 'My', 'LocalMachine'
    $closed = $store.Certificates.Count
    $store.Open('ReadOnly'); $all = @($store.Certificates | ForEach-Object Thumbprint | Sort-Object)
    $drive = @(Get-ChildItem Cert:\\LocalMachine\\My | ForEach-Object Thumbprint | Sort-Object)
    $closed; "$all" -eq "$drive"; $all.Count -eq (Get-Item Cert:\\LocalMachine\\My).Certificates.Count
    if ($all) { $store.Certificates.Find('FindByThumbprint', $all[0], $false).Count -eq 1 } else { $true }
    $store.Certificates.Find('FindByThumbprint', '00', $false).Count; $store.Close()
    """
    assert session.values(script) == [0, True, True, True, 0]


def test_a_store_that_is_not_open_is_not_changed(session: ConsoleSession) -> None:
    result = session.runspace.run(
        "[System.Security.Cryptography.X509Certificates.X509Store]::new('My', 'LocalMachine').Add($null)"
    )
    assert "has not been opened" in result.errors[0].message


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("[UriBuilder]::new('http://host/a?b=1').Uri.AbsoluteUri", "http://host/a?b=1"),
        ("$b = [UriBuilder]'https://host'; $b.Port = 8443; $b.Path = 'x'; $b.ToString()", "https://host:8443/x"),
        ("[uri]::new([uri]'http://host/a/b', '../c').AbsoluteUri", "http://host/c"),
        ("$u = $null; [uri]::TryCreate('no address', 'Absolute', [ref]$u); $null -eq $u", "False True"),
        ("[uri]::IsWellFormedUriString('http://a b', 'Absolute')", "False"),
        ("[Net.WebUtility]::UrlEncode('a b&\u00e4/')", "a+b%26%C3%A4%2F"),
        ("[Web.HttpUtility]::UrlEncode('a b&/')", "a+b%26%2f"),
        ("[Net.WebUtility]::HtmlDecode('&lt;a&gt; &#228;')", "<a> \u00e4"),
        ("$q = [Web.HttpUtility]::ParseQueryString('?a=1&b=x+y'); $q['b']; $q.ToString()", "x y a=1&b=x+y"),
        ("[ipaddress]::HostToNetworkOrder([int]1)", "16777216"),
        ("[Net.IPEndPoint]::new([ipaddress]'::1', 80).ToString()", "[::1]:80"),
        ("$l = [Collections.SortedList]::new(); $l['b'] = 1; $l['a'] = 2; $l.Keys -join ','", "a,b"),
        ("$l = [Collections.SortedList]::new(); $l['b'] = 1; $l['a'] = 2; $l.GetByIndex(0)", "2"),
        (
            "$l = [Collections.Generic.LinkedList[int]]::new(); $null = $l.AddLast(1); $null = $l.AddFirst(2); "
            "$l.First.Next.Value; $l.Count; $l -join ','",
            "1 2 2,1",
        ),
        (
            "$q = [Collections.Concurrent.ConcurrentQueue[string]]::new(); $q.Enqueue('a'); $v = $null; "
            "$q.TryDequeue([ref]$v); $v; $q.TryDequeue([ref]$v)",
            "True a False",
        ),
        ("[Threading.WaitHandle]::WaitAny(@([Threading.ManualResetEvent]::new($true)))", "0"),
        (
            "$p = [powershell]::Create().AddScript('1'); $r = $p.BeginInvoke(); "
            "[Threading.WaitHandle]::WaitAny(@([Threading.ManualResetEvent]::new($false), $r.AsyncWaitHandle)); "
            "[Threading.WaitHandle]::WaitAll(@($r.AsyncWaitHandle), 5); $p.EndInvoke($r)",
            "1 True 1",
        ),
        ("$m = [Threading.Mutex]::new($false, 'x'); $m.WaitOne(); $m.ReleaseMutex()", "True"),
        ("$c = [Threading.CancellationTokenSource]::new(); $t = $c.Token; $c.Cancel(); $t.IsCancellationRequested", "True"),
        ("[guid]::ParseExact('{0e8b0bd0-0b2b-4b49-8d3d-6dbd0e8dfb54}', 'B').ToString('N')", "0e8b0bd00b2b4b498d3d6dbd0e8dfb54"),
        (
            "$d = [datetime]::MinValue; [datetime]::TryParseExact('2020-01-02', [string[]]('yyyy', 'yyyy-MM-dd'), "
            "$null, 'AssumeUniversal, AdjustToUniversal', [ref]$d); $d.ToString('s'); $d.Kind",
            "True 2020-01-02T00:00:00 Utc",
        ),
        ("[Environment]::GetLogicalDrives()[0]", "C:\\"),
        ("[System.Management.Automation.ErrorCategory] | Get-Member -Static OpenError | ForEach-Object Definition",
         "static System.Management.Automation.ErrorCategory OpenError {get;}"),
    ],
)  # fmt: skip
def test_values(session: ConsoleSession, script: str, value: str) -> None:
    assert session.values(f"(& {{ {script} }} | ForEach-Object {{ \"$_\" }}) -join ' '") == [value]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("[Threading.Mutex]::new().ReleaseMutex()", "unsynchronized block of code"),
        ("[Net.IPEndPoint]::new([ipaddress]::Any, 70000)", "out of the range of valid values"),
        ("[Collections.SortedList]::new().GetByIndex(0)", "Index was out of range"),
        ("[Collections.Generic.LinkedList[int]]::new().RemoveFirst()", "The LinkedList is empty."),
        ("[guid]::ParseExact('x', 'D')", "Unrecognized Guid format."),
        ("[uri]::new('relative', 'Absolute')", "The format of the URI could not be determined"),
    ],
)
def test_refusals(session: ConsoleSession, script: str, said: str) -> None:
    result = session.runspace.run(script)
    assert [said in one.message for one in result.errors] == [True]


def test_the_complement_of_an_unsigned_enumeration_stays_in_it(session: ConsoleSession) -> None:
    script = """
    Add-Type 'public enum Small : byte { None = 0, One = 1, All = 255 }'
    -bnot [Small]::All; -bnot [Small]::None
    """
    assert [str(one) for one in session.values(script)] == ["None", "All"]
