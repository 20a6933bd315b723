"""Values of the operator's chart: it watches every namespace, gives its pods the restricted contexts, and opens nothing."""

from __future__ import annotations

from groundplan.addons.catalogue import sizes
from groundplan.addons.values import CRITICAL
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.security.pod_security import container_security_context
from groundplan.stores.kafka.strimzi.versions import ADD_ON, says_contexts


def operator_values(environment: Environment) -> Json:
    """Two that elect who works; the chart's policies for brokers are off, since they admit everybody."""
    size = sizes(environment, ADD_ON)["controller"]
    contexts = {} if says_contexts(environment) else {"securityContext": container_security_context()}
    return {
        "replicas": size.replicas,
        "watchAnyNamespace": True,
        "generateNetworkPolicy": False,
        "podDisruptionBudget": size.budget(),
        "priorityClassName": CRITICAL,
        "resources": size.resources,
        "podSecurityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        **contexts,
        "extraEnvs": [{"name": "STRIMZI_POD_SECURITY_PROVIDER_CLASS", "value": "restricted"}],
    }
