"""A store in which everything can be seen at once, for eyes and cameras: `PIL_HOME=DIR python -m tests.flows.scene`.

Three emergencies of invented people (a flood that is destroyed and certified, an epidemic at the gates, a flood in
which the level has just dropped), with a batch in each state, holds, requests, looks at a child's field, copies and a
campaign that waits for its second signature. The store is born as a demo whose time runs as ours does; what lies in
the past was played there by a travelling clock. Prints the accounts.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
DAYS = 80  # the play begins so long ago


class Stop(Exception):
    """The worker is looked at in the middle of its walk."""


def main() -> None:
    """Set the store up, play the past up to now, and say who can sign in."""
    home = Path(os.environ["PIL_HOME"])
    if home.exists() and any(home.iterdir()):
        raise SystemExit(f"{home} is not empty.")
    words = [sys.executable, "manage.py", "setup", "--demo", "1"]
    subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilifecycle.settings")
    import django

    django.setup()
    office = Scene().play()
    for username, password in office.passwords.items():
        print(f"{username} {password}")


class Scene:
    """The past, day by day."""

    def __init__(self) -> None:
        self.seed = 1000

    def play(self) -> Any:
        from pilifecycle.store import clock
        from retention.demo import office as offices

        self.now = clock.now()
        with self.ago(DAYS):
            self.office = offices.set_up()
            self.old_flood()
        with self.ago(DAYS - 20):
            self.old_flood_ends()
        with self.ago(DAYS - 26):
            self.destroyed()
        self.epidemic()
        self.flood()
        self.today()
        return self.office

    # -- time and people
    @contextmanager
    def ago(self, days: float) -> Iterator[Any]:
        """So many days before now, in a process that started then."""
        import time_machine

        from pilifecycle.store import watch

        with time_machine.travel(self.now - timedelta(days=days), tick=True) as moment:
            watch.forget()
            yield moment
        watch.forget()

    def people(self, point: Any, many: int, **more: Any) -> list[Any]:
        """So many entries of one person each at a point. Answers the receipts."""
        return [self.one(point, **more) for _ in range(many)]

    def one(self, point: Any, **more: Any) -> Any:
        from collection.catalogue.invented import invented_person
        from collection.notices.actions import current_notice
        from collection.records import actions as records
        from collection.records.answers import Submission

        self.seed += 1
        child = more.pop("child", False)
        person = {**invented_person(self.seed, child=child), **self.of_gate(), **more}
        asked = {item.kind for item in point.campaign.standard.items.all()}
        level = point.campaign.emergency.level
        closed = {item.kind for item in point.campaign.standard.items.all() if level not in item.levels}
        answers = {code: value for code, value in person.items() if code in asked - closed and value}
        agreed = {code: self.seed % 4 != 0 or code not in ("special_needs", "resident_id") for code in answers}
        answers = {code: value for code, value in answers.items() if agreed[code]}
        given = Submission(
            secrets.token_bytes(16), answers=answers, consents=agreed, notice=current_notice(point.campaign),
            guardian_agrees=child,
        )  # fmt: skip
        return records.submit(point, given)

    def of_gate(self) -> dict[str, Any]:
        door = f"{self.seed % 5 + 1}·{self.seed % 2 + 1}·{self.seed % 6 + 1}0{self.seed % 4 + 1}"
        return {"address": door, "person_visited": door}

    def turn(self) -> None:
        from retention import turns

        turns.errand_turn()
        turns.clock_turn()

    def sign(self, *batches: Any) -> None:
        from retention.batches import actions

        for batch in batches:
            for person in (self.office.li, self.office.sun):
                told = {"manifest_hash": batch.manifest_hash, "persons_typed": batch.manifest["persons"]}
                actions.approve(batch, actor=person, **told)

    def walk(self, told: Callable[[str], object] = lambda step: None) -> None:
        from retention.batches import actions
        from retention.certificates import actions as certificates

        for batch in actions.due_to_run():
            actions.run(batch, told=told)
        certificates.issue_missing()

    def batches(self, emergency: Any) -> list[Any]:
        from retention.batches.models import DisposalBatch

        return list(DisposalBatch.objects.filter(emergency=emergency.pk, state="proposed").order_by("due_on"))

    # -- a flood that is over
    def old_flood(self) -> None:
        from collection.copies import actions as copies
        from pilifecycle.store import clock

        nightly: dict[str, Any] = {"place": "区信息中心机房 夜间备份", "keeper": "区信息中心 Y0001"}
        copies.declare("backup", actor=self.office.gao, expires_on=clock.today() + timedelta(days=200), **nightly)
        from collection.emergencies import actions as emergencies

        title = "青州市柳溪河山洪灾害（演示）"
        self.old = self.declare(title, "natural_disaster", 3, "青政发〔2026〕5 号")
        standard = emergencies.draft_standard("flood_shelter", actor=self.office.zhao)
        self.flood_standard = emergencies.approve_standard(standard, actor=self.office.li)
        campaign = self.campaign(self.old, self.flood_standard, "柳溪片区转移安置登记", "柳溪片区")
        shelter = self.point(campaign, "青年路小学安置点", "shelter", "青年路小学体育馆")
        self.people(shelter, 14)

    def old_flood_ends(self) -> None:
        self.end(self.old, "lift", "青政发〔2026〕8 号")
        self.end(self.old, "end", "青政发〔2026〕9 号")
        self.turn()

    def destroyed(self) -> None:
        from retention.turns import close_key_batches

        close_key_batches()
        self.turn()
        self.sign(*self.batches(self.old))
        with self.ago(DAYS - 60):
            self.walk()

    def declare(self, title: str, category: str, level: int, document: str, **more: Any) -> Any:
        from collection.emergencies import actions as emergencies
        from pilifecycle.store import clock

        said: dict[str, Any] = {
            "area": "青州市清河街道", "authority": "青州市人民政府", "matters": "转移安置受洪水威胁的群众",
            "measures": "开放安置点，转移低洼地区住户", "grade": level,
            "expected_end": clock.today() + timedelta(days=60),
        }  # fmt: skip
        return emergencies.declare(
            actor=self.office.zhao, title=title, category=category, level=level, document=document, **{**said, **more}
        )

    def campaign(self, emergency: Any, standard: Any, title: str, area: str, *, opened: bool = True) -> Any:
        from collection.points import actions as points
        from pilifecycle.store import clock
        from retention.demo import office as offices

        campaign = points.draft_campaign(
            actor=self.office.wang, emergency=emergency, body=self.office.body, standard=standard, title=title,
            area=area, target_group="小区居民和来访人员" if "门" in title else "已转移到安置点的居民",
            task_document="清河街道办事处通知〔2026〕7 号", assessment="PIA-2026-004", starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=90),
        )  # fmt: skip
        offices.publish(self.office, campaign)
        if opened:
            return points.open_campaign(campaign, actor=self.office.wang, second=self.office.zhao)
        return points.propose_opening(campaign, actor=self.office.wang)

    def point(self, campaign: Any, name: str, kind: str, place: str) -> Any:
        from collection.points import actions as points

        return points.open_point(campaign, name=name, kind=kind, place=place, actor=self.office.wang)

    def end(self, emergency: Any, kind: str, document: str) -> None:
        from collection.emergencies import actions as emergencies
        from pilifecycle.store import clock

        said: dict[str, Any] = {
            "source": "document",
            "on": clock.today(),
            "document": document,
            "actor": self.office.zhao,
        }
        emergencies.confirm_end(emergencies.propose_end(emergency, kind, **said), actor=self.office.sun)

    # -- an epidemic: visitors' entries go after 14 days
    def epidemic(self) -> None:
        from collection.emergencies import actions as emergencies

        with self.ago(21):
            said: dict[str, Any] = {"matters": "控制疫情传播", "measures": "小区出入口登记"}
            self.illness = self.declare(
                "青州市呼吸道传染病疫情（演示）", "public_health", 2, "青疫防〔2026〕3 号", **said
            )
            drafts = ("epidemic_gate_residents", "epidemic_gate_visitors")
            written = [emergencies.draft_standard(code, actor=self.office.zhao) for code in drafts]
            residents, visitors = (emergencies.approve_standard(each, actor=self.office.li) for each in written)
            homes = self.campaign(self.illness, residents, "清河苑居民出入登记（大门）", "清河苑小区")
            gates = self.campaign(self.illness, visitors, "清河苑来访登记（大门）", "清河苑小区")
            self.gate = self.point(homes, "清河苑南门", "gate", "清河苑小区南门")
            self.visits = self.point(gates, "清河苑南门访客登记点", "gate", "清河苑小区南门")
            self.people(self.gate, 8)
            self.people(self.visits, 3)
        for days, many in ((18, 4), (16, 5), (9, 6), (1, 2)):
            with self.ago(days):
                self.people(self.visits, many)
        self.epidemic_rolls()

    def epidemic_rolls(self) -> None:
        """21 days ago: destroyed; 18: in the middle; 16: nobody signed, overdue; 9: waits, due in five days."""
        with self.ago(12):
            self.turn()
            self.sign(*self.batches(self.illness))
        with self.ago(6):
            self.walk()
        with self.ago(6.5):
            self.turn()
            self.sign(self.batches(self.illness)[0])
        with self.ago(2.5):
            self.stopped_half_way()

    def stopped_half_way(self) -> None:
        def told(step: str) -> None:
            if step == "gather":
                raise Stop

        try:
            self.walk(told)
        except Stop:
            return

    # -- a flood in which the level drops
    def flood(self) -> None:
        from collection.emergencies import actions as emergencies
        from retention.demo import office as offices

        with self.ago(3):
            self.now_flood = offices.declare(self.office)
            campaign = self.campaign(self.now_flood, self.flood_standard, "清河苑转移安置登记", "清河苑小区")
            self.school = self.point(campaign, "实验小学安置点", "shelter", "实验小学体育馆")
            self.third = self.point(campaign, "第三中学安置点", "shelter", "第三中学礼堂")
            self.people(self.school, 18)
            self.people(self.third, 9)
            self.child = self.one(self.school, child=True)
        with self.ago(0.9):
            emergencies.change_level(self.now_flood, 3, document="青政发〔2026〕15 号", actor=self.office.zhao)
            self.now_flood.refresh_from_db()
            offices.publish(self.office, campaign)
        self.campaign(self.now_flood, self.flood_standard, "柳溪片区转移安置登记（二期）", "柳溪片区", opened=False)
        self.point(campaign, "清河苑北门", "gate", "清河苑小区北门")

    # -- what waits today
    def today(self) -> None:
        from collection.points.models import Point

        self.receipts = self.people(Point.objects.get(pk=self.school.pk), 6)
        self.people(Point.objects.get(pk=self.visits.pk), 4)
        self.turn()
        self.hold()
        self.ask()
        self.looks()
        self.copies()
        self.turn()
        from retention import turns

        turns.ledger_turn()

    def row(self, receipt: Any) -> Any:
        from collection.records import access

        return access.by_receipt(receipt.code)

    def hold(self) -> None:
        from pilifecycle.store import clock
        from retention.holds import actions as holds

        for place in (0, 1):
            hold = holds.propose(
                self.row(self.receipts[place]), ground="evidence", ends_on=clock.today() + timedelta(days=365),
                actor=self.office.zhao, authority="青州市人民法院", document=f"（2026）调字第 {8 + place} 号",
                legality="法院依法调取。", necessity="仅此一条与案件有关。", security="单独加密保存。",
                measures="仅存储，不作他用。",
            )  # fmt: skip
            for person in (self.office.li, self.office.sun)[: 2 if place == 0 else 0]:
                holds.approve(hold, actor=person)

    def ask(self) -> None:
        from collection.rights import actions as rights

        rights.ask(self.row(self.receipts[2]), "copy")
        rights.ask(self.row(self.receipts[3]), "delete")

    def looks(self) -> None:
        from collection.records import actions as records

        child = self.row(self.child)
        records.ask_second(child, "name", purpose="reunite", actor=self.office.wang)
        records.break_glass(child, "mobile", purpose="reunite", actor=self.office.wang)

    def copies(self) -> None:
        from collection.copies import actions as copies
        from pilifecycle.store import clock

        paper: dict[str, Any] = {"place": "清河苑居委会档案柜", "keeper": "清河苑居民委员会 J0003", "sheets": 12}
        copies.declare("paper", emergency=self.now_flood.pk, actor=self.office.wang, **paper)
        away: dict[str, Any] = {"place": "区疾控中心", "keeper": "区疾控中心 业务一科"}
        day = clock.today() + timedelta(days=20)
        copies.declare("third_party", emergency=self.illness.pk, actor=self.office.zhao, expires_on=day, **away)
        with self.ago(30):
            printed: dict[str, Any] = {"place": "青年路小学", "keeper": "清河苑居民委员会 J0003", "sheets": 2}
            old = copies.declare("print", emergency=self.old.pk, actor=self.office.wang, **printed)
            copies.end(old, how="returned", actor=self.office.wang)


if __name__ == "__main__":
    main()
