"""Microsoft.PowerShell.Diagnostics: Get-WinEvent (the module is declared with the others)."""
