import pytest

from wavebook.figures import words


@pytest.mark.parametrize(("difference", "said"), [(0.1, "+10.0"), (-0.17, "−17.0"), (0.0, "+0.0")])
def test_points(difference, said):
    assert words.points(difference) == said


@pytest.mark.parametrize(("p", "said"), [(0.00004, "< 0.001"), (0.0123, "0.012"), (0.756, "0.76"), (1.0, "1.00")])
def test_p_values_are_no_more_exact_than_they_are_worth(p, said):
    assert words.p_value(p) == said


@pytest.mark.parametrize(("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), ("abc", "a, b and c")])
def test_words_are_joined_as_in_a_sentence(parts, said):
    assert words.several(parts) == said
