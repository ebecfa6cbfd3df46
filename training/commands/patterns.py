"""Commands that try what finds patterns, on cases with a known answer."""

from pathlib import Path
from typing import Annotated

import typer

from training.commands.options import ConfigOption
from training.config import DEFAULT_CONFIG, load_config
from training.progress import Progress

app = typer.Typer()


@app.command("simulate")
def simulate_command(
    out: Annotated[Path, typer.Option("--out", help="Mappen som tabell, fasit og nøkkel lages i.")],
    config: ConfigOption = DEFAULT_CONFIG,
    years: Annotated[int, typer.Option(min=1, max=20, help="Hele år, fram til og med 2025.")] = 2,
    cases: Annotated[int, typer.Option(min=500, max=1_000_000, help="Saker i alt, de plantede med.")] = 36_000,
    seed: Annotated[int | None, typer.Option(help="Gir de samme sakene igjen; ellers det i innstillingene.")] = None,
    events: Annotated[bool, typer.Option("--events/--no-events", help="Plant mønstre, eller lag bare støy.")] = True,
) -> None:
    """Lag en tabell med saker fra noen år, med plantede mønstre og fasit."""
    from training.simulation.cases import simulated
    from training.simulation.pool import read_pool
    from training.simulation.tables import write

    settings = load_config(config)
    seed = settings.seed if seed is None else seed
    with Progress().step("Lager saker"):
        pool = read_pool(settings)
        found = simulated(pool, years=years, n_cases=cases, seed=seed, with_events=events)
        write(found, out, years=years, seed=seed)
    typer.echo(f"{len(found)} saker over {years} år, {len(found.events)} plantede mønstre: {out}")
