"""$Host.PrivateData and DebuggerEnabled of powershell.exe."""


def test_the_colours_of_messages_are_read_and_set(shell) -> None:
    script = (
        "$c = $Host.PrivateData; $c.ErrorForegroundColor; $c.ProgressBackgroundColor;"
        " $Host.PrivateData.ErrorForegroundColor = 'Cyan'; $Host.PrivateData.ErrorForegroundColor;"
        " $c.PSObject.TypeNames[0]"
    )
    assert shell.texts(script) == [
        "Red",
        "DarkCyan",
        "Cyan",
        "Microsoft.PowerShell.ConsoleHost+ConsoleColorProxy",
    ]


def test_what_is_no_colour_is_refused(shell) -> None:
    record = shell.error("$Host.PrivateData.WarningForegroundColor = 'Plaid'")
    assert 'Cannot convert value "Plaid" to type "System.ConsoleColor"' in record.message
    assert shell.texts("$Host.PrivateData.WarningForegroundColor") == ["Yellow"]


def test_the_debugger_is_enabled(shell) -> None:
    assert shell.texts("$Host.DebuggerEnabled; $Host.DebuggerEnabled = $false; $Host.DebuggerEnabled") == [
        "True",
        "False",
    ]


def test_a_function_has_the_same_host(shell) -> None:
    script = "function f { [CmdletBinding()] param() $PSCmdlet.Host.InstanceId -eq $Host.InstanceId }; f"
    assert shell.texts(script) == ["True"]
