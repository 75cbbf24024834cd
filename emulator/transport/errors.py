"""Errors of the listeners. The text of each is one line that can be shown to a user as it is."""


class ListenError(OSError):
    """A listener cannot be opened."""


class AddressInUse(ListenError):
    """Another process already listens on the address and port."""
