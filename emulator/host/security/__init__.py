"""What lets whom do what: accounts, logons, access lists, rights in Hyper-V and WMI."""
