"""``python -m tests.torture.prepare KIND``: fill the empty store of this environment up to a batch that is ripe.

The store is a real one, born ten days ago: this process travels. KIND is a rule of a disposal batch: ``end`` (some
records punctured, one held, one withdrawal waiting), ``level`` (an item to be stripped) or ``rolling`` (one day's
visitors). The last line it prints is JSON: what the truth is measured by afterwards.
"""

import json
import secrets
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django
import time_machine

django.setup()

from django.core.management import call_command  # noqa: E402

from collection.catalogue.invented import invented_resident_id  # noqa: E402
from collection.consents import actions as consents  # noqa: E402
from collection.emergencies import actions as emergencies  # noqa: E402
from collection.notices.actions import current_notice  # noqa: E402
from collection.points.models import Point  # noqa: E402
from collection.records import actions as records  # noqa: E402
from collection.records import backlog  # noqa: E402
from collection.records.answers import Submission  # noqa: E402
from collection.records.models import Record  # noqa: E402
from pilifecycle.custody import actions as custody  # noqa: E402
from pilifecycle.store import clock, watch  # noqa: E402
from retention import turns  # noqa: E402
from retention.batches import actions as batches  # noqa: E402
from retention.batches.models import DisposalBatch  # noqa: E402
from retention.holds import actions as holds  # noqa: E402
from tests import builders  # noqa: E402

MANY = {"end": 240, "level": 120, "rolling": 120}
KEPT = "欧阳持有"
OFFICE = ("emergency_officer", "protection_officer", "head_of_body", "approver")
NOW = datetime.now(UTC)


def a_submission(point: Point, number: int, **more: Any) -> Submission:
    """An invented grown-up; the number makes name and phone."""
    said = {
        "name": f"欧阳{chr(0x4E00 + number)}",
        "mobile": f"138{number:08}",
        "sex": "female",
        "birth_date": "1980-05-06",
        "resident_id": invented_resident_id(number + 1, date(1980, 5, 6), "female"),
        "address": "1·1·101",
        "visited_door": "1·1·101",
    } | more
    asked = {item.kind for item in point.campaign.standard.items.all()}
    given = {code: value for code, value in said.items() if code in asked}
    return Submission(
        secrets.token_bytes(16),
        answers=given,
        consents=dict.fromkeys(given, True),
        notice=current_notice(point.campaign),
        author="S0001",
    )


def register(point: Point, many: int, first: int = 0) -> list[Record]:
    """So many people at one point, with their blind tokens."""
    done = [records.submit(point, a_submission(point, first + place)) for place in range(many)]
    while backlog.index():
        continue
    return [Record.objects.get(pk=each.record) for each in done]


def approved(rule: str, people: tuple[Any, ...]) -> DisposalBatch:
    """The clock proposes, two sign."""
    turns.errand_turn()
    turns.clock_turn()
    batch = DisposalBatch.objects.filter(rule=rule, state="proposed").order_by("due_on").first()
    assert batch is not None, f"nothing was proposed: {rule}"
    for person in people[:2]:
        batches.approve(batch, manifest_hash=batch.manifest_hash, persons_typed=batch.manifest["persons"], actor=person)
    return batch


