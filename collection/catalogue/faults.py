"""Refusals of the catalogue. A refusal is a fixed sentence: it never contains what was typed."""

from collection.catalogue.words import Text
from pilifecycle.errors import Invalid


class Refused(Invalid):
    """An answer that is not accepted: a stable `code`, a `sentence` for the person, the `part` of a group."""

    def __init__(self, code: str, sentence: Text, *, part: str = "") -> None:
        super().__init__(sentence.en, code=code)
        self.sentence = sentence
        self.part = part

    def about(self, part: str) -> "Refused":
        """Return the same refusal, said of one part of a group."""
        return Refused(self.code, self.sentence, part=part)


class UnknownKind(Invalid):
    """No kind of the catalogue has this code. The code is not repeated: a stranger may have put a value there."""

    def __init__(self) -> None:
        super().__init__("There is no such kind of personal information.", code="unknown_kind")


EMPTY = Text("请填写此项。", "Please fill this in.")
NOT_TEXT = Text("此项的格式不对，请重新填写。", "This answer has the wrong form. Please fill it in again.")
TOO_LONG = Text("内容太长，请缩短。", "This is too long. Please shorten it.")
ODD_CHARACTER = Text(
    "含有不能使用的字符，请删除后重填。", "There is a character that cannot be used. Please remove it."
)
NOT_IN_LIST = Text("请从列表中选择。", "Please choose from the list.")
