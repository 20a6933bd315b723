"""Shell text as the simple commands in it: words without quotes, across lines, pipes, loops and substitutions.

It reads what pages and workflows say, not everything a shell accepts: enough to know which tool is told what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_ASSIGNMENT = re.compile(r"^[A-Za-z_]\w*=")
_CASE_LABEL = re.compile(r"^\s*(?:\S+|\*)\)\s")

KEYWORDS = frozenset(["!", "do", "done", "elif", "else", "esac", "fi", "if", "then", "until", "while", "{", "}"])
"""Words of the shell itself that may stand before a command."""

OWN = frozenset(["case", "export", "for", "in", "local", "read"])
"""Words of the shell itself that take the rest of the line."""

_FUNCTION = re.compile(r"^\s*(\w+)\(\)\s*\{", re.MULTILINE)

_PLACEHOLDER = re.compile(r"<[a-z][a-z -]*>")
"""What a person fills in, such as `<service>`; no redirect."""

_PLAIN = re.compile(r"[\w./:=,@%+{}?!*\[\]~^-]+")
"""Characters that stand for themselves inside a word."""

_ENDS = ("&&", "||", ";;", ";", "&", "|", "\n", "(", ")")
_REDIRECTS = ("<<<", "<<", ">>", "2>", ">", "<")


@dataclass(frozen=True, slots=True)
class Command:
    """One tool and what it is told."""

    words: tuple[str, ...]
    """The tool and its arguments, without quotes."""

    line: int
    """Line of the file it begins on."""

    reads: tuple[str, ...] = ()
    """Words of the command whose output it reads through a pipe. Default none."""

    writes: tuple[str, ...] = field(default=())
    """Files its output goes to. Default none."""

    @property
    def tool(self) -> str:
        """Name of the program, without the folder it lies in."""
        return self.words[0].rpartition("/")[2]


def commands(text: str, line: int = 1) -> Iterator[Command]:
    """Every command of `text`, which begins on `line` of its file; those in `$(...)` come before the one they are part of."""
    before: tuple[str, ...] = ()
    own = {*OWN, *_FUNCTION.findall(text)}
    text = _FUNCTION.sub("", text)
    for words, writes, number, piped, inner in _simple(_Reader(_without_data(text), line)):
        for body, start in inner:
            yield from commands(body, start)
        command = tuple(_stripped(words))
        if command and command[0] not in own:
            yield Command(command, number, before, tuple(writes))
        before = command if piped else ()


def _without_data(text: str) -> str:
    """Here-documents are data for the tool; their lines become empty, so that the others keep their numbers."""
    result, end = [], None
    for line in EXPRESSION.sub("$EXPRESSION", text).split("\n"):
        if end is not None:
            end = None if line.strip() == end else end
            result.append("")
            continue
        found = _HEREDOC.search(line)
        end = found[2] if found else None
        result.append(_CASE_LABEL.sub("", line) if ")" in line and "(" not in line.partition(")")[0] else line)
    return "\n".join(result)


def _stripped(words: list[str]) -> list[str]:
    """Without keywords and assignments before it."""
    while words and (words[0] in KEYWORDS or _ASSIGNMENT.match(words[0])):
        words = words[1:]
    return words


Simple = tuple[list[str], list[str], int, bool, list[tuple[str, int]]]
"""Words, files written, line, whether a pipe follows, and substitutions inside."""


class _Reader:
    """Text, a place in it, and the line of that place."""

    def __init__(self, text: str, line: int) -> None:
        self.text, self.at, self.line = text, 0, line

    def take(self, count: int) -> str:
        piece = self.text[self.at : self.at + count]
        self.at += count
        self.line += piece.count("\n")
        return piece

    def starts(self, *prefixes: str) -> str:
        for prefix in prefixes:
            if self.text.startswith(prefix, self.at):
                return prefix
        return ""

    def plain(self) -> str:
        """Everything up to the next character that means something to a shell."""
        found = _PLAIN.match(self.text, self.at)
        return self.take(found.end() - self.at) if found else ""


def _simple(reader: _Reader) -> Iterator[Simple]:
    words: list[str] = []
    writes: list[str] = []
    inner: list[tuple[str, int]] = []
    begin, redirect = reader.line, ""
    while reader.at < len(reader.text):
        end = reader.starts(*_ENDS)
        if reader.starts("\\\n"):
            reader.take(2)
        elif reader.starts("[[ "):
            reader.take((reader.text + "]]").index("]]", reader.at) + 2 - reader.at)
        elif reader.starts(" ", "\t"):
            reader.take(1)
        elif reader.starts("#"):
            reader.take(max(1, (reader.text + "\n").index("\n", reader.at) - reader.at))
        elif reader.starts("<(", ">("):
            reader.take(1)
            inner.append((_bracketed(reader), reader.line))
        elif (found := reader.starts(*_REDIRECTS)) and not _PLACEHOLDER.match(reader.text, reader.at):
            reader.take(len(found))
            redirect = found
        elif end:
            reader.take(len(end))
            if words or inner:
                yield words, writes, begin, end == "|", inner
            elif end == "|":
                yield [], [], begin, True, []
            words, writes, inner, redirect = [], [], [], ""
        else:
            begin = begin if words else reader.line
            word = _word(reader, inner)
            if redirect in (">", ">>"):
                writes.append(word)
            elif not redirect:
                words.append(word)
            redirect = ""
    if words or inner:
        yield words, writes, begin, False, inner


def _word(reader: _Reader, inner: list[tuple[str, int]]) -> str:
    """One word; quotes are taken off, and what is substituted stands as `$(...)`."""
    word, quote = "", ""
    while reader.at < len(reader.text):
        word += reader.plain()
        if reader.at == len(reader.text):
            break
        if reader.starts("$(("):
            reader.take(1)
            _bracketed(reader)
            word += "$(...)"
        elif reader.starts("$(") and quote != "'":
            reader.take(1)
            start = reader.line
            inner.append((_bracketed(reader), start))
            word += "$(...)"
        elif quote:
            char = reader.take(1)
            if char == quote:
                quote = ""
            elif char == "\\" and quote == '"':
                word += reader.take(1)
            else:
                word += char
        elif found := reader.starts("'", '"'):
            quote = reader.take(len(found))
        elif reader.starts("$'"):
            reader.take(1)
        elif reader.starts("\\"):
            reader.take(1)
            word += reader.take(1) if not reader.starts("\n") else reader.take(1).strip()
        elif reader.starts(" ", "\t", *_ENDS, "<", ">"):
            placeholder = _PLACEHOLDER.match(reader.text, reader.at)
            if placeholder is None:
                break
            word += reader.take(len(placeholder[0]))
        else:
            word += reader.take(1)
    return word


def _bracketed(reader: _Reader) -> str:
    """What stands between the bracket at the reader's place and the one that closes it."""
    reader.take(1)
    body, depth, quote = "", 1, ""
    while reader.at < len(reader.text):
        char = reader.take(1)
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return body
        body += char
    return body
