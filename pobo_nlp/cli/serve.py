"""`pobo-nlp serve`: the adviser's page, and the interface for other systems."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from pobo_nlp.cli.options import ModelOption
from pobo_nlp.cli.store import DEFAULT_STORE, StoreOption
from pobo_nlp.cli.terminal import echo
from pobo_nlp.errors import InputNotFoundError, MissingExtraError

TOKEN_VARIABLE = "POBO_NLP_TOKEN"  # noqa: S105  # a name
HELP = """Start rådgiverens side og grensesnittet for andre systemer.

Uten nøkkel svarer tjeneren bare denne maskinen. Nøkkelen leses fra POBO_NLP_TOKEN eller --token-file. Ctrl-C stanser
den når det som er begynt, er gjort; SIGHUP lar den se etter en ny modell med en gang."""


def command(
    model: ModelOption = None,
    store: StoreOption = DEFAULT_STORE,
    keep_text: Annotated[bool, typer.Option("--keep-text", help="Ta vare på tekstene, maskert.")] = False,
    host: Annotated[str, typer.Option("--host", metavar="ADRESSE", help="Adressen det lyttes på.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: en som er ledig.")] = 8000,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="FIL", help="Fil med nøkkelen som klienter må vise.")
    ] = None,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option("--allowed-host", metavar="NAVN", help="Navn som tjeneren kalles ved; kan gjentas."),
    ] = None,
    adviser: Annotated[
        str | None, typer.Option("--adviser", metavar="NAVN", help="Navn eller initialer som siden begynner med.")
    ] = None,
    language: Annotated[Literal["nb", "nn"], typer.Option("--language", help="Målformen siden begynner med.")] = "nb",
    tls_cert: Annotated[Path | None, typer.Option("--tls-cert", metavar="FIL", help="Sertifikat (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", metavar="FIL", help="Nøkkelen til sertifikatet.")] = None,
    requests_per_second: Annotated[
        float, typer.Option("--rate", min=0.1, help="Forespørsler i sekundet fra hver klient.")
    ] = 50.0,
) -> None:
    """Start the server; what it is started with is checked before the model is read."""
    try:
        from pobo_nlp.web.app import create_app
        from pobo_nlp.web.server import address_of, listen, run
        from pobo_nlp.web.settings import Limits, Settings
    except ModuleNotFoundError as error:
        raise MissingExtraError("Tjeneren", "web") from error
    settings = Settings(
        model=model,
        store=store,
        keep_text=keep_text,
        host=host,
        port=port,
        token=_token(token_file),
        adviser=adviser,
        language=language,
        allowed_hosts=tuple(allowed_host or ()),
        tls_certificate=tls_cert,
        tls_key=tls_key,
        limits=Limits(requests_per_second=requests_per_second, burst=max(200, int(4 * requests_per_second))),
    )
    settings.check()
    with listen(settings) as listener:
        app = create_app(settings)
        echo(f"Åpne {address_of(settings, listener)} i en nettleser. Ctrl-C stanser.", err=True)
        run(app, settings, listener)


def _token(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get(TOKEN_VARIABLE) or None
    if not file.is_file():
        raise InputNotFoundError(file)
    return file.read_text("utf-8").strip()
