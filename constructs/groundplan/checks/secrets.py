"""The secrets gate: no secret value stands in what people write, what is rendered, or what is documented.

What looks like a credential is found by its shape, or by a random-looking value under a name that says secret.
A finding says where and which kind, never the value: gate output ends up in logs that more people read than Git.
"""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding, Location

FOLDERS = ("environments", "dist", "argocd", "docs")
"""What is scanned, hand-written and generated alike."""

SHAPES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("aws-access-key", "an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("private-key", "a private key", re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")),
    ("jwt", "a JSON web token", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}")),
    ("slack-token", "a Slack token", re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}")),
    ("slack-webhook", "a Slack webhook", re.compile(r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{20,}")),
    ("github-token", "a GitHub token", re.compile(r"\b(?:gh[oprsu]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50,})")),
    ("gitlab-token", "a GitLab token", re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}")),
    ("api-key", "an API key of a language model provider", re.compile(r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}")),
    ("azure-key", "an Azure storage key", re.compile(r"AccountKey=[A-Za-z0-9+/]{40,}={0,2}")),
    ("connection-string", "a URL with a password", re.compile(r"[a-z][a-z0-9+.-]*://[^\s/:@'\"]*:(?![$<{*%(])[^\s/@'\"]+@[A-Za-z0-9]")),
)  # fmt: skip
"""Rule, what it is, and the shape it has."""

_NEEDLES: dict[str, tuple[str, ...]] = {
    "aws-access-key": ("AKIA", "ASIA"),
    "private-key": ("-----BEGIN",),
    "jwt": ("eyJ",),
    "slack-token": ("xox",),
    "slack-webhook": ("hooks.slack.com",),
    "github-token": ("gho_", "ghp_", "ghr_", "ghs_", "ghu_", "github_pat_"),
    "gitlab-token": ("glpat-",),
    "api-key": ("sk-",),
    "azure-key": ("AccountKey=",),
    "connection-string": ("://",),
}
"""Text that every shape of a rule holds: looking for it costs a hundredth of matching the shape."""

_NAME_PARTS = (
    "passw", "secret", "token", "credential", "api-key", "api_key", "apikey", "private-key", "private_key",
    "privatekey", "access-key", "access_key", "accesskey", "routing-key", "routing_key", "routingkey", "service-key",
    "service_key", "servicekey", "encrypteddata", "sealed_values",
)  # fmt: skip
"""Text, in lower case, that every name holds which says secret."""

_SECRET_NAMES = (
    r"(?:password|passwd|secret|token|api[-_]?key|private[-_]?key|access[-_]?key|routing[-_]?key"
    r"|service[-_]?key|credentials?)"
)
_SECRET_KEY = re.compile(f"(?i){_SECRET_NAMES}$")
_SETTING = re.compile(r"^\s*(?:- )?[\"']?(?P<key>[A-Za-z0-9_./-]+)[\"']?:\s+(?P<value>\S.*?)\s*$")
_INLINE = re.compile(r"(?P<key>[A-Za-z0-9_-]+):\s*(?P<value>[^\s,{}\[\]]+)")
_WORDS = re.compile(r"^(?:[A-Za-z]+|[0-9]{1,4}|v[0-9]+)(?:[-_./:#](?:[A-Za-z]+|[0-9]{1,4}|v[0-9]+))*$")
_CIPHERTEXT_OF = re.compile(r"^\s*(?:encryptedData|sealed_values):")
_PLACEHOLDER = re.compile(r"(?i)^(?:\{\{\s*-?\s*\.?encrypted[^}]*\}\}|<[^>]+>|change[-_]?me|replace[-_]?me|todo|xxx+)$")
_LEAST_LENGTH = 16
_LEAST_ENTROPY = 3.5
"""Bits a character: words and names stay below, random text of this length lies above."""


def scanned_files(root: Path) -> Iterator[str]:
    """Every file below the scanned folders, relative to `root`, sorted."""
    for top in FOLDERS:
        for directory, folders, names in os.walk(root / top):
            folders.sort()
            folder = Path(directory).relative_to(root).as_posix()
            yield from (f"{folder}/{name}" for name in sorted(names))


def run(inventory: Inventory, context: Context) -> Verdict:
    """Scan every file; it judges files, not objects."""
    judged = 0
    findings: list[Finding] = []
    for file in scanned_files(context.root):
        judged += 1
        try:
            text = (context.root / file).read_text("utf-8")
        except UnicodeDecodeError:  # a picture; nothing writes secrets into pixels
            continue
        findings += scan(text, file)
    for item in inventory.by_kind.get(("", "Secret"), ()):
        for field in ("data", "stringData"):
            if item.document.get(field):
                message = "a Secret with values stands in Git"
                findings.append(inventory.finding(item, (field,), "secrets.object", message, _ADVICE))
    return Verdict(judged, tuple(findings))


_ADVICE = "keep the value in the secret store and name its key; then rotate it, for Git does not forget"


def scan(text: str, file: str) -> Iterator[Finding]:
    """What looks like a secret value in `text`, line by line."""
    variable, cipher_indent = "", -1
    shapes = [(rule, what, shape) for rule, what, shape in SHAPES if _holds(text, rule, shape)]
    lower = text.lower().replace("serviceaccounttoken", "")
    named = any(part in lower for part in _NAME_PARTS)
    if not shapes and not named:
        return
    for number, line in enumerate(text.split("\n"), 1):
        for rule, what, shape in shapes:
            if shape.search(line):
                yield Finding(Location(file, number), f"secrets.{rule}", "", f"looks like {what}", _ADVICE)
        if not named:
            continue
        setting = _SETTING.match(line)
        indent = len(line) - len(line.lstrip())
        if _CIPHERTEXT_OF.match(line):
            cipher_indent = indent
        elif line.strip() and indent <= cipher_indent:
            cipher_indent = -1
        for key, value in _settings(setting, variable, everything=cipher_indent >= 0):
            if _PLACEHOLDER.match(value):
                advice = "seal the value with kubeseal, or leave the entry out"
                yield Finding(
                    Location(file, number),
                    "secrets.placeholder",
                    "",
                    f"`{key}` has a placeholder for its value",
                    advice,
                )
            elif cipher_indent < 0 and _looks_random(value):
                yield Finding(
                    Location(file, number),
                    "secrets.random-value",
                    "",
                    f"`{key}` has a value that looks like a secret",
                    _ADVICE,
                )
        if setting is not None and setting["key"] != "value":
            variable = setting["value"].strip("\"'") if setting["key"] == "name" else ""


def _holds(text: str, rule: str, shape: re.Pattern[str]) -> bool:
    return any(needle in text for needle in _NEEDLES[rule]) and shape.search(text) is not None


def _settings(match: re.Match[str] | None, variable: str, *, everything: bool) -> Iterator[tuple[str, str]]:
    """(name, value) of what a line sets under a name that says secret; `value:` belongs to the `name:` before it.

    With `everything`, under any name: every key below `encryptedData` is one.
    """
    if match is None:
        return
    pairs = [(match["key"], match["value"])]
    if match["value"].startswith(("{", "[")):
        pairs = [(inner["key"], inner["value"]) for inner in _INLINE.finditer(match["value"])]
    for key, value in pairs:
        name = variable if key == "value" else key
        if everything or _SECRET_KEY.search(name):
            yield name, value.strip("\"'")


def _looks_random(value: str) -> bool:
    if (
        len(value) < _LEAST_LENGTH
        or " " in value
        or value.startswith(("sha256:", "$(", "${", "{{", "arn:", "https://"))
    ):
        return False
    return not _WORDS.match(value.removeprefix("$").removeprefix("/")) and entropy(value) >= _LEAST_ENTROPY


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())
