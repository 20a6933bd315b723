"""What the instances of a database ask of nodes."""

from __future__ import annotations

from groundplan.checks.capacity.demand import Apart, Bounds, Defaults, Demand, limited, placed, requested, unsaid
from groundplan.checks.inventory import Object


def of_database(item: Object, defaults: Defaults) -> Demand:
    """Instances of a CloudNativePG cluster. See https://cloudnative-pg.io/documentation/current/scheduling/ ."""
    spec, affinity = item.spec, item.spec.get("affinity") or {}
    resources = spec.get("resources") or {}
    bounds = [Bounds(resources.get("requests") or {}, resources.get("limits") or {})]
    labels = {"cnpg.io/cluster": item.name}
    hard = affinity.get("enablePodAntiAffinity", True) and affinity.get("podAntiAffinityType") == "required"
    apart = (Apart(str(affinity.get("topologyKey", "kubernetes.io/hostname")), labels),) if hard else ()
    count = int(spec.get("instances", 1))
    where = {"nodeSelector": affinity.get("nodeSelector"), "tolerations": affinity.get("tolerations")}
    volumes = [spec[name]["size"] for name in ("storage", "walStorage") if name in spec]
    return Demand(
        name=f"{item.kind} {item.name}",
        namespace=item.namespace,
        item=item,
        path=("spec", "instances"),
        each=requested(bounds, defaults),
        limits=limited(bounds, defaults),
        unlimited=unsaid(bounds, defaults),
        least=count,
        most=count,
        labels=labels,
        volumes=tuple(map(str, volumes)),
        **{**placed(where), "apart": apart},
    )


READERS = {("postgresql.cnpg.io", "Cluster"): of_database}
