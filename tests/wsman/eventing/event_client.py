"""A client that subscribes to the events of the emulator's own machine."""

# ruff: noqa: S608 -- WQL, put together from constants

from __future__ import annotations

import time

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
CIMV2 = WMI + "root/cimv2/"
V2 = WMI + "root/virtualization/v2/"
EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing/"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman/"
E = "http://schemas.xmlsoap.org/ws/2004/08/eventing"
PULL, PUSH = WSMAN + "Pull", EVENTING + "DeliveryModes/Push"
ACKNOWLEDGED, BATCHES = WSMAN + "PushWithAck", WSMAN + "Events"
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
MACHINES = "TargetInstance ISA 'Msvm_ComputerSystem'"
NAMES = f"SELECT * FROM __InstanceModificationEvent WHERE {MACHINES} AND TargetInstance.ElementName LIKE 'n%'"
MODIFIED = V2 + "__InstanceModificationEvent"


class EventClient:
    """The raw client with the actions of eventing."""

    def __init__(self, client, host):
        self.client = client
        self.host = host

    def subscribe(self, query=NAMES, mode=PULL, delivery="", after="", uri=V2 + "*", dialect=WQL, **keywords):
        chosen = "" if query is None else f'<w:Filter Dialect="{dialect}">{escaped(query)}</w:Filter>'
        body = (
            f'<e:Subscribe xmlns:e="{E}"><e:Delivery Mode="{mode}">{delivery}</e:Delivery>{after}{chosen}'
            "</e:Subscribe>"
        )
        return self.client.send(EVENTING + "Subscribe", uri, body, **keywords)

    def pull(self, context, inner="", **keywords):
        return self.client.pull(V2 + "*", context, inner, **keywords)

    def unsubscribe(self, identifier, action="Unsubscribe"):
        header = f'<e:Identifier xmlns:e="{E}">{identifier}</e:Identifier>'
        return self.client.send(EVENTING + action, V2 + "*", f'<e:{action} xmlns:e="{E}"/>', headers=header)


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def identifier(reply):
    return reply.value("//e:SubscriptionManager/a:ReferenceProperties/e:Identifier", e=E)


def names(reply):
    """ElementName of the target of each event in a PullResponse."""
    return [
        each.text
        for each in reply.all(
            "//n:Items/p:*/p:TargetInstance/m:ElementName", p=MODIFIED, m=V2 + "Msvm_ComputerSystem"
        )
    ]


def to(sink, inner=""):
    return f"<e:NotifyTo><a:Address>{sink.url}</a:Address>{inner}</e:NotifyTo>"


def open_subscriptions(events):
    return len(events.client.service._open_workshop().subscriptions)


def eventually(condition, seconds=10):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)
