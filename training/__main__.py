"""The model keeper's commands: `python -m training ...`."""

import typer

from pobo_nlp.cli.door import run
from training.commands import annotation, data, masking, models, patterns, studies, supply

app = typer.Typer(
    help="Lager og bedømmer modeller for pobo-nlp.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (models.app, data.app, studies.app, patterns.app, masking.app, annotation.app, supply.app):
    app.add_typer(group)


def main() -> None:
    """Run a command; what goes wrong is one message on standard error."""
    run(app)


if __name__ == "__main__":
    main()
