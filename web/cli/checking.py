"""`frontdesk doctor`: whether every part is well, and what to do where one is not."""

import typer

from web.cli import environment


def doctor() -> None:
    """Check database, Redis, files, mail and clock, and say what to do. Status 1 when something is wrong."""
    from rich.console import Console

    from web import doctor as examining

    settings = environment.settings(log_level="error")
    findings = environment.run(examining.examine(settings))
    console = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        mark = "[green]✓[/]" if finding.good else "[red]✗[/]"
        console.print(f"{mark} {finding.part:<9}", end=" ")
        console.print(finding.text, markup=False)
        if finding.advice:
            console.print(f"            → {finding.advice}", markup=False)
    raise typer.Exit(0 if all(finding.good for finding in findings) else 1)
