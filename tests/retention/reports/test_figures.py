"""The first screen: what collects, what is due, what waits for me, what is overdue. The report names nobody."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from pilifecycle.store import clock
from pilifecycle.store.models import Heartbeat
from retention.batches import actions as batches
from retention.reports import figures, panels
from tests.builders import an_officer, ended
from tests.retention.ending import a_point_with_people, an_approved_end, later, two_approvers

pytestmark = pytest.mark.django_db


def asked(user, rf):
    request = rf.get("/")
    request.user = user
    return request


def test_the_report_is_one_sentence_with_counts_and_nobody_in_it():
    point = a_point_with_people(3)
    with translation.override("en"):
        said = figures.sentence(point)
    assert "实验小学安置点: 3 entries, 3 people registered today." in said
    assert "欧阳" not in said
    assert "\n" not in said


def test_only_those_whose_scope_it_is_see_a_point():
    point = a_point_with_people(1)
    assert figures.collecting(an_officer("head_of_body", body=point.campaign.body)) == [point]
    other = an_officer("head_of_body", body=type(point.campaign.body).objects.create(name="另一居委会"))
    assert figures.collecting(other) == []


def test_a_batch_waits_for_those_who_may_sign_until_they_have():
    people = two_approvers()
    point = a_point_with_people(2)
    ended(point.campaign.emergency)
    from collection.records import closing
    from pilifecycle.custody import actions as custody

    custody.close_key_batches(closing.count, emergency=point.campaign.emergency_id)
    with later(days=4):
        (batch,) = batches.propose_due()
        assert [figures.batches_for(person) for person in people] == [[batch], [batch]]
        batches.approve(batch, manifest_hash=batch.manifest_hash, persons_typed=2, actor=people[0])
        assert [figures.batches_for(person) for person in people] == [[], [batch]]
        assert figures.batches_for(an_officer("operator")) == []


def test_only_what_is_overdue_is_red(rf):
    people = two_approvers()
    batch = an_approved_end(a_point_with_people(2), people=people)
    request = asked(people[0], rf)
    assert panels.overdue(request)["tone"] == ""
    assert panels.due(request)["figure"] == 1
    with later(days=(batch.due_on - clock.today()).days + 3):
        late = panels.overdue(request)
        assert (late["figure"], late["tone"]) == (1, "overdue")
        assert "3" in panels.overdue_rows(request)["rows"][0]["cells"][-1]
    assert "tone" not in panels.due(request)


def test_an_emergency_that_nobody_proposed_is_overdue_too():
    point = a_point_with_people(1)
    ended(point.campaign.emergency)
    day = figures.due_day(point.campaign.emergency)
    with later(days=(day - clock.today()).days + 5):
        (late,) = figures.overdue(an_officer("auditor", since=timedelta(days=1)))
        assert (late.about, late.days) == (point.campaign.emergency, 5)


def test_a_job_that_is_silent_or_fails_is_seen(rf):
    now = clock.now()
    Heartbeat.objects.create(job="clock", at=now - timedelta(minutes=30))
    Heartbeat.objects.create(job="disposal", at=now, failed="key_lost")
    Heartbeat.objects.create(job="errands", at=now)
    told = panels.silent(asked(an_officer(), rf))
    assert [row[0] for row in told["rows"]] == ["clock", "disposal"]


def test_the_first_screen_and_the_report_page_open_for_every_role(client, settings):
    settings.PIL_MFA_REQUIRED = False
    a_point_with_people(1)
    for role in ("head_of_body", "emergency_officer", "approver", "auditor", "operator", "witness"):
        client.force_login(an_officer(role))
        assert client.get(reverse("console:index")).status_code == 200
    client.force_login(an_officer("head_of_body"))
    page = client.get(reverse("console:report-text"))
    assert page.status_code == 200
    assert "实验小学安置点" in page.content.decode()
