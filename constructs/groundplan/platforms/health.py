"""How Argo CD's health checks of rented resources begin, in Lua: conditions are read one by one.

Argo CD calls any kind it does not know healthy at once, and only the key `resource.customizations` takes patterns.
See https://argo-cd.readthedocs.io/en/stable/operator-manual/health/ .
"""

from __future__ import annotations

CONDITIONS_HEALTH = """\
local health = { status = "Progressing", message = "waits for its controller" }
if obj.status == nil or obj.status.conditions == nil then
  return health
end
for _, condition in ipairs(obj.status.conditions) do
  local on = condition.status == "True"
"""
"""Inside the loop `on` says whether the condition is met, and `health` is what is returned in the end."""
