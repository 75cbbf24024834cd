"""The Cert: drive, the provider of Microsoft.PowerShell.Security."""
