"""The office of the demonstration: invented officers, a committee, doors, a flood, a standard in force, a notice,
three points.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.crypto import get_random_string

from collection.copies import actions as copies
from collection.emergencies import actions as emergencies
from collection.emergencies.models import Emergency
from collection.notices import actions as notices
from collection.points import actions as points
from collection.points.doors import by_floors
from collection.points.models import Body, Campaign, Point
from pilifecycle.access import actions as access
from pilifecycle.access.models import User
from pilifecycle.access.roles import Role
from pilifecycle.store import clock

PASSWORD_LENGTH = 14
PEOPLE = (
    ("gao", "Y0001", "高工", "区信息中心", (Role.OPERATOR,)),
    ("li", "B0002", "李科", "清河街道办事处", (Role.PROTECTION_OFFICER, Role.APPROVER)),
    ("wang", "J0003", "王姐", "清河苑居民委员会", (Role.HEAD_OF_BODY, Role.COLLECTOR)),
    ("zhao", "Z0004", "赵主任", "清河街道办事处", (Role.EMERGENCY_OFFICER,)),
    ("sun", "S0005", "孙书记", "清河街道办事处", (Role.APPROVER, Role.HEAD_OF_BODY)),
    ("zhou", "A0006", "周审计", "区审计局", (Role.AUDITOR, Role.WITNESS)),
)


@dataclass
class Office:
    """Who acts, by their part in the play."""

    people: dict[str, User]
    passwords: dict[str, str]
    body: Body

    def __getattr__(self, name: str) -> User:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


def set_up() -> Office:
    """Accounts and roles as a real store gets them: the first two at once, every later role by two people."""
    people: dict[str, User] = {}
    passwords: dict[str, str] = {}
    for username, number, name, office, roles in PEOPLE:
        passwords[username] = get_random_string(PASSWORD_LENGTH)
        user = access.make_account(
            username, staff_number=number, actor="system", password=passwords[username], name=name, office=office
        )
        User.objects.filter(pk=user.pk).update(is_staff=True)
        user.is_staff = True
        people[username] = user
        for role in roles:
            grant = access.propose_grant(user, role, actor="system" if len(people) < 3 else people["gao"])
            if grant.confirmed_at is None:
                access.confirm_grant(grant, actor=people["li"])
    body = points.make_body(
        actor=people["wang"],
        name="清河苑居民委员会",
        capacity="residents_committee",
        address="青州市清河路 1 号",
        phone="0536-5550100",
        officer="清河街道办事处 个人信息保护负责人 0536-5550101",
        complaints="清河街道办事处 0536-5550102",
    )
    points.add_doors(body, by_floors("1-5", "1-2", "1-6", 4), actor=people["wang"])
    return Office(people, passwords, body)


def declare(office: Office) -> Emergency:
    """A flood at level II, from the authority's document."""
    return emergencies.declare(
        actor=office.zhao,
        title="青州市清河流域强降雨洪涝灾害（演示）",
        category="natural_disaster",
        grade=2,
        level=2,
        area="青州市清河街道",
        authority="青州市人民政府",
        document="青政发〔2026〕12 号",
        matters="转移安置受洪水威胁的群众",
        measures="开放安置点，转移低洼地区住户",
        expected_end=clock.today() + timedelta(days=60),
    )


def open_points(office: Office, emergency: Emergency) -> tuple[Campaign, list[Point]]:
    """Standard by two people, notice, campaign by two people, two shelters and a gate; and the copies that exist are
    declared.
    """
    standard = emergencies.approve_standard(
        emergencies.draft_standard("flood_shelter", actor=office.zhao), actor=office.li
    )
    campaign = points.draft_campaign(
        actor=office.wang,
        emergency=emergency,
        body=office.body,
        standard=standard,
        title="清河苑转移安置登记",
        area="清河苑小区",
        target_group="已转移到安置点的居民",
        task_document="清河街道办事处通知〔2026〕7 号",
        assessment="PIA-2026-004",
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=3650),
    )
    publish(office, campaign)
    points.open_campaign(campaign, actor=office.wang, second=office.zhao)
    places = [
        ("实验小学安置点", "shelter", "实验小学体育馆"),
        ("第三中学安置点", "shelter", "第三中学礼堂"),
        ("清河苑北门", "gate", "清河苑小区北门"),
    ]
    opened = [
        points.open_point(campaign, name=name, kind=kind, place=place, actor=office.wang)
        for name, kind, place in places
    ]
    copies.declare(
        "backup",
        place="区信息中心机房 夜间备份",
        keeper="区信息中心 Y0001",
        actor=office.gao,
        expires_on=clock.today() + timedelta(days=3650),
    )
    return campaign, opened


def publish(office: Office, campaign: Campaign) -> None:
    """A new version of the notice for the level in force."""
    campaign.refresh_from_db()
    notices.publish_notice(notices.draft_notice(campaign, actor=office.wang), actor=office.wang)
