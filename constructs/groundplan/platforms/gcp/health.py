"""When Argo CD calls a resource of Google Cloud done."""

from __future__ import annotations

from groundplan.platforms.health import CONDITIONS_HEALTH

HEALTH = (
    CONDITIONS_HEALTH
    + """\
  if condition.type == "Ready" then
    health.message = condition.message or ""
    if on then
      health.status = "Healthy"
    elseif condition.reason == "UpdateFailed" or condition.reason == "DeleteFailed" or condition.reason == "ManagementConflict" then
      health.status = "Degraded"
    end
  end
end
return health
"""
)
"""A resource is done when it is Ready; one that waits for another says so, one that Google refuses needs a person.

See https://cloud.google.com/config-connector/docs/how-to/monitoring-your-resources .
"""
