"""The bill of materials: what the program and its model consist of, from the lock file alone and without a network.

CycloneDX's own tool reads the lock; what the lock tells besides (who needs which package), and the shipped model, are
added here. The same lock and model give the same bytes.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from pobo_nlp.errors import InputNotFoundError, MissingExtraError, SbomError
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.manifest import MANIFEST, sha256
from pobo_nlp.scratch import scratch_file

ROOT_REF = "pobo-nlp"
MODEL_REF = "model"
# How the lock names the product, with its extras, among those who need a package.
_PRODUCT = "pobo-nlp (pyproject.toml)"
_ENTRY = re.compile(r"^([\w.-]+)==(\S+)", re.M)
_NEEDED_BY = re.compile(r"^    #   (?! )(.+)$|^    # via (.+)$", re.M)
_TIMEOUT_S = 120

Edges = Mapping[str, Sequence[str]]


def write_sbom(lock: Path, root: Path, out: Path) -> int:
    """Write the bill of materials.

    Parameters
    ----------
    root : of the checkout, with pyproject.toml and models/default.

    Returns
    -------
    How many packages it lists.

    Raises
    ------
    SbomError : where the lock cannot be read as one, or the result is no valid CycloneDX.
    """
    if not lock.is_file():
        raise InputNotFoundError(lock)
    bom = _listed(lock, root)
    packages = bom["components"]
    _add_needs(bom, needed_by(lock.read_text("utf-8")), _core(root))
    packages.append(_model(root / "models" / "default"))
    text = json.dumps(bom, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    _refuse_invalid(text, lock)
    out.parent.mkdir(parents=True, exist_ok=True)
    with scratch_file(out.parent, out.name) as (descriptor, temporary):
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123  # a descriptor is no path
            file.write(text)
        temporary.replace(out)
    return len(packages) - 1


def needed_by(lock: str) -> dict[str, list[str]]:
    """Return the packages of a lock file (`name==version`), each with the names of those that need it."""
    entries = list(_ENTRY.finditer(lock))
    ends = [*(entry.start() for entry in entries[1:]), len(lock)]
    return {
        f"{entry[1]}=={entry[2]}": [first or second for first, second in _NEEDED_BY.findall(lock[entry.end() : end])]
        for entry, end in zip(entries, ends, strict=True)
    }


def _listed(lock: Path, root: Path) -> dict[str, Any]:
    try:
        import cyclonedx_py  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtraError("CycloneDX", "dev") from error
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "--output-reproducible", "--no-validate"]
    command += ["--pyproject", str(root / "pyproject.toml"), str(lock)]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=_TIMEOUT_S)  # noqa: S603
    if done.returncode != 0:
        raise SbomError(lock, "cyclonedx-py kunne ikke lese fila")
    bom: dict[str, Any] = json.loads(done.stdout)
    if not bom.get("components"):
        raise SbomError(lock, "den nevner ingen pakker")
    return bom


def _add_needs(bom: dict[str, Any], needers: Edges, core: Sequence[str]) -> None:
    """Name packages as the lock does, and tell who needs which, and whether scoring does."""
    needs = _needs(needers)
    required = _reached({ref for ref in needers if _name(ref) in core}, needs)
    optional = _reached({ref for ref, names in needers.items() if _PRODUCT in names}, needs)
    for component in bom["components"]:
        ref = f"{component['name']}=={component['version']}"
        component["bom-ref"] = ref
        component["scope"] = "required" if ref in required else "optional" if ref in optional else "excluded"
        del component["description"]
    bom["metadata"]["component"]["bom-ref"] = ROOT_REF
    needs |= {ROOT_REF: {MODEL_REF, *(ref for ref, names in needers.items() if _PRODUCT in names)}, MODEL_REF: set()}
    bom["dependencies"] = [{"ref": ref, "dependsOn": sorted(needed)} for ref, needed in sorted(needs.items())]


def _needs(needers: Edges) -> dict[str, set[str]]:
    """Return what each package needs; a package that the lock holds in two versions is needed in both."""
    needs: dict[str, set[str]] = {ref: set() for ref in needers}
    for needed, names in needers.items():
        for ref in needers:
            if _name(ref) in names:
                needs[ref].add(needed)
    return needs


def _reached(starts: Collection[str], needs: Mapping[str, Collection[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        ref = waiting.pop()
        if ref not in reached:
            reached.add(ref)
            waiting += needs[ref]
    return reached


def _core(root: Path) -> list[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return [re.split(r"[^\w.-]", line)[0] for line in project["dependencies"]]


def _name(ref: str) -> str:
    return ref.split("==")[0]


def _model(folder: Path) -> dict[str, object]:
    """Return the shipped model; the hash is of its manifest, which holds the hash of every other file."""
    digest = sha256((folder / MANIFEST).read_bytes())
    return {
        "bom-ref": MODEL_REF,
        "type": "machine-learning-model",
        "name": load(folder).id,
        "scope": "required",
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


def _refuse_invalid(text: str, lock: Path) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    if JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is not None:
        raise SbomError(lock, "innholdet gir ingen gyldig CycloneDX-fil")
