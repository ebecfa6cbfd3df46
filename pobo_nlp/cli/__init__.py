"""The command line: one file a command, thin."""

import typer

from pobo_nlp.cli import batch, diff, labels, mask, model, patterns, retag, serve, similar, store, suggest
from pobo_nlp.cli.door import run

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
app.command("mask", help=mask.HELP)(mask.command)
app.command("similar", help=similar.HELP)(similar.command)
app.add_typer(model.app, name="model")
app.add_typer(store.app, name="store")
app.command("serve", help=serve.HELP)(serve.command)


def main() -> None:
    """Run a command; what goes wrong is one message on standard error."""
    run(app)
