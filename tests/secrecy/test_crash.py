"""A process that is killed at its work leaves private files alone, and none after the next start."""

import os
import signal
import stat
from pathlib import Path

import pytest

LABELS = ("--labels", "tjenesteomrade=omrade", "--labels", "arsak=aarsak")
NEW = ("--new-labels", "tjenesteomrade=omrade", "--new-labels", "arsak=aarsak")
COMMANDS = {
    "batch part": (("batch", "saker.csv", "ut.csv"), 1),
    "batch": (("batch", "saker.csv", "ut.csv"), 2),
    "batch excel": (("batch", "saker.csv", "ut.xlsx"), 2),
    "diff": (("diff", "saker.csv", "saker_annerledes.csv", "--out", "forskjell", *LABELS, *NEW), 1),
    "patterns": (("patterns", "saker.csv", "--out", "rapport", "--with-quotes", *LABELS), 1),
    "mask": (("mask", "saker.csv", "maskert.parquet"), 1),
    "retag": (("retag", "saker.csv", "nye.jsonl", *LABELS), 1),
}


def _is_private(path: Path, box: Path) -> bool:
    """Return whether its owner alone gets at it: by its own rights, or by those of a folder that it lies in."""
    mine = [path, *(folder for folder in path.parents if box in folder.parents and folder.name.startswith("."))]
    return any(stat.S_IMODE(one.stat().st_mode) & 0o077 == 0 for one in mine)


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_killed_process_leaves_is_private_and_goes(new_box, material, sentinels, ending, name):
    arguments, at = COMMANDS[name]
    box = new_box()
    material.make(box.work)
    given = set(sentinels.files_in(box.folder))

    killed = box.run(*arguments, code=ending, RENAMES=str(at), SIGNAL=str(int(signal.SIGKILL)))
    left = [path for path in sentinels.files_in(box.folder) if path not in given]

    assert killed.returncode == -signal.SIGKILL
    assert sentinels.kinds_in(killed.stdout + killed.stderr) == set()
    assert any(sentinels.kinds_in(path.read_bytes()) for path in left)
    assert [path for path in left if not _is_private(path, box.folder)] == []

    again = box.run(*arguments)

    assert again.returncode == 0, again.stderr[-300:]
    assert [path.name for path in sorted(box.work.iterdir()) if path.name.startswith(".")] == []
    assert list(box.tmp.iterdir()) == []


def test_a_crash_of_the_machine_code_tells_lines_and_no_values(new_box, material, sentinels, ending):
    box = new_box()
    material.make(box.work)

    done = box.run("batch", "saker.csv", "ut.csv", code=ending, RENAMES="1", SIGNAL=str(int(signal.SIGSEGV)))

    assert done.returncode == -signal.SIGSEGV
    assert b"Fatal Python error" in done.stderr
    assert sentinels.kinds_in(done.stdout + done.stderr) == set()
    assert not any("core" in path.name for path in sentinels.files_in(box.folder))


def test_no_process_may_write_its_memory_to_a_file(new_box):
    box = new_box()
    code = (
        "import resource, subprocess, sys, typer\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)\n"
        "from pobo_nlp.cli.door import run\n"
        "app = typer.Typer()\n"
        "@app.command()\n"
        "def command():\n"
        "    typer.echo(subprocess.check_output([sys.executable, '-c', "
        "'import resource; print(resource.getrlimit(resource.RLIMIT_CORE)[0])']))\n"
        "run(app)"
    )

    assert box.run(code=code).stdout.strip() == b"0"


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="/proc mangler: prosesser kan bare ses på i Linux")  # noqa: PTH112
def test_no_title_of_a_process_holds_a_text(new_box, material, sentinels):
    """Look at every process of a batch with workers, for as long as it runs."""
    import subprocess
    import sys

    box = new_box()
    material.write_csv(box.work / "saker.csv", material.rows(1500))
    command = [sys.executable, "-c", "from pobo_nlp.cli import main; main()", "batch", "saker.csv", "ut.csv"]
    seen, families = b"", set()
    with subprocess.Popen(
        [*command, "--workers", "2", "--rows-at-once", "50"],
        cwd=box.work,
        env=box.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while process.poll() is None:
            for one in Path("/proc").glob("[0-9]*"):
                try:
                    if os.getsid(int(one.name)) != process.pid:
                        continue
                    families.add(one.name)
                    seen += b"".join((one / name).read_bytes() for name in ("cmdline", "comm", "environ"))
                except (OSError, ProcessLookupError):
                    continue

    assert process.returncode == 0
    assert len(families) > 2
    assert sentinels.kinds_in(seen) == set()
