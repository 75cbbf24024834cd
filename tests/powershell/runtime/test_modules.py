"""Declaring modules: tables, behaviours, releases, gaps."""

import sys
from json import dumps
from types import ModuleType

import pytest

from emulator.powershell.dotnet.types import Property, PSType, bind_class
from emulator.powershell.format.views import Column, table
from emulator.powershell.modules.core import CORE
from emulator.powershell.modules.utility import UTILITY
from emulator.powershell.runtime import Cmdlet, CmdletTable, Module, cmdlet

ROWS = "\n".join(
    f'"{name}":{dumps(row, separators=(",", ":"))},'
    for name, row in {
        "Get-Forecast": {
            "in": "2016 2022",
            "p": {
                "City": {"t": "string[]", "f": "m0vn", "a": ["Town"]},
                "Days": {"t": "int", "range": [1, 7], "since": "2022"},
                "AsJob": {"t": "switch"},
            },
        },
        "Set-Forecast": {"in": "2016 2022", "sp": "High", "p": {"City": {"t": "string", "f": "m0"}}},
        "Measure-Rain": {"in": "2016 2022", "p": {"InputObject": {"t": "psobject", "f": "v"}}},
        "Remove-Cloud": {"in": "2022", "p": {}},
    }.items()
)


class Station:
    def __init__(self, city):
        self.city = city


@cmdlet("Get-Forecast")
def get_forecast(call, city, days=1):
    for one in city:
        if one == "Nowhere":
            call.error(
                call.record(
                    "System.ArgumentException", "No station in Nowhere.", "NoStation", "ObjectNotFound", one
                )
            )
            continue
        for _ in range(days):
            yield Station(one)


@cmdlet("Set-Forecast")
def set_forecast(call, city):
    if call.should_process(city):
        call.write(f"set {city}")


@cmdlet("Measure-Rain")
class MeasureRain(Cmdlet):
    def begin(self):
        self.count = 0

    def process(self):
        self.count += 1

    def end(self):
        self.call.write(self.count)


def station_types():
    kind = PSType(
        "Weather.Station",
        properties=(Property("City", lambda one: one.city, type_name="System.String"),),
        to_text=lambda one: f"station {one.city}",
    )
    bind_class(kind, Station)
    return [kind]


class TextTable(CmdletTable):
    @property
    def rows(self):
        if self._rows is None:
            from emulator.powershell.runtime.table import _ROW

            self._rows = {found[1].lower(): (found[1], found[2]) for found in _ROW.finditer(ROWS)}
        return self._rows


@pytest.fixture
def weather(make_shell, monkeypatch):
    behaviours = ModuleType("weather_behaviours")
    behaviours.get_forecast, behaviours.set_forecast, behaviours.rain = (
        get_forecast,
        set_forecast,
        MeasureRain,
    )
    monkeypatch.setitem(sys.modules, "weather_behaviours", behaviours)

    def make(release="2022"):
        module = Module(
            name="Weather",
            version="1.2.0.0",
            table=TextTable("weather"),
            behaviours=("weather_behaviours",),
            aliases={"gfc": "Get-Forecast", "rcl": "Remove-Cloud"},
            class_name="Weather.Commands.{verb}{noun}",
            types=station_types,
            views=lambda: [table("Weather.Station", columns=[Column("Town", "City", 12)])],
        )
        return make_shell(modules=(CORE, UTILITY, module), release=release)

    return make


def test_a_module_loads_when_one_of_its_cmdlets_is_first_called(weather):
    shell = weather()
    assert "Weather" not in shell.texts("Get-Module | % Name")
    assert shell.texts("Get-Forecast Oslo | % City") == ["Oslo"]
    assert "Weather" in shell.texts("Get-Module | % Name")
    assert shell.texts("gfc Oslo,Bergen -Days 2 | % City") == ["Oslo", "Oslo", "Bergen", "Bergen"]


