"""Two states of the repository, read from git without touching the working tree."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from groundplan.errors import UsageError
from groundplan.layout import ARGOCD, DIST

WORKING_TREE = ""
"""In place of a revision: the files as they lie there, those included that git does not know yet."""

DEFAULT_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
ROOTS = (str(DIST), str(ARGOCD))


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file that is not the same in both."""

    path: str
    """Relative to the repository."""

    before: bytes | None
    """Its content before; None where it was not there."""

    after: bytes | None
    """Its content now."""


class Repository:
    """The git repository below a folder.

    Raises:
        UsageError: where there is no git, or no repository.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        if self._git("rev-parse", "--is-inside-work-tree", check=False).strip() != "true":
            raise UsageError(f"{root} is no git repository", "run it in a clone")

    def commit(self, revision: str) -> str:
        """The commit a revision names.

        Raises:
            UsageError: where git knows none of that name.
        """
        found = self._git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", check=False).strip()
        if found:
            return found
        shallow = self._git("rev-parse", "--is-shallow-repository", check=False).strip() == "true"
        advice = "fetch more of its history: this clone is shallow" if shallow else "name a branch, a tag or a commit"
        raise UsageError(f"git knows no revision `{revision}`", advice)

    def merge_base(self, head: str) -> str:
        """Where `head` left the default branch.

        Raises:
            UsageError: where there is no default branch to compare with, or no common commit.
        """
        tip = "HEAD" if head == WORKING_TREE else head
        for branch in DEFAULT_BRANCHES:
            if self._git("rev-parse", "--verify", "--quiet", f"{branch}^{{commit}}", check=False):
                base = self._git("merge-base", branch, tip, check=False).strip()
                if base:
                    return base
                raise UsageError(f"{tip} and {branch} have no common commit here", "fetch more of the history")
        raise UsageError("there is no branch main or master to compare with", "name a base: groundplan review BASE")

    def changed(self, base: str, head: str, roots: Iterable[str] = ROOTS) -> list[ChangedFile]:
        """Every file below `roots` that differs; a moved file is one that went and one that came."""
        against = [base] if head == WORKING_TREE else [base, head]
        listed = self._git("diff", "--no-renames", "--name-status", "-z", *against, "--", *roots).split("\0")
        names = dict(zip(listed[1::2], listed[::2], strict=False))
        if head == WORKING_TREE:
            others = self._git("ls-files", "--others", "--exclude-standard", "-z", "--", *roots).split("\0")
            names |= dict.fromkeys(filter(None, others), "A")
        paths = sorted(names)
        before = self._contents(base, [path for path in paths if names[path] != "A"])
        if head == WORKING_TREE:
            after = {path: (self.root / path).read_bytes() for path in paths if (self.root / path).is_file()}
        else:
            after = self._contents(head, [path for path in paths if names[path] != "D"])
        return [ChangedFile(path, before.get(path), after.get(path)) for path in paths]

    def listed(self, revision: str, roots: Iterable[str] = ROOTS) -> set[str]:
        """Every file below `roots`."""
        if revision == WORKING_TREE:
            return {
                str(path.relative_to(self.root))
                for root in roots
                for path in (self.root / root).rglob("*")
                if path.is_file()
            }
        return set(filter(None, self._git("ls-tree", "-r", "-z", "--name-only", revision, "--", *roots).split("\0")))

    def contents(self, revision: str, paths: list[str]) -> dict[str, bytes]:
        """What is in each of the files, which are all there."""
        if revision == WORKING_TREE:
            return {path: (self.root / path).read_bytes() for path in paths}
        return self._contents(revision, paths)

    def _contents(self, revision: str, paths: list[str]) -> dict[str, bytes]:
        if not paths:
            return {}
        asked = "".join(f"{revision}:{path}\n" for path in paths).encode()
        answer = self._run(["cat-file", "--batch"], asked)
        return dict(zip(paths, _objects(answer), strict=True))

    def _git(self, *arguments: str, check: bool = True) -> str:
        return self._run(list(arguments), None, check=check).decode("utf-8", "surrogateescape")

    def _run(self, arguments: list[str], given: bytes | None, *, check: bool = True) -> bytes:
        try:
            done = subprocess.run(
                ["git", "-C", str(self.root), *arguments], input=given, capture_output=True, check=False
            )
        except FileNotFoundError:
            raise UsageError("git is not installed", "install git") from None
        if check and done.returncode:
            message = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
            raise UsageError(f"git {arguments[0]} failed: {message}", "see what git says")
        return done.stdout if done.returncode == 0 else b""


def _objects(answer: bytes) -> Iterator[bytes]:
    """Contents as `git cat-file --batch` prints them: a header with the size, the bytes, a line feed."""
    place = 0
    while place < len(answer):
        end = answer.index(b"\n", place)
        header = answer[place:end].split()
        size = int(header[2]) if len(header) == 3 else 0
        yield answer[end + 1 : end + 1 + size]
        place = end + 2 + size if len(header) == 3 else end + 1
