"""The play: what happens, in order, each scene saying in plain words what it saw.

Any untruth ends it with an exception.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from collection.catalogue.invented import invented_person
from collection.emergencies import actions as emergencies
from collection.emergencies.models import Emergency
from collection.notices import actions as notices
from collection.notices.models import DeferredNotice
from collection.points.models import Campaign, Point
from collection.records import access, receipts
from collection.records import actions as records
from collection.records.answers import Submission
from collection.records.models import Errand, Record
from pilifecycle.audit import ledger
from pilifecycle.custody import actions as custody
from pilifecycle.errors import Forbidden
from pilifecycle.store import clock
from retention.batches import actions as batches
from retention.batches.models import DisposalBatch
from retention.certificates import offline
from retention.certificates.bundles import path_of
from retention.certificates.models import Edition
from retention.destroy import residue
from retention.holds import actions as holds
from retention.holds.models import HeldRecord, Hold

from . import office as offices
from . import visitor
from .crowd import Crowd

PATIENCE = 120.0  # seconds on the wall, for anything the worker does
Say = Callable[[str], None]


class Untrue(Exception):
    """Something that the demonstration promises did not happen."""


def demand(truth: object, promise: str) -> None:
    """Go on only if it is so."""
    if not truth:
        raise Untrue(promise)


def wait_for(what: Callable[[], Any], promise: str) -> Any:
    """Wait until the worker has done it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.1)
    raise Untrue(promise)


