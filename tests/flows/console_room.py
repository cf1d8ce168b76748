"""A room of the tests alone: one table, two buttons and the panels of a first screen, on a console of its own."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import include, path

from pilifecycle.acts import ActionPage
from pilifecycle.console import Console, RoomAdmin
from pilifecycle.errors import Invalid, WrongState
from pilifecycle.refusals import bad_request, error, forbidden, not_found
from pilifecycle.store.models import Heartbeat

handler400, handler403, handler404, handler500 = bad_request, forbidden, not_found, error
console = Console("console")


class AskForm(forms.Form):
    document = forms.CharField(label="文号")
    day = forms.DateField(label="日期", required=False)
    reason = forms.CharField(label="理由", widget=forms.Textarea, required=False)


class Approve(ActionPage):
    slug, title, icon = "approve", "审批", "approval"
    permission = "batches.review"
    form_class = AskForm
    explanation = "两人签字后进入冷静期。"

    def facts(self, request: HttpRequest, target: Any) -> list[tuple[str, str]]:
        return [("条", "1,204"), ("人", "986")]

    def perform(self, request: HttpRequest, target: Heartbeat, cleaned_data: dict[str, Any]) -> str:
        if cleaned_data["document"] == "own":
            raise WrongState("这一批次是您提请的，不能由您审批。")
        if cleaned_data["document"] == "wrong":
            raise Invalid("请看标出的一栏。", fields={"document": "没有这个文号。"})
        target.found = 1
        target.save()
        return "已审批。"


class Declare(ActionPage):
    slug, title, icon, on_list = "declare", "启动应急响应", "emergency_home", True
    permission = "emergencies.declare"

    def perform(self, request: HttpRequest, target: None, cleaned_data: dict[str, Any]) -> Heartbeat:
        return Heartbeat.objects.first()


@console.register(Heartbeat)
class HeartbeatAdmin(RoomAdmin):
    view_permission = "audit.read"
    room_group, room_icon = "oversee", "monitor_heart"
    list_display = ("job", "at", "found")
    list_filter = ("found",)
    acts = (Approve, Declare)


def _overdue(request: HttpRequest) -> dict[str, Any]:
    return {"title": "逾期未销毁", "figure": 1, "text": "最早逾期 3 天", "tone": "overdue"}


def _mine(request: HttpRequest) -> dict[str, Any]:
    rows = [{"cells": ("处置批次 1", "强降雨"), "url": "/console/pilifecycle/heartbeat/"}]
    return {"title": "待我办理", "figure": 1, "headers": ("事项", "突发事件"), "rows": rows}


def _broken(request: HttpRequest) -> dict[str, Any]:
    raise WrongState("密钥保管打不开。")


console.panel("mine", 10, _mine)
console.panel("nobody", 20, lambda request: None)
console.panel("overdue", 30, _overdue)
console.panel("broken", 40, _broken)

urlpatterns = [
    path("console/", console.urls),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
