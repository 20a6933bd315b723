"""Whatever people call their systems: a name Azure takes, or one line that says why it would not."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.azure_rendering import azure

from groundplan.platforms.azure.chapter import Naming
from groundplan.platforms.azure.naming import AzureKind, azure_name, name_problem, object_name

SHOP = azure()
AZURE_RULES = {
    AzureKind.STORAGE_ACCOUNT: r"[a-z0-9]{3,24}",
    AzureKind.REGISTRY: r"[a-zA-Z0-9]{5,50}",
    AzureKind.KEY_VAULT: r"(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]",
    AzureKind.SERVICE_BUS: r"(?!.*--)[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]",
    AzureKind.POSTGRES: r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
    AzureKind.REDIS: r"(?!.*--)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?",
    AzureKind.CLUSTER: r"[a-zA-Z0-9](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?",
    AzureKind.RESOURCE_GROUP: r"[-\w.()]{0,89}[-\w()]",
    AzureKind.VIRTUAL_NETWORK: r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9_]",
    AzureKind.IDENTITY: r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}",
    AzureKind.LOG_WORKSPACE: r"[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]",
}
"""Azure's own rules, as its documentation states them for kinds whose rules are strict."""

labels = st.one_of(
    st.from_regex(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True),
    st.sampled_from(["a", "0", "a--b", "x" * 63, "a-b-c"]),
)
segments = st.from_regex(r"[a-z0-9]{0,12}", fullmatch=True)
kinds = st.sampled_from(sorted(AzureKind, key=lambda kind: kind.name))


@st.composite
def names(draw: st.DrawFn, kind: AzureKind | None = None) -> tuple[AzureKind, str]:
    """A kind of resource and the name the convention gives it, for any system, environment and purpose."""
    chosen = kind or draw(kinds)
    naming = Naming(
        org=draw(segments),
        system=draw(st.one_of(st.just(""), labels)),
        stage=draw(segments),
        sequence=draw(st.sampled_from(["", "01"])),
    )
    azure = SHOP.platform.azure
    assert azure is not None
    environment = SHOP.model_copy(
        update={
            "system": draw(labels),
            "environment": draw(labels),
            "platform": SHOP.platform.model_copy(update={"azure": azure.model_copy(update={"naming": naming})}),
        }
    )
    return chosen, azure_name(environment, chosen, draw(st.one_of(st.just(""), labels)))


BUSY = settings(suppress_health_check=[HealthCheck.too_slow])
"""A machine with much else to do draws slowly, which says nothing about the strategy."""


@BUSY
@given(names())
def test_a_name_is_taken_by_azure_or_refused_by_us(found: tuple[AzureKind, str]) -> None:
    kind, name = found

    problem = name_problem(name, kind)

    if problem is None:
        assert kind.rule.shortest <= len(name) <= kind.rule.longest
        assert re.fullmatch(AZURE_RULES.get(kind, r".+"), name), (kind, name)
    else:
        assert f"`{name}`" in problem


@BUSY
@given(names())
def test_an_object_is_called_what_kubernetes_takes(found: tuple[AzureKind, str]) -> None:
    kind, name = found

    if name_problem(name, kind) is None:
        assert re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])?", object_name(name))


@BUSY
@given(names(AzureKind.STORAGE_ACCOUNT))
def test_kinds_without_hyphens_get_none(found: tuple[AzureKind, str]) -> None:
    assert re.fullmatch(r"[a-z0-9]+", found[1])


@BUSY
@given(st.text(max_size=80))
def test_any_text_is_judged(text: str) -> None:
    for kind in AzureKind:
        problem = name_problem(text, kind)

        assert problem is None or text in problem
