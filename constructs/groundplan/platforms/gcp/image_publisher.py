"""The identity the code repository's workflows push images with: no key is stored anywhere.

See https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.parts import Component, Part
from groundplan.platforms.gcp.cluster import own_repository
from groundplan.platforms.gcp.publisher_names import PROVIDER, PUSHES
from groundplan.platforms.gcp.resource import GcpPart, reference
from groundplan.platforms.gcp.site import Site

ISSUER = "https://token.actions.githubusercontent.com"
"""Who signs the tokens of GitHub's workflows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImagePublisherProps:
    """Which repository's workflows push, and from where in it."""

    repository: str
    """Repository of the code, `<owner>/<name>`."""

    pool: str
    """Pool that knows them."""

    refs: Sequence[str]
    """What they must run on, as regular expressions."""


class ImagePublisher(GcpPart):
    """A pool whose only members are workflows of one repository on built branches and tags, and their right to push."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: ImagePublisherProps) -> None:
        super().__init__(scope, id_, site)
        project = {"external": f"projects/{site.project}"}
        self.emit_resource(
            "IAMWorkloadIdentityPool",
            id_,
            {"projectRef": project, "location": "global", "displayName": "Workflows that push images"},
            called=props.pool,
        )
        self.emit_resource(
            "IAMWorkloadIdentityPoolProvider",
            id_,
            {
                "projectRef": project,
                "location": "global",
                "workloadIdentityPoolRef": reference(id_),
                "attributeMapping": {"google.subject": "assertion.sub", "attribute.repository": "assertion.repository"},
                "attributeCondition": self._condition(props),
                "oidc": {"issuerUri": ISSUER},
            },
            called=PROVIDER,
        )
        members = f"principalSet:{site.pool_path(props.pool)}/attribute.repository/{props.repository}"
        self.permit(members, PUSHES, own_repository(), name=id_)

    def _condition(self, props: ImagePublisherProps) -> str:
        refs = " || ".join(f"assertion.ref.matches('^refs/{ref}$')" for ref in props.refs)
        return f"assertion.repository == '{props.repository}' && ({refs})"
