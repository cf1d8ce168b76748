"""Every entry of the ledger has its words, and every word its room."""

import ast
import re
from collections.abc import Iterator

from pilifecycle.audit.phrases import PHRASES, ROOMS

from .tree import ROOT

WRITERS = {"ledger.write", "ledger.carry", "outbox.put"}
CODE = re.compile(r"[a-z_]+\.[a-z_]+")


def written() -> Iterator[tuple[str, str]]:
    """(place, pattern of the code) of each call that writes into the ledger; a computed part is `.+`."""
    for floor in ("pilifecycle", "collection", "retention"):
        for path in sorted((ROOT / floor).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in WRITERS:
                    action = next((word.value for word in node.keywords if word.arg == "action"), None)
                    code = action or (node.args[0] if node.args else None)
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", pattern(code)


def pattern(code: ast.expr | None) -> str:
    if isinstance(code, ast.Constant):
        return re.escape(str(code.value))
    if isinstance(code, ast.JoinedStr):
        return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in code.values)
    return ""  # an attribute of an outbox row: told where that row was put


def test_every_code_that_is_written_has_a_phrase() -> None:
    found = [(place, code) for place, code in written() if code]
    assert len(found) > 20
    assert [entry for entry in found if not any(re.fullmatch(entry[1], known) for known in PHRASES)] == []


def test_every_phrase_belongs_to_a_room_that_the_audit_log_can_be_filtered_by() -> None:
    assert [code for code in PHRASES if not CODE.fullmatch(code) or code.partition(".")[0] not in ROOMS] == []
