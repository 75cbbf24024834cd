"""The JUnit report of Pester 5."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from emulator.host import Host
from emulator.powershell.modules.pester.model import Container, Outcome, Test
from emulator.powershell.modules.pester.nunit import FORBIDDEN, SKIPPED, attribute, environment
from emulator.powershell.modules.pester.report import failure_lines


def junit_xml(host: Host, containers: Sequence[Container], name: str, directory: str, seconds: float) -> str:
    """The whole document."""
    tests = [one for container in containers for one in container.tests()]
    failed = sum(1 for one in tests if one.outcome is Outcome.FAILED)
    idle = sum(1 for one in tests if one.outcome in (Outcome.NOT_RUN, *SKIPPED))
    errors = sum(1 for one in containers for block in one.blocks() if block.failures)
    lines = [
        '<?xml version="1.0" encoding="utf-8" standalone="no"?>',
        '<testsuites xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:noNamespaceSchemaLocation="junit_schema_4.xsd" name={attribute(name)} tests="{len(tests)}" '
        f'errors="{errors}" failures="{failed}" disabled="{idle}" time="{seconds:.3f}">',
    ]
    for number, container in enumerate(one for one in containers if one.started):
        lines += _suite(host, container, number, directory)
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _suite(host: Host, container: Container, number: int, directory: str) -> Iterator[str]:
    tests = list(container.tests())
    name = attribute(container.name)

    def count(*outcomes: Outcome) -> int:
        return sum(1 for one in tests if one.outcome in outcomes)

    moment = container.executed_at
    stamp = f' timestamp="{moment.to_python():%Y-%m-%dT%H:%M:%S}"' if moment is not None else ""
    yield (
        f'  <testsuite name={name} tests="{len(tests)}" errors="0" failures="{count(Outcome.FAILED)}" '
        f'hostname={attribute(host.name)} id="{number}" skipped="{count(*SKIPPED)}" '
        f'disabled="{count(Outcome.NOT_RUN)}" package={name} time="{container.duration:.3f}"{stamp}>'
    )
    yield "    <properties>"
    facts = environment(host, directory)
    del facts["nunit-version"]
    for key, value in {**facts, "junit-version": "4"}.items():
        yield f"      <property name={attribute(key)} value={attribute(value)} />"
    yield "    </properties>"
    for test in tests:
        if test.outcome is not Outcome.NOT_RUN:
            yield from _case(test, name)
    yield "  </testsuite>"


def _case(test: Test, package: str) -> Iterator[str]:
    result = "Skipped" if test.outcome is Outcome.PENDING else test.outcome.value
    opening = (
        f'    <testcase name={attribute(".".join(test.path))} status="{result}" classname={package} '
        f'assertions="0" time="{test.duration:.3f}"'
    )
    if test.outcome is Outcome.PASSED:
        yield f"{opening} />"
        return
    yield f"{opening}>"
    element = "failure" if test.outcome is Outcome.FAILED else "skipped"
    message, place = test.reason, ""
    if test.failures:
        *texts, place = failure_lines(test.failures[0], str)
        message = "\n".join(texts)
    yield f"      <{element} message={attribute(message)}>{escape(place.translate(FORBIDDEN))}</{element}>"
    yield "    </testcase>"
