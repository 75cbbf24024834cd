"""reg.exe."""

KEY = "HKLM\\SOFTWARE\\Test"


def test_a_value_is_added_shown_and_deleted(machine):
    assert machine.run(f"reg add {KEY} /v Size /t REG_DWORD /d 0x10 /f").out == (
        "The operation completed successfully.\r\n"
    )
    ended = machine.run(f"reg query {KEY} /v size")
    assert ended.out == ("\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Test\r\n    Size    REG_DWORD    0x10\r\n\r\n")
    assert machine.run(f"reg delete {KEY} /f").code == 0
    ended = machine.run(f"reg query {KEY}")
    assert ended.code == 1
    assert ended.err == ("ERROR: The system was unable to find the specified registry key or value.\r\n")


def test_a_question_is_answered_by_a_pipe_only(machine):
    machine.run(f"reg add {KEY} /v a /d one /f")
    assert machine.run(f"reg add {KEY} /v a /d two").code == 1
    assert "one" in machine.run(f"reg query {KEY}").out
    assert machine.run(f"echo yes| reg add {KEY} /v a /d two").code == 0
    assert "two" in machine.run(f"reg query {KEY}").out


def test_bad_words_are_refused(machine):
    for line in ("reg", "reg query", f"reg query {KEY} /x", f"reg add {KEY} /v a /t REG_DWORD /d x"):
        ended = machine.run(line)
        assert ended.code == 1
        assert ended.err.startswith("ERROR: Invalid syntax.")
    assert machine.run("reg query HKXX\\A").err == "ERROR: Invalid key name.\r\n"
