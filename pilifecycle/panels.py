"""What a room shows on the first screen (工作台): a figure as a card, rows as a table, or both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.http import HttpRequest

from .errors import LifecycleError
from .problems import sentence_of

Shown = Callable[[HttpRequest], "Mapping[str, Any] | None"]


@dataclass(frozen=True)
class Panel:
    """One panel. `tone` is "" or "overdue": only that is red. `rows` are cells, or dicts {cells, url, tone}."""

    title: Any
    figure: Any = None
    text: Any = ""
    headers: Sequence[Any] = ()
    rows: Sequence[Any] = ()
    url: str = ""
    tone: str = ""
    icon: str = ""
    empty: Any = ""

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The rows in one shape: url, tone, and cells that know their header (a phone prints it beside each)."""
        rows = [row if isinstance(row, dict) else {"cells": row} for row in self.rows]
        return [{**row, "cells": [*zip_longest(row["cells"], self.headers, fillvalue="")]} for row in rows]

    @property
    def is_table(self) -> bool:
        return bool(self.rows or self.headers)


class Panels:
    """The rooms' panels by name, in their order. A panel that answers None is not for this person."""

    def __init__(self) -> None:
        self._panels: dict[str, tuple[int, Shown]] = {}

    def add(self, name: str, order: int, shown: Shown) -> None:
        self._panels[name] = (order, shown)

    def of(self, request: HttpRequest) -> list[Panel]:
        ordered = sorted(self._panels.items(), key=lambda item: (item[1][0], item[0]))
        panels = (_panel(name, shown, request) for name, (_, shown) in ordered)
        return [panel for panel in panels if panel is not None]


def _panel(name: str, shown: Shown, request: HttpRequest) -> Panel | None:
    """Ask one room. A refusal is shown in its place: no room takes the first screen from the others (law 10)."""
    try:
        answer = shown(request)
    except LifecycleError as error:
        return Panel(title=name, figure="!", text=sentence_of(error), tone="overdue")
    return None if answer is None else Panel(**answer)
