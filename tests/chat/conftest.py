"""The live conversation is tested over real sockets, against a whole running desk."""

from tests.web.conftest import desk, desk_settings

__all__ = ["desk", "desk_settings"]
