"""Plausible breakages of a shipped system turn a requirement red: what each of them would do to it is nobody's to find out.

Each is one edit of one rendered object or workflow, as a regression of the generator, or a hand in the tree, would make it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.runner import read
from groundplan.requirements.catalogue import LoadedCatalogue, load_catalogue
from groundplan.requirements.ground import Ground, Grounds
from groundplan.requirements.judge import hold, show
from groundplan.requirements.tree import Document, Tree
from groundplan.yaml.marked import parse_marked_yaml

Json = dict[str, Any]
Change = Callable[[Json], Any]

SYSTEM = "factory-ai"
LEAST = 40
"""How many of the breakages some requirement must notice at least; each that none notices stands in `UNNOTICED`."""

UNNOTICED: frozenset[str] = frozenset()
"""Breakages that no requirement notices: the list to shorten."""

P, D, S = "dist/factory-ai/production", "dist/factory-ai/dr", "dist/factory-ai/shared"
CLOUD, NETWORK, CLUSTER = "cloud/factory-ai-production", "network/factory-ai-shared", "cluster/factory-ai-shared"
ARGO = "argocd/factory-ai"


@dataclass(frozen=True)
class Breakage:
    """One edit."""

    name: str
    file: str
    change: Change | None


BREAKAGES: list[Breakage] = []


def breakage(file: str) -> Callable[[Change], Change]:
    """Register an edit of a file, called like the function."""

    def register(change: Change) -> Change:
        BREAKAGES.append(Breakage(change.__name__, file, change))
        return change

    return register


def gone(name: str, file: str) -> None:
    BREAKAGES.append(Breakage(name, file, None))


def service(name: str, kind: str, suffix: str = "") -> str:
    return f"{P}/{name}/production/{kind}-{name}{suffix}.yaml"


def document_of(item: Json, field: str, change: Change) -> None:
    """Change a policy that stands as text in a field."""
    found = json.loads(item["spec"][field])
    change(found)
    item["spec"][field] = json.dumps(found)


INGRESS = f"{P}/ingress/production/Ingress-api-factory-ai-com.yaml"
DATABASE = f"{P}/postgresql/production/Cluster.postgresql.cnpg.io-postgresql.yaml"
FOLLOWER = f"{D}/postgresql/production/Cluster.postgresql.cnpg.io-postgresql.yaml"
DUMP = f"{P}/backup/production/CronJob-postgres-backup.yaml"
TEST = f"{P}/backup/production/CronJob-postgres-backup-restore-test.yaml"
SECRET = f"{P}/secrets/production/ExternalSecret-judgment-service-secret.yaml"
STORE = f"{P}/secrets/production/SecretStore-aws-secrets-manager.yaml"
READER = f"{P}/{CLOUD}/Role.iam.services.k8s.aws-secrets-reader.yaml"
CI, CD = (f"dist/factory-ai/pipelines/.github/workflows/{name}.yml" for name in ("ci", "cd"))

# What comes in


@breakage(INGRESS)
def ingress_leads_to_a_service_that_is_not(item: Json) -> None:
    item["spec"]["rules"][0]["http"]["paths"][1]["backend"]["service"]["name"] = "intent-routers"


@breakage(INGRESS)
def ingress_asks_another_port(item: Json) -> None:
    item["spec"]["rules"][0]["http"]["paths"][1]["backend"]["service"]["port"]["number"] = 8011


@breakage(INGRESS)
def ingress_wears_a_group_that_is_not(item: Json) -> None:
    item["metadata"]["annotations"]["alb.ingress.kubernetes.io/security-groups"] = "factory-ai-lb"


@breakage(INGRESS)
def ingress_speaks_old_tls(item: Json) -> None:
    item["metadata"]["annotations"]["alb.ingress.kubernetes.io/ssl-policy"] = "ELBSecurityPolicy-2016-08"


@breakage(f"{P}/{CLOUD}/Certificate.acm.services.k8s.aws-api-factory-ai-com.yaml")
def certificate_is_for_another_host(item: Json) -> None:
    item["spec"]["domainName"] = "www.factory-ai.com"


@breakage(service("intent-router", "NetworkPolicy"))
def load_balancer_is_kept_out(item: Json) -> None:
    for rule in item["spec"]["ingress"]:
        rule["from"] = [peer for peer in rule["from"] if "ipBlock" not in peer]


@breakage(service("intent-router", "Service"))
def service_selects_others(item: Json) -> None:
    item["spec"]["selector"] = {"app": "intent-routers"}


@breakage(f"{D}/ingress/production/Ingress-api-factory-ai-com.yaml")
def both_sides_write_one_record(item: Json) -> None:
    item["metadata"]["annotations"]["external-dns.alpha.kubernetes.io/set-identifier"] = "factory-ai"


@breakage(f"{ARGO}/dr/applications/Application-external-dns-dr.yaml")
def both_sides_write_as_one_owner(item: Json) -> None:
    item["spec"]["source"]["helm"]["valuesObject"]["txtOwnerId"] = "factory-ai"


# The network


@breakage(f"{S}/{CLUSTER}/LaunchTemplate-db.yaml")
def database_nodes_wear_the_group_of_services(item: Json) -> None:
    item["spec"]["data"]["securityGroupIDs"] = ["sg-0123456789abcdea1"]


@breakage(f"{S}/{CLUSTER}/LaunchTemplate-app.yaml")
def nodes_wear_no_group_of_their_tier(item: Json) -> None:
    del item["spec"]["data"]["securityGroupIDs"]


@breakage(f"{S}/{CLUSTER}/Cluster.eks.services.k8s.aws-factory-ai.yaml")
def cluster_answers_the_internet(item: Json) -> None:
    item["spec"]["resourcesVPCConfig"]["endpointPublicAccess"] = True


@breakage(f"{S}/{CLUSTER}/Addon.eks.services.k8s.aws-vpc-cni.yaml")
def policies_are_not_enforced(item: Json) -> None:
    item["spec"]["configurationValues"] = "{}"


@breakage(f"{S}/{NETWORK}/RouteTable-db-1.yaml")
def database_subnet_has_a_way_to_the_internet(item: Json) -> None:
    item["spec"]["routes"][0] = {"destinationCIDRBlock": "0.0.0.0/0", "gatewayRef": {"from": {"name": "internet"}}}


@breakage(f"{S}/{NETWORK}/NATGateway-nat-1.yaml")
def gateway_stands_in_a_private_subnet(item: Json) -> None:
    item["spec"]["subnetRef"]["from"]["name"] = "app-1"


@breakage(service("judgment-service", "NetworkPolicy"))
def service_does_not_get_to_its_database(item: Json) -> None:
    item["spec"]["egress"] = [
        rule for rule in item["spec"]["egress"] if not any(port.get("port") == 5432 for port in rule["ports"])
    ]


@breakage(service("judgment-service", "NetworkPolicy"))
def service_does_not_get_to_its_cache(item: Json) -> None:
    item["spec"]["egress"] = [
        rule for rule in item["spec"]["egress"] if not any(port.get("port") == 6379 for port in rule["ports"])
    ]


@breakage(service("orchestrator", "NetworkPolicy"))
def model_is_not_reached(item: Json) -> None:
    item["spec"]["egress"] = [
        rule for rule in item["spec"]["egress"] if not any(port.get("port") == 443 for port in rule["ports"])
    ]


@breakage(f"{P}/redis/production/NetworkPolicy-redis.yaml")
def cache_is_open_to_everybody(item: Json) -> None:
    item["spec"]["ingress"].append({})


# Secrets and rights


@breakage(READER)
def reader_of_secrets_trusts_nobody(item: Json) -> None:
    document_of(item, "assumeRolePolicyDocument", lambda found: found.update(Statement=[]))


@breakage(READER)
def reader_is_for_another_namespace(item: Json) -> None:
    document_of(
        item,
        "assumeRolePolicyDocument",
        lambda found: found["Statement"][0]["Condition"]["StringEquals"].update({"aws:RequestTag/esoNamespace": ["x"]}),
    )


@breakage(STORE)
def store_sends_no_tags(item: Json) -> None:
    del item["spec"]["provider"]["aws"]["sessionTagsPolicy"]


@breakage(SECRET)
def one_key_is_drawn_for_another(item: Json) -> None:
    entry = next(one for one in item["spec"]["data"] if one["secretKey"] == "JWT_SECRET_KEY")
    entry["remoteRef"]["key"] = "factory-ai/openai-api-key"


@breakage(DATABASE)
def database_belongs_to_somebody_else(item: Json) -> None:
    item["spec"]["bootstrap"]["initdb"]["owner"] = "postgres"


@breakage(f"{P}/{CLOUD}/Role.iam.services.k8s.aws-workload-postgres-backup.yaml")
def uploader_s_role_trusts_another_service(item: Json) -> None:
    document_of(
        item,
        "assumeRolePolicyDocument",
        lambda found: found["Statement"][0].update(Principal={"Service": "lambda.amazonaws.com"}),
    )


@breakage(f"{P}/{CLOUD}/PodIdentityAssociation-workload-postgres-backup.yaml")
def uploader_is_lent_another_role(item: Json) -> None:
    item["spec"]["roleRef"]["from"]["name"] = "secrets-reader"


gone("database_has_no_identity", f"{P}/{CLOUD}/PodIdentityAssociation-workload-postgresql.yaml")


@breakage(f"{P}/{CLOUD}/Policy.iam.services.k8s.aws-factory-ai-backups-replication.yaml")
def copies_may_not_be_written(item: Json) -> None:
    item["spec"]["policyDocument"] = item["spec"]["policyDocument"].replace("s3:ReplicateObject", "s3:GetObject")


@breakage(f"{S}/cloud/factory-ai-shared/Role.iam.services.k8s.aws-image-publisher.yaml")
def images_are_pushed_from_every_branch(item: Json) -> None:
    item["spec"]["assumeRolePolicyDocument"] = item["spec"]["assumeRolePolicyDocument"].replace(
        "ref:refs/heads/main", "*"
    )


# Delivery


@breakage(CI)
def images_are_never_built(item: Json) -> None:
    item["jobs"]["build"]["if"] = "false"


@breakage(CD)
def a_new_tag_is_not_rendered(item: Json) -> None:
    for step in item["jobs"]["deploy-staging"]["steps"]:
        if "make synth check" in step.get("run", ""):
            step["run"] = step["run"].replace("make synth check\n", "")


@breakage(CD)
def what_was_rendered_is_not_committed(item: Json) -> None:
    for step in item["jobs"]["deploy-production"]["steps"]:
        if "git add" in step.get("run", ""):
            step["run"] = step["run"].replace("git add environments dist docs/systems argocd\n", "")


@breakage(f"{ARGO}/shared/applications/AppProject-factory-ai.yaml")
def project_permits_another_repository(item: Json) -> None:
    item["spec"]["sourceRepos"] = ["https://github.com/factory-a1/platform"]


# Room


@breakage(f"{P}/foundation/production/ResourceQuota-production-quota.yaml")
def quota_lets_one_pod_in(item: Json) -> None:
    item["spec"]["hard"]["pods"] = "1"


@breakage(f"{S}/{CLUSTER}/Nodegroup-app.yaml")
def pool_ends_too_early(item: Json) -> None:
    item["spec"]["scalingConfig"]["maxSize"] = item["spec"]["scalingConfig"]["minSize"] = 1


@breakage(f"{S}/{CLUSTER}/Nodegroup-db.yaml")
def databases_stand_in_one_zone(item: Json) -> None:
    item["spec"]["subnetRefs"] = item["spec"]["subnetRefs"][:1]


@breakage(service("intent-router", "PodDisruptionBudget"))
def budget_keeps_nobody(item: Json) -> None:
    item["spec"].pop("maxUnavailable", None)
    item["spec"]["minAvailable"] = 0


@breakage(service("judgment-service", "HorizontalPodAutoscaler", "-hpa"))
def autoscaler_counts_others(item: Json) -> None:
    item["spec"]["scaleTargetRef"]["name"] = "judgment"


# Measures and alerts


@breakage(f"{ARGO}/shared/applications/Application-prometheus-adapter-shared.yaml")
def metric_is_computed_from_a_series_nobody_exposes(item: Json) -> None:
    for rule in item["spec"]["source"]["helm"]["valuesObject"]["rules"]["custom"]:
        rule["seriesQuery"] = rule["seriesQuery"].replace("intent_classification", "intents")


@breakage(service("orchestrator", "ServiceMonitor"))
def monitor_asks_a_port_that_is_not(item: Json) -> None:
    item["spec"]["endpoints"][0]["port"] = "metrics"


@breakage(service("judgment-service", "NetworkPolicy"))
def prometheus_is_kept_out(item: Json) -> None:
    for rule in item["spec"]["ingress"]:
        rule["from"] = [peer for peer in rule["from"] if "prometheus" not in str(peer)]


@breakage(f"{S}/secrets/monitoring/ExternalSecret-alert-receivers.yaml")
def receiver_s_key_is_not_drawn(item: Json) -> None:
    item["spec"]["data"] = [one for one in item["spec"]["data"] if "pagerduty" not in one["remoteRef"]["key"]]


@breakage(f"{ARGO}/shared/applications/Application-kube-prometheus-stack-shared.yaml")
def alerts_go_by_another_configuration(item: Json) -> None:
    values = item["spec"]["source"]["helm"]["valuesObject"]
    values["alertmanager"]["alertmanagerSpec"]["alertmanagerConfiguration"]["name"] = "default"


# Backups


@breakage(DUMP)
def dump_is_suspended(item: Json) -> None:
    item["spec"]["suspend"] = True


@breakage(f"{P}/postgresql/production/NetworkPolicy-postgresql.yaml")
def dump_is_kept_out_of_the_database(item: Json) -> None:
    for rule in item["spec"]["ingress"]:
        rule["from"] = [peer for peer in rule["from"] if "postgres-backup" not in str(peer)]


@breakage(TEST)
def restore_test_ends_before_it_begins(item: Json) -> None:
    containers = item["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    containers[0]["command"][2] = "exit 0\n" + containers[0]["command"][2]


@breakage(f"{P}/postgresql/production/ObjectStore-postgresql.yaml")
def log_goes_to_another_bucket(item: Json) -> None:
    item["spec"]["configuration"]["destinationPath"] = "s3://factory-ai-backup/postgres/wal/"


@breakage(f"{P}/{CLOUD}/Bucket.s3.services.k8s.aws-factory-ai-backups.yaml")
def dumps_are_removed_after_a_day(item: Json) -> None:
    for rule in item["spec"]["lifecycle"]["rules"]:
        if "expiration" in rule:
            rule["expiration"]["days"] = 1


# The other region


@breakage(f"{D}/intent-router/production/Deployment-intent-router.yaml")
def standby_takes_images_from_the_lost_region(item: Json) -> None:
    container = item["spec"]["template"]["spec"]["containers"][0]
    container["image"] = container["image"].replace("us-west-2", "us-east-1")


@breakage(f"{S}/{NETWORK}/SecurityGroup-replication.yaml")
def follower_s_subnets_are_kept_out(item: Json) -> None:
    item["spec"]["ingressRules"] = [rule for rule in item["spec"]["ingressRules"] if rule.get("fromPort") != 5432]


@breakage(f"{D}/postgresql/production/NetworkPolicy-postgresql.yaml")
def follower_does_not_get_out(item: Json) -> None:
    item["spec"]["egress"] = [
        rule
        for rule in item["spec"]["egress"]
        if not (any(port.get("port") == 5432 for port in rule["ports"]) and "ipBlock" in str(rule))
    ]


@breakage(f"{D}/postgresql/production/ExternalSecret-postgresql-primary-client.yaml")
def follower_s_certificate_has_other_keys(item: Json) -> None:
    item["spec"]["data"][0]["secretKey"] = "cert.pem"


@breakage(FOLLOWER)
def follower_asks_another_host(item: Json) -> None:
    item["spec"]["externalClusters"][0]["connectionParameters"]["host"] = "postgresql.production.factory-ai.com"


@breakage(FOLLOWER)
def follower_leads_itself(item: Json) -> None:
    item["spec"]["replica"]["primary"] = "postgresql-dr"


class Broken(Tree):
    """The tree of the system with one object or file changed."""

    def __init__(self, inventory: Inventory, grounds: Grounds, edit: Breakage) -> None:
        old = next((item for item in inventory if item.path == edit.file), None)
        self._edit, self._old, self._from = edit, old, grounds
        self._new = _changed(old, edit.change) if old is not None and edit.change is not None else None
        objects = [self._new if item is old else item for item in inventory if item is not old or self._new]
        super().__init__(inventory.root, SYSTEM, [item for item in objects if item is not None])
        self._known: dict[str, Ground | None] = {}

    def ground(self, environment: str) -> Ground | None:
        if environment not in self._known:
            whole = self._from.of(SYSTEM, environment)
            assert whole is not None
            self._known[environment] = whole.replacing(self._old, self._new) if self._old is not None else whole
        return self._known[environment]

    def file(self, path: str) -> Document | None:
        found = super().file(path)
        if path != self._edit.file or found is None or self._edit.change is None:
            return found
        content = copy.deepcopy(dict(parse_marked_yaml(found.text, path).data))
        self._edit.change(content)
        assert content != parse_marked_yaml(found.text, path).data, f"{self._edit.name} changes nothing"
        return Document(path, path, content, json.dumps(content))


def _changed(item: Object, change: Change) -> Object:
    document = copy.deepcopy(dict(item.document))
    change(document)
    assert document != item.document, f"{change.__name__} changes nothing"
    return replace(item, document=document)


@pytest.fixture(scope="module")
def whole(repository: Path) -> tuple[Inventory, Grounds, LoadedCatalogue]:
    inventory, context = read(repository)
    grounds = Grounds(lambda: inventory, lambda: context)
    path = repository / "environments" / SYSTEM / "requirements.yaml"
    return inventory, grounds, load_catalogue(repository, path)


def noticing(loaded: LoadedCatalogue, tree: Tree) -> Iterator[str]:
    """Items that do not hold, the first ones first."""
    for item in loaded.catalogue.requirements:
        shown = (one.failures for evidence in item.evidence for one in show(evidence, tree, loaded.environments))
        answers = (one.failure for relations in item.relations for one in hold(relations, tree, loaded.environments))
        if any(shown) or any(answers):
            yield item.id


def test_there_are_enough_of_them() -> None:
    assert len(BREAKAGES) >= 45
    assert len({one.name for one in BREAKAGES}) == len(BREAKAGES)


@pytest.mark.slow
def test_breakages_turn_a_requirement_red(whole: tuple[Inventory, Grounds, LoadedCatalogue]) -> None:
    inventory, grounds, loaded = whole

    unnoticed = {one.name for one in BREAKAGES if next(noticing(loaded, Broken(inventory, grounds, one)), None) is None}

    assert unnoticed == UNNOTICED
    assert len(BREAKAGES) - len(unnoticed) >= max(LEAST, 0.9 * len(BREAKAGES))
