"""The one key that a caller names; the scripts build all others from it (lua/prelude/keys.lua)."""


def root(prefix: str) -> str:
    """The desk's root key. The hash tag keeps all of the desk's routing in one Cluster slot."""
    return f"{{{prefix}}}:routing"
