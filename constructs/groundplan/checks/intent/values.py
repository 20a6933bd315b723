"""Secrets are read from the keys that the system states: another key of the vault is as well formed, and somebody else's."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding
from groundplan.model.environment import Environment
from groundplan.model.secrets import remote_key


def values(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """What an ExternalSecret reads against `secrets.entries` of the system."""
    pushed = {
        str(entry.get("match", {}).get("remoteRef", {}).get("remoteKey"))
        for item in inventory.by_kind.get(("external-secrets.io", "PushSecret"), ())
        for entry in item.spec.get("data", [])
    }
    for item in inventory.by_kind.get(("external-secrets.io", "ExternalSecret"), ()):
        environment = context.environment_of(item)
        stated = _stated(environment) | pushed if environment is not None else set()
        for n, entry in enumerate(item.spec.get("data", []) if stated else ()):
            key = str(entry.get("remoteRef", {}).get("key"))
            if key not in stated:
                near = difflib.get_close_matches(key, sorted(stated), 1)
                advice = f"did you mean `{near[0]}`?" if near else "state it in secrets.entries"
                path = ("spec", "data", n, "remoteRef", "key")
                yield inventory.finding(
                    item, path, "intent.value", f"reads `{key}`, which the system does not state", advice
                )


def _stated(environment: Environment) -> set[str]:
    """Keys of the vault that an environment and those who live with it read; none where nothing is fetched."""
    users = [environment, environment.host_environment, *environment.tenants]
    chapters = [user.secrets for user in users if user.secrets is not None]
    return {
        remote_key(text)[0]
        for chapter in chapters
        for entry in chapter.entries.values()
        for text in entry.keys.values()
    }
