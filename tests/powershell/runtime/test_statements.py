"""Statements that begin with a keyword, as they run."""


def test_a_loop_over_the_input_that_ends_early_leaves_the_rest(shell):
    script = "1..5 | & { foreach ($i in $input) { if ($i -eq 2) { break } }; $input | ForEach-Object { $_ } }"
    assert shell.values(script) == [3, 4, 5]


def test_messages_that_quote_all_errors_stay_bounded(shell):
    script = 'for ($i = 0; $i -lt 12; $i++) { try { throw "$($Error)$($Error)xxxxxxxxxx" } catch { } }'
    shell.run("$Error.Clear(); try { throw ('y' * 50000) } catch { }; " + script)
    assert max(shell.values("$Error | ForEach-Object { $_.Exception.Message.Length }")) <= 100_003


def test_the_other_name_of_the_current_item_can_be_assigned(shell):
    assert shell.texts('foreach ($PSItem in 1, 2) { "$PSItem$_" }') == ["11", "22"]
