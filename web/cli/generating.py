"""`frontdesk protocol`: what is generated from the wire's declarations."""

from typing import Annotated

import typer


def protocol(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail when stale.")] = False,
) -> None:
    """Write the TypeScript types and the protocol's reference from chat/protocol."""
    from web.wire import files

    texts = files.generated()
    changed = files.stale(texts) if check else files.write(texts)
    for path in changed:
        typer.echo(f"{'stale' if check else 'written'}: {path.relative_to(files.ROOT)}")
    if check and changed:
        typer.echo("Run `frontdesk protocol` and commit what it writes.", err=True)
        raise typer.Exit(1)
