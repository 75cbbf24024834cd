"""The NUnit 2.5 report that Pester writes and build servers read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from emulator.host import Host
from emulator.powershell.modules.pester.model import Block, Outcome, Test
from emulator.powershell.modules.pester.report import blocks_of, count, failure_lines

_RESULTS = {
    Outcome.PASSED: ("Success", "True"),
    Outcome.FAILED: ("Failure", "True"),
    Outcome.SKIPPED: ("Ignored", "False"),
    Outcome.PENDING: ("Inconclusive", "True"),
    Outcome.INCONCLUSIVE: ("Inconclusive", "True"),
}
SKIPPED = (Outcome.SKIPPED, Outcome.PENDING)
"""What Pester 5 calls skipped."""
#: Characters that XML cannot hold.
FORBIDDEN = {code: None for code in range(32) if code not in (9, 10, 13)}


def nunit_xml(
    host: Host,
    containers: Sequence[Block],
    moment: datetime,
    shown_path: Callable[[str], str],
    directory: str,
    name: str = "Pester",
) -> str:
    """The whole document. ``moment`` is when the run began, ``directory`` the current one."""
    counts = count(containers)
    run = sum(counts.values()) - counts[Outcome.NOT_RUN]
    errors = sum(1 for one in containers if one.failures)
    lines = [
        '<?xml version="1.0" encoding="utf-8" standalone="no"?>',
        '<test-results xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:noNamespaceSchemaLocation="nunit_schema_2.5.xsd" '
        f"name={attribute(name)} "
        f'total="{run}" errors="{errors}" failures="{counts[Outcome.FAILED]}" '
        f'not-run="{counts[Outcome.NOT_RUN]}" '
        f'inconclusive="{counts[Outcome.INCONCLUSIVE] + counts[Outcome.PENDING]}" ignored="0" '
        f'skipped="{counts[Outcome.SKIPPED]}" invalid="0" '
        f'date="{moment:%Y-%m-%d}" time="{moment:%H:%M:%S}">',
        "  <environment "
        + " ".join(f"{name}={attribute(value)}" for name, value in environment(host, directory).items())
        + " />",
        '  <culture-info current-culture="en-US" current-uiculture="en-US" />',
    ]
    body: list[str] = []
    for container in containers:
        body += _suite(container, shown_path(container.name), shown_path(container.name), shown_path)
    total = sum(one.duration for one in containers)
    lines += _element(name, name, _group(containers), total, body, "  ")
    lines.append("</test-results>")
    return "\n".join(lines) + "\n"


def environment(host: Host, directory: str) -> dict[str, str]:
    """What the reports say about the machine."""
    return {
        "user": host.accounts.administrator.name,
        "machine-name": host.name,
        "cwd": directory,
        "user-domain": host.name,
        "platform": host.profile.edition.caption.strip(),
        "nunit-version": "2.5.8.0",
        "os-version": ".".join(str(one) for one in host.release.version_parts),
        "clr-version": host.release.common_language_runtime,
    }


def attribute(text: str) -> str:
    """The value of an attribute with its quotation marks."""
    return quoteattr(text.translate(FORBIDDEN), {"\n": "&#xA;", "\r": "&#xD;"})


def _text(text: str) -> str:
    return escape(text.translate(FORBIDDEN))


def _group(blocks: Iterable[Block]) -> str:
    """Failure, Ignored, Inconclusive or Success, the first that any test has."""
    held = list(blocks)
    if any(one.failures for one in blocks_of(held)):
        return "Failure"
    found = count(held)
    if found[Outcome.FAILED]:
        return "Failure"
    if found[Outcome.SKIPPED]:
        return "Ignored"
    return "Inconclusive" if found[Outcome.PENDING] + found[Outcome.INCONCLUSIVE] else "Success"


def _element(
    name: str,
    description: str,
    result: str,
    seconds: float,
    body: list[str],
    margin: str,
    kind: str = "TestFixture",
) -> list[str]:
    return [
        f'{margin}<test-suite type="{kind}" name={attribute(name)} executed="True" result="{result}" '
        f'success="{result != "Failure"}" time="{seconds:.4f}" asserts="0" '
        f"description={attribute(description)}>",
        f"{margin}  <results>",
        *(f"{margin}    {line}" for line in body),
        f"{margin}  </results>",
        f"{margin}</test-suite>",
    ]


def _suite(block: Block, name: str, description: str, shown_path: Callable[[str], str]) -> list[str]:
    body: list[str] = []
    for key, run in groupby(block.children, key=_key):
        members = list(run)
        if isinstance(members[0], Block):
            for child in members:
                if isinstance(child, Block) and any(
                    one.outcome is not Outcome.NOT_RUN for one in child.tests()
                ):
                    label = child.expanded_name or child.name
                    body += _suite(child, ".".join(child.path), label, shown_path)
            continue
        tests = [one for one in members if isinstance(one, Test) and one.outcome is not Outcome.NOT_RUN]
        if not tests:
            continue
        if tests[0].case is None:
            for test in tests:
                body += _case(test, shown_path)
            continue
        rows = [line for test in tests for line in _case(test, shown_path)]
        failed = any(test.outcome is Outcome.FAILED for test in tests)
        title = ".".join([*block.path, str(key[1])])
        seconds = sum(test.duration for test in tests)
        body += _element(
            title, str(key[1]), "Failure" if failed else "Success", seconds, rows, "", "ParameterizedTest"
        )
    return _element(name, description, _group([block]), block.duration, body, "")


def _key(child: Block | Test) -> tuple[int, str]:
    """Cases of one It stand together."""
    if isinstance(child, Test):
        return (id(child.script.compiled) if child.case is not None else 0, child.name)
    return (1, "")


def _case(test: Test, shown_path: Callable[[str], str]) -> Iterator[str]:
    result, executed = _RESULTS[test.outcome]
    opening = (
        f"<test-case description={attribute(test.expanded_name)} name={attribute('.'.join(test.path))} "
        f'time="{test.duration:.4f}" asserts="0" success="{test.outcome is Outcome.PASSED}" '
        f'result="{result}" executed="{executed}"'
    )
    if test.outcome is Outcome.PASSED:
        yield f"{opening} />"
        return
    yield f"{opening}>"
    if test.outcome is Outcome.FAILED:
        yield "  <failure>"
        for record in test.failures[:1]:
            *message, place = failure_lines(record, shown_path)
            if not message:
                message, place = [place], ""
            yield f"    <message>{_text(chr(10).join(message))}</message>"
            yield f"    <stack-trace>{_text(place)}</stack-trace>"
        yield "  </failure>"
    elif test.reason:
        yield "  <reason>"
        yield f"    <message>{_text(test.reason)}</message>"
        yield "  </reason>"
    yield "</test-case>"
