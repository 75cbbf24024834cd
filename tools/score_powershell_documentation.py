"""Run the examples of the public PowerShell documentation and compare what they show with what it prints.

    python tools/score_powershell_documentation.py CHECKOUT                          the table, by folder
    python tools/score_powershell_documentation.py CHECKOUT about_Arrays --failures  what differs on some pages

CHECKOUT is a working copy of https://github.com/MicrosoftDocs/PowerShell-Docs; nothing of it is kept here. A pair is
a block of PowerShell followed, under the same heading, by a block of output; or a block that shows a session, with
prompts, and what was printed in it. Blocks are typed into a session one input after another, as at a prompt. White
space does not count, nor do prompts.

What is not to be known from a page is tried in turn: whether the author went on in one session for the whole page or
began a new one under each heading or for each block, whether a block was a script or typed line by line, and whether the window was 120
or 80 columns wide.

A pair is left out by `score_powershell_documentation.json`, before its output is looked at: for a command of another
module (`commands`), for what its code or its printed output tells (`code`, `output`: regular expressions), or by its
page and the number of its block (`pairs`), each with the cause. `counted` names pairs that such a rule meets by a
word that does not matter there. `files` are files whose content one block of a page prints and others read.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDERS = ("Microsoft.PowerShell.Core/About", "Microsoft.PowerShell.Core", "Microsoft.PowerShell.Utility")
#: The ways of typing a page that are tried: columns of the window, what begins a new session, and whether a block is
#: one input (as a script would be) or typed line by line.
WAYS = (
    (120, "page", False),
    (120, "heading", False),
    (120, "page", True),
    (120, "block", False),
    (80, "page", False),
    (80, "heading", False),
)
SECONDS = 300
SECONDS_OF_AN_INPUT = 20
EXCLUSIONS = Path(__file__).with_name("score_powershell_documentation.json")

_FENCE = re.compile(r"^\s*(?:>\s?)?(`{3,})\s*([\w+-]*)\s*$")
_HEADING = re.compile(r"^#+ ")
_PROMPT = re.compile(r"^(?:\[[\w.-]+\]:? ?)?(?:PS\b[^>\n]*|DBG[^>\n]*)>+(?: |$)")
_MORE = re.compile(r"^>>+ ?")


@dataclass
class Block:
    """A fenced block: its number on the page (from 1), its language, the number of its heading, its lines."""

    number: int
    language: str
    section: int
    lines: list[str]


@dataclass
class Input:
    """What is typed at one prompt."""

    text: str
    printed: str = ""


@dataclass
class Example:
    """A block of code with what the page prints for it; `pair` says whether it prints anything."""

    block: Block
    inputs: list[Input]
    printed: list[str] = field(default_factory=list)

    @property
    def pair(self) -> bool:
        return bool("".join(self.printed).strip())

    @property
    def text(self) -> str:
        """The block as it stands on the page, when it has no prompts."""
        lines = self.block.lines
        return self.code if any(_PROMPT.match(line) for line in lines) else "\n".join(lines)

    @property
    def code(self) -> str:
        return "\n".join(one.text for one in self.inputs)


def blocks_of(text: str) -> list[Block]:
    """The fenced blocks of a page."""
    blocks: list[Block] = []
    section, opened, closing, quoted = 0, None, "", ""
    for line in text.splitlines():
        fence = _FENCE.match(line)
        if opened is None:
            if fence is not None:
                opened = Block(len(blocks) + 1, fence[2].lower(), section, [])
                closing = fence[1]
                quoted = "> " if line.startswith(">") else ""
            elif _HEADING.match(line):
                section += 1
        elif fence is not None and fence[1] == closing and not fence[2]:
            blocks.append(opened)
            opened = None
        else:
            opened.lines.append(line.removeprefix(quoted))
    return blocks


def examples_of(text: str) -> list[Example]:
    """The examples of a page, with or without output."""
    examples: list[Example] = []
    last: Example | None = None
    for block in blocks_of(text):
        with_prompts = any(_PROMPT.match(line) for line in block.lines)
        if block.language == "powershell" or (block.language == "" and with_prompts):
            inputs = list(_session(block.lines)) if with_prompts else list(_pasted("\n".join(block.lines)))
            last = Example(block, inputs, [one.printed for one in inputs if one.printed.strip()])
            examples.append(last)
        elif block.language == "output" and last is not None and last.block.section == block.section:
            inputs = list(_session(block.lines)) if with_prompts else []
            last.inputs.extend(inputs)
            last.printed.extend([one.printed for one in inputs] or ["\n".join(block.lines)])
        else:
            last = None
    return examples


def _session(lines: list[str]) -> Iterator[Input]:
    """The inputs of a block with prompts; an input goes on while it is not complete."""
    typed = ""
    printed: list[str] = []
    first = next(place for place, line in enumerate(lines) if _PROMPT.match(line))
    yield from _pasted("\n".join(lines[:first]))
    for line in lines[first:]:
        prompt = _PROMPT.match(line)
        if prompt is not None:
            if typed:
                yield Input(typed, "\n".join(printed))
            typed, printed = line[prompt.end() :], []
        elif _MORE.match(line):
            typed += "\n" + _MORE.sub("", line)
        elif not printed and _incomplete(typed):
            typed += "\n" + line
        else:
            printed.append(line)
    if typed:
        yield Input(typed, "\n".join(printed))


def _incomplete(text: str) -> bool:
    from emulator.powershell.parser import parse

    return parse(text).is_incomplete or text.rstrip().endswith(("|", "`"))


def _pasted(text: str) -> Iterator[Input]:
    """A block without prompts as inputs: statements that begin in a line of their own."""
    from emulator.powershell.parser import parse
    from emulator.powershell.parser.ast import FunctionDefinitionAst

    result = parse(text)
    tree = result.ast
    body = tree.end_block
    whole = result.errors or tree.param_block or tree.using_statements
    if whole or body is None or not body.unnamed or body.traps:
        yield Input(text)
        return
    groups: list[tuple[int, int]] = []
    line = 0
    for statement in body.statements:
        extent = statement.extent
        start = extent.start_offset
        if groups and extent.start_line == line:
            start = groups.pop()[0]
        elif isinstance(statement, FunctionDefinitionAst):
            start = groups[-1][1] if groups else 0  # its help stands before it
        groups.append((start, extent.end_offset))
        line = extent.end_line
    for start, end in groups:
        yield Input(text[start:end])


def _commands(example: Example) -> Iterator[str]:
    """The names of the commands that an example calls, in lower case without module and extension."""
    from emulator.powershell.parser import parse
    from emulator.powershell.parser.ast import CommandAst

    for one in example.inputs:
        for node in parse(one.text).ast.walk():
            name = node.get_command_name() if isinstance(node, CommandAst) else None
            if name is not None:
                yield name.lower().rpartition("\\")[2].removesuffix(".exe")


class Exclusions:
    """What is left out, and why."""

    def __init__(self, table: dict[str, Any]) -> None:
        self._counted = frozenset(table["counted"].split())
        self._files: dict[str, dict[str, int]] = table["files"]
        self._commands = {
            name.lower(): cause for cause, names in table["commands"].items() for name in names.split()
        }
        self._code = [(re.compile(form, re.IGNORECASE), cause) for form, cause in table["code"].items()]
        self._output = [(re.compile(form, re.MULTILINE), cause) for form, cause in table["output"].items()]
        self._pairs: dict[str, str] = {
            name: cause for cause, names in table["pairs"].items() for name in names.split()
        }

    def files(self, page: str, text: str) -> dict[str, str]:
        """The files that a page shows the content of, by path: its later examples read them."""
        wanted = self._files.get(page, {})
        printed = {one.block.number: "\n".join(one.printed) for one in examples_of(text)} if wanted else {}
        return {path: printed[number] for path, number in wanted.items()}

    def cause(self, page: str, example: Example) -> str | None:
        """Why a pair is left out, None for one that counts."""
        name = f"{page}:{example.block.number}"
        if name in self._counted:
            return None
        for form, cause in self._pairs.items():
            if fnmatch.fnmatchcase(name, form):
                return cause
        code = example.code
        for command in _commands(example):
            if command in self._commands:
                return self._commands[command]
        for pattern, cause in self._code:
            if pattern.search(code):
                return cause
        printed = "\n".join(example.printed)
        for pattern, cause in self._output:
            if pattern.search(printed):
                return cause
        return None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout", type=Path)
    parser.add_argument("pages", nargs="*", help="parts of page names; all by default")
    parser.add_argument("--failures", action="store_true", help="show what differs")
    parser.add_argument(
        "--agreeing", action="store_true", help="name the pairs left out that agree all the same"
    )
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_intermixed_args()
    exclusions = Exclusions(json.loads(EXCLUSIONS.read_text(encoding="utf-8")))
    if options.one is not None:
        print(json.dumps(run_page(options.one, exclusions)))
        return
    total: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    print("| folder | pairs | agree | counted | left out |\n|---|---|---|---|---|")
    for folder in FOLDERS:
        pages = [
            path
            for path in sorted((options.checkout / "reference" / "5.1" / folder).glob("*.md"))
            if not options.pages or any(part.lower() in path.stem.lower() for part in options.pages)
        ]
        counts: Counter[str] = Counter()
        with ThreadPoolExecutor(2) as pool:
            for page, rows in zip(
                pages, pool.map(lambda page: _spawn(options.checkout, page), pages), strict=True
            ):
                _judge(options, exclusions, page, rows, counts, causes)
        total.update(counts)
        _print_row(folder, counts)
    _print_row("**all**", total)
    for cause, number in causes.most_common():
        print(f"{number:5} {cause}")


def _print_row(folder: str, counts: Counter[str]) -> None:
    counted = counts["same"] + counts["different"]
    share = f"{100 * counts['same'] / counted:.1f} %" if counted else "-"
    print(
        f"| {folder} | {counted + counts['out']} | {counts['same']} | {counted} ({share}) | {counts['out']} |"
    )


def _judge(
    options: argparse.Namespace,
    exclusions: Exclusions,
    page: Path,
    rows: dict[str, list[str]],
    counts: Counter[str],
    causes: Counter[str],
) -> None:
    for example in examples_of(page.read_text(encoding="utf-8-sig")):
        if not example.pair:
            continue
        name = f"{page.stem}:{example.block.number}"
        shown = rows.get(str(example.block.number), [])
        same = any(_plain(text) == _plain("\n".join(example.printed)) for text in shown)
        cause = exclusions.cause(page.stem, example)
        if cause is not None:
            counts["out"] += 1
            causes[cause] += 1
            if same and options.agreeing:
                print(f"agrees: {name} ({cause})")
        elif same:
            counts["same"] += 1
        else:
            counts["different"] += 1
            if options.failures:
                print(f"=== {name}\n{example.code}\n>>> printed")
                print("\n".join(example.printed)[:3000])
                print(f"<<< shown\n{shown[0][:3000] if shown else '(nothing: the page failed)'}")


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _spawn(checkout: Path, page: Path) -> dict[str, list[str]]:
    """What a page's pairs showed, by the number of the block: one text for each way of typing them."""
    command = [sys.executable, __file__, str(checkout), "--one", str(page)]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        rows: dict[str, list[str]] = json.loads(answer.stdout.splitlines()[-1])
    except (subprocess.TimeoutExpired, IndexError, ValueError):
        return {}
    return rows


