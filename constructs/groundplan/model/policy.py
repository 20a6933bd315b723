"""The policy chapter: how strictly the cluster admits objects, and which exemptions somebody answers for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from groundplan.model.values import Model, Name


def _check_date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a date; write it like 2027-01-31") from None
    return text


Day = Annotated[str, AfterValidator(_check_date)]
"""A day as `2027-01-31`."""

RegistryPrefix = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._:-]*/([a-z0-9._/-]+/)?$")]
"""Registry host with an optional path, ending in `/`: `docker.io/library/`."""


class Policy(Model):
    """Admission policy of the cluster. See https://open-policy-agent.github.io/gatekeeper/website/docs/ ."""

    enforcement: Literal["deny", "warn", "dryrun"] = "deny"
    """What the cluster does with an object that breaks a rule. Default deny; the gate before merge always refuses."""

    excluded_namespaces: list[Name] = []
    """Namespaces that are not judged at admission beside those of the add-ons. Default none."""

    registries: dict[Name, RegistryPrefix] = {}
    """Registries images may come from beside the environment's own, by a name of your choice. Default none."""

    load_balancers: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")], str] = {}
    """`namespace/name` of Services that may be of type LoadBalancer, to why. Default none: traffic comes in by the ingress."""


class Exemption(Model):
    """One rule that does not hold for some objects, with somebody who answers for it and an end."""

    rule: str = Field(pattern=r"^([a-z0-9-]+|CKV2?_[A-Z0-9]+_[0-9]+)$")
    """Rule of the policy catalogue, id of a checkov check, or a rule of another gate: `support-kubernetes`."""

    kind: str
    """Kind of the objects."""

    name: str = Field(pattern=r"^(\*|[a-z0-9]([a-z0-9.:-]*[a-z0-9])?\*?)$")
    """Name of the object; a `*` at the end stands for any rest."""

    namespace: Name | None = None
    """Namespace of the objects. Default any."""

    owner: str = Field(min_length=2)
    """Who answers for it."""

    reason: str = Field(min_length=20)
    """Why the rule cannot hold here, in a sentence."""

    expires: Day
    """Day after which it no longer counts, so that somebody looks again."""

    def covers(self, kind: str, namespace: str, name: str) -> bool:
        """Whether it speaks of the object of that identity."""
        if kind != self.kind or (self.namespace is not None and namespace != self.namespace):
            return False
        return name.startswith(self.name[:-1]) if self.name.endswith("*") else name == self.name
