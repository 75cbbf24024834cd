"""Cmdlets, one package a PowerShell module."""

from emulator.powershell.modules.tables import read_index, read_without_effect
from emulator.powershell.runtime.module_tables import hand_in

hand_in(read_index, read_without_effect)
