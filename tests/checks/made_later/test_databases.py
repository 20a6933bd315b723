"""What CloudNativePG makes of a Cluster, as admission meets it."""

from typing import Any

from trees import an_object

from groundplan.checks.inventory import Object
from groundplan.checks.made_later import Around, made_later

Json = dict[str, Any]
PLUGIN = {"name": "barman-cloud.cloudnative-pg.io", "parameters": {"barmanObjectName": "archive"}}
SMALL = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}


def an_item(document: Json) -> Object:
    return Object("dist/a.yaml", document, "store", "prod", "db", "store/prod")


def made(*others: Json, **spec: Any) -> dict[str, Json]:
    database = an_object("Cluster", "db", "postgresql.cnpg.io/v1", spec={"instances": 2, "resources": SMALL, **spec})
    around = Around([an_item(document) for document in others])
    return {f"{item['kind']} {item['metadata']['name']}": dict(item) for item in made_later(an_item(database), around)}


def test_an_instance_has_what_the_cluster_asks_for_in_both_containers() -> None:
    spec = made()["Pod db-1"]["spec"]

    assert [item["resources"] for item in [*spec["initContainers"], *spec["containers"]]] == [SMALL, SMALL]


def test_the_job_that_creates_it_is_like_it_and_carries_the_inherited_labels() -> None:
    job = made(inheritedMetadata={"labels": {"team": "store"}})["Job db-1-initdb"]

    assert job["metadata"]["labels"]["team"] == "store"
    assert job["spec"]["template"]["spec"]["containers"][0]["name"] == "postgres"


def test_the_container_that_archives_asks_for_what_its_store_says() -> None:
    store = an_object(
        "ObjectStore",
        "archive",
        "barmancloud.cnpg.io/v1",
        spec={"instanceSidecarConfiguration": {"resources": SMALL}},
    )

    archiver = made(store, plugins=[PLUGIN])["Pod db-1"]["spec"]["initContainers"][1]

    assert (archiver["name"], archiver["resources"]) == ("plugin-barman-cloud", SMALL)


def test_it_asks_for_nothing_where_the_store_says_nothing() -> None:
    archiver = made(plugins=[PLUGIN])["Pod db-1"]["spec"]["initContainers"][1]

    assert archiver["resources"] == {}


def test_every_additional_service_is_made_as_its_template_says() -> None:
    template = {"metadata": {"name": "public", "labels": {"app": "db"}}, "spec": {"type": "LoadBalancer"}}

    service = made(managed={"services": {"additional": [{"serviceTemplate": template}]}})["Service public"]

    assert service["spec"]["type"] == "LoadBalancer"
    assert service["metadata"]["labels"] == {"cnpg.io/cluster": "db", "app": "db"}


def test_followers_have_a_budget_from_three_instances_on() -> None:
    assert "PodDisruptionBudget db" not in made()
    assert made(instances=3)["PodDisruptionBudget db"]["spec"] == {"minAvailable": 1}


def test_nobody_guards_the_primary_where_budgets_are_switched_off() -> None:
    assert "PodDisruptionBudget db-primary" in made()
    assert "PodDisruptionBudget db-primary" not in made(enablePDB=False)
