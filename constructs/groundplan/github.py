"""GitHub Actions in small pieces: actions pinned by commit, since a tag can be moved to other code and a commit cannot.

In March 2026 nearly every tag of trivy-action was moved to code that stole credentials; workflows pinned by commit
were not affected. See https://docs.github.com/en/actions/reference/security/secure-use .
"""

from __future__ import annotations

import re

from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment

RUNNER = "ubuntu-latest"
"""Runner of GitHub's own, outside of every network."""

STRICT = "set -euo pipefail\n"
"""A pipe that fails in the middle fails the step."""

PINS: dict[str, tuple[str, str]] = {
    "actions/checkout": ("d23441a48e516b6c34aea4fa41551a30e30af803", "v6.1.0"),
    "actions/setup-node": ("249970729cb0ef3589644e2896645e5dc5ba9c38", "v6.5.0"),
    "actions/setup-python": ("ece7cb06caefa5fff74198d8649806c4678c61a1", "v6.3.0"),
    "actions/upload-artifact": ("bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", "v7.0.0"),
    "aquasecurity/trivy-action": ("ed142fd0673e97e23eac54620cfb913e5ce36c25", "v0.36.0"),
    "aws-actions/amazon-ecr-login": ("03f1aad4c6c7ffd436567f42f9384779290529bd", "v2.1.7"),
    "aws-actions/configure-aws-credentials": ("e6de054238d6b7531b4efff3b6587d9aade6a06c", "v6.2.3"),
    "azure/login": ("532459ea530d8321f2fb9bb10d1e0bcf23869a43", "v3.0.0"),
    "codecov/codecov-action": ("671740ac38dd9b0130fbe1cec585b89eea48d3de", "v5.5.2"),
    "github/codeql-action/upload-sarif": ("8aad20d150bbac5944a9f9d289da16a4b0d87c1e", "v4.36.2"),
}
"""Action to commit and the version that commit was released as."""

_USES = re.compile(r"^(\s*(?:- )?uses: (\S+)@([0-9a-f]{40}))$", re.MULTILINE)


def pinned(action: str) -> str:
    """What `uses:` says for `action`."""
    return f"{action}@{PINS[action][0]}"


def with_versions(text: str) -> str:
    """`text` with each pinned action's version as a comment behind it, where people and update bots look for it."""
    return _USES.sub(lambda match: f"{match[1]} # {PINS[match[2]][1]}", text)


def checkout(**inputs: object) -> Json:
    """Check out a repository; the token is not left in the work tree unless a push needs it."""
    return {"name": "Check out", "uses": pinned("actions/checkout"), "with": {"persist-credentials": False, **inputs}}


def python(version: str, **inputs: object) -> Json:
    """Install Python."""
    return {
        "name": "Set up Python",
        "uses": pinned("actions/setup-python"),
        "with": {"python-version": version, **inputs},
    }


def github_environment(environment: Environment) -> Json:
    """GitHub's environment of the same name; required reviewers set on it are the approval gate."""
    if not environment.public_hosts:
        return {"environment": {"name": environment.environment}}
    host = next(iter(environment.public_hosts))
    return {"environment": {"name": environment.environment, "url": f"https://{host}"}}
