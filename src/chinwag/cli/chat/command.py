"""`chinwag chat`: from what was typed to the running client."""

import click

from chinwag.cli.account import Form
from chinwag.cli.chat.app import ChatApp
from chinwag.cli.profiles import DEFAULT_URL, chosen, normal_url


@click.command()
@click.argument("url", required=False)
@click.option("--profile", metavar="NAME", help="Which account on this machine; made if new.")
@click.option("--sign-up", is_flag=True, help="Begin by making an account.")
@click.option("--claim", metavar="CODE", default="", help="The code printed at the first start.")
@click.option("--invite", metavar="CODE", default="", help="An invitation to the server.")
def chat(url: str | None, profile: str | None, sign_up: bool, claim: str, invite: str) -> None:
    """Chat in the terminal, with the server at URL.

    The account is kept on this machine: the next time, `chinwag chat` is enough.
    """
    try:
        url = normal_url(url) if url else None
        place = chosen(profile, url)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    kept = place.account
    form = Form(url or (kept.url if kept else DEFAULT_URL), claim=claim, invite=invite)
    app = ChatApp(place, form, sign_up=sign_up or bool(claim or invite))
    app.run()
    raise SystemExit(app.return_code or 0)
