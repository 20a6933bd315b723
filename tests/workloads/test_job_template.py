"""Jobs that a service starts: what it is handed, and what bounds it whatever it asks for."""

from __future__ import annotations

import jsonschema_rs
import pytest
import yaml
from tests.support.azure import AZURE, SHARE
from tests.support.builds import BUILDS
from tests.support.rendering import Json, an_environment, rendered, the

from groundplan.checks.core_schemas import core_schemas
from groundplan.checks.policy import compile_rule
from groundplan.model.environment import Environment
from groundplan.policies.catalogue import RULES
from groundplan.policies.rule import POD, parameters


@pytest.fixture(scope="module")
def environment() -> Environment:
    return an_environment(AZURE, SHARE, BUILDS)


@pytest.fixture(scope="module")
def documents(environment: Environment) -> list[Json]:
    return rendered(environment, "jobs-build")


@pytest.fixture
def template(documents: list[Json]) -> Json:
    document: Json = yaml.safe_load(the(documents, "ConfigMap", "build-job-template")["data"]["job.yaml"])
    return document


def test_the_template_says_how_long_and_how_often_a_job_tries(template: Json) -> None:
    assert template["spec"]["activeDeadlineSeconds"] == 1800
    assert template["spec"]["backoffLimit"] == 0
    assert template["spec"]["ttlSecondsAfterFinished"] == 120
    assert template["spec"]["template"]["spec"]["restartPolicy"] == "Never"


def test_the_template_is_a_job_the_api_server_takes(template: Json) -> None:
    schemas = core_schemas("1.32")
    assert schemas is not None
    schema = schemas.schema("batch", "v1", "Job")
    assert schema is not None

    validator = jsonschema_rs.Draft202012Validator(schema, registry=schemas.registry, offline=True)

    assert [error.message for error in validator.iter_errors(template)] == []


def test_every_job_gets_a_name_of_its_own(template: Json) -> None:
    assert template["metadata"]["generateName"] == "build-"
    assert template["metadata"]["namespace"] == "builds"


def test_a_job_made_of_the_template_breaks_no_rule_that_holds_for_pods(
    template: Json, environment: Environment
) -> None:
    of_project(template, "one")
    pod = pod_of(template)

    refusals = [
        compile_rule(rule).refusal(document, parameters(rule, environment, {}))
        for document in ({**template, "metadata": {**template["metadata"], "name": "build-x"}}, pod)
        for rule in RULES.values()
        if (document["apiVersion"].rpartition("/")[0], document["kind"]) in rule.kinds
    ]

    assert len(refusals) > 15
    assert [refusal for refusal in refusals if refusal] == []
    assert POD in RULES["listed-image"].kinds


def pod_of(template: Json) -> Json:
    pod: Json = {"apiVersion": "v1", "kind": "Pod", **template["spec"]["template"]}
    return {**pod, "metadata": {**pod["metadata"], "name": "build-x", "namespace": "builds"}}


def of_project(template: Json, name: str) -> None:
    template["spec"]["template"]["spec"]["containers"][0]["env"].append({"name": "PROJECT", "value": name})


@pytest.mark.parametrize("name", [None, "", ".", "..", "one/../two", "/"])
def test_a_job_that_would_see_the_files_of_others_is_refused(
    template: Json, environment: Environment, name: str | None
) -> None:
    if name is not None:
        of_project(template, name)
    rule = RULES["own-directory"]

    refusal = compile_rule(rule).refusal(pod_of(template), parameters(rule, environment, {}))

    assert "sees its own directory" in refusal


def test_a_job_without_a_part_of_the_share_is_refused(template: Json, environment: Environment) -> None:
    of_project(template, "one")
    mounts = template["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
    next(mount for mount in mounts if mount["name"] == "uploads").pop("subPathExpr")
    rule = RULES["own-directory"]

    assert compile_rule(rule).refusal(pod_of(template), parameters(rule, environment, {})) != ""


def test_the_service_chooses_among_the_listed_images(documents: list[Json]) -> None:
    images = yaml.safe_load(the(documents, "ConfigMap", "build-job-template")["data"]["images.yaml"])

    assert images == {
        "maven": "craz01prdsh01.azurecr.io/shop/maven:3.9-17",
        "gradle": "craz01prdsh01.azurecr.io/shop/gradle:8-17",
    }


def test_admission_knows_the_same_images(environment: Environment) -> None:
    values = parameters(RULES["listed-image"], environment, {})

    assert values["images"] == [
        {
            "namespace": "builds",
            "images": [
                "craz01prdsh01.azurecr.io/shop/maven:3.9-17",
                "craz01prdsh01.azurecr.io/shop/gradle:8-17",
            ],
        }
    ]


def test_the_quota_counts_jobs_and_holds_what_all_of_them_take(documents: list[Json]) -> None:
    quota = the(documents, "ResourceQuota")

    assert quota["metadata"]["namespace"] == "builds"
    assert quota["spec"]["hard"] == {
        "count/jobs.batch": "5",
        "requests.cpu": "500m",
        "requests.memory": "2560Mi",
        "limits.cpu": "7500m",
        "limits.memory": "10Gi",
    }


def test_the_service_may_start_jobs_in_their_namespace_alone(documents: list[Json]) -> None:
    role, binding = the(documents, "Role"), the(documents, "RoleBinding")

    assert role["metadata"]["namespace"] == binding["metadata"]["namespace"] == "builds"
    assert [rule["resources"] for rule in role["rules"]] == [["jobs"], ["pods", "pods/log"]]
    assert role["rules"][0]["verbs"] == ["create", "delete", "get", "list", "watch"]
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "worker", "namespace": "web"}]


