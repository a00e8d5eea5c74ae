"""Languages as people and routing name them: the primary subtag, "fr" of "fr-CH"."""


def primary(tag: str) -> str:
    """The primary subtag of what a browser says, lower case; empty for what is no language (BCP 47)."""
    first = tag.strip().lower().replace("_", "-").split("-")[0]
    return first if 2 <= len(first) <= 8 and first.isascii() and first.isalpha() else ""
