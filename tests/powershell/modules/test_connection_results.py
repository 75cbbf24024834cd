"""What Test-NetConnection shows: of a ping, of a port that answers (recorded), and of one that does not."""

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_PING = ["PingSucceeded", "PingReplyDetails (RTT)"]
_PORT = ["ComputerName", "RemoteAddress", "RemotePort", "InterfaceAlias", "SourceAddress"]


@pytest.mark.parametrize(
    ("arguments", "labels"),
    [
        ("localhost", ["ComputerName", "RemoteAddress", "InterfaceAlias", "SourceAddress", *_PING]),
        ("localhost -Port 5985", [*_PORT, "TcpTestSucceeded"]),
        ("localhost -Port 81 -WarningAction SilentlyContinue", [*_PORT, *_PING, "TcpTestSucceeded"]),
    ],
)
def test_a_result_shows(arguments: str, labels: list[str]) -> None:
    text = ConsoleSession().shown(f"Test-NetConnection {arguments}")
    assert [line.partition(" : ")[0].rstrip() for line in text.splitlines() if line] == labels


def test_nobody_pings_where_a_connection_was_taken() -> None:
    result = ConsoleSession().runspace.run("(Test-NetConnection localhost -Port 5985).PingSucceeded")
    assert result.output == [False]
