"""The options of a command line: `--flag value`, `--flag=value`, `-f value`, and the words that are no options."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """A command line taken apart."""

    words: tuple[str, ...]
    """What is no option, in order."""

    flags: dict[str, list[str]]
    """Flag to its values; a flag without one has an empty text."""

    def value(self, *names: str) -> str | None:
        """The last value of a flag by any of its names; None where it is not there."""
        found = [value for name in names for value in self.flags.get(name, ())]
        return found[-1] if found else None


def options(words: Sequence[str], switches: Collection[str] = ()) -> Options:
    """Take `words` apart.

    Args:
        words: the command line without the tool.
        switches: flags that take no value. Every other flag takes the next word, unless that is a flag too.
    """
    plain: list[str] = []
    flags: dict[str, list[str]] = {}
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            plain.append(word)
            continue
        name, equals, value = word.partition("=")
        if not equals and name not in switches and waiting and not _is_flag(waiting[0]):
            value = waiting.pop(0)
        flags.setdefault(name, []).append(value)
    return Options(tuple(plain), flags)


def _is_flag(word: str) -> bool:
    return word.startswith("-") and word != "-" and not word[1:2].isdigit()
