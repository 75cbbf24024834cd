"""How much of something each virtual machine holds."""


class Holdings:
    """Amounts by the GUIDs of their holders; ``assigned`` is what all hold together."""

    def __init__(self) -> None:
        self._held: dict[str, int] = {}
        self.assigned = 0

    def __len__(self) -> int:
        return len(self._held)

    def clear(self) -> None:
        """Nobody holds anything."""
        self._held.clear()
        self.assigned = 0

    def of(self, owner: str) -> int:
        """What one holds."""
        return self._held.get(owner, 0)

    def others(self, owner: str) -> int:
        """What everybody else holds."""
        return self.assigned - self.of(owner)

    def put(self, owner: str, amount: int) -> None:
        """Let one hold so much in all; 0 gives everything back."""
        self.assigned += amount - self.of(owner)
        if amount:
            self._held[owner] = amount
        else:
            self._held.pop(owner, None)
