"""Relations between rendered objects, as the gates find them: who reaches whom, what fits where, what is kept and restored.

Each is a function of the evidence's language. It answers for the environment of the evidence, and remembers the objects
it went through, so that breaking one of them must be noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature

from groundplan.requirements.relations.alerts import notified, scraped
from groundplan.requirements.relations.asked import asking
from groundplan.requirements.relations.autoscaling import scales
from groundplan.requirements.relations.closing import closed, encrypted, isolated
from groundplan.requirements.relations.copies import copied, tried
from groundplan.requirements.relations.delivery import delivered
from groundplan.requirements.relations.hosts import hands_over, secured
from groundplan.requirements.relations.keeping import rehearsed, restorable
from groundplan.requirements.relations.losing import follows, survives
from groundplan.requirements.relations.network import reaches, served, told
from groundplan.requirements.relations.places import leads, stands, wears
from groundplan.requirements.relations.releases import guarded
from groundplan.requirements.relations.rights import granted, may
from groundplan.requirements.relations.secrets import signs_in, supplied
from groundplan.requirements.relations.workloads import fits, runs

RELATIONS: Mapping[str, Callable[..., bool]] = {
    relation.__name__: relation
    for relation in (
        closed,
        copied,
        delivered,
        encrypted,
        fits,
        follows,
        granted,
        guarded,
        hands_over,
        isolated,
        leads,
        may,
        notified,
        reaches,
        rehearsed,
        restorable,
        runs,
        scales,
        scraped,
        secured,
        served,
        signs_in,
        stands,
        supplied,
        survives,
        told,
        tried,
        wears,
    )
}
"""Names in the language of evidence."""

ARGUMENTS: Mapping[str, int] = {name: len(signature(relation).parameters) for name, relation in RELATIONS.items()}
"""How many texts each takes."""

__all__ = ["ARGUMENTS", "RELATIONS", "asking"]
