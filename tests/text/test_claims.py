"""The words of the ledger of claims."""

import dataclasses
import re

import pytest

from wavebook import claims
from wavebook.text import claims as claims_text


@pytest.fixture(scope="module")
def verdicts(study):
    return claims.verdicts(study)


def test_counts_go_by_names_that_prose_can_use(verdicts):
    numbers = claims_text.claim_numbers(verdicts)
    assert list(numbers) == [
        "claims.confirmed",
        "claims.consistent",
        "claims.contradicted",
        "claims.untestable",
        "claims.all",
    ]
    *parts, whole = (int(number) for number in numbers.values())
    assert sum(parts) == whole == len(verdicts)


def test_the_count_is_said_in_one_sentence(verdicts):
    said = claims_text.say_counts(verdicts)
    assert said.startswith(f"Of the {len(verdicts)} statements, **2** are confirmed independently, ")
    assert "**1** is confirmed independently." in claims_text.say_counts(verdicts[:1])


def test_every_statement_is_a_row_with_verdict_number_evidence_and_figure(verdicts):
    _, _, head, rule, *rows, _ = claims_text.ledger_table(verdicts).splitlines()
    assert len(rows) == len(verdicts)
    assert all(row.count("|") == head.count("|") for row in (rule, *rows))
    for row, verdict in zip(rows, verdicts, strict=True):
        assert claims_text.start_sentence(verdict.verdict) in row
        assert all(f"**{finding.number}** ({finding.interval})" in row for finding in verdict.findings)
        assert re.findall(r"\{numref\}`([^`]+)`", row) == ([verdict.claim.figure] if verdict.claim.figure else [])


def test_every_verdict_has_its_reason_under_the_number_of_its_row(verdicts):
    reasons = re.split(r"\n(?=\d+\. )", claims_text.say_reasons(verdicts))
    assert [reason.split(".")[0] for reason in reasons] == [str(number) for number in range(1, len(verdicts) + 1)]
    for reason, verdict in zip(reasons, verdicts, strict=True):
        assert claims_text.escape(verdict.because) in reason
        assert all(claims_text.escape(finding.label) in reason for finding in verdict.findings)
        assert all(claims_text.escape(finding.power.said) in reason for finding in verdict.findings)


def test_what_evidence_and_reasons_rest_on_is_cited(verdicts):
    reasons = re.split(r"\n(?=\d+\. )", claims_text.say_reasons(verdicts))
    of = dict(zip([verdict.id for verdict in verdicts], reasons, strict=True))
    assert "Synthetic, computed {cite:p}`hill-archive`" in of["ferry-2019"]
    assert "Published, article {cite:p}`gazette2023`" in of["ferry-2021"]
    assert "{cite:p}`ng2020,ott2021`" in of["crier-double"]


def test_statements_are_named_under_their_verdict_with_the_number_of_parts(verdicts):
    said = claims_text.say_which(verdicts)
    assert [line.partition(":")[0].strip("*").lower() for line in said] == list(claims.VERDICTS)
    assert "a slight rebound” (4, 1 of 2 parts)" in said[1]


def test_what_a_wave_to_come_will_decide_is_said_both_ways(study):
    (said,) = claims_text.say_registered(claims.registered(study))
    assert "Fixed on 1 December 2023. If met: The rebound went on. If not: The rebound did not go on." in said
    assert "with 800 respondents and a design effect of 1.6 a departure of 8.9 points or more will be seen" in said
    assert claims_text.say_registered([]) == ["Nothing is registered for a wave to come."]


def test_text_of_the_ledger_is_never_read_as_markup(verdicts):
    claim = verdicts[0].claim.model_copy(update={"says": "<script>|`x`"})
    (*_, row, _) = claims_text.ledger_table([dataclasses.replace(verdicts[0], claim=claim)]).splitlines()
    assert "<script>" not in row
    assert "`x`" not in row


def test_assumptions_behind_the_intervals_are_said(study, verdicts):
    said = claims_text.say_basis(study, verdicts)
    assert "Hill Poll, autumn 2021: 800 respondents (assumed), a design effect of 1.6 (assumed)." in said
    assert len(said) == len(set(said))


def test_a_changed_verdict_is_told(verdicts):
    assert claims_text.say_changed(verdicts) == ["Every verdict is the one that a person last agreed to."]
    claim = verdicts[0].claim.model_copy(update={"reviewed": claims.CONTRADICTED})
    (said,) = claims_text.say_changed([dataclasses.replace(verdicts[0], claim=claim)])
    assert "confirmed independently; when a person last looked at it, it was: contradicted" in said
