"""When Argo CD may call what Velero reads healthy, in Lua. See https://velero.io/docs/main/api-types/ ."""

from __future__ import annotations

from groundplan.backups.names import VELERO_GROUP

_LOCATION = """\
if obj.status ~= nil and obj.status.phase == "Available" then
  return {status = "Healthy", message = "the bucket answers"}
end
if obj.status ~= nil and obj.status.phase == "Unavailable" then
  return {status = "Degraded", message = obj.status.message or "the bucket does not answer"}
end
return {status = "Progressing", message = "nobody has asked the bucket yet"}
"""

_SCHEDULE = """\
if obj.status ~= nil and obj.status.phase == "Enabled" then
  return {status = "Healthy", message = "copies are made"}
end
if obj.status ~= nil and obj.status.phase == "FailedValidation" then
  return {status = "Degraded", message = "Velero refuses it"}
end
if obj.spec.paused then
  return {status = "Suspended", message = "no copies are made"}
end
return {status = "Progressing", message = "nobody has read it yet"}
"""

HEALTH = {f"{VELERO_GROUP}/BackupStorageLocation": _LOCATION, f"{VELERO_GROUP}/Schedule": _SCHEDULE}
"""Kind to when one is healthy."""
