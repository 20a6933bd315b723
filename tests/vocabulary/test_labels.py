"""Labels, and what must never be in a selector."""

from __future__ import annotations

from groundplan.kubernetes.labels import common_labels, selector_labels, workload_labels


def test_a_selector_is_the_name_alone() -> None:
    assert selector_labels("web") == {"app": "web"}


def test_pods_match_their_selector() -> None:
    assert selector_labels("web").items() <= workload_labels("web", "v1").items()


def test_the_version_is_a_label_and_no_selector() -> None:
    assert workload_labels("web", "v1")["app.kubernetes.io/version"] == "v1"
    assert "v1" not in selector_labels("web").values()


def test_the_instance_tells_two_environments_of_a_system_apart() -> None:
    instances = {common_labels("shop", name, "web")["app.kubernetes.io/instance"] for name in ("staging", "production")}

    assert instances == {"shop-staging", "shop-production"}
