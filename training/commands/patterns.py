"""Commands that try what finds patterns, on cases with a known answer."""

from pathlib import Path
from typing import Annotated

import typer

from pobo_nlp.cli.terminal import echo
from training.commands.options import ConfigOption
from training.config import DEFAULT_CONFIG, ROOT, load_config
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
    echo(f"{len(found)} saker over {years} år, {len(found.events)} plantede mønstre: {out}")


@app.command("patterns-check")
def patterns_check_command(
    folder: Annotated[Path, typer.Argument(help="Mappen som «simulate» laget.", show_default=False)],
    config: ConfigOption = DEFAULT_CONFIG,
    out: Annotated[Path, typer.Option("--out", help="Fila tallene skrives til.")] = ROOT / "docs/patterns-check.json",
    runs: Annotated[int, typer.Option(min=0, max=1000, help="Andre simuleringer, med og uten mønstre.")] = 20,
) -> None:
    """Mål om plantede mønstre blir funnet, hva som er falsk alarm, og om rettede tall er riktigere."""
    from training.report import write_json
    from training.simulation.check import check, n_steps

    with Progress().bar("Leter etter det som er plantet", n_steps(runs)) as on_done:
        figures = check(folder, load_config(config), runs=runs, on_done=on_done)
    write_json(figures, out)
    demands = figures["demands"]
    for name, is_met in demands.items() if isinstance(demands, dict) else ():
        echo(f"{ {True: 'ja ', False: 'NEI', None: '–  '}[is_met] } {name}")
    echo(f"Tallene ligger i {out}.")
