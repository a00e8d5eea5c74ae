"""A client for tests over the real wire, the replay's own, with what a test waits for."""

from tests.clients.listener import Listener
from web.replay.client import Client, Lost, Refused, Rejected

__all__ = ["Client", "Listener", "Lost", "Refused", "Rejected"]
