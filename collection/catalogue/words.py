"""A sentence or a label in both languages of the house."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Chinese and English of one thing to print. Empty texts are false."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """Return the words for "zh-hans" (or any zh) or, for every other language, the English ones."""
        return self.zh if language.lower().startswith("zh") else self.en

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def __str__(self) -> str:
        return self.en


NOTHING = Text("", "")
