"""Nothing writes to the terminal but through the one place that takes codes out of what is written."""

import re

# The settings of the server tell people a command that prints.
DOORS = {
    "pobo_nlp/cli/terminal.py",
    "pobo_nlp/cli/display.py",
    "pobo_nlp/web/settings.py",
    "training/progress.py",
}
WRITES = re.compile(
    r"\b(?:typer|click)\.(?:echo|secho)\(|(?<![\w.])print\(|(?<![\w.])Console\(|sys\.std(?:out|err)\.write"
)


def test_one_door_to_the_terminal(root):
    others = {
        path.relative_to(root).as_posix()
        for room in ("pobo_nlp", "training")
        for path in (root / room).rglob("*.py")
        if WRITES.search(path.read_text("utf-8"))
    }

    assert others - DOORS == set()
