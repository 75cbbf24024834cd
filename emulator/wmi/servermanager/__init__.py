"""root/microsoft/windows/servermanager: features of the machine, and installing them."""

from emulator.wmi.association import Link
from emulator.wmi.servermanager.deployment import DeploymentTasks
from emulator.wmi.servermanager.tasks import ServerManagerTasks

VIEWS = (DeploymentTasks, ServerManagerTasks)
LINKS: tuple[Link, ...] = ()

__all__ = ["LINKS", "VIEWS"]
