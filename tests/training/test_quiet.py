import logging
import os
import warnings

import pytest

from training.quiet import quiet


def test_a_library_neither_logs_nor_warns(caplog):
    with quiet({}):
        logging.getLogger("library").critical("hello")
        warnings.warn("hello", stacklevel=1)

    assert caplog.records == []


def test_everything_is_put_back_after_an_error(monkeypatch, caplog):
    monkeypatch.setenv("POBO_KEPT", "before")
    monkeypatch.delenv("POBO_NEW", raising=False)

    with quiet({"POBO_KEPT": "within", "POBO_NEW": "within"}):
        assert os.environ["POBO_KEPT"] == os.environ["POBO_NEW"] == "within"
    with pytest.raises(ZeroDivisionError, match="zero"), quiet({"POBO_KEPT": "within", "POBO_NEW": "within"}):
        raise ZeroDivisionError("zero")

    logging.getLogger("library").warning("hello")
    assert os.environ["POBO_KEPT"] == "before"
    assert "POBO_NEW" not in os.environ
    assert [record.message for record in caplog.records] == ["hello"]
    with pytest.warns(UserWarning, match="hello"):
        warnings.warn("hello", stacklevel=1)
