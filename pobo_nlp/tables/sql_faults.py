"""What a database says when it fails, in our words; its own may quote data, users and passwords, and go no further."""

import sqlalchemy.exc

from pobo_nlp.errors import DatabaseError, PoboError

_RIGHTS = "Be den som eier databasen om tilgang."
_SPACE = "Frigjør plass, og kjør samme kommando igjen."
_QUERY = "Prøv spørringen i databasens eget verktøy først."
_TOO_WIDE = "Velg færre kolonner, eller skriv til en fil."
_AGAIN = "Kjør samme kommando igjen når databasen svarer."

# By SQLSTATE, and by the names of SQLite's codes.
_KNOWN = {
    "25006": ("bare lesing er tillatt", "En spørring skal bare lese."),
    "28000": ("databasen slipper ikke brukeren inn", _RIGHTS),
    "28P01": ("feil brukernavn eller passord", "Sjekk adressen."),
    "3D000": ("databasen finnes ikke", "Sjekk adressen."),
    "42501": ("brukeren mangler rettigheter", _RIGHTS),
    "42601": ("spørringen har feil i SQL", _QUERY),
    "42703": ("spørringen nevner en kolonne som ikke finnes", _QUERY),
    "42883": ("en kolonne kan ikke sammenlignes eller sorteres", "Velg en annen nøkkel med --key."),
    "42P01": ("tabellen finnes ikke", "Sjekk navnet."),
    "53100": ("disken er full", _SPACE),
    "54000": ("en rad er for stor for databasen", _TOO_WIDE),
    "54011": ("tabellen har for mange kolonner for databasen", _TOO_WIDE),
    "55P03": ("tabellen er låst av et annet program", _AGAIN),
    "57014": ("databasen avbrøt spørringen", "Øk tidsgrensen i databasen, eller velg færre rader om gangen."),
    "SQLITE_BUSY": ("databasen er låst av et annet program", "Lukk det andre programmet, og prøv igjen."),
    "SQLITE_CANTOPEN": ("filen kan ikke åpnes", "Sjekk mappe og rettigheter."),
    "SQLITE_CORRUPT": ("filen er skadet", "Hent filen på nytt, eller gjenopprett den fra en kopi."),
    "SQLITE_ERROR": ("spørringen har feil i SQL, eller nevner en tabell som ikke finnes", _QUERY),
    "SQLITE_FULL": ("disken er full", _SPACE),
    "SQLITE_IOERR": ("filen kan ikke leses eller skrives", "Sjekk disken, og prøv igjen."),
    "SQLITE_NOTADB": ("filen er ikke en SQLite-database", "Sjekk adressen."),
    "SQLITE_PERM": ("filen kan ikke åpnes", "Sjekk mappe og rettigheter."),
    "SQLITE_READONLY": ("filen kan bare leses", "Sjekk mappe og rettigheter."),
    "SQLITE_TOOBIG": ("en rad er for stor for databasen", _TOO_WIDE),
}
# These pass: the server goes down or comes up, is full of others, or let another go first.
_PASSING = frozenset({"57P01", "57P02", "57P03", "53300", "40001", "40P01", "55P03", "SQLITE_BUSY", "SQLITE_LOCKED"})


def code_of(error: BaseException) -> str | None:
    """Return the code that the driver gives with an error: an SQLSTATE, or the name of SQLite's code."""
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    # SQLite's extended codes only say more of the same.
    return "_".join(code.split("_")[:2]) if isinstance(code, str) else None


def may_pass(error: BaseException) -> bool:
    """Return whether the same question may be answered a little later."""
    code = code_of(error)
    return code is not None and (code in _PASSING or code.startswith("08"))


def no_connection(name: str) -> PoboError:
    """Return the error of a database that does not answer."""
    return DatabaseError(
        name, "ingen forbindelse med databasen", "Sjekk adresse, brukernavn og passord, og at databasen er i gang."
    )


def lost_connection(name: str) -> PoboError:
    """Return the error of a database that answered before, and does no more."""
    return DatabaseError(name, "forbindelsen med databasen ble brutt og kom ikke tilbake", _AGAIN)


def fault(name: str, error: BaseException) -> PoboError:
    """Return what is told of an error of the driver: never its own words."""
    if isinstance(error, UnicodeDecodeError) or "Could not decode" in str(getattr(error, "orig", "")):
        return DatabaseError(name, "tekst i en annen tegnkoding enn databasen oppgir", "Rett teksten i databasen.")
    if isinstance(error, sqlalchemy.exc.NoSuchTableError):
        return DatabaseError(name, *_KNOWN["42P01"])
    code = code_of(error)
    if code in _KNOWN:
        return DatabaseError(name, *_KNOWN[code])
    told = f" ({code})" if code else ""
    return DatabaseError(name, f"databasen avviste det den ble bedt om{told}", _QUERY)
