"""Connections of pypsrp to the emulator: what its tests share."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from conftest import PASSWORD, USER
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan
from soap import WMI, WQL

N = "{http://schemas.xmlsoap.org/ws/2004/09/enumeration}"
W = "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}"


def connect(host, *, ssl: bool = False, **options) -> WSMan:
    """A connection as the administrator; options are those of pypsrp's WSMan."""
    return WSMan(
        "127.0.0.1",
        port=host.https_port if ssl else host.http_port,
        ssl=ssl,
        username=USER,
        password=options.pop("password", PASSWORD),
        cert_validation=False,
        **options,
    )


def query(wsman: WSMan, namespace: str, text: str) -> list[ElementTree.Element]:
    """Enumerate and pull everything, as a monitoring tool does."""
    body = ElementTree.Element(N + "Enumerate")
    ElementTree.SubElement(body, W + "Filter", Dialect=WQL).text = text
    resource = f"{WMI}{namespace}/*"
    context = wsman.enumerate(resource, body).findtext(".//" + N + "EnumerationContext")
    items: list[ElementTree.Element] = []
    while context:
        pull = ElementTree.Element(N + "Pull")
        ElementTree.SubElement(pull, N + "EnumerationContext").text = context
        ElementTree.SubElement(pull, N + "MaxElements").text = "50"
        answer = wsman.pull(resource, pull)
        items += list(answer.find(".//" + N + "Items") or [])
        if answer.find(".//" + N + "EndOfSequence") is not None:
            break
        context = answer.findtext(".//" + N + "EnumerationContext")
    return items


def run(pool: RunspacePool, script: str, given=None, **parameters) -> PowerShell:
    """Invoke a script; what it wrote is in `.output` and `.streams`."""
    ps = PowerShell(pool)
    ps.add_script(script)
    for name, value in parameters.items():
        ps.add_parameter(name, value)
    ps.invoke(given)
    return ps


def values(pool: RunspacePool, script: str, **parameters) -> list:
    ps = run(pool, script, **parameters)
    assert not ps.had_errors, [str(error) for error in ps.streams.error]
    assert not ps.streams.error, [str(error) for error in ps.streams.error]
    return list(ps.output)
