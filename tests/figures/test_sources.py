import pytest

from wavebook.estimates import printed_shares
from wavebook.figures import shares_data, sources_of


@pytest.mark.parametrize(
    ("wave", "size"),
    [
        ("vale-li-2023-05", "900"),
        ("hill-li-2021-3", "800 (assumed)"),
        ("hill-pooled-3-4", "3,000 in several samples (Liechtenstein and San Marino, waves 3 and 4)"),
        ("brook-median-2021", "not found; several samples (median of 12 valleys)"),
        ("hill-li-2019-2021", "not found; several samples (Liechtenstein, 2019 to 2021)"),
    ],
)
def test_a_source_says_how_many_respondents_it_has_and_assumes_no_sample_where_there_are_several(study, wave, size):
    (source,) = {source.n for source in sources_of(study, printed_shares(study, wave))}
    assert source == size


def test_a_table_of_crossed_groups_has_a_column_for_each_division(study):
    shares = printed_shares(study, "vale-li-2023-05").assign(street="High Street")
    assert "street" not in shares_data(shares).columns
    columns = list(shares_data(shares, "street").columns)
    assert columns[columns.index("street") + 1] == "group"
