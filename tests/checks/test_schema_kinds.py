"""Which kinds need recorded facts."""

from __future__ import annotations

from pathlib import Path

from trees import an_object, inventory, put

from groundplan.checks.schema_kinds import MATCH, kinds_to_record, unused

GADGETS = {
    "group": "example.com",
    "names": {"kind": "Gadget", "plural": "gadgets"},
    "scope": "Namespaced",
    "versions": [{"name": "v1", "schema": {"openAPIV3Schema": {"type": "object"}}}],
}


def test_custom_resources_do_and_kubernetes_own_kinds_do_not(tmp_path: Path) -> None:
    put(tmp_path, an_object("Widget", "w", "example.com/v1"))
    put(tmp_path, an_object("ConfigMap", "c"))

    assert kinds_to_record(inventory(tmp_path)) - unused() == {("example.com", "v1", "Widget")}


def test_kinds_that_the_tree_defines_do_not(tmp_path: Path) -> None:
    put(
        tmp_path,
        an_object(
            "CustomResourceDefinition", "gadgets.example.com", "apiextensions.k8s.io/v1", namespace=None, spec=GADGETS
        ),
    )
    put(tmp_path, an_object("Gadget", "g", "example.com/v1"))

    assert kinds_to_record(inventory(tmp_path)) - unused() == set()


def test_admission_templates_need_to_know_what_a_constraint_may_match_on(tmp_path: Path) -> None:
    put(tmp_path, an_object("ConstraintTemplate", "t", "templates.gatekeeper.sh/v1", namespace=None, spec={}))
    put(tmp_path, an_object("T", "t", "constraints.gatekeeper.sh/v1beta1", namespace=None, spec={}))

    kinds = kinds_to_record(inventory(tmp_path)) - unused()
    assert kinds == {MATCH, ("templates.gatekeeper.sh", "v1", "ConstraintTemplate")}
