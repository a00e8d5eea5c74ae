"""The command `frontdesk`. Each command is a function; what it needs is imported when it runs, so that none
waits for what only another uses."""

import typer

from web.cli.environment import quickly


def application() -> typer.Typer:
    """All commands."""
    with quickly():
        from web.cli import backing_up, benching, checking, generating, hiring, serving, sharing, simulating
        from web.replay import cli as replaying
    app = typer.Typer(
        name="frontdesk",
        help="Live chat: customers talk to the agent assigned to them, and all see where things stand.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    for command in (serving.serve, serving.web, serving.worker, serving.migrate):
        app.command()(command)
    app.command(hidden=True)(sharing.one_of_several)
    app.add_typer(hiring.application(), name="staff")
    app.add_typer(backing_up.application(), name="backup")
    app.add_typer(benching.application(), name="bench")
    app.command()(checking.doctor)
    app.command()(generating.protocol)
    app.command()(replaying.replay)
    app.command()(simulating.simulate)
    return app


def main() -> None:
    """Run the command that the arguments name."""
    application()()
