"""RFC 9457 answers that never repeat what was sent."""

import json
from typing import Any

from django.test import RequestFactory
from rest_framework import serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.exceptions import Throttled

from pilifecycle.errors import Gone, Invalid
from pilifecycle.problems import problem_response

NAME, PHONE = "王小明", "13800001234"


class PersonSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=2)
    phone = serializers.ChoiceField(choices=["1"])
    birth = serializers.DateField()
    again = serializers.ListField(child=serializers.IntegerField())


@api_view(["POST"])
@authentication_classes([])
@permission_classes([])
def register(request: Any) -> Any:
    PersonSerializer(data=request.data).is_valid(raise_exception=True)


def posted(body: Any, content_type: str = "application/json") -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    answer = register(RequestFactory().post("/api/v1/x/", text, content_type=content_type))
    answer.render()
    return answer


def test_every_field_gets_a_sentence_and_no_value_comes_back() -> None:
    answer = posted({"name": NAME, "phone": PHONE, "birth": "1990-13-41", "again": ["七"]})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert set(body) == {"type", "title", "status", "detail", "code", "fields"}
    assert (body["code"], body["status"]) == ("invalid", 400)
    assert set(body["fields"]) == {"name", "phone", "birth", "again.0"}
    for value in (NAME, PHONE, "1990-13", "七"):
        assert value not in answer.content.decode()


def test_what_is_no_json_is_a_problem_that_quotes_nothing() -> None:
    answer = posted('{"name": "' + NAME)
    body = json.loads(answer.content)
    assert (answer.status_code, body["code"]) == (400, "parse_error")
    assert NAME not in answer.content.decode()


def test_a_wrong_content_type_is_told_without_naming_it() -> None:
    body = json.loads(posted("x", content_type="text/secret").content)
    assert (body["status"], body["code"]) == (415, "unsupported_media_type")
    assert "secret" not in str(body)


def test_a_name_of_a_field_that_nobody_chose_is_not_repeated() -> None:
    error = serializers.ValidationError({NAME: ["x"], "phone": ["y"]})
    answer = problem_response(error, {})
    assert answer is not None
    assert set(answer.data["fields"]) == {"unknown", "phone"}


def test_a_refusal_keeps_its_code_its_sentence_and_its_fields() -> None:
    answer = problem_response(Invalid("Look.", fields={"phone": "Eleven digits."}), {})
    assert answer is not None
    assert answer.data["fields"] == {"phone": "Eleven digits."}
    gone = problem_response(Gone("Destroyed.", code="destroyed", certificate="C-1"), {})
    assert gone is not None
    assert (gone.status_code, gone.data["code"]) == (410, "destroyed")
    assert "C-1" not in str(gone.data)


def test_who_is_throttled_learns_when_to_come_again() -> None:
    answer = problem_response(Throttled(wait=12.3), {})
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (429, "13")


def test_an_error_of_ours_is_left_to_the_500_page() -> None:
    assert problem_response(KeyError(NAME), {}) is None
