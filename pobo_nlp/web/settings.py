"""What a server is started with, and what it refuses to be started with."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pobo_nlp.errors import ServeError

Language = Literal["nb", "nn"]
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
MIN_TOKEN_CHARS = 32
NEW_TOKEN = "Lag en med: python -c 'import secrets; print(secrets.token_urlsafe(32))'."  # noqa: S105


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may send, and how fast.

    Attributes
    ----------
    requests_per_second, burst : of one client; a burst is what may come at once after a pause.
    failures_per_minute : wrong tokens of one client.
    body_timeout_s, header_timeout_s : for a whole body, and for a whole head.
    connections : at the same time; more are told to come back.
    """

    max_body_bytes: int = 10 * 2**20
    max_text_chars: int = 50_000
    max_texts: int = 1_000
    requests_per_second: float = 50.0
    burst: int = 200
    failures_per_minute: int = 10
    body_timeout_s: float = 20.0
    header_timeout_s: float = 10.0
    connections: int = 200
    graceful_shutdown_s: int = 30


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server is started with.

    Attributes
    ----------
    model : folder; None for the one that is shipped.
    store : path or address of the store of decisions.
    token : that clients have to show; without one, none is asked for.
    adviser : name or initials that the page begins with.
    language : of the page, until a person chooses.
    allowed_hosts : names that clients call the server by, beside those of loopback.
    tls_certificate, tls_key : files; without them the server speaks HTTP.
    seconds_between_looks : how often it is looked whether another model was released.
    """

    model: Path | None = None
    store: str = "avgjorelser.db"
    keep_text: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    token: str | None = field(default=None, repr=False)
    adviser: str | None = None
    language: Language = "nb"
    allowed_hosts: tuple[str, ...] = ()
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    seconds_between_looks: float = 5.0
    limits: Limits = field(default_factory=Limits)

    @property
    def is_loopback(self) -> bool:
        """Whether only programs of the same machine reach the server, and none passes on what others send."""
        return is_loopback(self.host) and not self.allowed_hosts

    @property
    def hosts(self) -> frozenset[str]:
        """Names that clients may call the server by, without port."""
        named = () if _is_wildcard(self.host) else (_in_brackets(self.host),)
        return frozenset(name.lower() for name in (*LOOPBACK_NAMES, *named, *self.allowed_hosts))

    def check(self) -> None:
        """Refuse what is not safe.

        Raises
        ------
        ServeError : with what to do instead.
        """
        if self.token is None and not self.is_loopback:
            problem = "uten nøkkel svarer tjeneren bare på 127.0.0.1"
            raise ServeError(problem, f"Sett POBO_NLP_TOKEN eller --token-file. {NEW_TOKEN}")
        if self.token is not None and (len(self.token) < MIN_TOKEN_CHARS or not _is_header_value(self.token)):
            problem = f"nøkkelen må ha minst {MIN_TOKEN_CHARS} tegn, og bare bokstaver (a-z), sifre og vanlige tegn"
            raise ServeError(problem, NEW_TOKEN)
        if _is_wildcard(self.host) and not self.allowed_hosts:
            problem = f"{self.host} er alle adresser, og da må navnet som tjeneren kalles ved, være kjent"
            raise ServeError(problem, "Oppgi det med --allowed-host.")
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ServeError("sertifikat og nøkkel hører sammen", "Oppgi både --tls-cert og --tls-key.")


def is_loopback(host: str) -> bool:
    """Return whether an address to listen on is reached from the same machine alone.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_wildcard(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return not host


def _in_brackets(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_header_value(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token
