"""The model keeper's commands: `python -m training ...`."""

import sys

import typer

from pobo_nlp.errors import PoboError
from training.commands import annotation, data, models, patterns, studies

app = typer.Typer(
    help="Lager og bedømmer modeller for pobo-nlp.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (models.app, data.app, studies.app, patterns.app, annotation.app):
    app.add_typer(group)


def main() -> None:
    """Run a command; an error that we know is one message and exit code 1."""
    try:
        app()
    except PoboError as error:
        typer.echo(f"Feil: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
