"""Microsoft.PowerShell.Management: the cmdlets over providers. The module itself is declared beside the others."""
