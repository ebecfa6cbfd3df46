from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest

from pobo_nlp.batch.difference.cells import Vocabulary, as_text, probabilities, years


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        pytest.param(["2019-03-01", "2019-03", "2019", "20190301"], [2019] * 4, id="iso"),
        pytest.param(["2019-03-01T10:00:00+01:00", "2019-03-01 10:00"], [2019] * 2, id="iso-time"),
        pytest.param(["01.03.2019", "1.3.2019", "31.12.2019 23:59", "1. 3. 2019", "1/3/2019"], [2019] * 5, id="norsk"),
        pytest.param(["", None, "i fjor", "1.3.19", "0001-01-01", "3019-01-01"], [0] * 6, id="none"),
        pytest.param([date(2019, 3, 1), None], [2019, 0], id="date"),
        pytest.param([datetime(2019, 3, 1, 12)], [2019], id="timestamp"),
        pytest.param([2019, None, 17], [2019, 0, 0], id="whole-number"),
        pytest.param([2019.0, None], [2019, 0], id="spreadsheet-number"),
    ],
)
def test_years(column, expected):
    assert years(pa.array(column)).tolist() == expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        pytest.param(pa.array([" a ", None]), ["a", ""], id="text"),
        pytest.param(pa.array([12.0, None]), ["12", ""], id="spreadsheet-number"),
        pytest.param(pa.array(["007"]), ["007"], id="leading-zeros"),
        pytest.param(pa.array([["a", "b"], None]), ["a|b", ""], id="list"),
        pytest.param(pa.array(["a", "a"]).dictionary_encode(), ["a", "a"], id="dictionary"),
    ],
)
def test_cells_as_text(column, expected):
    assert as_text(column).to_pylist() == expected


def test_the_least_of_several_probabilities_counts():
    found = probabilities(pa.array(["0.9000|0.3000", "0,5", "", None, "nei"]))

    np.testing.assert_allclose(found, [0.3, 0.5, np.nan, np.nan, np.nan], rtol=1e-6)


def test_the_order_of_labels_in_a_cell_does_not_matter():
    vocabulary = Vocabulary(is_multi=True)

    assert len(set(vocabulary.codes(pa.array(["b|a", "a; b", "a,b,a", '["b", "a"]'])).tolist())) == 1
    assert vocabulary.values == ["a|b"]
    assert vocabulary.labels == {"a", "b"}


def test_a_comma_is_part_of_the_only_label_of_a_cell():
    vocabulary = Vocabulary(is_multi=False)
    vocabulary.codes(pa.array(["Sykehjem, langtid"]))

    assert vocabulary.values == ["Sykehjem, langtid"]
