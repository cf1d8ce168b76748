"""A visitor's browser without scripts or cookies: opens a page, fills its form in, sends it."""

import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin


@dataclass
class Page:
    """An answer of the server: status, text, and the inputs of its forms as the page shows them."""

    url: str
    status: int
    text: str = field(repr=False)
    forms: list["Form"] = field(default_factory=list)

    def code(self) -> str:
        """The receipt code on it, if there is one."""
        marker = '<p class="code">'
        start = self.text.find(marker)
        return self.text[start + len(marker) : self.text.find("<", start + len(marker))].strip() if start >= 0 else ""


@dataclass
class Form:
    """One form: where it goes and what stands in it."""

    action: str
    values: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects forms: hidden and text inputs with their values, selects and buttons with their choices."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        if not self.forms:
            return
        form, name = self.forms[-1], given.get("name", "")
        if tag == "input" and name:
            kind = given.get("type", "text")
            if kind in ("radio", "checkbox"):
                form.choices.setdefault(name, []).append(given.get("value", "on"))
            else:
                form.values.append((name, given.get("value", "")))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(given.get("value", ""))
        elif tag == "button" and name:
            form.choices.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def get(url: str) -> Page:
    """Open a page."""
    return _ask(urllib.request.Request(url, headers={"Accept-Language": "zh-CN"}))  # noqa: S310  our own server on loopback


def post(page: Page, values: dict[str, str | list[str]], *, form: int = -1) -> Page:
    """Fill one form of the page in (the last one unless said otherwise) and send it.

    What is not named stays as shown.
    """
    chosen = page.forms[form]
    named = [(name, value) for name, value in chosen.values if name not in values]
    named += [
        (name, each) for name, value in values.items() for each in (value if isinstance(value, list) else [value])
    ]
    body = urlencode(named).encode()
    target = urljoin(page.url, chosen.action) if chosen.action else page.url
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "zh-CN"}
    return _ask(urllib.request.Request(target, body, headers))  # noqa: S310


def _ask(request: urllib.request.Request) -> Page:
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return _page(answer.url, answer.status, answer.read())
    except urllib.error.HTTPError as refusal:
        return _page(refusal.url or request.full_url, refusal.code, refusal.read())


def _page(url: str, status: int, body: bytes) -> Page:
    text = body.decode()
    parser = _Forms()
    parser.feed(text)
    return Page(url, status, text, parser.forms)
