"""When Argo CD calls a resource of Azure done."""

from __future__ import annotations

from groundplan.platforms.health import CONDITIONS_HEALTH

HEALTH = (
    CONDITIONS_HEALTH
    + """\
  if condition.type == "Ready" then
    health.message = condition.message or ""
    if on then
      health.status = "Healthy"
    elseif condition.severity == "Error" then
      health.status = "Degraded"
    end
  end
end
return health
"""
)
"""An Azure resource is done when it is Ready; of the severities only Error needs a person.

See https://azure.github.io/azure-service-operator/design/resource-states/ .
"""
