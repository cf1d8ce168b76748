"""What is printed says what was signed, in both languages, and is shown to nobody without a role."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from retention.certificates import actions, sheets
from tests.builders import an_officer
from tests.retention.ending import a_point_with_people, an_approved_end, later, two_approvers, walked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_samples")]
PAGES = ("certificate-print", "certificate-file", "certificate-register", "certificate-scene")


@pytest.fixture
def edition(settings, tmp_path):
    settings.PIL_CERTIFICATES, settings.PIL_MFA_REQUIRED = tmp_path / "certificates", False
    people = two_approvers()
    batch = an_approved_end(a_point_with_people(), people=people)
    with later(days=40):
        walked(batch)
        yield actions.issue_missing()[-1]


def get(client, name, edition):
    key = edition.batch_id if name in PAGES[2:] else edition.pk
    return client.get(reverse(f"console:{name}", args=[key]))


def test_every_paper_is_shown_to_an_auditor_and_to_nobody_without_a_role(client, edition):
    client.force_login(an_officer("auditor", since=timedelta(days=1)))
    pages = {name: get(client, name, edition) for name in PAGES}
    assert {name: page.status_code for name, page in pages.items()} == dict.fromkeys(PAGES, 200)
    printed = pages["certificate-print"].content.decode()
    assert edition.number in printed
    assert edition.sha256 in printed
    assert "清河街道办事处" in printed
    assert "欧阳测试" not in printed
    listed = client.get(reverse("console:retention_edition_changelist"))
    shown = client.get(reverse("console:retention_edition_change", args=[edition.pk]))
    assert (listed.status_code, shown.status_code) == (200, 200)
    assert reverse("console:certificate-print", args=[edition.pk]) in shown.content.decode()
    client.force_login(an_officer("collector"))
    assert {get(client, name, edition).status_code for name in PAGES} <= {403, 404}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_states_and_the_marks_stand_on_the_sheet(edition, language):
    with translation.override(language):
        sheet = sheets.certificate(edition)
        assert [bool(day) for _word, day, _here in sheet.states] == [True, True, False]
        assert [here for _word, _day, here in sheet.states] == [False, True, False]
        assert sheets.register(edition.batch).sections[0].rows[0][1] == "青州市暴雨洪涝灾害"
        assert len(sheets.register(edition.batch).sections[0].rows[0]) == 12
        assert len(sheets.scene(edition.batch).lines) == 5
