"""What Azure Service Operator needs on the management cluster."""

from __future__ import annotations

from groundplan.addons.catalogue import catalogue
from groundplan.markdown import section, shell
from groundplan.model.environment import Environment

OPERATOR = "azure-service-operator"
"""Its name in the add-on catalogue."""


def subscriptions(environment: Environment) -> list[str]:
    """The ids a namespace brings whose resources belong to another subscription; nothing where the operator does not run."""
    if OPERATOR not in environment.cluster.controllers:
        return []
    add_on = catalogue()[OPERATOR]
    own = environment.cluster.controller_identity
    uses = (
        f"acts as `{own.client}` in subscription `{own.subscription}`"
        if own is not None
        else "has no identity of its own"
    )
    ids = [f"--from-literal=AZURE_{name}_ID=$AZURE_{name}_ID" for name in ("SUBSCRIPTION", "TENANT", "CLIENT")]
    return [
        section(
            "Subscriptions of Azure",
            f"The operator {uses}. The identity's federated credential names the cluster's issuer and "
            f"`system:serviceaccount:{add_on.namespace}:{add_on.service_account}`. A namespace whose resources belong to "
            "another subscription brings the ids, which are no secrets, in a Secret called `aso-credential`:",
            shell(
                f"kubectl --context {environment.cluster.name} create namespace $SYSTEM-$ENVIRONMENT",
                f"kubectl --context {environment.cluster.name} --namespace $SYSTEM-$ENVIRONMENT create secret generic "
                f"aso-credential {' '.join(ids)}",
            ),
            level=3,
        )
    ]
