"""Services of the machine: files, programs, console, clock."""

import threading

import pytest

from emulator.powershell.runtime.services import FileStore, ProgramRunner, SilentInterface


class Files:
    def __init__(self, **files):
        self.files = dict(files)

    def resolve(self, path):
        return path if path[1:2] == ":" else "C:\\work\\" + path.removeprefix(".\\")

    def exists(self, path):
        return path in self.files

    def read_text(self, path):
        return self.files[path]

    def write_text(self, path, text, append, _encoding):
        self.files[path] = (self.files.get(path, "") if append else "") + text


class Programs:
    def find(self, name):
        return "C:\\Windows\\tool.exe" if name in ("tool", "tool.exe") else None

    def run(self, _path, arguments, lines, output, error, _stop, verbatim=""):
        shown = [*arguments, f"<{verbatim}>"] if verbatim else arguments
        output(" ".join(shown) + ("|" + ",".join(lines) if lines is not None else ""))
        if "bad" in arguments:
            error("broken")
            return 5
        return 0


@pytest.fixture
def files():
    return Files(**{"C:\\work\\s.ps1": "param($a) \"$a in $PSScriptRoot\"; exit 4; 'never'"})


@pytest.fixture
def machine(make_shell, files):
    return make_shell(services={FileStore: files, ProgramRunner: Programs()})


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ('tool a --% b "c|d" $e \'f %NAME% %none%', 'a <b "c|d" $e \'f value %none%>'),
        ("tool --% --%", "<--%>"),
        ("tool --%", ""),
        ("tool a '--%' b", "a --% b"),
        ('tool --% a | % { "<$_>" }', "<<a >>"),
    ],
)
def test_what_stands_after_the_stop_parsing_token_is_not_read(machine, script, line):
    machine.values("$env:NAME = 'value'")
    assert machine.texts(script) == [line]


def test_a_program_gets_what_is_shown_of_objects(machine):
    (shown,) = machine.texts("[pscustomobject]@{ a = 1; b = 2 } | tool x")
    assert [one.split() for one in shown.split("|")[1].split(",") if one] == [
        ["a", "b"],
        ["-", "-"],
        ["1", "2"],
    ]


def test_a_script_file_runs_with_its_own_place_and_exit_ends_only_the_file(machine):
    assert machine.texts(".\\s.ps1 5; 'after'; $LASTEXITCODE") == ["5 in C:\\work", "after", "4"]


def test_output_can_be_redirected_to_a_file(machine, files):
    machine.values("'one' > out.txt; 'two' >> out.txt; & { 1/0 } 2> err.txt")
    assert files.files["C:\\work\\out.txt"] == "one\r\ntwo\r\n"
    assert files.files["C:\\work\\err.txt"].startswith("Attempted to divide by zero.")


def test_redirection_without_files_fails_loudly(shell):
    assert shell.error("'x' > out.txt").message == "Redirection to a file is not emulated."


def test_programs_get_their_arguments_and_input_and_set_the_exit_code(machine):
    assert machine.texts("tool a 'b c'; $LASTEXITCODE; 1,2 | tool x; $?") == ["a b c", "0", "x|1,2", "True"]
    result = machine.run("tool bad; $?; $LASTEXITCODE")
    assert result.output == ["bad", False, 5]
    assert [one.message for one in result.errors] == ["broken"]


def test_the_console_is_reached_through_the_user_interface(make_shell):
    class Console(SilentInterface):
        def write_console(self, name, text):
            self.written.append(f"{name}:{text}")

        def read_console(self, whole):
            return "all\nof it" if whole else "a line"

    ui = Console()
    shell = make_shell(ui=ui)
    script = "[Console]::Error.WriteLine('e'); [Console]::Out.Write('o'); [Console]::In.ReadToEnd().Length"
    assert shell.texts(script) == ["9"]
    assert ui.written == ["error:e\r\n", "out:o"]


def test_a_running_script_can_be_stopped_from_another_thread(shell):
    started = threading.Event()

    class Sink:
        def __getattr__(self, name):
            return lambda _value: started.set()

    results = []
    worker = threading.Thread(
        target=lambda: results.append(shell.run("'go'; while ($true) { }", sink=Sink()))
    )
    worker.start()
    assert started.wait(10)
    shell.runspace.stop()
    worker.join(10)
    assert [one.stopped for one in results] == [True]


def test_a_fault_inside_a_behaviour_becomes_a_failure_and_a_gap(shell):
    class Broken(SilentInterface):
        def write_host(self, _record):
            raise KeyError("inside")

    shell.session.ui = Broken()
    result = shell.run("Write-Host x")
    assert result.failure is not None
    assert result.failure.error_id == "InternalFault"
    assert any(kind == "fault" for kind, _, _ in shell.session.gaps())


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("1..2 | % { $_ } -OutVariable o | % { $_ }; $o.Count", ["1", "2", "2"]),
        ('1..2 | % { $_ } -PipelineVariable p | % { "<$p>" }', ["<1>", "<2>"]),
        ('$p = 7; 1..2 | % { $_ } -PipelineVariable p | % { "<$p>" }; "[$p]"', ["<1>", "<2>", "[]"]),
        ('$p = 7; try { 1 | % { throw 2 } -PipelineVariable p } catch { }; "[$p]"', ["[]"]),
        ('$p = 7; & { 1 | % { $_ } -PipelineVariable p | % { "<$p>" } }; "[$p]"', ["<1>", "[7]"]),
        (
            "function f { [CmdletBinding()] param([Parameter(ValueFromPipeline)]$x) process { $x } end { 9 } }"
            ' 1..2 | f -PipelineVariable p | % { "<$p>" }; f 1 -pv p | % { "<$p>" }',
            ["<1>", "<>", "<>", "<1>", "<>"],
        ),
        ("Invoke-Command { param($a) $a * 2 } -ArgumentList 4", ["8"]),
    ],
)
def test_out_variable_pipeline_variable_and_local_invoke_command_work(shell, script, expected):
    assert shell.texts(script) == expected


def test_the_exit_code_of_the_process_is_a_number(shell):
    assert shell.values("[Environment]::ExitCode = '5'; [Environment]::ExitCode") == [5]
    assert shell.error("[Environment]::ExitCode = 'abc'").error_id == "ExceptionWhenSetting"