@dataclass
class Play:
    """One life, scene by scene."""

    say: Say
    url: str
    office: offices.Office
    people: int
    refused: int = 0
    emergency: Emergency = field(init=False)
    campaign: Campaign = field(init=False)
    points: list[Point] = field(init=False)
    crowd: Crowd = field(init=False)
    told: dict[str, Any] = field(default_factory=dict)

    def run(self) -> dict[str, Any]:
        """All scenes. Answers the summary."""
        self.crowd = Crowd(self.url)
        for scene in (
            self.declare, self.register, self.turn_away, self.mistakes, self.lost_child, self.look, self.level_drops,
            self.ends, self.nobody_alone, self.destroyed, self.afterwards, self.proofs,
        ):  # fmt: skip
            scene()
        return self.told

    # -- the response
    def declare(self) -> None:
        self.emergency = offices.declare(self.office)
        self.campaign, self.points = offices.open_points(self.office, self.emergency)
        self.say(
            f"Declared: {self.emergency.title}, level II. Two shelters and a gate are open; the notice is published."
        )

    def register(self) -> None:
        families = 0
        seed = 0
        while self.crowd.people < self.people - 1:  # the lost child is registered by the staff
            seed += 1
            room = self.people - 1 - self.crowd.people
            family = 3 if seed % 12 == 5 and room >= 3 else 0
            families += bool(family)
            point = self.points[0 if seed % 10 < 6 else 1 if seed % 10 < 9 else 2]
            self.crowd.register(point, seed, family=family, child=bool(family), agrees=seed % 4 != 0)
        self.say(
            f"{self.crowd.people} people registered through the form ({families} "
            f"families with a child); a quarter refused what is optional."
        )

    def turn_away(self) -> None:
        """A re-send is one entry; a field that the standard does not permit is refused and nothing is kept."""
        page, values = self.crowd.last or self._nobody()
        before = self._living()
        again = visitor.post(page, values)
        demand(again.code() == self.crowd.codes[-1] and self._living() == before, "a re-send has the same receipt")
        page = visitor.get(f"{self.url}/p/{self.points[0].code}/")
        forbidden = visitor.post(page, {**values, "plate": "鲁A12345"})
        demand(forbidden.status == 400 and self._living() == before, "a forbidden field is refused")
        demand("鲁A12345" not in forbidden.text, "a refusal repeats nothing")
        self.refused += 1
        self.say(
            "A form sent twice gave one entry and the same receipt. A form "
            "with a field that the standard does not permit was refused whole."
        )

    def _nobody(self) -> Any:
        raise Untrue("somebody has registered")

    # -- small ways out
    def mistakes(self) -> None:
        """One entry voided by who made it, one consent withdrawn by who gave it: keys and rows go within the day."""
        person = invented_person(990_001)
        given = self._submission(
            {"name": person["name"], "birth_date": person["birth_date"], "address": "1·1·101"},
            self.office.wang.staff_number,
        )
        receipt = records.submit(self.points[1], given)
        record = Record.objects.get(pk=receipt.record)
        records.void(record, reason="twice", actor=self.office.wang)
        wait_for(lambda: not Record.objects.filter(pk=record.pk).exists(), "a voided entry is gone")
        self._withdraw()
        self.say(
            "王姐 voided her own double entry: erased. One person withdrew a "
            "consent on the receipt page: erased a day later, the rest stays."
        )

    def _withdraw(self) -> None:
        page = self._receipt_page(next(code for code in self.crowd.codes if self._consents(code)))
        form = next(place for place, f in enumerate(page.forms) if ("do", "withdraw") in f.values)
        kind = page.forms[form].choices["kind"][0]
        done = visitor.post(page, {"kind": kind}, form=form)
        demand(done.status == 200, "a consent can be withdrawn with the receipt code")
        waiting = Errand.objects.filter(kind=Errand.Kind.WITHDRAWAL)
        demand(waiting.exists(), "a withdrawal leaves an errand")
        wait_for(
            lambda: not waiting.filter(state=Errand.State.WAITING).exists(), "a withdrawal is carried out after a day"
        )

    def _consents(self, code: str) -> bool:
        row = access.by_receipt(code)
        return isinstance(row, Record) and "given" in row.consents.values() and not row.guardian_needed

    def _receipt_page(self, code: str) -> visitor.Page:
        """The receipt page, opened with the code and, where it asks for them, the last four digits of the phone."""
        page = visitor.post(visitor.get(f"{self.url}/r/"), {"code": code})
        if any(name == "digits" for form in page.forms for name, _value in form.values):
            row = access.by_receipt(code)
            digits = next(word for word in self.crowd.needles if word.isdigit() and self._fits(row, code, word))[-4:]
            page = visitor.post(page, {"code": code, "digits": digits})
        demand(page.status == 200, "a receipt page opens")
        return page

    def _fits(self, row: Any, code: str, word: str) -> bool:
        return bytes(row.fact_verifier or b"") == receipts.verifier(code, receipts.fact_of(word))

    def _submission(self, answers: dict[str, Any], author: str, deferred: str = "") -> Submission:
        return Submission(
            secrets.token_bytes(16),
            answers=answers,
            notice=notices.current_notice(self.campaign),
            author=author,
            deferred=deferred,
        )

    def lost_child(self) -> None:
        """Registered first, told afterwards (PIPL-18): the emergency cannot end before."""
        child = invented_person(990_002, child=True)
        given = self._submission(
            {"name": child["name"], "address": "2·1·201"}, self.office.wang.staff_number, "lost_child"
        )
        records.submit(self.points[0], given)
        self.crowd.people += 1
        self.crowd.needles.add(child["name"])
        waiting = DeferredNotice.objects.get(emergency=self.emergency.pk, settled="")
        notices.settle_deferred(waiting, settled="guardian", actor=self.office.wang)
        self.say(
            "A lost child was registered before anybody could be told; the guardian was found and told the same day."
        )

    def look(self) -> None:
        """One field, with a purpose; the trace is committed before the value exists."""
        row = access.by_receipt(self.crowd.codes[0])
        shown = (
            records.reveal(row, "name", purpose="contact", actor=self.office.wang) if isinstance(row, Record) else ""
        )
        demand(shown in self.crowd.needles or len(shown) == 2, "a reveal shows the name")
        with_child = Record.objects.of(self.emergency).filter(guardian_needed=True)[0]
        try:
            records.reveal(with_child, "name", purpose="reunite", actor=self.office.wang)
        except Forbidden:
            self.refused += 1
        else:
            raise Untrue("a child's field needs a second person")
        self.say(
            "One name was looked at, with a purpose and a trace. A child's was refused: that needs a second person."
        )

    def level_drops(self) -> None:
        """Items that the lower level does not permit fall due and are taken out of records that live on."""
        row = next(
            r for r in map(access.by_receipt, self.crowd.codes) if isinstance(r, Record) and "resident_id" in r.basis
        )
        emergencies.change_level(self.emergency, 3, document="青政发〔2026〕15 号", actor=self.office.zhao)
        offices.publish(self.office, self.campaign)
        batch = wait_for(lambda: self._proposed("level"), "the clock proposes what a level drop closes")
        self._two_approve(batch)
        self._wait_deleted(batch)
        row.refresh_from_db()
        left = records.reveal(row, "resident_id", purpose="request", actor=self.office.wang)
        demand(
            left == "" and records.reveal(row, "name", purpose="contact", actor=self.office.wang),
            "the item is gone, the record lives",
        )
        self.say(
            f"Level III: resident IDs are no longer permitted. Batch {batch.number} "
            f"took them out of {batch.manifest['entries']} entries, which live on."
        )

    # -- the end
    def ends(self) -> None:
        for kind, document in (("lift", "青政发〔2026〕20 号"), ("end", "青政发〔2026〕21 号")):
            proposal = emergencies.propose_end(
                self.emergency, kind, source="document", on=clock.today(), document=document, actor=self.office.zhao
            )
            emergencies.confirm_end(proposal, actor=self.office.sun)
        late = visitor.get(f"{self.url}/p/{self.points[0].code}/")
        demand(
            late.status == 410 and not any(f.values for f in late.forms if "_token" in dict(f.values)),
            "a late form is turned away",
        )
        self.refused += 1
        self._hold()
        self.say(
            "Two people lifted the response and ended its work. A late form "
            "is turned away. One record is held as evidence and has moved."
        )

    def _hold(self) -> None:
        row = next(r for r in map(access.by_receipt, self.crowd.codes[1:]) if isinstance(r, Record))
        self.held_code = next(c for c in self.crowd.codes if access.by_receipt(c) == row)
        hold = holds.propose(
            row,
            ground="evidence",
            ends_on=clock.today() + timedelta(days=3650),
            actor=self.office.zhao,
            authority="青州市人民法院",
            document="（2026）调字第 8 号",
            legality="法院依法调取。",
            necessity="仅此一条与案件有关。",
            security="单独加密保存。",
            measures="仅存储，不作他用。",
        )
        for person in (self.office.li, self.office.sun):
            holds.approve(hold, actor=person)
        wait_for(lambda: Hold.objects.filter(pk=hold.pk, state=Hold.State.IN_FORCE).exists(), "a held record moves")

    def _proposed(self, rule: str) -> DisposalBatch | None:
        return DisposalBatch.objects.filter(
            emergency=self.emergency.pk, rule=rule, state=DisposalBatch.State.PROPOSED
        ).first()

    def nobody_alone(self) -> None:
        self.batch = wait_for(lambda: self._proposed("end"), "the clock proposes the end")
        self.told["records_before"] = self._living()
        li = {
            "manifest_hash": self.batch.manifest_hash,
            "persons_typed": self.batch.manifest["persons"],
            "actor": self.office.li,
        }
        batches.approve(self.batch, **li)
        try:
            batches.approve(self.batch, **li)
        except Forbidden:
            self.refused += 1
        else:
            raise Untrue("one officer cannot approve alone")
        self.batch.refresh_from_db()
        demand(self.batch.state == DisposalBatch.State.PROPOSED, "one signature approves nothing")
        self._guards_hold()
        batches.approve(self.batch, **{**li, "actor": self.office.sun})
        self.say(
            f"The clock proposed batch {self.batch.number}: {self.batch.manifest['entries']} "
            f"entries of {self.batch.manifest['persons']} people. "
            "One officer tried to sign twice and was refused; a second officer signed; a day of cooling-off runs."
        )

    def _guards_hold(self) -> None:
        """A line of SQL outside the engine deletes nothing."""
        try:
            with connections["default"].cursor() as cursor:
                cursor.execute("DELETE FROM collection_record")
        except Exception as refusal:  # the database's own word, in whatever class its driver has
            demand("permi" in str(refusal), "the guard asks for a permit, or the role has no permission")
            self.refused += 1
        else:
            raise Untrue("the database refuses a bare DELETE")

    def _two_approve(self, batch: DisposalBatch) -> None:
        for person in (self.office.li, self.office.sun):
            batches.approve(
                batch, manifest_hash=batch.manifest_hash, persons_typed=batch.manifest["persons"], actor=person
            )

    def _wait_deleted(self, batch: DisposalBatch) -> None:
        def deleted() -> bool:
            return Edition.objects.filter(batch=batch, state=Edition.State.PHYSICALLY_DELETED).exists() and all(
                path_of(edition).exists() for edition in Edition.objects.filter(batch=batch)
            )

        wait_for(deleted, f"batch {batch.number} is physically deleted and certified")

    def destroyed(self) -> None:
        self._wait_deleted(self.batch)
        demand(self._living() == 0, "no living record is left")
        demand(HeldRecord.objects.filter(emergency=self.emergency).count() == 1, "the held record is whole")
        demand(
            all(holds.held_opens(row) for row in HeldRecord.objects.filter(emergency=self.emergency)),
            "it opens from its new place",
        )
        demand(not any(custody.canaries_open(self.emergency.pk).values()), "no control sample opens")
        self.say(
            "The worker destroyed the keys first, then the rows, then looked "
            "for what might be left: keys destroyed, physically deleted."
        )

    def afterwards(self) -> None:
        code = next(c for c in self.crowd.codes[2:] if c != self.held_code)
        page = visitor.post(visitor.get(f"{self.url}/r/"), {"code": code})
        demand(self.batch.number in page.text, "a receipt code answers with the certificate's number")
        late = visitor.get(f"{self.url}/p/{self.points[0].code}/")
        demand(late.status == 410, "the point answers that it is over")
        self.say("A receipt code now answers: destroyed on …, certificate no. …")

    def proofs(self) -> None:
        keys = list(custody.public_keys().values())
        editions = sorted(Edition.objects.all(), key=lambda edition: edition.issued_at)
        reports = [offline.verify(path_of(edition), keys) for edition in editions]
        demand(reports and all(report.ok for report in reports), "every certificate verifies")
        ledger.verify(custody.public_keys())
        found = residue.scan(dirs=[Path(settings.PIL_HOME)], texts=self.crowd.needles)
        demand(not found.findings, "no name and no number of anybody stands in any file")
        self.told |= {
            "people": self.crowd.people,
            "records_after": self._living(),
            "held": HeldRecord.objects.filter(emergency=self.emergency).count(),
            "refused": self.refused,
            "certificate": str(path_of(Edition.objects.filter(batch=self.batch).latest("issued_at"))),
            "certificates": [str(path_of(edition)) for edition in editions],
            "certificate_state": Edition.objects.filter(batch=self.batch).latest("issued_at").state,
            "certificate_verified": True,
            "ledger_verified": True,
        }
        self.say(
            f"{len(reports)} certificate editions and the ledger verify. {len(self.crowd.needles)} "
            f"names and numbers were looked for in every file: none is there."
        )

    def _living(self) -> int:
        return Record.objects.of(self.emergency).count()
