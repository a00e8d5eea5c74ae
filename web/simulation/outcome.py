"""What became of each customer of a run."""

from array import array


class Outcome:
    """Columns by customer, in the order of arrival."""

    def __init__(self) -> None:
        self.wait_ms = array("q")
        """Until answered or left; -1 while neither."""
        self.waited = bytearray()
        """1: nobody was free at once."""
        self.left = bytearray()
        self.urgent = bytearray()

    def __len__(self) -> int:
        return len(self.wait_ms)

    def come(self, urgent: bool) -> None:
        """One more customer."""
        self.wait_ms.append(-1)
        self.waited.append(0)
        self.left.append(0)
        self.urgent.append(urgent)

    def answer(self, number: int, wait_ms: int, waited: bool) -> None:
        """An agent has them."""
        self.wait_ms[number] = wait_ms
        self.waited[number] = waited

    def leave(self, number: int, wait_ms: int) -> None:
        """They had enough."""
        self.wait_ms[number] = wait_ms
        self.waited[number] = self.left[number] = 1
