"""REST intake: what a point asks, and one submission. Without account, cookie or session, like the form itself."""

from typing import IO, Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ParseError, Throttled
from rest_framework.parsers import JSONParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from collection.notices.models import Notice
from collection.points.access import point_by_code
from collection.points.models import Point
from collection.records.actions import submit
from collection.records.answers import Submission
from collection.records.models import Record
from pilifecycle.errors import Invalid, TooMany

from . import definition, limits, paper, shapes
from .pages import LARGEST, TooLarge
from .showing import collecting, notice_at

HEX = r"^[0-9a-fA-F]{32}$"


class StrictJSON(JSONParser):
    """JSON, and nothing that breaks the reader."""

    def parse(self, stream: IO[Any], media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError from None


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. `code` is stable; nothing that was sent is repeated."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField(), required=False)  # type: ignore[assignment]


class ReceiptSerializer(serializers.Serializer[Any]):
    receipt = serializers.CharField(help_text="shown once; only its hash is kept")
    again = serializers.BooleanField(help_text="the same submission was here before")


class RecordSerializer(serializers.Serializer[Any]):
    """One submission."""

    submission_id = serializers.RegexField(HEX, required=False, help_text="16 random bytes in hexadecimal")
    notice = serializers.UUIDField(help_text="the notice version that was shown")
    language = serializers.ChoiceField(["zh-hans", "en"], help_text="the language in which it was shown")
    answers = serializers.DictField(help_text="kind → answer, of the kinds that the definition lists")
    members = serializers.ListField(child=serializers.DictField(), required=False, help_text="answers by member")
    consents = serializers.DictField(child=serializers.BooleanField(), required=False)
    guardian_agrees = serializers.BooleanField(required=False)
    parent_receipt = serializers.CharField(required=False, max_length=40, help_text="makes this a follow-up")
    slip = serializers.CharField(required=False, max_length=40, help_text="the code printed on a paper slip")

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := [name for name in data if name not in self.fields]):
            raise serializers.ValidationError({str(name): [_not_asked()] for name in unknown[:20]})
        return super().to_internal_value(data)


def _not_asked() -> ErrorDetail:
    return ErrorDetail("", code="unknown_field")


PROBLEM = "application/problem+json"
PROBLEMS: dict[Any, Any] = {(status, PROBLEM): ProblemSerializer for status in (400, 403, 404, 409, 410, 413, 415, 429)}
ANSWERS: dict[Any, Any] = {201: ReceiptSerializer, 200: ReceiptSerializer, **PROBLEMS}
KEY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, description="the submission id, 32 hexadecimal digits"
)


class Open(APIView):
    """No account is asked, none is looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (StrictJSON,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        size = request.META.get("CONTENT_LENGTH") or "0"
        if not size.isdigit() or int(size) > LARGEST:
            raise TooLarge(_("What was sent is too large. Nothing was kept."))


class PointView(Open):
    @extend_schema(
        responses={200: OpenApiTypes.OBJECT, **{(status, PROBLEM): ProblemSerializer for status in (404, 410, 503)}}
    )
    def get(self, request: Request, code: str) -> Response:
        """What is asked at a point now: items with labels, reasons and choices, the notice, the check word."""
        point = collecting(point_by_code(code))
        return Response(definition.of(point, notice_at(point)))


class RecordsView(Open):
    @extend_schema(request=RecordSerializer, parameters=[KEY], responses=ANSWERS)
    def post(self, request: Request, code: str) -> Response:
        """Send one submission. The same id with the same content is the same receipt."""
        point = point_by_code(code)
        try:
            limits.submission(point.pk)
        except TooMany as refusal:
            raise Throttled(wait=refusal.facts["retry_after"]) from None
        sent = RecordSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given = submission(point, sent.validated_data, request.headers.get("Idempotency-Key", ""))
        with translation.override(given.language):
            receipt = submit(point, given)
        body = {"receipt": receipt.code, "again": receipt.again}
        return Response(body, status=200 if receipt.again else 201)


def submission(point: Point, sent: dict[str, Any], key: str) -> Submission:
    """What a program sent, as the records take it. Raises Invalid."""
    for name in ("answers", "members"):
        shapes.demand(name, sent.get(name))
    slip = paper.slip_at(point, sent["slip"]) if sent.get("slip") else ""
    follow_up, late = Record.Entry.FOLLOW_UP, Record.Entry.LATE
    return Submission(
        submission_id=paper.slip_id(slip) if slip else _one_id(sent.get("submission_id", ""), key),
        answers=sent["answers"],
        members=sent.get("members", []),
        consents=sent.get("consents", {}),
        notice=_notice(point, sent["notice"]),
        language=sent["language"],
        entry=follow_up if sent.get("parent_receipt") else late if slip else Record.Entry.FIRST,
        parent_receipt=sent.get("parent_receipt", ""),
        slip=slip,
        guardian_agrees=sent.get("guardian_agrees", False),
    )


def _notice(point: Point, pk: UUID) -> Notice | None:
    return Notice.objects.filter(campaign=point.campaign_id, pk=pk).first()


def _one_id(sent: str, key: str) -> bytes:
    """The submission id, of the body or of the header; both must say the same."""
    wanted = {text.lower() for text in (sent, key) if text}
    if len(wanted) != 1 or len(text := wanted.pop()) != 32 or not set(text) <= set("0123456789abcdef"):
        sentence = _("A submission has one id of 32 hexadecimal digits.")
        raise Invalid(sentence, fields={"submission_id": sentence}, code="submission_id")
    return bytes.fromhex(text)
