"""What a process that scores touches, told by the interpreter itself: an audit hook sees every file and connection."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TEXT = "Fastlegen min svarer ikke på telefon, og jeg får ikke time. Ring 22 33 44 55, født 3. mai 1948, hilsen Kari."
HOOK = """
import json, os, sys
EVENTS = []
WATCHED = ("open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "sqlite3.connect", "shelve.open")
STARTED = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn", "pickle.find_class")
def hook(event, arguments):
    if event.startswith("socket.") or event in STARTED:
        EVENTS.append([event, ""])
    elif event in WATCHED and arguments and isinstance(arguments[0], (str, bytes, os.PathLike)):
        flags = arguments[2] if event == "open" and len(arguments) > 2 else 0
        writes = event not in ("open", "os.listdir", "os.scandir") or bool((flags or 0) & (os.O_WRONLY | os.O_RDWR))
        EVENTS.append(["write" if writes else "read", os.path.realpath(os.fsdecode(arguments[0]))])
sys.addaudithook(hook)
"""


def command(*arguments):
    """Return code that runs one of our commands."""
    return f"""
from pobo_nlp.cli import main
sys.argv[1:1] = {list(arguments)!r}
told = sys.argv.pop()
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
sys.argv[1:] = [told]
"""


WORK = {
    "import": "import pobo_nlp",
    "score": "from pobo_nlp.model.scorer import Scorer\nScorer.load().suggest([TEXT] * 3)",
    "explain": "from pobo_nlp.model.scorer import Scorer\nScorer.load().suggest(TEXT, with_evidence=True)",
    "mask": "from pobo_nlp.text.masking import mask\nmask(TEXT)",
    "suggest": command("suggest", "--json", TEXT),
}


@dataclass(frozen=True)
class Seen:
    """What happened in a process: its reads and writes by path, and events of which none should happen."""

    read: set[Path]
    written: set[Path]
    others: set[str]


@pytest.fixture
def watched(tmp_path, root):
    """Runs work in a new process, in an empty folder, under an audit hook that is there before anything of ours."""
    told, empty = tmp_path / "told.json", tmp_path / "empty"
    empty.mkdir()

    def run(work):
        code = f"{HOOK}\nTEXT = {TEXT!r}\n{work}\nfound = EVENTS[:]\nopen(sys.argv[1], 'w').write(json.dumps(found))"
        # -P: the folder that it starts in is none to import from.
        command = [sys.executable, "-B", "-P", "-c", code, str(told)]
        environment = {**os.environ, "PYTHONPATH": str(root)}
        done = subprocess.run(command, cwd=empty, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        events = json.loads(told.read_text("utf-8"))
        paths = {kind: {Path(path) for event, path in events if event == kind} for kind in ("read", "write")}
        return Seen(paths["read"], paths["write"], {event for event, _ in events} - {"read", "write"})

    return run


def strangers(paths, root, *own):
    """Return the paths that are neither of the package, the model, Python and what is installed, nor named here."""
    installed = {sys.prefix, sys.base_prefix, Path(json.__file__).parent.parent, Path(pytest.__file__).parent.parent}
    places = [root / "pobo_nlp", root / "models" / "default", *(Path(place).resolve() for place in installed), *own]
    # The folder that the package lies in is listed to find it, and no file of it is read.
    return sorted(str(path) for path in paths - {root} if not any(path.is_relative_to(place) for place in places))


@pytest.mark.parametrize("work", [pytest.param(work, id=name) for name, work in WORK.items()])
def test_importing_and_scoring_open_no_connection_and_no_file_of_others(watched, root, work):
    seen = watched(work)

    assert seen.others == set()
    assert seen.written == set()
    assert strangers(seen.read, root) == []


def test_a_batch_reads_its_input_and_writes_where_its_output_lies(watched, root, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    source, target = tmp_path / "in" / "saker.csv", tmp_path / "out" / "forslag.csv"
    source.write_text(f"id,tekst\n1,{TEXT.replace(',', ' ')}\n", "utf-8")

    seen = watched(command("batch", str(source), str(target)))

    assert target.read_text("utf-8").count("\n") == 2
    assert seen.others == set()
    assert source in seen.read
    assert strangers(seen.read, root, source, target.parent) == []
    assert [path for path in seen.written if not path.is_relative_to(target.parent)] == []


def test_the_hook_sees_what_it_should(watched, tmp_path):
    (tmp_path / "foreign").write_text("x", "utf-8")
    work = f"import socket, pickle, subprocess\nopen({str(tmp_path / 'foreign')!r}).read()\n"
    work += "socket.socket().close()\npickle.loads(pickle.dumps(print))\nsubprocess.run([sys.executable, '-c', ''])\n"
    work += f"open({str(tmp_path / 'new')!r}, 'w').close()"

    seen = watched(work)

    assert {"socket.__new__", "pickle.find_class", "subprocess.Popen"} <= seen.others
    assert tmp_path / "foreign" in seen.read
    assert tmp_path / "new" in seen.written
    assert str(tmp_path / "foreign") in strangers(seen.read, tmp_path / "none")
