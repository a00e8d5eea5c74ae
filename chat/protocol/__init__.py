"""The wire: JSON text frames, declared once as tagged unions of commands and events.

`python -m web.cli protocol` writes the TypeScript types and the reference from these modules; a
check fails when they are stale. Fields may be added with defaults; nothing is renamed or reused
without raising `PROTOCOL`, and the version before still works.
"""

from typing import Final

PROTOCOL: Final = 1
MAX_FRAME_BYTES: Final = 65_536
HELLO_TIMEOUT_SECONDS: Final = 5
