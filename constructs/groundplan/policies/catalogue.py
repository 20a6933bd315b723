"""Every admission rule by name: what the cluster's Gatekeeper enforces and what the policy gate judges before merge."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.policies.object_rules import OBJECT_RULES
from groundplan.policies.pod_rules import POD_RULES
from groundplan.policies.rule import Rule

RULES: Mapping[str, Rule] = {rule.name: rule for rule in (*POD_RULES, *OBJECT_RULES)}
"""The catalogue; its names stand in exemptions and findings and never change."""
