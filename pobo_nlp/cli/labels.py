"""`pobo-nlp labels`: the label scheme, for people and for programs."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pobo_nlp.cli.options import JsonOption
from pobo_nlp.cli.terminal import echo
from pobo_nlp.taxonomy import Taxonomy


def command(
    taxonomy: Annotated[
        Path | None,
        typer.Option("--taxonomy", help="Et annet etikettskjema (TOML) enn det som følger med."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Vis etikettskjemaet."""
    scheme = Taxonomy.load(taxonomy) if taxonomy is not None else Taxonomy.default()
    if as_json:
        echo(json.dumps(_as_dict(scheme), ensure_ascii=False, indent=2))
        return
    from pobo_nlp.cli.display import print_labels

    print_labels(scheme)


def _as_dict(scheme: Taxonomy) -> dict[str, object]:
    return {
        "version": scheme.version,
        "dimensions": [
            {
                "id": dimension.id,
                "navn": dimension.name,
                "kind": dimension.kind,
                "parent": dimension.parent,
                "labels": [
                    {
                        "id": label.id,
                        "navn": label.name,
                        "parent": label.parent,
                        "definisjon": label.definition,
                        "grense": label.border,
                        "sporsmal": label.question,
                        "andel": label.share,
                    }
                    for label in dimension.labels
                ],
            }
            for dimension in scheme.dimensions
        ],
    }
