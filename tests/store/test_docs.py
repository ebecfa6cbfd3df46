import re

from pobo_nlp.store import Store


def test_the_example_of_the_page_works(root, tmp_path, monkeypatch, scorer, taxonomy):
    (example,) = re.findall(r"```python\n(.*?)```", (root / "docs" / "store.md").read_text("utf-8"), re.S)
    monkeypatch.chdir(tmp_path)
    text = "Fastlegen min svarer ikke på telefon, og jeg får ikke time."

    exec(example, {"suggestion": scorer.suggest(text), "text": text, "key": "a"})  # noqa: S102

    assert Store(tmp_path / "avgjorelser.db", taxonomy).newest("2026-117").by == "KN"
