"""Gates: rules over the rendered tree, all offline. Each says how many objects it judged and what is wrong."""

from groundplan.checks.gate import Gate, chart_releases, every_manifest
from groundplan.checks.queries import rule_objects

GATES: tuple[Gate, ...] = (
    Gate("inventory", "groundplan.checks.inventory_gate", "every file is one object in its place"),
    Gate("schema", "groundplan.checks.schema", "every object fits its schema, strictly"),
    Gate("names", "groundplan.checks.names", "names, labels, ports, quantities and times are well formed"),
    Gate("references", "groundplan.checks.references", "every name and selector resolves in its cluster"),
    Gate(
        "reachability", "groundplan.checks.reachability", "every declared flow finds a way, and nothing else does", None
    ),
    Gate("policy", "groundplan.checks.policy", "the rules the cluster enforces at admission hold"),
    Gate("checkov", "groundplan.checks.checkov", "what the scanner checkov demands is met", every_manifest),
    Gate(
        "admission",
        "groundplan.checks.admission",
        "the cluster admits what its charts bring and its controllers make",
        None,
    ),
    Gate("charts", "groundplan.checks.charts", "what upstream charts bring is known and fits", chart_releases),
    Gate("secrets", "groundplan.checks.secrets", "no secret value stands in any file", None),
    Gate("identity", "groundplan.checks.identity", "every right that is needed is granted, and no other", None),
    Gate("intent", "groundplan.checks.intent", "what an environment states is what is rendered"),
    Gate(
        "exposure", "groundplan.checks.exposure", "the Internet reaches what was declared, and nobody reads along", None
    ),
    Gate(
        "credentials", "groundplan.checks.credentials", "every Secret has a maker, its keys, a reader and a page", None
    ),
    Gate("queries", "groundplan.checks.queries", "every PromQL expression parses", rule_objects),
    Gate(
        "observability",
        "groundplan.checks.observability",
        "what is asked is measured, and what is wrong is heard",
        None,
    ),
    Gate(
        "alerts", "groundplan.checks.alerts", "every alert fires in its trouble, and is silent while all is well", None
    ),
    Gate("placement", "groundplan.checks.placement", "everything has one owner and lies where it may"),
    Gate("order", "groundplan.checks.order", "sync waves are a topological order"),
    Gate(
        "cold_start", "groundplan.checks.cold_start", "from nothing, by the bootstrap pages, everything becomes healthy"
    ),
    Gate("capacity", "groundplan.checks.capacity", "everything that runs on a cluster finds a node", None),
    Gate("support", "groundplan.checks.support", "nothing rendered is past the end of its support", None),
    Gate("delivery", "groundplan.checks.delivery", "syncs converge, retry, prune and fail over as they should"),
    Gate("documents", "groundplan.checks.documents", "what pages and workflows name exists, and can be done", None),
    Gate("drift", "groundplan.checks.drift", "what is committed is what a fresh synth writes", universe=None),
)
"""Every gate, in the order of the summary; a new gate is one line here and a module with `run`."""

__all__ = ["GATES", "Gate"]
