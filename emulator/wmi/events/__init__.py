"""WMI events: changes of the machine as CIM event instances, chosen by WQL event queries.

How to use it (any door: WS-Eventing, Register-CimIndicationEvent ...)::

    subscription = namespace.subscribe("SELECT * FROM __InstanceModificationEvent WHERE ...")
    host.wait_for(lambda: subscription.pending, timeout, skip_time=False)
    with host.looking():
        for event in subscription.take(20):        # an Instance, or Dropped(count)
            event.value("TargetInstance").value("Name")
    subscription.close()

Events are snapshots: they may be read and rendered at any time, without the host's lock. Nothing is watched
while there is no subscription. A subscription that nobody reads keeps MAXIMUM_QUEUED events and counts the
rest as dropped.
"""

from emulator.wmi.events.subscription import MAXIMUM_QUEUED, Dropped, EventSubscription

__all__ = ["MAXIMUM_QUEUED", "Dropped", "EventSubscription"]
