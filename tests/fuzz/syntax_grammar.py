"""The whole syntax of Windows PowerShell 5.1 as a grammar: texts that must parse, whether or not they could run.

`script_grammar` makes scripts that do something; these here reach every rule of the parser: classes and enums,
workflows, data sections, named blocks, redirections, here-strings, labels, traps, comments in all places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

_NAMES: Final = ("a", "Name", "x1", "_y", "End", "in", "default", "Größe", "VM")
_COMMANDS: Final = (
    *("Get-VM", "foo", "a.exe", "C:\\Tools\\x.ps1", "in", "hidden", "param1", "Stop-VM", "%", "?", "._x"),
)
_TYPES: Final = (
    *(
        "int",
        "string[]",
        "System.IO.Path",
        "Collections.Generic.List[int]",
        "int[,]",
        "char",
        "void",
        "object",
    ),
    *("System.Collections.Generic.Dictionary[string, int[]]", "A.B+C", "System.Xml.XmlNode, System.Xml"),
)
_BINARY: Final = (
    *("+", "-", "*", "/", "%", "..", "-f", "-eq", "-cne", "-ilike", "-match", "-replace", "-split", "-join"),
    *(
        "-and",
        "-or",
        "-xor",
        "-band",
        "-bor",
        "-bxor",
        "-shl",
        "-shr",
        "-is",
        "-isnot",
        "-as",
        "-in",
        "-contains",
    ),
)
_ASSIGNMENTS: Final = ("=", "+=", "-=", "*=", "/=", "%=")
_NUMBERS: Final = (
    *("0", "1", "42", "1.5", ".5", "1e3", "0x1F", "2kb", "3L", "4d", "1.5e-3mb", "2147483648", "1.d", "7gb"),
)
_REDIRECTIONS: Final = ("2>&1", "> out.txt", ">> $log", "2> $null", "*> all", "3>&1", "6>&1", "*>&1", "4>> x")
_ARGUMENTS: Final = (
    *("a", "a,b", "$x.y", "-Name", "-Name:5", "-Force", "*.txt", "a`b", "..\\x", "1..5", "@args", "--"),
    *("$x[0]", "(1)", "$(2)", "@(3)", "@{a=1}", "{ 1 }", "'a b'", '"$x"', "a$x-b", "x#y", "0x1", "10.1.2.3"),
    *(
        "http://a/b?c=d",
        "[int]",
        "$env:Path",
        "${a b}",
        "-12",
        "+3",
        "a=b",
        "$",
        "'a'b",
        '"a"$x',
        "-x-y",
        "a:b",
    ),
)
_BLANKS: Final = (" ", " ", " ", "\t", "  ", " `\n ", " <# c #> ")
_LINES: Final = ("\n", "\n", "\r\n", "; ", "\n\n", " # comment\n", "\n<# a\nb #>\n", ";;\n")
_DEEPEST: Final = 5


class SyntaxGrammar:
    """Makes a script from chance; the same chance makes the same script."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._depth = 0
        self._no_comma = False

    def script(self) -> str:
        """A whole script."""
        start = self._maybe("using namespace System.IO\n", 0.1) + self._maybe("#requires -Version 5\n", 0.1)
        if self._random.random() < 0.15:
            return start + self._param_block() + self._named_blocks()
        return start + self._maybe(self._param_block(), 0.2) + self._statements(4)

    # Chance

    def _pick(self, choices: Sequence[str]) -> str:
        return self._random.choice(choices)

    def _maybe(self, text: str, share: float = 0.5) -> str:
        return text if self._random.random() < share else ""

    def _blank(self) -> str:
        return self._pick(_BLANKS)

    def _deeper(self, shallow: str, rules: Sequence[Callable[[], str]]) -> str:
        """One of the rules, or the shallow text when it is deep enough."""
        if self._depth >= _DEEPEST:
            return shallow
        self._depth += 1
        made = self._random.choice(rules)()
        self._depth -= 1
        return made

    # Statements

    def _statements(self, most: int) -> str:
        return "".join(self._statement() + self._pick(_LINES) for _ in range(self._random.randint(0, most)))

    def _block(self, most: int = 2) -> str:
        return "{" + self._maybe(" ") + self._statements(most) + "}"

    def _statement(self) -> str:
        return self._deeper(
            "$x",
            (
                self._pipeline,
                self._pipeline,
                self._pipeline,
                self._assignment,
                self._assignment,
                self._if,
                self._loop,
                self._switch,
                self._try,
                self._trap,
                self._function,
                self._definition,
                self._leave,
                self._data,
                self._verbatim,
            ),
        )

    def _pipeline(self) -> str:
        first = self._random.choice((self._command, self._expression_statement))()
        rest = "".join(
            f" |{self._maybe(chr(10))} {self._command()}" for _ in range(self._random.randint(0, 2))
        )
        return first + rest

    def _expression_statement(self) -> str:
        return self._expression() + self._maybe(self._pick((" > out.txt", " >> $log", ">x")), 0.1)

    def _command(self) -> str:
        name = self._pick(_COMMANDS)
        if self._random.random() < 0.2:
            name = self._pick(("& ", "&", ". ")) + self._pick(
                ("$x", "'a b'", '"a $x"', "{ 1 }", "(gcm x)", "foo")
            )
        arguments = [self._pick(_ARGUMENTS) for _ in range(self._random.randint(0, 3))]
        if self._random.random() < 0.2:
            arguments.append(self._pick(_REDIRECTIONS))
        return "".join([name, *(self._blank() + one for one in arguments)])

    def _verbatim(self) -> str:
        return f'{self._pick(_COMMANDS)} -a --% /x:"a \'b" (%y% {{\n'

    def _assignment(self) -> str:
        target = self._pick(("$x", "$script:y", "$x.y", "$x[0]", "${a b}", "$env:P", "[int]$n"))
        operator = self._pick(_ASSIGNMENTS)
        if operator == "=" and self._random.random() < 0.1:
            target = "$a, $b"
        value = self._random.choice((self._expression, self._pipeline, self._if, self._loop))()
        return f"{target}{self._blank()}{operator}{self._maybe(chr(10))} {value}"

    def _if(self) -> str:
        text = f"if ({self._condition()}) {self._block()}"
        for _ in range(self._random.randint(0, 2)):
            text += f"{self._pick((' ', chr(10)))}elseif ({self._condition()}) {self._block()}"
        return text + self._maybe(f" else {self._block()}")

    def _condition(self) -> str:
        return self._random.choice((self._expression, self._command))()

    def _loop(self) -> str:
        label = self._maybe(":outer ", 0.2)
        body = self._block()
        kind = self._pick(("foreach", "for", "while", "do", "until"))
        if kind == "foreach":
            return f"{label}foreach ($i in {self._condition()}) {body}"
        if kind == "for":
            middle = self._maybe(self._expression())
            return f"{label}for ({self._maybe('$i = 0')}; {middle}; {self._maybe('$i++')}) {body}"
        if kind == "while":
            return f"{label}while ({self._condition()}) {body}"
        word = "while" if kind == "do" else "until"
        return f"{label}do {body} {word} ({self._condition()})"

    def _switch(self) -> str:
        flags = self._pick(("", "-Regex ", "-Wildcard -CaseSensitive ", "-Exact "))
        subject = self._pick(("", "-File log.txt")) or f"({self._condition()})"
        clauses = "".join(
            self._pick(("1", "'a'", "a*", "{ $_ }", "$x", "(1 + 1)", '"b $c"')) + " " + self._block() + "\n"
            for _ in range(self._random.randint(1, 3))
        )
        return f"switch {flags}{subject} {{ {clauses}{self._maybe('default ' + self._block())} }}"

    def _try(self) -> str:
        text = f"try {self._block()}"
        catch = f" catch [{self._pick(('System.Exception', 'IO.IOException'))}], [Exception] {self._block()}"
        tail = f" catch {self._block()}"
        last = " finally { $done = 1 }"
        return text + self._pick((tail, catch, catch + tail, last, tail + last, catch + tail + last))

    def _trap(self) -> str:
        return f"trap {self._maybe('[Exception] ')}{{ continue }}"

    def _leave(self) -> str:
        words = ["return", "return $x", "exit", "exit 5", "throw", "throw 'x'"]
        words += ["break", "continue", "break outer", "continue $label"]
        return self._pick(words)

    def _function(self) -> str:
        kind = self._pick(("function", "filter", "function", "workflow"))
        name = self._pick(("f", "Get-Thing", "script:g", "in", "a.b"))
        if kind == "workflow":
            return f"workflow w {{ {self._pick(('parallel { 1 }', 'sequence { Get-VM }', 'inlinescript { 1 }'))} }}"
        parameters = self._maybe(f"({self._parameters()})", 0.3)
        inner = self._pick(("{ }", "body", "blocks"))
        if inner == "body":
            inner = "{" + ("" if parameters else self._maybe(self._param_block())) + self._statements(2) + "}"
        elif inner == "blocks":
            inner = (
                "{" + ("" if parameters else self._maybe(self._param_block())) + self._named_blocks() + "}"
            )
        return f"{kind} {name}{parameters} {inner}"

    def _param_block(self) -> str:
        return f"{self._maybe('[CmdletBinding(SupportsShouldProcess)]' + self._maybe(chr(10)))}param({self._parameters()})\n"

    def _parameters(self) -> str:
        made = []
        for number in range(self._random.randint(0, 3)):
            attribute = self._pick(
                (
                    *(
                        "",
                        "",
                        "[Parameter(Mandatory)] ",
                        "[Parameter(Mandatory = $true, Position = 1 + 1)]\n",
                    ),
                    *("[ValidateSet('a', 'b')] ", "[ValidateScript({ $_ -gt 1 })]", "[Alias('z')]"),
                )
            )
            kind = self._maybe(f"[{self._pick(('int', 'string[]', 'switch', 'System.IO.FileInfo'))}]")
            default = self._maybe(f" = {self._without_lists()}", 0.3)
            made.append(f"{attribute}{kind}$p{number}{default}")
        return (", " + self._maybe("\n")).join(made)

    def _named_blocks(self) -> str:
        names = [one for one in ("dynamicparam", "begin", "process", "end") if self._random.random() < 0.5]
        return "".join(f"{one} {self._block()}\n" for one in names or ["end"])

    def _definition(self) -> str:
        if self._random.random() < 0.3:
            return f"{self._maybe('[Flags()] ')}enum E{self._number()} {{ A; B = 4\n C }}"
        members = "".join(self._member() for _ in range(self._random.randint(0, 3)))
        return f"class C{self._number()}{self._maybe(' : System.Object')} {{ {members}}}"

    def _number(self) -> int:
        return self._random.randint(0, 10**9)

    def _member(self) -> str:
        name = f"m{self._number()}"
        hidden = self._maybe("hidden ", 0.2) + self._maybe("static ", 0.2)
        if self._random.random() < 0.5:
            return f"{self._maybe('[ValidateNotNull()]', 0.2)}{hidden}[int]${name}{self._maybe(' = 1 + 1')}\n"
        return (
            f"{hidden}[void] {name}({self._maybe('[int]$a, $b')}) {{ {self._maybe('$local = 1; $local')} }}\n"
        )

    def _data(self) -> str:
        return f"data {self._maybe('d ')}{self._maybe('-SupportedCommand Get-Foo ')}{{ {self._pick(('1', '@{a = 1}', chr(39) + 'x' + chr(39)))} }}"

    # Expressions

    def _expression(self) -> str:
        if self._depth >= _DEEPEST or self._random.random() < 0.4:
            return self._operand()
        self._depth += 1
        made = f"{self._operand()} {self._pick(_BINARY)}{self._maybe(chr(10), 0.1)} {self._expression()}"
        self._depth -= 1
        return made

    def _without_lists(self) -> str:
        """An expression where a comma would end it."""
        outer, self._no_comma = self._no_comma, True
        made = self._expression()
        self._no_comma = outer
        return made

    def _operand(self) -> str:
        prefix = self._pick(
            ("", "", "", "", "-not ", "!", "-", "+", "-bnot ", "-join ", "-split ", ",", "[int]")
        )
        if prefix == "," and self._no_comma:
            prefix = ""
        if prefix in {"-", "+", "!"}:
            return prefix + self._pick(("$x", "(1)", "5"))
        return prefix + self._primary()

    def _primary(self) -> str:
        return self._deeper(
            self._pick(("$x", "1", "'a'")),
            (
                lambda: self._pick(
                    ("$x", "$script:y", "${a b}", "$_", "$env:Path", "$?", "$$", "$x.y", "$a::b")
                ),
                lambda: self._pick(_NUMBERS),
                self._string,
                self._string,
                lambda: f"({self._random.choice((self._expression, self._pipeline, self._assignment))()})",
                lambda: f"$({self._statements(2)})",
                lambda: f"@({self._statements(2)})",
                self._hashtable,
                lambda: self._block(),
                lambda: f"[{self._pick(_TYPES[:4])}]::{self._pick(('new', 'Parse'))}({self._arguments()})",
                lambda: f"[{self._pick(_TYPES)}]",
                lambda: f"$x.{self._pick(_NAMES)}({self._arguments()})",
                lambda: f"$x[{self._without_lists()}]",
                lambda: f"$x.({self._expression()}).'a b'.\"$c\".$d",
                lambda: self._pick(("$i++", "$x.y--", "$x[0]++", "$x.Where{ $_ }", "$x.foreach({ $_ })")),
                lambda: self._pick(("1, $b", "$a, 2", "$a,$b")) if not self._no_comma else "$a",
            ),
        )

    def _arguments(self) -> str:
        simple = ("$x", "1", "'a'", "(1, 2)", "{ 1 }", "$x.y", "-1", "[int]", "@{}")
        return ", ".join(self._pick(simple) for _ in range(self._random.randint(0, 3)))

    def _string(self) -> str:
        parts = (
            "a",
            "$x",
            "$(1 + 1)",
            "`n",
            "${b c}",
            "$x.y",
            "''",
            '""',
            "`$",
            "é",
            "{0}",
            "#",
            "$",
            "$env:P",
            '`"',
        )
        inner = "".join(self._pick(parts) for _ in range(self._random.randint(0, 4)))
        kind = self._random.randrange(4)
        if kind == 0:
            return "'" + inner.replace("'", "''").replace("\u2019", "") + "'"
        if kind == 1:
            return '"' + inner + '"'
        line = self._pick(("text", "'quoted'", "@ not the end", "", "'@x"))
        if kind == 2:
            return f"@'\n{line if not line.startswith(chr(39) + '@') else 'x'}\n\"$a\" $(\n'@"
        return f'@"\n{inner}\n{line}\n"@'

    def _hashtable(self) -> str:
        keys = self._random.sample(
            ("a", "'b c'", "$k", "if", "3", '"d"', "(1)", "e.f"), self._random.randint(0, 3)
        )
        keys = [key if key != "e.f" else "'e.f'" for key in keys]
        pairs = [f"{key} = {self._random.choice((self._expression, self._command))()}" for key in keys]
        return self._maybe("[ordered]", 0.2) + "@{ " + self._pick(("; ", "\n")).join(pairs) + " }"


def script(random: Random) -> str:
    """A script that must parse."""
    return SyntaxGrammar(random).script()