def run_page(page: Path, exclusions: Exclusions) -> dict[str, list[str]]:
    """Type a page's examples in each way until they agree."""
    from emulator.powershell.loading import load_engine

    load_engine()
    text = page.read_text(encoding="utf-8-sig")
    examples = examples_of(text)
    files = exclusions.files(page.stem, text)
    shown: dict[str, list[str]] = {str(one.block.number): [] for one in examples if one.pair}
    counted = [one for one in examples if one.pair and exclusions.cause(page.stem, one) is None]
    if not counted:
        return shown
    for width, new_session, whole in WAYS:
        open_sections = {one.block.section for one in counted if not _agrees(shown, one)}
        if not open_sections:
            break
        session = None
        section = -1
        for example in examples:
            if new_session != "page" and example.block.section not in open_sections:
                continue
            if new_session == "page" and example.block.section > max(open_sections):
                break
            if (
                session is None
                or new_session == "block"
                or (new_session == "heading" and example.block.section != section)
            ):
                section = example.block.section
                session = Session(width, files)
            printed = session.type([Input(example.text)] if whole else example.inputs)
            if example.pair:
                shown[str(example.block.number)].append(printed)
    return shown


def _agrees(shown: dict[str, list[str]], example: Example) -> bool:
    printed = _plain("\n".join(example.printed))
    return any(_plain(text) == printed for text in shown[str(example.block.number)])


