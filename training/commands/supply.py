"""Commands for what is given to others: keys, signatures, a bill of materials."""

from pathlib import Path
from typing import Annotated

import typer

from pobo_nlp.cli.terminal import echo
from training.config import ROOT

app = typer.Typer()


@app.command("keygen")
def keygen_command(
    private: Annotated[Path, typer.Argument(metavar="PRIVAT", help="Fila til den private nøkkelen (PEM).")],
    public: Annotated[Path, typer.Argument(metavar="OFFENTLIG", help="Fila til den offentlige nøkkelen (PEM).")],
) -> None:
    """Lag et nøkkelpar til å signere modeller med (Ed25519). Den private nøkkelen blir hos den som gir ut modeller."""
    from training.signing import make_keys

    make_keys(private, public)
    echo(f"Den private nøkkelen ligger i {private}; ta vare på den utenfor prosjektet. Del bare {public}.")


@app.command("sign")
def sign_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Modellens mappe.")],
    key: Annotated[Path, typer.Option("--key", metavar="FIL", help="Den private nøkkelen (PEM).")],
) -> None:
    """Signer en modell, så andre kan se hvem som ga den ut: «pobo-nlp model verify DIR --key OFFENTLIG»."""
    from pobo_nlp.model.signature import SIGNATURE
    from training.signing import sign

    model_id = sign(folder, key)
    echo(f"Modellen {model_id} er signert: {folder / SIGNATURE}.")


@app.command("sbom")
def sbom_command(
    out: Annotated[Path, typer.Option("--out", help="Fila som skrives (CycloneDX, JSON).")] = ROOT / "build/sbom.json",
    lock: Annotated[Path, typer.Option("--lock", help="Låsefila med pakkene.")] = ROOT / "requirements.lock",
) -> None:
    """Skriv hva programmet og modellen består av: pakker med versjoner og sjekksummer, uten nett."""
    from training.sbom import write_sbom

    n_packages = write_sbom(lock, ROOT, out)
    echo(f"{n_packages} pakker og modellen står i {out}.")
