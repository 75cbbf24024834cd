"""root/Microsoft/Windows/TaskScheduler: the tasks as instances, and the static methods of PS_ScheduledTask."""

import pytest

from emulator.cim.errors import ProviderRefusal
from emulator.cim.instance import ValueInstance
from emulator.host.windows.scheduled_tasks.definition import TaskAction, TaskDefinition, TaskTrigger

SPACE = "root/microsoft/windows/taskscheduler"


def call(space, method, caller=None, **arguments):
    return space.invoke(space.schema.find("PS_ScheduledTask"), method, arguments, caller)


@pytest.fixture
def space(make_wmi):
    return make_wmi("2022")[SPACE]


@pytest.fixture
def task(space):
    definition = TaskDefinition(
        actions=(TaskAction("cmd.exe", "/c exit"),),
        triggers=(TaskTrigger("Daily", start="2030-01-01T03:00:00"), TaskTrigger("Monthly", days_of_month=1)),
    )
    host = space.host
    return host.scheduled_tasks.register("\\Ops\\Job", definition, host.accounts.administrator)


@pytest.mark.parametrize("release", ["2012", "2012R2", "2016", "2019", "2022", "2025"])
def test_every_task_is_an_instance_that_its_path_finds(make_wmi, release):
    space = make_wmi(release)[SPACE]
    found = space.instances("MSFT_ScheduledTask")
    assert [each.value("URI") for each in found] == [each.path for each in space.host.scheduled_tasks]
    for each in found:
        assert space.find(each.path).item is each.item


def test_an_instance_shows_the_parts_by_their_kinds(space, task):
    shown = space.find('MSFT_ScheduledTask.TaskName="job",TaskPath="\\\\Ops\\\\"')
    assert [each.declaration.name for each in shown.value("Triggers")] == [
        "MSFT_TaskDailyTrigger",
        "MSFT_TaskTrigger",
    ]
    (action,) = shown.value("Actions")
    assert (action.value("Execute"), action.value("Arguments")) == ("cmd.exe", "/c exit")
    assert shown.value("State") == 3
    task.set_enabled(False)
    assert shown.value("State") == 1
    assert shown.value("Settings").value("Enabled") is False


def test_deleting_the_instance_unregisters_the_task(space, task):
    space.delete(space.find('MSFT_ScheduledTask.TaskName="Job",TaskPath="\\\\Ops\\\\"'))
    assert space.host.scheduled_tasks.get(task.path) is None


def test_a_task_that_the_caller_may_not_see_is_refused(space, task):
    clerk = space.host.accounts.create("clerk", "Pa55w.rd!", groups=("Users",))
    for method in ("StartByPath", "DisableByName", "ExportByName", "SetByUser"):
        with pytest.raises(ProviderRefusal) as refused:
            call(space, method, clerk, TaskName="Job", TaskPath="\\Ops\\")
        assert refused.value.hresult == 0x80070005
    assert (task.last_run, task.definition.settings.enabled) == (None, True)


def test_a_trigger_that_does_not_say_when_is_not_taken(space, task):
    monthly = space.find('MSFT_ScheduledTask.TaskName="Job",TaskPath="\\\\Ops\\\\"').value("Triggers")[1]
    before = task.definition
    with pytest.raises(ProviderRefusal) as refused:
        call(space, "SetByUser", TaskName="Job", TaskPath="\\Ops", Trigger=[monthly])
    assert refused.value.hresult == 0x80070032
    assert task.definition is before


@pytest.mark.usefixtures("task")
def test_what_a_task_cannot_keep_is_not_taken(space):
    settings = ValueInstance(space.schema.find("MSFT_TaskSettings3"), {"Volatile": True})
    with pytest.raises(ProviderRefusal, match="Volatile"):
        call(space, "SetByUser", TaskName="Job", TaskPath="\\Ops", Settings=settings)
    with pytest.raises(ProviderRefusal, match="NetworkName"):
        call(space, "NewSettings", NetworkName="Office")