class Session:
    """powershell.exe with a window on a fake machine."""

    def __init__(self, width: int, files: dict[str, str] | None = None) -> None:
        from emulator.console.context import Console, Context
        from emulator.console.environment import user_environment
        from emulator.console.programs.powershell.output import ConsoleInterface
        from emulator.console.programs.powershell.session import initial_session
        from emulator.console.streams import Collector, MemoryReader
        from emulator.host import Host
        from emulator.powershell.runtime import Runspace
        from emulator.profile import load

        host = Host(load("windows-server-2022-datacenter"), clock_mode="fast")
        for path, content in (files or {}).items():
            host.filesystem.make_directory(path.rpartition("\\")[0], exist_ok=True)
            host.filesystem.write(path, content.replace("\n", "\r\n").encode())
        output = Collector(65001)
        self._context = Context(
            host=host,
            account=host.accounts.administrator,
            console=Console(65001, ()),
            environment=user_environment(host, host.accounts.administrator),
            directory="C:\\Users\\Administrator",
            stdin=MemoryReader(b"", 65001),
            stdout=output,
            stderr=output,
            cancelled=threading.Event(),
            process_id=host.processes.start(
                "powershell.exe", account=host.accounts.administrator.qualified_name
            ).id,
        )
        interface = ConsoleInterface(self._context, interactive=False)
        interface.width = width
        self._output = output
        self._runspace = Runspace(initial_session(self._context, interface))

    def type(self, inputs: list[Input]) -> str:
        """Run inputs one after another; what the window shows of them, without prompts and inputs."""
        from emulator.console.programs.powershell.output import ConsoleSink

        before = len(self._output.value())
        for one in inputs:
            sink = ConsoleSink(self._context, self._runspace, clixml=False)
            timer = threading.Timer(SECONDS_OF_AN_INPUT, self._runspace.stop)
            timer.start()
            result = self._runspace.run(one.text, sink=sink)
            timer.cancel()
            if result.failure is not None:
                sink.error(result.failure)
            sink.finish()
        return self._output.value()[before:].decode("utf-8", "replace")


if __name__ == "__main__":
    main()
