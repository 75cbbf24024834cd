"""The configuration of the WinRM service."""