def test_pipeline_input_binds_by_value_and_by_property_name(weather):
    shell = weather()
    assert shell.texts("'A','B' | Get-Forecast | % City") == ["A", "B"]
    assert shell.texts("[pscustomobject]@{Town='C'} | Get-Forecast | % City") == ["C"]


def test_a_cmdlet_reports_errors_with_its_class_and_goes_on(weather):
    result = weather().run("Get-Forecast Nowhere,Oslo | % City")
    assert result.output == ["Oslo"]
    record = result.errors[0]
    assert record.fully_qualified_error_id == "NoStation,Weather.Commands.GetForecast"
    assert (record.category, record.activity) == ("ObjectNotFound", "Get-Forecast")


def test_a_declared_view_and_text_are_used(weather):
    shell = weather()
    assert shell.shown("Get-Forecast Oslo") == "\r\nTown        \r\n----        \r\nOslo        \r\n\r\n\r\n"
    assert shell.texts('"$(Get-Forecast Oslo)"') == ["station Oslo"]
    assert shell.texts(
        "(Get-Forecast Oslo).GetType().FullName; (Get-Forecast Oslo) -is [Weather.Station]"
    ) == [
        "Weather.Station",
        "True",
    ]


def test_a_release_shows_only_what_it_has(weather):
    old = weather("2016")
    assert old.error("Get-Forecast Oslo -Days 2").fully_qualified_error_id.startswith(
        "NamedParameterNotFound"
    )
    assert old.error("Remove-Cloud").fully_qualified_error_id == "CommandNotFoundException"
    assert old.error("rcl").fully_qualified_error_id == "CommandNotFoundException"


def test_a_cmdlet_without_behaviour_is_found_and_fails_loudly(weather):
    shell = weather()
    assert shell.texts("(Get-Command Remove-Cloud).Source") == ["Weather"]
    record = shell.error("Remove-Cloud -ErrorAction SilentlyContinue")
    assert record.message == "The cmdlet Remove-Cloud is not emulated."
    assert record.category == "NotImplemented"
    assert ("cmdlet", "Remove-Cloud", 1) in list(shell.session.gaps())


def test_a_parameter_that_the_behaviour_does_not_know_fails_loudly(weather):
    shell = weather()
    assert (
        shell.error("Get-Forecast Oslo -AsJob").message
        == "The parameter AsJob of Get-Forecast is not emulated."
    )
    assert ("parameter", "Get-Forecast -AsJob", 1) in list(shell.session.gaps())


def test_table_validation_is_applied(weather):
    record = weather().error("Get-Forecast Oslo -Days 9")
    assert record.fully_qualified_error_id == "ParameterArgumentValidationError,Weather.Commands.GetForecast"


def test_high_impact_asks_unless_confirm_is_false(weather):
    shell = weather()
    assert shell.texts("Set-Forecast Oslo -Confirm:$false") == ["set Oslo"]
    assert "NonInteractive mode" in shell.error("Set-Forecast Oslo").message


def test_a_class_sees_begin_process_and_end(weather):
    assert weather().texts("1..4 | Measure-Rain") == ["4"]


def test_qualified_names_reach_the_module(weather):
    assert weather().texts(
        "Weather\\Get-Forecast Oslo | % City; Microsoft.PowerShell.Utility\\Get-Date | % Year"
    ) == [
        "Oslo",
        "2024",
    ]


def test_import_module_knows_versions_and_misses(weather):
    shell = weather()
    assert shell.texts('Import-Module Weather -PassThru | % { "$($_.Name) $($_.Version)" }') == [
        "Weather 1.2.0.0"
    ]
    record = shell.error("Import-Module Nope")
    assert record.fully_qualified_error_id == (
        "Modules_ModuleNotFound,Microsoft.PowerShell.Commands.ImportModuleCommand"
    )
    assert shell.texts("Get-Module -ListAvailable Weather | % Name") == ["Weather"]
