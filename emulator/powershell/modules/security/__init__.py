"""Secrets and signatures of Microsoft.PowerShell.Security; its tables stand with the declared modules."""