def test_a_job_has_no_rights_of_its_own(documents: list[Json], template: Json) -> None:
    account = the(documents, "ServiceAccount", "build")

    assert account["automountServiceAccountToken"] is False
    assert template["spec"]["template"]["spec"]["serviceAccountName"] == "build"
    assert template["spec"]["template"]["spec"]["automountServiceAccountToken"] is False


def test_a_job_resolves_names_and_speaks_https_and_nobody_speaks_to_it(documents: list[Json]) -> None:
    policy = the(documents, "NetworkPolicy")["spec"]

    assert policy["podSelector"] == {"matchLabels": {"app": "build"}}
    assert "ingress" not in policy
    assert [[port["port"] for port in rule["ports"]] for rule in policy["egress"]] == [[53, 53], [443]]


def test_a_job_finds_its_files_and_the_share(documents: list[Json], template: Json) -> None:
    pod = template["spec"]["template"]["spec"]
    mounts = {mount["name"]: mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}

    assert mounts == {"tmp": "/tmp", "uploads": "/project", "work": "/work", "files": "/etc/build"}
    assert {"name": "uploads", "persistentVolumeClaim": {"claimName": "uploads"}} in pod["volumes"]
    assert the(documents, "ConfigMap", "build-files")["data"] == {"settings.xml": "<settings/>"}


def test_a_job_sees_the_one_directory_that_whoever_starts_it_names(template: Json) -> None:
    mounts = template["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]

    assert {"name": "uploads", "mountPath": "/project", "subPathExpr": "$(PROJECT)"} in mounts


def test_a_file_lies_where_its_tool_looks() -> None:
    gradle = """
jobs:
  build:
    mounts: {gradle: {path: /gradle, scratch: 1Gi}}
    files: {feed.gradle: {path: /gradle/init.d/feed.gradle, text: "allprojects {}"}}
"""
    documents = rendered(an_environment(AZURE, SHARE, BUILDS, gradle), "jobs-build")
    job = yaml.safe_load(the(documents, "ConfigMap", "build-job-template")["data"]["job.yaml"])
    pod = job["spec"]["template"]["spec"]

    assert {"name": "files-2", "mountPath": "/gradle/init.d", "readOnly": True} in pod["containers"][0]["volumeMounts"]
    items = [{"key": "feed.gradle", "path": "feed.gradle"}]
    assert {"name": "files-2", "configMap": {"name": "build-files", "items": items}} in pod["volumes"]
    assert the(documents, "ConfigMap", "build-files")["data"]["feed.gradle"] == "allprojects {}"


def test_the_share_is_claimed_in_the_jobs_namespace_too(environment: Environment) -> None:
    claims = rendered(environment, "uploads")

    assert [claim["metadata"]["namespace"] for claim in claims] == ["web", "builds"]
    assert {claim["spec"]["storageClassName"] for claim in claims} == {"web-uploads"}


def test_a_secret_of_jobs_is_brought_to_their_namespace_alone(environment: Environment) -> None:
    secrets = [item for item in rendered(environment, "secrets") if item["kind"] == "ExternalSecret"]

    placed = {item["metadata"]["name"]: item["metadata"]["namespace"] for item in secrets}
    assert placed == {"feed": "builds", "login": "web"}


def test_the_service_is_told_where_the_template_is_and_how_many_may_run(environment: Environment) -> None:
    pod = the(rendered(environment, "worker"), "Deployment")["spec"]["template"]["spec"]
    values = {item["name"]: item["value"] for item in pod["containers"][0]["env"]}

    assert values == {"BUILD_JOB_TEMPLATE": "/etc/jobs/build/job.yaml", "MAX_CONCURRENT_BUILD_JOBS": "5"}
    assert {"name": "build-template", "configMap": {"name": "build-job-template"}} in pod["volumes"]


def test_the_service_reaches_the_api_server_with_a_token(environment: Environment) -> None:
    documents = rendered(environment, "worker")

    assert the(documents, "Deployment")["spec"]["template"]["spec"]["automountServiceAccountToken"] is True
    ports = [rule["ports"][0]["port"] for rule in the(documents, "NetworkPolicy")["spec"]["egress"]]
    assert 443 in ports
