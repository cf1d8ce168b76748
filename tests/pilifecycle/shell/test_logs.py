"""No value reaches a log: not in an exception, not in a traceback, not in somebody else's arguments."""

import io
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError

from pilifecycle.errors import WrongState
from pilifecycle.logs import Bare

NAME, PHONE = "王小明", "13800001234"


def written(write: Callable[[logging.Logger], Any], name: str = "celery.app.trace") -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    handler.addFilter(Bare())
    logger = logging.Logger(name)
    logger.addHandler(handler)
    write(logger)
    return stream.getvalue()


def failing() -> None:
    phone = PHONE
    try:
        raise IntegrityError(f"Key (phone)=({phone}) already exists")
    except IntegrityError as error:
        raise WrongState(f"no room for {NAME}", code="full") from error


def test_an_exception_leaves_its_class_code_and_place_and_nothing_else() -> None:
    def write(logger: logging.Logger) -> None:
        try:
            failing()
        except WrongState:
            logger.exception("The turn failed")

    text = written(write, "pilifecycle.store")
    assert "pilifecycle.errors.WrongState code=full at shell/test_logs.py:" in text.replace(
        "pilifecycle/shell", "shell"
    )
    assert "IntegrityError" in text
    assert "The turn failed" in text
    assert NAME not in text
    assert PHONE not in text


@pytest.mark.parametrize("value", [NAME, PHONE, {"phone": PHONE}, IntegrityError(PHONE), f"({PHONE},)"])
def test_what_others_pass_to_a_log_is_withheld(value: Any) -> None:
    text = written(lambda logger: logger.error("Task got %s", value))
    assert PHONE not in text
    assert NAME not in text


def test_what_others_pass_by_name_is_withheld_too() -> None:
    args = {"name": "retention.tasks.run_errands", "args": f"('{PHONE}',)", "runtime": 0.2}
    text = written(lambda logger: logger.error("Task %(name)s%(args)s in %(runtime)s", args))
    assert "retention.tasks.run_errands(withheld) in 0.2" in text


def test_ids_and_paths_stay_readable() -> None:
    key = "0199c3d1-8a90-7e12-9d30-123456789012"
    text = written(lambda logger: logger.error("%s %s %d", key, "/console/x/", 7))
    assert f"{key} /console/x/ 7" in text


def test_an_exception_as_the_message_is_only_named() -> None:
    assert PHONE not in written(lambda logger: logger.error(ValueError(PHONE)))  # type: ignore[arg-type]
