"""Microsoft.PowerShell.Management: the cmdlets over providers (the module is declared with the others)."""
