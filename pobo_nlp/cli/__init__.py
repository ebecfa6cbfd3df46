"""The command line: one file a command, thin."""

import io
import sys

import typer

from pobo_nlp.cli import batch, diff, labels, model, patterns, retag, serve, similar, store, suggest
from pobo_nlp.cli.terminal import echo
from pobo_nlp.errors import PoboError

EXIT_ERROR = 1

app = typer.Typer(
    help="Foreslår tjenesteområde, årsaker og mulige systemsaker for henvendelser. Et menneske avgjør, alltid.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("suggest")(suggest.command)
app.command("labels")(labels.command)
app.command("batch", help=batch.HELP)(batch.command)
app.add_typer(retag.app, name="retag")
app.command("diff", help=diff.HELP)(diff.command)
app.command("patterns", help=patterns.HELP)(patterns.command)
app.command("similar", help=similar.HELP)(similar.command)
app.add_typer(model.app, name="model")
app.add_typer(store.app, name="store")
app.command("serve", help=serve.HELP)(serve.command)


def main() -> None:
    """Run a command; an error that we know is one message on standard error and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        # A sign that the terminal cannot show, or half of a surrogate pair, stops no command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except PoboError as error:
        echo(f"Feil: {error}", err=True)
        sys.exit(EXIT_ERROR)
