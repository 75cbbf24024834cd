"""Random scripts that parse: statements, expressions, .NET members and cmdlets with generated arguments.

Names of types, members, cmdlets and parameters come from the engine's own tables, so that whatever is added there
is tried too.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, Final

from fuzz.mutation import BORDER_TEXTS

_VARIABLES: Final = ("$a", "$b", "$c", "$d", "$_", "$null", "$true", "$false", "$args", "$Error", "$input")
_SPECIAL: Final = (
    *("$PSVersionTable", "$Host", "$PWD", "$HOME", "$PSCulture", "$MyInvocation", "$ExecutionContext"),
    *("$env:Path", "$global:a", "$script:b", "$local:c", "$variable:a", "$function:f1", "${a b}", "$Matches"),
)
_NUMBERS: Final = (
    *("0", "1", "2", "-1", "3", "7", "10", "255", "256", "2147483647", "2147483648", "-2147483648", "1.5"),
    *("9223372036854775807", "9223372036854775808", "1e308", "-0.0", "0x7f", "0xffffffff", "1kb", "4gb"),
    *("1d", "3.14d", "7922816251426433759354395033d", "1L", "0.1", "1e-5"),
)
_TEXTS: Final = (
    *(
        "''",
        "'a'",
        "'abc'",
        "'A b;c'",
        '"x$a"',
        '"$(1+1)"',
        "'2020-02-29'",
        "'10:00'",
        "'*'",
        "'[a'",
        "'a{0}'",
    ),
    *("'{0:x}'", "'{0,5:N2}'", "'(a|b)+'", "'1,2,3'", "'<a b=\"1\">t</a>'", "'{\"a\":[1,null]}'", "'C:\\x'"),
    *(
        "'\\d+'",
        "'1.2.3'",
        "'äöü'",
        '"`n`t`0"',
        "'True'",
        "'0x10'",
        "@'\nhere\n'@",
        "'a=b'",
        "'System.Int32'",
    ),
)
_BINARY: Final = (
    *("+", "-", "*", "/", "%", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-like", "-notlike", "-match"),
    *("-notmatch", "-replace", "-split", "-join", "-contains", "-notcontains", "-in", "-notin", "-is", "-as"),
    *(
        "-band",
        "-bor",
        "-bxor",
        "-and",
        "-or",
        "-xor",
        "-f",
        "-ceq",
        "-imatch",
        "-csplit",
        "-shl",
        "-shr",
        ",",
    ),
)
_UNARY: Final = ("-", "+", "!", "-not ", "-bnot ", "-split ", "-join ", ",")
_TYPES: Final = (
    *("int", "long", "byte", "double", "decimal", "string", "char", "bool", "datetime", "timespan", "guid"),
    *("version", "array", "hashtable", "xml", "regex", "scriptblock", "type", "object", "int[]", "string[]"),
    *("ipaddress", "uri", "pscustomobject", "void", "single", "uint32", "uint64", "sbyte", "psobject"),
    *("System.Collections.ArrayList", "System.Collections.Generic.List[int]", "System.IO.FileInfo"),
    *(
        "System.DayOfWeek",
        "System.Text.StringBuilder",
        "char[]",
        "byte[]",
        "switch",
        "System.Management.Automation.PSCredential",
    ),
)
_PREFERENCES: Final = ("Stop", "Continue", "SilentlyContinue", "Ignore", "Nonsense")


@dataclass(frozen=True)
class Names:
    """What scripts may name: static members by type, instance members, cmdlets with their parameters."""

    statics: tuple[tuple[str, str, bool], ...]
    members: tuple[tuple[str, bool], ...]
    cmdlets: tuple[tuple[str, tuple[tuple[str, str, bool], ...]], ...]


class ScriptGrammar:
    """Makes one script after another from chance alone."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._random = Random(0)
        self._left = 0

    def script(self, random: Random) -> str:
        """A script of one to six statements."""
        self._random = random
        self._left = 60
        return "\n".join(self._statement(3) for _ in range(random.randrange(1, 7)))

    def call_of(self, random: Random, name: str) -> str:
        """A call of one cmdlet."""
        self._random = random
        self._left = 20
        parameters = dict(self._names.cmdlets)[name]
        return self._call_with(name, parameters, 2)

    # Statements

    def _statement(self, depth: int) -> str:
        self._left -= 1
        if depth <= 0 or self._left <= 0:
            return f"{self._variable()} = {self._value(0)}"
        kinds = (
            *(self._assignment, self._assignment, self._pipeline, self._pipeline, self._pipeline),
            *(self._if, self._foreach, self._for, self._while, self._switch, self._try, self._function),
            *(self._call, self._throw, self._expression_statement, self._expression_statement, self._trap),
            *(self._flow, self._class, self._preference, self._redirected, self._begin_process_end),
        )
        return self._random.choice(kinds)(depth)

    def _block(self, depth: int) -> str:
        return "; ".join(self._statement(depth - 1) for _ in range(self._random.randrange(0, 3)))

    def _assignment(self, depth: int) -> str:
        operator = self._random.choice(("=", "=", "=", "+=", "-=", "*=", "/=", "%="))
        if self._random.random() < 0.1:
            return f"$a, $b = {self._value(depth)}"
        target = self._random.choice(("$a", "$b", "$c", "$a[0]", "$b.Name", "[int]$d", "$script:c", "$_"))
        return f"{target} {operator} {self._value(depth)}"

    def _expression_statement(self, depth: int) -> str:
        return self._value(depth)

    def _if(self, depth: int) -> str:
        other = f" else {{ {self._block(depth)} }}" if self._random.random() < 0.4 else ""
        return f"if ({self._value(depth - 1)}) {{ {self._block(depth)} }}{other}"

    def _foreach(self, depth: int) -> str:
        return f"foreach ($i{depth} in {self._value(depth - 1)}) {{ {self._block(depth)} }}"

    def _for(self, depth: int) -> str:
        i = f"$i{depth}"
        return f"for ({i} = 0; {i} -lt {self._random.randrange(4)}; {i}++) {{ {self._block(depth)} }}"

    def _while(self, depth: int) -> str:
        count = self._random.randrange(4)
        form = self._random.choice(
            (
                "{2} = 0; while ({2}++ -lt {0}) {{ {1} }}",
                "{2} = 0; do {{ {1} }} while ({2}++ -lt {0})",
                "{2} = 0; do {{ {1} }} until ({2}++ -ge {0})",
                "{2} = 0; :outer while ({2}++ -lt {0}) {{ {1}; continue outer }}",
                "while ($true) {{ $a = {0} }}",
            )
        )
        return form.format(count, self._block(depth), f"$n{depth}")

    def _switch(self, depth: int) -> str:
        mode = self._random.choice(("", "-wildcard ", "-regex ", "-exact ", "-casesensitive "))
        cases = " ".join(
            f"{self._random.choice(('1', *_TEXTS[:6], '{ $_ -gt 1 }', 'default'))} {{ {self._block(depth)} }}"
            for _ in range(self._random.randrange(1, 3))
        )
        return f"switch {mode}({self._value(depth - 1)}) {{ {cases} }}"

    def _try(self, depth: int) -> str:
        kind = self._random.choice(
            ("", "[System.Exception] ", "[DivideByZeroException] ", "[FormatException] ")
        )
        end = f" finally {{ {self._block(depth)} }}" if self._random.random() < 0.3 else ""
        return f"try {{ {self._block(depth)} }} catch {kind}{{ {self._block(depth)} }}{end}"

    def _trap(self, depth: int) -> str:
        return f"& {{ trap {{ {self._block(depth)}; {self._random.choice(('continue', 'break'))} }}; {self._block(depth)} }}"

    def _function(self, depth: int) -> str:
        form = self._random.choice(
            (
                "function f1 {{ param($x, [int]$y = 3) {0} }}",
                "function f2 {{ [CmdletBinding()] param([Parameter(ValueFromPipeline)] $x) process {{ {0} }} }}",
                "filter f3 {{ {0} }}",
                "function f4 {{ [CmdletBinding(SupportsShouldProcess)] param([Parameter(Mandatory)] "
                "[ValidateSet('a', 'b')] $x, [switch] $s) {0} }}",
                "function f5 {{ param([ValidateRange(1, 5)] $x, [ValidateNotNullOrEmpty()] [string[]] $y) {0} }}",
            )
        )
        return form.format(self._block(depth))

    def _call(self, depth: int) -> str:
        function = self._random.choice(("f1", "f2", "f3", "f4", "f5"))
        arguments = self._random.choice(
            ("", "{0}", "-x {0}", "-x {0} -y {1}", "@a", "-s", "-WhatIf -x a", "-Verbose")
        )
        return f"{function} {arguments.format(self._argument(depth), self._argument(depth))}"

    def _throw(self, depth: int) -> str:
        return f"try {{ throw {self._value(depth - 1)} }} catch {{ $_.Exception; $_.FullyQualifiedErrorId }}"

    def _flow(self, depth: int) -> str:
        word = self._random.choice(("break", "continue", "return", f"return {self._value(depth - 1)}"))
        return f"foreach ($j in 1..2) {{ if ($j -eq 2) {{ {word} }}; {self._block(depth)} }}"

    def _class(self, depth: int) -> str:
        name = f"C{self._random.randrange(4)}"
        return self._random.choice(
            (
                f"class {name} {{ [int] $P = 1; [string] M($x) {{ $a = $b = $c = $d = $j = $i1 = $i2 = $i3 = $n1 = $n2 = $n3 = $x; "
                f"return {self._value(depth - 1)} }} }}; "
                f"[{name}]::new().M({self._value(depth - 1)})",
                f"enum E{self._random.randrange(4)} {{ One; Two = 5; Three }}; [System.DayOfWeek]{self._value(0)}",
            )
        )

    def _preference(self, _depth: int) -> str:
        return f"$ErrorActionPreference = '{self._random.choice(_PREFERENCES[:4])}'"

    def _redirected(self, depth: int) -> str:
        return f"{self._pipeline(depth)} {self._random.choice(('2>&1', '> $null', '*> $null', '3>&1', '2> $null'))}"

    def _begin_process_end(self, depth: int) -> str:
        return (
            f"1..2 | & {{ begin {{ {self._block(depth)} }} process {{ {self._block(depth)} }} "
            f"end {{ {self._block(depth)} }} }}"
        )

    # Pipelines

    def _pipeline(self, depth: int) -> str:
        first = self._value(depth - 1) if self._random.random() < 0.5 else self._cmdlet(depth)
        stages = [first]
        stages += [self._stage(depth) for _ in range(self._random.randrange(0, 3))]
        return " | ".join(stages)

    def _stage(self, depth: int) -> str:
        if self._random.random() < 0.3:
            return self._cmdlet(depth)
        return self._random.choice(
            (
                lambda: f"ForEach-Object {{ {self._block(depth)} }}",
                lambda: f"Where-Object {{ {self._value(depth - 1)} }}",
                lambda: f"Where-Object Name {self._random.choice(_BINARY[5:20])} {self._argument(depth)}",
                lambda: f"Select-Object -First {self._random.randrange(3)}",
                lambda: f"Select-Object Name, @{{ n = 'x'; e = {{ {self._value(depth - 1)} }} }}",
                lambda: "Sort-Object -Descending",
                lambda: "Group-Object Length",
                lambda: "Measure-Object -Sum -ErrorAction SilentlyContinue",
                lambda: "Out-String -Width 40",
                lambda: "ConvertTo-Json -Depth 2",
                lambda: "Format-Table -AutoSize",
                lambda: "Format-List *",
                lambda: "ConvertTo-Csv",
                lambda: "Out-Null",
                lambda: "Get-Member",
            )
        )()

    def _cmdlet(self, depth: int) -> str:
        return self._call_with(*self._random.choice(self._names.cmdlets), depth)

    def _call_with(self, name: str, parameters: tuple[tuple[str, str, bool], ...], depth: int) -> str:
        words = [name]
        for _ in range(self._random.choice((0, 1, 1, 2, 3))):
            if not parameters:
                break
            key, kind, is_switch = self._random.choice(parameters)
            words.append(f"-{key}" if is_switch else f"-{key} {self._typed(kind, depth)}")
        if self._random.random() < 0.2:
            words.append(self._argument(depth))
        if self._random.random() < 0.2:
            words.append(f"-ErrorAction {self._random.choice(_PREFERENCES)}")
        return " ".join(words)

    def _typed(self, kind: str, depth: int) -> str:
        if self._random.random() < 0.25:
            return self._argument(depth)
        if "ScriptBlock" in kind:
            return f"{{ {self._block(depth - 1)} }}"
        if any(word in kind for word in ("Int", "Byte", "Double", "Single", "Decimal")):
            return f"({self._random.choice(_NUMBERS)})"
        if "Boolean" in kind:
            return self._random.choice(("$true", "$false"))
        if "Hashtable" in kind or "IDictionary" in kind:
            return f"@{{ a = {self._value(0)} }}"
        return self._random.choice(_TEXTS)

    def _argument(self, depth: int) -> str:
        kind = self._random.randrange(6)
        if kind == 0:
            return self._variable()
        if kind == 1:
            return self._random.choice(("abc", "*", "a,b", "-1", "C:\\Windows", "x=1", "@(1,2)", "TestVM"))
        if kind == 2:
            return f"{{ {self._value(0)} }}"
        return f"({self._value(min(depth - 1, 1))})"

    # Expressions

    def _variable(self) -> str:
        return self._random.choice(_VARIABLES if self._random.random() < 0.8 else _SPECIAL)

    def _value(self, depth: int) -> str:
        self._left -= 1
        if depth <= 0 or self._left <= 0:
            return self._literal()
        kinds = (
            *(self._literal, self._binary_value, self._binary_value, self._unary_value, self._cast),
            *(self._list, self._table, self._index, self._member, self._member, self._static, self._static),
            *(self._subexpression, self._range, self._script_block, self._increment, self._type_test),
        )
        made = self._random.choice(kinds)
        return made() if made == self._literal else made(depth - 1)  # type: ignore[operator]

    def _literal(self) -> str:
        kind = self._random.randrange(10)
        if kind < 3:
            return self._random.choice(_NUMBERS)
        if kind < 6:
            return self._random.choice(_TEXTS)
        if kind == 6:
            return "'" + self._random.choice(BORDER_TEXTS).replace("'", "''").replace("\0", "") + "'"
        return self._variable()

    def _binary_value(self, depth: int) -> str:
        return f"({self._value(depth)} {self._random.choice(_BINARY)} {self._value(depth)})"

    def _unary_value(self, depth: int) -> str:
        return f"({self._random.choice(_UNARY)}({self._value(depth)}))"

    def _cast(self, depth: int) -> str:
        return f"([{self._random.choice(_TYPES)}]({self._value(depth)}))"

    def _list(self, depth: int) -> str:
        return f"@({', '.join(self._value(depth) for _ in range(self._random.randrange(0, 4)))})"

    def _table(self, depth: int) -> str:
        kind = self._random.choice(("", "", "[ordered]", "[pscustomobject]"))
        pairs = "; ".join(
            f"{self._random.choice('abcN')}{n} = {self._value(depth)}"
            for n in range(self._random.randrange(3))
        )
        return f"{kind}@{{ {pairs} }}"

    def _index(self, depth: int) -> str:
        return f"({self._value(depth)})[{self._value(depth)}]"

    def _member(self, depth: int) -> str:
        name, is_method = self._random.choice(self._names.members)
        if not is_method:
            return f"({self._value(depth)}).{name}"
        arguments = ", ".join(self._value(depth) for _ in range(self._random.choice((0, 1, 1, 2, 3))))
        return f"({self._value(depth)}).{name}({arguments})"

    def _static(self, depth: int) -> str:
        owner, name, is_method = self._random.choice(self._names.statics)
        if not is_method:
            return f"[{owner}]::{name}"
        arguments = ", ".join(self._value(depth) for _ in range(self._random.choice((0, 1, 1, 2, 3))))
        return f"[{owner}]::{name}({arguments})"

    def _subexpression(self, depth: int) -> str:
        return f"$({self._block(depth)})"

    def _range(self, _depth: int) -> str:
        return f"({self._random.randrange(-2, 5)}..{self._random.randrange(-2, 9)})"

    def _script_block(self, depth: int) -> str:
        return f"(& {{ {self._block(depth)} }} {self._argument(0)})"

    def _increment(self, _depth: int) -> str:
        return self._random.choice(("($a++)", "(++$b)", "($c--)"))

    def _type_test(self, depth: int) -> str:
        return f"({self._value(depth)} {self._random.choice(('-is', '-as', '-isnot'))} [{self._random.choice(_TYPES)}])"


def names_of(engine: Any, *, unsafe: frozenset[str] = frozenset()) -> Names:
    """The names of an engine: every static and instance member, every cmdlet but those of ``unsafe``."""
    from emulator.powershell.dotnet.types import BUILTIN, Method, parse_table

    statics, members = [], {}
    for kind in list(BUILTIN.values()):
        if "`" in kind.name or "[" in kind.name:
            continue
        statics += [
            (kind.name, member.name, isinstance(member, Method)) for member in kind.own_statics.values()
        ]
        if kind.construct is not None:
            statics.append((kind.name, "new", True))
        for member in parse_table(kind.instance_table, static=False).values():
            members[member.name] = isinstance(member, Method)
    cmdlets = []
    for command in engine.commands.all(engine.global_scope, everything=True):
        metadata = command.metadata(engine) if command.kind == "Cmdlet" else None
        if metadata is not None and command.name not in unsafe:
            parameters = tuple(
                (one.name, one.type_name, one.is_switch) for one in metadata.parameters.values()
            )
            cmdlets.append((command.name, parameters))
    return Names(tuple(sorted(set(statics))), tuple(sorted(members.items())), tuple(sorted(cmdlets)))
