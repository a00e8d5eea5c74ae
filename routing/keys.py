"""The one key that a caller names; the scripts build all others from it (lua/prelude/keys.lua)."""


def unborn(root: str) -> str:
    """A key that never exists. Named beside the root, it keeps a Cluster from running a script on half of the
    keys while the slot is on its way to another node: it answers TRYAGAIN where one of several is not there.
    """
    return f"{root}:unborn"


def root(prefix: str) -> str:
    """The desk's root key. The hash tag keeps all of the desk's routing in one Cluster slot."""
    return f"{{{prefix}}}:routing"