class Story:
    """One store's past, day by day."""

    def __init__(self, traveller: Any) -> None:
        self._traveller = traveller
        self.people = tuple(builders.an_officer(*OFFICE, office=f"办公室 {place}") for place in range(3))

    def day(self, back: float) -> None:
        """Go to the moment so many days before now."""
        self._traveller.move_to(NOW - timedelta(days=back), tick=True)
        watch.forget()

    def end(self) -> tuple[DisposalBatch, dict[str, Any]]:
        """A flood from its shelter to its end."""
        point = builders.an_open_point(people=self.people[:2])
        other = builders.an_open_point(point.campaign, name="第三中学安置点", place="第三中学礼堂")
        first = register(point, MANY["end"] // 2)
        kept = records.submit(point, a_submission(point, 900, name=KEPT))
        for record in first[:4]:
            records.void(record, reason="typing", actor=self.people[0])
        for record in first[4:7]:
            consents.withdraw(record, consents.consent_items(record)[:1])
        self.day(8)
        turns.errand_turn()
        late = register(other, MANY["end"] // 2, 400)
        self._hold(Record.objects.get(pk=kept.record))
        builders.ended(point.campaign.emergency, people=self.people[:2])
        turns.errand_turn()
        self.day(5)
        batch = approved("end", self.people)
        self.day(0.2)
        consents.withdraw(late[0], consents.consent_items(late[0])[:1])
        return batch, {"entries": batch.manifest["entries"], "left": 0, "held": 1, "points": 2}

    def _hold(self, record: Record) -> None:
        words = dict.fromkeys(holds.ASSESSMENT, "青州市人民法院（2026）调字第 8 号")
        hold = holds.propose(
            record, ground="evidence", ends_on=clock.today() + timedelta(days=900), actor=self.people[0], **words
        )
        for person in self.people[1:]:
            holds.approve(hold, actor=person)
        turns.errand_turn()

    def level(self) -> tuple[DisposalBatch, dict[str, Any]]:
        """A flood whose level drops: resident IDs must go, the records live on."""
        point = builders.an_open_point(people=self.people[:2])
        first = register(point, MANY["level"] // 2)
        records.void(first[0], reason="typing", actor=self.people[0])
        self.day(8)
        register(point, MANY["level"] // 2, 400)
        emergencies.change_level(point.campaign.emergency, 3, document="青政发〔2026〕15 号", actor=self.people[0])
        self.day(6)
        batch = approved("level", self.people)
        return batch, {"entries": batch.manifest["entries"], "left": MANY["level"] - 1, "held": 0, "points": 0}

    def rolling(self) -> tuple[DisposalBatch, dict[str, Any]]:
        """A gate whose visitors are forgotten after fourteen days: one day goes, the next one stays."""
        self.day(20)
        emergency = builders.an_epidemic()
        standard = builders.a_standard("epidemic_gate_visitors", people=self.people[:2])
        campaign = builders.an_open_campaign(emergency, standard=standard, people=self.people[:2])
        point = builders.an_open_point(campaign, kind="gate", name="清河苑东门", place="清河路 1 号")
        day = register(point, MANY["rolling"] // 2)
        records.void(day[0], reason="typing", actor=self.people[0])
        self.day(19)
        register(point, MANY["rolling"] // 2, 400)
        self.day(9)
        batch = approved("rolling", self.people)
        return batch, {
            "entries": batch.manifest["entries"], "left": MANY["rolling"] // 2, "held": 0, "points": 0,
        }  # fmt: skip


def sample(record: Record, category: str = "core") -> list[str]:
    """A pack that nothing may open once its key is dead: [record, standard, category, hex]."""
    return [str(record.pk), str(record.standard_id), category, record.packs()[category].hex()]


def main(kind: str) -> None:
    with time_machine.travel(NOW - timedelta(days=30 if kind == "rolling" else 10), tick=True) as traveller:
        call_command("setup", verbosity=0)
        custody.prepare()
        story = Story(traveller)
        batch, facts = getattr(story, kind)()
        turns.ledger_turn()
        doomed = Record.objects.of(batch.emergency).order_by("pk")
        if batch.manifest["key_batches"]:
            doomed = doomed.filter(birth_batch__in=batch.manifest["key_batches"])
        category = batch.manifest["categories"][0] if kind == "level" else "core"
        facts |= {"samples": [sample(record, category) for record in doomed[:5]]}
    facts |= {"kind": kind, "number": batch.number, "emergency": str(batch.emergency), "matter": str(batch.pk)}
    print(json.dumps(facts))


if __name__ == "__main__":
    main(sys.argv[1])
