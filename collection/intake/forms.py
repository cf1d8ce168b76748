"""The form of a point: what it shows, how a sent one is read, and where its errors belong."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from collection.catalogue import KINDS
from collection.emergencies.models import Basis, StandardItem
from collection.notices.models import Notice
from collection.points.models import Point
from collection.records.answers import MOST_MEMBERS, Submission, prepare
from collection.records.doors import labels
from pilifecycle.errors import Invalid
from pilifecycle.store import clock

from . import doors, tokens
from .language import said
from .questions import Asking, Question, asked_of_person, guardian_item
from .reading import Entry, submitted


@dataclass(frozen=True, slots=True)
class Group:
    """Questions under one heading."""

    title: str
    questions: list[Question]


@dataclass
class Form:
    """One point's form under one notice in one language."""

    point: Point
    notice: Notice
    items: list[StandardItem]
    language: str
    entry: Entry
    submission_id: str = ""
    errors: dict[str, Any] = field(default_factory=dict)
    sentence: Any = ""
    staff: dict[str, Any] = field(default_factory=dict)  # what a collector's page says besides

    def __post_init__(self) -> None:
        lists = doors.door_lists(self.point.campaign.body_id)
        self.door_map = lists.map
        self.asking = Asking(self.language, self.entry, lists, self.errors)
        self.submission_id = self.submission_id or tokens.new_submission_id()

    # -- what is shown
    @property
    def token(self) -> str:
        """The slip that proves what was shown."""
        return tokens.form_token(self.point, self.notice, self.language)

    @property
    def for_households(self) -> bool:
        """Whether anything is asked of each member, so that a family has a form of its own."""
        return any(item.each_member for item in self.items)

    @property
    def groups(self) -> list[Group]:
        """The questions by person, and those asked once."""
        asked = asked_of_person(self.items, staff=bool(self.staff))
        if self.entry.who != "family":
            return [Group("", [self.asking.question(item) for item in asked])]
        each = [item for item in asked if item.each_member]
        once = [item for item in asked if not item.each_member]
        people = [
            Group(self._person(place), [self.asking.question(item, place) for item in each])
            for place in range(len(self.entry.members))
        ]
        return [*people, Group(_("For all of you"), [self.asking.question(item) for item in once])]

    def _person(self, place: int) -> str:
        number = _("Person %(number)s") % {"number": place + 1}
        return f"{number} · {_('yourself')}" if place == 0 else number

    @property
    def guardian(self) -> Question | None:
        """The question about a child's guardian."""
        item = guardian_item(self.items)
        return self.asking.question(item) if item else None

    @property
    def guardian_open(self) -> bool:
        """Whether the guardian's part stands open at once."""
        return bool({"guardian", "guardian_agrees"} & set(self.errors)) or self.entry.says("guardian")

    @property
    def guardian_error(self) -> Any:
        return self.errors.get("guardian_agrees", "")

    @property
    def asks_consent(self) -> bool:
        return any(item.basis == Basis.CONSENT for item in self.items)

    @property
    def bases(self) -> list[str]:
        """Where consent is not the basis: the statement that says so, once (never a tick)."""
        lines = [line for line in self.notice.blocks["basis"] if line.get("basis_code") != Basis.CONSENT]
        return [said(line["statement"], self.language) for line in lines]

    @property
    def questions(self) -> list[Question]:
        """All of them, in the order of the page."""
        own = [question for group in self.groups for question in group.questions]
        return [*own, self.guardian] if self.guardian else own

    @property
    def summary(self) -> list[tuple[str, str, str]]:
        """(anchor, label, error) of everything that must be mended."""
        found = [(each.id, each.label, each.error) for each in self.questions if each.error]
        if self.guardian_error:
            found.append(("guardian-agrees", _("Parent or other guardian"), str(self.guardian_error)))
        return found

    @property
    def can_add(self) -> bool:
        return self.entry.who == "family" and len(self.entry.members) < MOST_MEMBERS

    # -- what is sent
    def submission(self, **more: Any) -> Submission:
        """What is handed to the records. Raises Invalid with all that must be mended at once."""
        given, wrong = self._given(**more)
        undecided = self._undecided()
        if wrong or undecided:
            self._demand_all(given, wrong, undecided)
        return given

    def nothing(self) -> bool:
        """Whether everything was left empty or refused: then there is nothing to keep."""
        kinds = {item.kind for item in self.items} | set(self.entry.answers)
        return not any(self.entry.says(kind) for kind in kinds) and not any(
            item.required and (item.basis != Basis.CONSENT or self.entry.consents.get(item.kind)) for item in self.items
        )

    def _given(self, **more: Any) -> tuple[Submission, dict[str, Any]]:
        body = self.point.campaign.body_id
        answers, wrong = submitted(self.entry.answers, body)
        members = []
        for place, member in enumerate(self.entry.members):
            cleaned, faults = submitted(member, body)
            members.append(cleaned)
            wrong |= {f"{code}-{place}": fault for code, fault in faults.items()}
        sentences: dict[str, Any] = dict.fromkeys(
            wrong, _("There is no such door. Please choose building, unit and door again.")
        )
        given = Submission(
            submission_id=tokens.submission_id(self.submission_id),
            answers=answers,
            members=members,
            consents=dict(self.entry.consents),
            notice=self.notice,
            language=self.language,
            guardian_agrees=bool(self.entry.guardian_agrees),
            **more,
        )
        return given, sentences

    def _undecided(self) -> list[StandardItem]:
        """Consent is chosen, never assumed: where something was typed or is wanted, yes or no must be said."""
        return [
            item
            for item in self.items
            if item.basis == Basis.CONSENT
            and item.kind not in self.entry.consents
            and (item.required or self.entry.says(item.kind))
        ]

    def _demand_all(self, given: Submission, wrong: dict[str, Any], undecided: list[StandardItem]) -> None:
        """Raise Invalid with the missing choices and whatever else would be wrong once they are made."""
        agreed = replace(given, consents={**given.consents, **{item.kind: True for item in undecided}})
        try:
            categories = {KINDS[item.kind].category for item in self.items}
            prepare(self.items, categories, agreed, clock.today(), labels(self.point.campaign.body_id))
        except Invalid as refusal:
            if refusal.code == "field_not_permitted":
                raise
            wrong = {**refusal.fields, **wrong}
        choose = _("Please choose whether you agree.")
        for item in undecided:
            name = f"{item.kind}-0" if item.each_member and self.entry.members else item.kind
            typed = wrong.get(name) if self.entry.says(item.kind) else ""
            wrong[name] = f"{typed} {choose}" if typed else choose
        raise Invalid(_("Please mend the marked answers."), fields=wrong)
