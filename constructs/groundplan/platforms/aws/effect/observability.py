"""Health checks of Route 53: whether somebody reads the answer."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.observability.routes import Found
from groundplan.facts.standby import is_replaced

ROUTE53 = "route53.services.k8s.aws"


def health_checks(inventory: Inventory, context: Context) -> Iterator[Found]:
    """Health checks of a cloud that decide nothing and wake nobody.

    A record that follows the check, an alarm on it, or a probe of the same host from another cluster is a reader.
    """
    probed = {
        (item.cluster, host)
        for item in inventory.by_kind.get(("monitoring.coreos.com", "Probe"), ())
        for host in _hosts(item)
    }
    followed = {
        str(item.spec.get("healthCheckRef", {}).get("from", {}).get("name", ""))
        for item in inventory.by_kind.get((ROUTE53, "RecordSet"), ())
    }
    for item in inventory.by_kind.get((ROUTE53, "HealthCheck"), ()):
        host = str(item.spec.get("healthCheckConfig", {}).get("fullyQualifiedDomainName", ""))
        own = _home(item, context)
        elsewhere = {cluster for cluster, known in probed if known == host and cluster != own}
        if item.name not in followed and not elsewhere:
            message = f"asks {host}, and nobody reads the answer"
            advice = "let a record follow it, or probe the host from another cluster"
            yield item, ("spec", "healthCheckConfig"), "unheard", message, advice


def _home(item: Object, context: Context) -> str:
    """The cluster that serves what an environment's cloud objects are about: its peer's, where that has taken over."""
    environment = context.environment_of(item)
    if environment is not None and is_replaced(environment):
        environment = environment.peer_environment
    if environment is None:
        return f"{item.system}/{item.environment}"
    return f"{item.system}/{environment.host or environment.environment}"


def _hosts(item: Object) -> Iterator[str]:
    for text in item.spec.get("targets", {}).get("staticConfig", {}).get("static", []):
        yield text.partition("://")[2].partition("/")[0].partition(":")[0] if "://" in text else text.partition(":")[0]


JUDGES = (health_checks,)
