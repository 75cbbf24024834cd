"""The tables and the declaration of the module."""

from __future__ import annotations

import importlib

import pytest

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.library.catalog import load_builtin
from emulator.powershell.modules.hyperv import behaviours, cmdlet_release, hyper_v_module
from emulator.powershell.modules.hyperv.catalog import HyperVType, enumerations
from emulator.powershell.modules.hyperv.types import module_types
from emulator.powershell.runtime.module import squeeze
from emulator.powershell.runtime.table import RELEASES
from emulator.profile import release

COUNTS = {"2012": 164, "2012R2": 178, "2016": 232, "2019": 238, "2022": 240, "2025": 240}


def module_of(key):
    found = hyper_v_module(release(key))
    assert found is not None
    return found


@pytest.mark.parametrize("key", ["2008R2", "7"])
def test_a_release_without_the_module_has_none(key):
    assert hyper_v_module(release(key)) is None
    assert cmdlet_release(release(key)) is None


@pytest.mark.parametrize(("key", "count"), COUNTS.items())
def test_every_cmdlet_of_a_release_has_a_readable_shape(key, count):
    module = module_of(key)
    names = module.cmdlet_names(key)
    assert len(names) == count
    for name in names:
        metadata = module.cmdlet_metadata(name, key)
        assert metadata is not None
        assert metadata.parameters


@pytest.mark.parametrize(
    ("key", "name", "expected"),
    [
        ("2012", "Get-VM", "Microsoft.HyperV.PowerShell.Commands.GetVMCommand"),
        ("2012R2", "New-VHD", "Microsoft.Vhd.PowerShell.NewVhdCommand"),
        ("2016", "Get-VM", "Microsoft.HyperV.PowerShell.Commands.GetVM"),
        ("2022", "New-VHD", "Microsoft.Vhd.PowerShell.Cmdlets.NewVhd"),
        ("2022", "Get-VHD", "Microsoft.Vhd.PowerShell.Cmdlets.GetVHD"),
    ],
)
def test_error_ids_name_the_class_of_the_release(key, name, expected):
    assert module_of(key).implementing_class(name) == expected


def test_checkpoint_aliases_exist_from_2016():
    assert "Get-VMCheckpoint" not in module_of("2012R2").aliases
    assert module_of("2016").aliases["Get-VMCheckpoint"] == "Get-VMSnapshot"


def test_a_client_release_uses_the_tables_of_the_server_release_of_its_build():
    assert cmdlet_release(release("2019")) == "2019"
    assert cmdlet_release(release("11")) in RELEASES


def test_every_parameter_that_a_behaviour_names_exists_in_some_release():
    module = module_of("2022")
    behaviour_of = {}
    for path in module.behaviours:
        importlib.import_module(path)
    for name in module.cmdlet_names("2022"):
        found = module.behaviour(name)
        if found is not None:
            behaviour_of[name] = found
    assert len(behaviour_of) > 50
    unknown = set()
    for name, found in behaviour_of.items():
        known = set()
        for key in RELEASES:
            metadata = module.cmdlet_metadata(name, key)
            if metadata is not None:
                known |= {squeeze(one) for one in metadata.parameters}
        unknown |= {(name, one) for one in set(found.arguments) - known}
    assert not unknown
    assert behaviours.__doc__


def test_every_reader_belongs_to_a_property_of_its_class():
    for kind in module_types():
        if isinstance(kind, HyperVType) and kind._readers:
            members = {one.name for one in kind.own_members.values()}
            assert set(kind._readers) - {"VMSnapshotName"} <= members, kind.name


def test_every_property_can_be_read_of_some_default():
    load_builtin()
    for kind in module_types():
        if isinstance(kind, HyperVType) and not kind._readers:
            for member in kind.own_members.values():
                member.getter(object())


def test_enumerations_keep_names_and_numbers():
    state = enumerations()["Microsoft.HyperV.PowerShell.VMState"]
    assert isinstance(state, EnumType)
    assert state["Running"].number == 2
    assert str(state.value(32773)) == "Saving"
    assert not enumerations()["Microsoft.HyperV.PowerShell.GuestIsolationType"].names
