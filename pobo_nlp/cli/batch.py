"""`pobo-nlp batch`: suggestions for every row of a table."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pobo_nlp.cli.options import IdColumnOption, JsonOption, ModelOption, TextColumnOption

if TYPE_CHECKING:
    from pobo_nlp.batch.scoring import Summary


def command(
    source: Annotated[Path, typer.Argument(metavar="INN", help="CSV eller JSON Lines.")],
    target: Annotated[Path, typer.Argument(metavar="UT", help="Filen som skrives; CSV eller JSON Lines.")],
    model: ModelOption = None,
    id_column: IdColumnOption = None,
    text_column: TextColumnOption = None,
    show: Annotated[bool, typer.Option("--show", help="Vis også forslagene som tabell.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Foreslå for hver rad i en tabell, og skriv tabellen med forslagene ved siden av."""
    from pobo_nlp.batch.scoring import score_table
    from pobo_nlp.cli.display import ProgressBar, print_table
    from pobo_nlp.model.scorer import Scorer

    scorer = Scorer.load(model)
    with ProgressBar("Foreslår") as bar:
        summary = score_table(
            source,
            target,
            scorer,
            id_column=id_column,
            text_column=text_column,
            on_total=bar.set_total,
            on_rows=bar.advance,
        )
    if show:
        print_table(target, summary, scorer.taxonomy)
    typer.echo(json.dumps(_as_dict(summary), ensure_ascii=False) if as_json else _sentence(summary, target))


def _as_dict(summary: "Summary") -> dict[str, object]:
    return {
        "rows": summary.rows,
        "id_column": summary.columns.id,
        "text_column": summary.columns.text,
        "settled": dict(summary.settled),
        "review": dict(summary.review),
    }


def _sentence(summary: "Summary", target: Path) -> str:
    reviewed = ", ".join(f"{reason} {count}" for reason, count in summary.review.most_common())
    of_review = f" Må vurderes av et menneske: {reviewed}." if reviewed else ""
    return f"{summary.rows} rader fra kolonnen «{summary.columns.text}» er skrevet til {target}.{of_review}"
