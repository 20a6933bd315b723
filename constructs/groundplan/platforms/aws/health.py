"""When Argo CD calls a resource of AWS done."""

from __future__ import annotations

from groundplan.platforms.health import CONDITIONS_HEALTH

HEALTH = (
    CONDITIONS_HEALTH
    + """\
  if condition.type == "ACK.Terminal" and on then
    return { status = "Degraded", message = condition.message or "AWS refuses it" }
  end
  if condition.type == "ACK.ResourceSynced" and on then
    health = { status = "Healthy", message = "exists as described" }
  end
  if condition.type == "ACK.Recoverable" and on then
    health.message = condition.message or health.message
  end
end
return health
"""
)
"""An AWS resource is done when its controller says it is in sync; what AWS refuses for good needs another spec.

See https://aws-controllers-k8s.github.io/docs/guides/resource-crud/ .
"""
