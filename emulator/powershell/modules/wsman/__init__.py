"""The WSMan: drive, the provider of Microsoft.WSMan.Management."""
