"""Words of one cloud stand in its platform's folder, words of one engine in its store's; whoever else has some has a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import groundplan
from groundplan.stores.registry import ENGINES

PACKAGE = Path(groundplan.__file__).parent

CLOUDS = re.compile(
    r"\baws|azure|services\.k8s\.aws|\b(?:acr|aks|alb|amazon|amazonaws|ec2|ecr|eks|elb|entra|iam|microsoft|s3)\b|route ?53"
    r"|\bgcp|cnrm|googleapis|gserviceaccount|config connector|(?<![./])\bgoogle|\b(?:gcr|gcs|gke|gs)\b",
    re.IGNORECASE,
)
"""Words of Amazon's and Microsoft's clouds, and of Google's; after a dot or a slash Google is a publisher like any other."""

ENGINE_WORDS = re.compile(r"cnpg|barman|servicebus|dbforpostgresql|postgresql\.|rdb-storage", re.IGNORECASE)

CLOUD_REASONS: Mapping[str, str] = {
    "addons/catalogue.yaml": "versions of everything upstream stand in one file, where update bots look",
    "images.yaml": "as do images",
    "checks/secrets.py": "shapes of keys that people paste, whoever gave them out",
    "rules/credentials.py": "the same, before anything is rendered",
    "checks/urls.py": "schemes of URLs that are no hosts",
    "checks/observability/exporters.yaml": "labels that an exporter has on every cloud",
    "facts/identities.py": "the page that says what an object store refuses",
    "kubernetes/kinds.py": "scopes of kinds that any chart may bring",
    "kubernetes/namespaces.py": "namespaces of controllers that others admit",
    "model/cluster.py": "the identity of a controller on whichever cluster it runs",
    "model/delivery.py": "an example of what a provider of tokens writes",
    "model/ingress.py": "examples of what each platform calls its ways in",
    "model/pipelines.py": "a registration of the system, which workflows keep",
    "model/platform.py": "the union of the chapters",
    "model/secrets.py": "which product cannot hold a name",
    "observability/receivers.py": "who makes the chat that is written to",
}
"""Files below the package that have words of a cloud, and why."""

ENGINE_REASONS: Mapping[str, str] = {
    "addons/catalogue.yaml": "versions of everything upstream stand in one file, where update bots look",
    "addons/values.py": "values of everything upstream stand in one module",
    "checks/cold_start/health.py": "kinds that Argo CD has a rule for, whoever makes them",
    "facts/identities.py": "why an archiver asks for more than its prefix",
    "kubernetes/kinds.py": "scopes of kinds that any chart may bring",
    "kubernetes/namespaces.py": "namespaces of controllers that others admit",
}
"""Files outside of `stores/` and `platforms/` that have words of an engine, and why."""


def found(words: re.Pattern[str], own: tuple[str, ...]) -> set[str]:
    """Files with one of the words outside of the folders that own them."""
    return {path for path, text in sources() if not path.startswith(own) and words.search(text)}


def sources() -> Iterator[tuple[str, str]]:
    """Every source, script and table of the package, by its path."""
    for file in sorted(PACKAGE.rglob("*")):
        if file.suffix in (".py", ".sh", ".yaml"):
            yield file.relative_to(PACKAGE).as_posix(), file.read_text("utf-8")


def test_words_of_a_cloud_stand_with_the_platform_or_have_a_reason() -> None:
    assert found(CLOUDS, ("platforms/", "stores/")) == set(CLOUD_REASONS)


def test_words_of_an_engine_stand_with_the_store_or_have_a_reason() -> None:
    assert found(ENGINE_WORDS, ("platforms/", "stores/")) == set(ENGINE_REASONS)


def test_words_of_a_cloud_stand_with_the_engines_that_it_runs() -> None:
    rented = {module.rpartition(".")[0].replace(".", "/") for (_, name), module in ENGINES.items() if "azure" in name}
    own = tuple(f"{folder.removeprefix('groundplan/')}/" for folder in rented)
    kinds = {f"stores/{kind}/model.py" for kind, name in ENGINES if "azure" in name}

    outside = {path for path in found(CLOUDS, own) if path.startswith("stores/")}
    assert outside == kinds | {"stores/registry.py"}


@pytest.mark.parametrize(
    "text",
    [
        "ec2.services.k8s.aws",
        "what Azure says",
        "s3://bucket",
        "Route 53",
        "an IAM role",
        "container.cnrm.cloud.google.com",
        "web@shop.iam.gserviceaccount.com",
        "gs://bucket",
        "what Google says",
        "nodes of GKE",
    ],
)
def test_such_words_are_seen(text: str) -> None:
    assert CLOUDS.search(text)


@pytest.mark.parametrize(
    "text", ["draws", "laws of", "raws3", "sre.google", "github.com/google/cel-spec", "flags", "gsub"]
)
def test_other_words_are_not(text: str) -> None:
    assert not CLOUDS.search(text)
