"""What [Convert]::FromBase64String reads and how it refuses the rest."""

import pytest

CHARACTER = "non-base 64 character"
LENGTH = "Invalid length for a Base-64 char array or string."


@pytest.mark.parametrize(
    ("text", "read"),
    [("", ""), ("AQID", "01-02-03"), (" A Q\tI\r\n= ", "01-02"), ("AQ= =", "01"), ("AQI=", "01-02")],
)
def test_white_space_may_be_anywhere(shell, text, read):
    shell.runspace.set_variable("text", text)
    assert shell.texts("[BitConverter]::ToString([Convert]::FromBase64String($text))") == [read]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("äöü", CHARACTER),
        ("AQI\u00a0", CHARACTER),
        ("AQ\0ID", CHARACTER),
        ("AQ=D", CHARACTER),
        ("A===", CHARACTER),
        ("AQ==AQ==", CHARACTER),
        ("AQIDA", LENGTH),
        ("AQ=", LENGTH),
        ("=", LENGTH),
    ],
)
def test_what_is_no_base64_is_a_format_exception(shell, text, message):
    shell.runspace.set_variable("text", text)
    problem = shell.error("[System.Convert]::FromBase64String($text)")
    assert problem.error_id == "FormatException"
    assert message in problem.message
