"""Priority classes: those of a system, and below all of them those of a stage that shares nodes with production."""

from __future__ import annotations

from tests.support.parts import emitted

from groundplan.cluster.priorities import PriorityClasses


def test_a_stage_that_gives_way_never_makes_anybody_leave() -> None:
    documents = emitted(lambda it: PriorityClasses(it, "priorities", system="shop", giving_way=["shop-staging"]))

    values = {item["metadata"]["name"]: (item["value"], item["preemptionPolicy"]) for item in documents}
    own = [value for name, (value, _) in values.items() if not name.startswith("shop-staging-")]
    lesser = {name: it for name, it in values.items() if name.startswith("shop-staging-")}
    assert len(lesser) == 4
    assert max(value for value, _ in lesser.values()) < min(own)
    assert {policy for _, policy in lesser.values()} == {"Never"}
    assert values["shop-staging-critical"] > values["shop-staging-high"] > values["shop-staging-normal"]
