"""The programs' way to entries: masked lists, and one field at a time. Thin: `access` decides who, `actions` what."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from collection.points.access import point_by_code
from pilifecycle.errors import NotFound

from . import access, actions, listing
from .models import SecondLook
from .purposes import PURPOSES


class MaskedField(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.CharField(help_text="masked")


class Line(serializers.Serializer[Any]):
    """One entry as a list shows it."""

    id = serializers.UUIDField()
    received_at = serializers.DateTimeField()
    entry = serializers.CharField()
    persons = serializers.IntegerField()
    household = serializers.UUIDField(allow_null=True)
    stopped = serializers.BooleanField()
    child = serializers.BooleanField(help_text="a reveal wants a second person")
    fields_masked = MaskedField(many=True)


class Lines(serializers.Serializer[Any]):
    results = Line(many=True)
    older = serializers.CharField(allow_blank=True, help_text="`after` of the next page; empty on the last")


class Wish(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=40)
    purpose = serializers.ChoiceField(choices=list(PURPOSES))
    look = serializers.UUIDField(required=False, help_text="a child's field: the look that a second person allowed")


class Revealed(serializers.Serializer[Any]):
    text = serializers.CharField(allow_blank=True)


class RecordsView(APIView):
    """The masked entries of one point, newest first."""

    @extend_schema(
        operation_id="records_list",
        parameters=[OpenApiParameter("after", str, description="`older` of the page before")],
        responses=Lines,
    )
    def get(self, request: Request, emergency: UUID, code: str) -> Response:
        point = point_by_code(code)
        if point.campaign.emergency_id != emergency:
            raise NotFound(code="unknown_point")
        page = listing.page_of(request.user, point, request.query_params.get("after", ""))
        found = [_line(**line) for line in listing.lines(page.rows)]
        return Response(Lines({"results": found, "older": page.older}).data)


class RevealView(APIView):
    """One field in the clear; its trace is committed before the value exists."""

    @extend_schema(operation_id="records_reveal", request=Wish, responses=Revealed)
    def post(self, request: Request, record: UUID) -> Response:
        row = access.record_for(request.user, record, to="records.reveal")
        wish = Wish(data=request.data)
        wish.is_valid(raise_exception=True)
        asked = dict(wish.validated_data)
        look = SecondLook.objects.filter(pk=asked.pop("look", None)).first()
        return Response({"text": actions.reveal(row, actor=request.user, second=look, **asked)})


def _line(record: Any, fields: list[tuple[str, str]]) -> dict[str, Any]:
    copied = ("received_at", "entry", "persons", "household")
    return {
        "id": record.pk,
        **{name: getattr(record, name) for name in copied},
        "stopped": record.stopped_at is not None,
        "child": record.guardian_needed,
        "fields_masked": [{"name": label, "value": value} for label, value in fields],
    }
