"""What a first day on Google Cloud needs beside Argo CD: the operator, its accounts, contexts, name servers.

See https://cloud.google.com/config-connector/docs/how-to/install-manually .
"""

from __future__ import annotations

from groundplan.facts.cloud_names import MANAGEMENT, management_namespace
from groundplan.facts.system import System
from groundplan.markdown import bullets, section, shell
from groundplan.model.environment import Environment
from groundplan.platforms.gcp.facts import owns_zone
from groundplan.platforms.gcp.site import settings_of, site_of
from groundplan.platforms.gcp.words import CONTEXT, ZONE

OPERATOR = "1.155.1"
"""Release of Config Connector, the newest when its kinds were recorded."""

ACCOUNT = "config-connector"
"""Service account that Config Connector acts as in each project, unless the chapter names another."""

ROLES = {
    "roles/artifactregistry.admin": "repositories of images",
    "roles/cloudkms.admin": "keys and who may use them",
    "roles/compute.admin": "networks, firewalls, addresses and balancers",
    "roles/container.admin": "clusters",
    "roles/dns.admin": "zones and records",
    "roles/iam.roleAdmin": "roles of our own",
    "roles/iam.securityAdmin": "who may do what",
    "roles/iam.serviceAccountAdmin": "accounts of nodes",
    "roles/iam.serviceAccountUser": "nodes that take such an account",
    "roles/iam.workloadIdentityPoolAdmin": "pools of workflows and of clusters made elsewhere",
    "roles/secretmanager.admin": "keys of the vault, without their values being needed",
    "roles/serviceusage.serviceUsageAdmin": "Google's services being switched on",
    "roles/storage.admin": "buckets",
}
"""Roles of Config Connector's account in a project, and what for."""


def management(system: System) -> list[str]:
    """The cluster that holds every cloud resource as an object, and the operator on it, where nobody describes it."""
    site = site_of(system.primary)
    return [
        section(
            "The cluster and its operator",
            "Config Connector proves who it is by the workload identity of GKE, so the cluster is one of GKE:",
            shell(
                f"gcloud container clusters create {MANAGEMENT} --project {site.project} --region {site.region} "
                f"--num-nodes 1 --enable-ip-alias --enable-private-nodes --workload-pool {site.project}.svc.id.goog "
                "--enable-dataplane-v2 --release-channel regular",
                f"gcloud container clusters get-credentials {MANAGEMENT} --project {site.project} --region {site.region} "
                "--dns-endpoint",
                f"kubectl config rename-context gke_{site.project}_{site.region}_{MANAGEMENT} {MANAGEMENT}",
            ),
            *_operator(),
            level=3,
        ),
        *projects(system),
    ]


def _operator() -> list[str]:
    """The operator comes as a bundle of Google's and installs the kinds itself; one object tells it how to work."""
    return [
        f"The operator is {OPERATOR} or newer; it brings every kind of `cnrm.cloud.google.com` by itself, and one object "
        "says that each namespace has an account of its own:",
        shell(
            "gcloud storage cp gs://configconnector-operator/latest/release-bundle.tar.gz release-bundle.tar.gz",
            "tar --extract --gzip --file release-bundle.tar.gz",
            f"kubectl --context {MANAGEMENT} apply --filename operator-system/configconnector-operator.yaml",
            f"kubectl --context {MANAGEMENT} apply --filename - <<'END'\n"
            "apiVersion: core.cnrm.cloud.google.com/v1beta1\n"
            "kind: ConfigConnector\n"
            "metadata: {name: configconnector.core.cnrm.cloud.google.com}\n"
            "spec: {mode: namespaced, stateIntoSpec: Absent}\n"
            "END",
        ),
    ]


def projects(system: System) -> list[str]:
    """The account of each project, what it may do there, and who of the management cluster takes it on."""
    lines: list[str] = []
    seen: set[str] = set()
    for item in system.environments:
        site, settings = site_of(item), settings_of(item)
        account = settings.controller or f"{ACCOUNT}@{site.project}.iam.gserviceaccount.com"
        if account not in seen:
            seen.add(account)
            lines += _account(account, site.project)
        lines.append(
            f"gcloud iam service-accounts add-iam-policy-binding {account} --project {site.project} "
            "--role roles/iam.workloadIdentityUser --member "
            f'"serviceAccount:$MANAGEMENT_PROJECT.svc.id.goog[cnrm-system/cnrm-controller-manager-{management_namespace(item)}]"'
        )
    return [
        section(
            "What the operator may do",
            "With the project of the management cluster as `MANAGEMENT_PROJECT`. The operator has an account in each project; "
            f"`{CONTEXT}` of an environment's namespace, which is rendered, says which it acts as:",
            shell(*lines),
            bullets(f"`{role}`: {purpose}" for role, purpose in ROLES.items()),
            level=3,
        )
    ]


def _account(account: str, project: str) -> list[str]:
    grant = f"gcloud projects add-iam-policy-binding {project} --condition None --member serviceAccount:{account}"
    return [
        f"gcloud services enable cloudresourcemanager.googleapis.com serviceusage.googleapis.com --project {project}",
        f"gcloud iam service-accounts create {account.partition('@')[0]} --project {project}",
        *(f"{grant} --role {role}" for role in ROLES),
    ]


def after_first_sync(system: System) -> list[str]:
    """Contexts of clusters, and the name servers that a registrar is told."""
    clusters = [item for item in system.clusters_in_order if settings_of(item).gke is not None]
    blocks = [shell(*(line for item in clusters for line in _credentials(item)))] if clusters else []
    zones = [item for item in system.environments if owns_zone(item)]
    if zones:
        dns = settings_of(zones[0]).dns
        blocks.append(
            section(
                "Public names",
                f"The registrar of `{dns.zone if dns is not None else ''}` is told these name servers once, and the key by "
                "which the zone is signed:",
                shell(
                    f"kubectl --context {MANAGEMENT} --namespace {management_namespace(zones[0])} get "
                    f"dnsmanagedzones.dns.cnrm.cloud.google.com {ZONE} --output 'jsonpath={{.status.nameServers}}'",
                    f"gcloud dns dns-keys list --project {site_of(zones[0]).project} --zone "
                    f"{dns.zone.replace('.', '-') if dns is not None else ''} --filter type=keySigning",
                ),
                level=3,
            )
        )
    return blocks


def _credentials(environment: Environment) -> list[str]:
    """The name of the API server opens to whoever IAM permits, from anywhere."""
    site, name = site_of(environment), environment.cluster.name
    return [
        f"gcloud container clusters get-credentials {name} --project {site.project} --region {site.region} --dns-endpoint",
        f"kubectl config rename-context gke_{site.project}_{site.region}_{name} {name}",
    ]
