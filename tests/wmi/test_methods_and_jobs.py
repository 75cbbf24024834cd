"""Methods that change no machine's state: which answer at once and which with a job, as recorded, and the job's
length. With time in the test's hand and with a frozen standard clock; `lifecycle.yaml` holds the figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from emulator.host.storage.virtual_disk import DiskKind
from tests.wmi.clocks import CLOCKS, Manual
from tests.wmi.conftest import V1, V2, Wmi, profile_of
from tests.wmi.machine_in_state import FACTS

IMAGES = "Msvm_ImageManagementService"
MANAGEMENT = "Msvm_VirtualSystemManagementService"
HOSTS = (
    ("2008R2", V1, "Enterprise"),
    ("2012", V1, "Datacenter"),
    ("2012", V2, "Datacenter"),
    ("2022", V2, "Datacenter"),
)


class Methods:
    """A host with a differencing disk, and the arguments of each method."""

    def __init__(self, clock: Manual, release: str, namespace: str, edition: str) -> None:
        self.wmi: Wmi = clock.make(profile_of(release, edition=edition))
        self.namespace = self.wmi[namespace]
        disks = self.wmi.host.virtual_disks
        clock.finish(disks.create("D:\\base.vhd", size=1 << 30))
        clock.finish(disks.create("D:\\child.vhd", DiskKind.DIFFERENCING, parent="D:\\base.vhd"))

    @staticmethod
    def embedded(class_name: str, **values: Any) -> str:
        """CIM-XML, by itself: version 1 has no such class."""
        properties = "".join(
            f'<PROPERTY NAME="{name}" TYPE="{"string" if isinstance(value, str) else "uint64"}"><VALUE>'
            f"{value}</VALUE></PROPERTY>"
            for name, value in values.items()
        )
        return f'<INSTANCE CLASSNAME="{class_name}">{properties}</INSTANCE>'

    def arguments(self, method: str) -> tuple[str, dict[str, Any]]:
        """Class of the service and in-parameters."""
        disk = {"Type": 3, "Format": 2, "Path": "D:\\new.vhd", "MaxInternalSize": 1 << 30}
        return {
            "CreateVirtualHardDisk": (
                IMAGES,
                {"VirtualDiskSettingData": self.embedded("Msvm_VirtualHardDiskSettingData", **disk)},
            ),
            "CreateDynamicVirtualHardDisk": (
                IMAGES,
                {"Path": "D:\\new.vhd", "MaxInternalSize": 1 << 30},
            ),
            "MergeVirtualHardDisk": (
                IMAGES,
                {"SourcePath": "D:\\child.vhd", "DestinationPath": "D:\\base.vhd"},
            ),
            "GetVirtualHardDiskSettingData": (IMAGES, {"Path": "D:\\base.vhd"}),
            "GetVirtualHardDiskInfo": (IMAGES, {"Path": "D:\\base.vhd"}),
            "ReconnectParentVirtualHardDisk": (
                IMAGES,
                {"ChildPath": "D:\\child.vhd", "ParentPath": "D:\\base.vhd", "Force": True},
            ),
            "DefineSystem": (
                MANAGEMENT,
                {"SystemSettings": self.embedded("Msvm_VirtualSystemSettingData", ElementName="new")},
            ),
            "DefineVirtualSystem": (MANAGEMENT, {}),
        }[method]


def cases() -> list[Any]:
    return [
        pytest.param(
            clock, *host, method, id=f"{host[0]}-{host[1].rpartition('/')[2]}-{method}-{clock.__name__}"
        )
        for host in HOSTS
        for method in FACTS["methods"][host[1]]
        for clock in CLOCKS
    ]


@pytest.mark.parametrize(("clock", "release", "namespace", "edition", "method"), cases())
def test_a_method_answers_at_once_or_with_a_job_of_the_recorded_length(
    clock, release, namespace, edition, method
):
    fact = FACTS["methods"][namespace][method]
    with clock() as time:
        methods = Methods(time, release, namespace, edition)
        service, arguments = methods.arguments(method)
        found = methods.namespace.resolve(service, {"CreationClassName": service})
        result = methods.namespace.invoke(found, method, arguments)
        if fact is None:
            assert (result.return_value, result.out.get("Job")) == (0, None)
            return
        assert result.return_value == 4096
        job = methods.namespace.find(result.out["Job"])
        assert (job.declaration.name, job.value("JobState")) == (fact["class"], 4)
        time.wait(fact["seconds"] - 0.01)
        assert methods.namespace.find(result.out["Job"]).value("JobState") == 4
        time.wait(0.02)
        job = methods.namespace.find(result.out["Job"])
        assert job.value("JobState") == 7, job.value("ErrorDescription")
        assert job.value("Caption") == fact["description"]
        assert job.value("ElapsedTime") == timedelta(seconds=fact["seconds"])
