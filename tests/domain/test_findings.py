"""What a finding stops."""

import pytest

from ckanext.opendata_ua.domain.findings import Finding, Severity


@pytest.mark.parametrize(
    ("severity", "acknowledge", "acknowledged", "stops"),
    [
        (Severity.BLOCKING, False, False, True),
        (Severity.BLOCKING, False, True, True),
        (Severity.BLOCKING, True, False, True),
        (Severity.BLOCKING, True, True, False),
        (Severity.WARNING, False, False, False),
        (Severity.WARNING, True, False, True),
        (Severity.WARNING, True, True, False),
        (Severity.ADVICE, False, False, False),
    ],
)
def test_a_finding_stops_until_it_is_mended_or_answered_for(
    severity: Severity, acknowledge: bool, acknowledged: bool, stops: bool
) -> None:
    finding = Finding("a.b", severity, "", "", "", acknowledge=acknowledge)
    assert finding.stops(acknowledged) is stops
