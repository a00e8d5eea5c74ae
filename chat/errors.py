"""What chat refuses, as one exception that every layer above can turn into its own answer."""

from chat.protocol.codes import MESSAGES, Code


class Refused(Exception):
    """A command that had no effect.

    `message` is for a person. `retry_after_ms`: when it may be tried again. `ref`: the command's,
    where the frame as a whole could not be read.
    """

    def __init__(self, code: Code, message: str = "", *, ref: str = "", retry_after_ms: int | None = None):
        super().__init__(code)
        self.code = code
        self.message = message or MESSAGES[code]
        self.ref = ref
        self.retry_after_ms = retry_after_ms
