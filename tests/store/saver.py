"""Saves decisions on many inquiries one after the other, and tells of each that is kept; to be run, and killed."""

import sys

from pobo_nlp.store import Answer, Decision, DecisionConflictError, Store
from pobo_nlp.taxonomy import Taxonomy


def main(address: str, by: str, inquiries: str, versions: str) -> None:
    store = Store(address, Taxonomy.default())
    answers = {"tjenesteomrade": Answer("decided", ("fastlege",)), "arsak": Answer("decided", ("ventetid", "avslag"))}
    _tell("ready")
    for number in range(int(inquiries)):
        done = seen = 0
        while done < int(versions):
            key = f"{by}-{number}-{done}"
            try:
                kept = store.save(Decision(str(number), answers, by), seen=seen, save_key=key)
            except DecisionConflictError as conflict:
                seen = conflict.theirs.version
            else:
                done, seen = done + 1, kept.version
                _tell(key)


def _tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
