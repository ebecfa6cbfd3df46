"""The way out of a command: what went wrong is told in our words, never in those of a text or an argument.

A person's text may stand where a wrong option was meant, in a message of Python's own, or in the memory that a crashed
process would leave behind in a file.
"""

import io
import sys
import threading
from types import TracebackType
from typing import Protocol

import typer
from typer._click import exceptions  # that of typer's own copy of click, which has no public name
from typer.core import TyperGroup, TyperOption
from typer.main import get_command

from pobo_nlp.cli.terminal import echo
from pobo_nlp.errors import PoboError, where_from

EXIT_ERROR = 1
_UNFORESEEN = (
    "Feil i programmet: {}. Hva feilen ellers sier, vises ikke, for det kan være tekst fra en henvendelse. "
    "Meld fra til dem som vedlikeholder programmet, med denne linjen."
)


class _Unraisable(Protocol):
    exc_value: BaseException | None


def run(app: typer.Typer) -> None:
    """Run a command, and leave Python with its exit code: 0, 1 after an error, 2 for wrong usage.

    Raises
    ------
    SystemExit : always.
    """
    keep_to_ourselves()
    for stream in (sys.stdout, sys.stderr):
        # A sign that the terminal cannot show, or half of a surrogate pair, stops no command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        code = get_command(app)(standalone_mode=False)
    except exceptions.UsageError as error:
        _tell_usage(error)
        sys.exit(error.exit_code)
    except PoboError as error:
        echo(f"Feil: {error}", err=True)
        sys.exit(EXIT_ERROR)
    except typer.Abort:
        echo("Avbrutt.", err=True)
        sys.exit(EXIT_ERROR)
    except Exception as error:  # its own words, and those of a traceback, may hold a text
        echo(_UNFORESEEN.format(where_from(error)), err=True)
        sys.exit(EXIT_ERROR)
    sys.exit(code if isinstance(code, int) else 0)


def keep_to_ourselves() -> None:
    """Let no traceback say what an error says, in any thread, and no crash write the memory of this process to a file.

    Processes that are started from here keep the same limit.
    """
    sys.excepthook = _tell_fault
    threading.excepthook = lambda found: _tell_unless_exit(found.exc_value)
    sys.unraisablehook = lambda found: _tell_unless_exit(found.exc_value)
    try:
        import resource
    except ImportError:  # not a POSIX system
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _tell_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    echo(_UNFORESEEN.format(where_from(error)), err=True)


def _tell_unless_exit(error: BaseException | None) -> None:
    if error is not None and not isinstance(error, SystemExit):
        echo(_UNFORESEEN.format(where_from(error)), err=True)


def _tell_usage(error: exceptions.UsageError) -> None:
    if isinstance(error, exceptions.NoArgsIsHelpError):
        echo(error.format_message(), err=True)
        return
    if error.ctx is not None:
        echo(error.ctx.get_usage(), err=True)
        echo(f"«{error.ctx.command_path} --help» forklarer.\n", err=True)
    echo(f"Gal bruk: {_usage(error)}", err=True)


def _usage(error: exceptions.UsageError) -> str:
    """Say what is wrong without what was written: it may be a person's text."""
    if isinstance(error, exceptions.MissingParameter):
        return f"{_hint(error)} mangler."
    if isinstance(error, exceptions.BadParameter):
        # What a command says itself, it says with care; what says so of a parameter quotes the value.
        if error.param is None:
            return f"{error.param_hint} {error.message}" if error.param_hint else error.message
        wanted = f": {error.param.display_type(error.ctx)} trengs" if error.ctx is not None else ""
        return f"verdien til {_hint(error)} kan ikke brukes{wanted}."
    if isinstance(error, exceptions.NoSuchOption):
        likely = f" Mente du {' eller '.join(sorted(error.possibilities))}?" if error.possibilities else ""
        return f"et valg finnes ikke.{likely}"
    if isinstance(error, exceptions.BadOptionUsage):
        name = error.option_name if error.option_name in _options(error) else "et valg"
        return f"{name} har for få eller for mange verdier."
    if error.ctx is not None and isinstance(error.ctx.command, TyperGroup):
        return f"kommandoen finnes ikke. Kjente: {', '.join(error.ctx.command.commands)}."
    return "for mange ord. Sett en tekst i anførselstegn, eller send den inn med «-»."


def _hint(error: exceptions.BadParameter) -> str:
    if error.param is not None:
        return error.param.get_error_hint()
    return str(error.param_hint or "noe")


def _options(error: exceptions.UsageError) -> set[str]:
    parameters = error.ctx.command.params if error.ctx is not None else []
    return {name for one in parameters if isinstance(one, TyperOption) for name in (*one.opts, *one.secondary_opts)}
