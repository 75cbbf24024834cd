"""driverquery.exe: the drivers of the machine."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.options import FLAG, SHOWN, BadOption, read_options
from emulator.console.programs.refusals import not_emulated, wrong_usage
from emulator.console.programs.tabular import local_text, shown_lines
from emulator.host.windows.system_drivers import SystemDriver, system_drivers

_SHORT: tuple[str, ...] = ("Module Name", "Display Name", "Driver Type", "Link Date")
_WIDTHS = (12, 22, 13, 22)
_VERBOSE: tuple[str, ...] = (
    *("Module Name", "Display Name", "Description", "Driver Type", "Start Mode", "State", "Status"),
    *("Accept Stop", "Accept Pause", "Path"),
)


def main(context: Context, tail: str) -> int:
    """`driverquery [/v] [/fo table|list|csv] [/nh]`."""
    try:
        options = read_options(split_arguments(tail), {**SHOWN, "v": FLAG, "si": FLAG})
        form = options.form()
    except BadOption as wrong:
        return wrong_usage(context, "driverquery", str(wrong))
    if "si" in options:
        return not_emulated(context, "driverquery /si")
    host, verbose = context.host, "v" in options
    labels = _VERBOSE if verbose else _SHORT
    with host.looking():
        linked = local_text(host.operating_system.install_date, host.operating_system.utc_offset())
        records = [_record(each, linked, verbose) for each in system_drivers(host)]
    widths = (
        tuple(max(map(len, column)) for column in zip(labels, *records, strict=True)) if verbose else _WIDTHS
    )
    for line in shown_lines(form, labels, widths, records, header=options.header):
        context.line(line)
    return 0


def _record(driver: SystemDriver, linked: str, verbose: bool) -> tuple[str, ...]:
    """The date of linking is not known: that of the installation stands for it."""
    kind = driver.kind.removesuffix(" Driver") + " "
    if not verbose:
        return driver.name, driver.display_name, kind, linked
    state = "Running" if driver.running else "Stopped"
    stops = "TRUE" if driver.running and driver.start_mode == "Manual" else "FALSE"
    return (
        *(driver.name, driver.display_name, driver.display_name, kind, driver.start_mode, state, "OK"),
        *(stops, "FALSE", driver.path),
    )
