"""The policy that bounds every role: made by people, because whoever makes roles must not widen it.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html .
"""

from __future__ import annotations

import json

from groundplan.facts.system import System
from groundplan.markdown import shell

SERVICE_LINKED = "iam:CreateServiceLinkedRole"
"""The one right over roles that a role may need: the load balancers' own."""

DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "NotAction": ["account:*", "iam:*", "organizations:*"], "Resource": "*"},
            {"Effect": "Allow", "Action": SERVICE_LINKED, "Resource": "*"},
        ],
    }
)
"""Everything that is not about accounts, people and rights: a role's own policies say what of it."""


def boundaries(system: System) -> list[str]:
    """A command for each boundary; none where no environment is on AWS."""
    clouds = [cloud for item in system.environments if (cloud := item.platform.aws) is not None]
    names = sorted({(cloud.account, cloud.boundary) for cloud in clouds})
    bounds = sorted({name for _, name in names})
    if not names:
        return []
    return [
        "Every role carries a boundary: no right over accounts, people and roles passes it, whatever is attached to the role "
        "one day. The controller that makes roles may neither change it nor make a role without it, so somebody with rights "
        f"of their own makes it, once in account {' and '.join(account for account, _ in names)}:",
        shell(*(f"aws iam create-policy --policy-name {name} --policy-document '{DOCUMENT}'" for name in bounds)),
    ]
