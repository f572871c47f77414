"""`chinwag echo`: a bare echo server on the production socket layer."""

import typer
import uvloop

from chinwag.server.gateway.echo import serve_echo

app = typer.Typer(help="Run a bare WebSocket echo server, for measuring.")


@app.command()
def echo(
    host: str = typer.Option("127.0.0.1", help="A loopback address."),
    port: int = typer.Option(9001, min=0, max=65535, help="0 takes a free one."),
) -> None:
    """Send back what comes. Asks nobody who they are, so it listens to this machine only."""
    try:
        uvloop.run(serve_echo(host, port))
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
