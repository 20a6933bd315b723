"""A PostgreSQL store becomes a CloudNativePG database that survives a zone, and a region."""

from __future__ import annotations

import pytest
from rendering import WEST, Json, a_network, an_environment, rendered, schema_problems, the
from tests.support.azure_rendering import GUID, RESOURCES, SECRETS, azure

from groundplan.errors import ConstructError
from groundplan.model.environment import Environment

DATABASE = """
services:
  shop:
    image: shop:v1
    port: 8080
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
    calls: [orders]
secrets:
  entries: {login: {type: kubernetes.io/basic-auth, keys: {username: shop/user, password: shop/password}}}
data:
  orders:
    type: postgres
    version: 16
    database: shop
    owner: shop_app
    credentials: login
    dump: {bucket: shop-backups, schedule: 0 3 * * *}
    engine:
      cloudnative-pg:
        service: orders-primary
        storage: 100Gi
        wal_storage: 20Gi
        node_pool: db
        preferred_zone: us-east-1a
        resources: {requests: {cpu: 1, memory: 4Gi}, limits: {cpu: 2, memory: 8Gi}}
        archive: {bucket: shop-backups, keep: 14d}
"""


def pair(*, active: str = "false", database: str = DATABASE) -> tuple[Environment, Environment]:
    """A primary and its standby that know each other."""
    primary = an_environment(database, a_network(0), "recovery: {role: primary, peer: spare, rto: 4h, rpo: 30m}")
    standby = an_environment(
        database,
        a_network(1),
        WEST,
        "environment: spare\ndata: {orders: {engine: {cloudnative-pg: {preferred_zone: us-west-2a}}}}",
        f"recovery: {{role: standby, peer: live, active: {active}, rto: 4h, rpo: 30m}}",
    )
    return primary.with_neighbours({"spare": standby}), standby.with_neighbours({"live": primary})


def cluster(environment: Environment) -> Json:
    spec: Json = the(rendered(environment, "orders"), "Cluster")["spec"]
    return spec


def test_instances_stand_in_different_zones_on_the_pool_of_the_store() -> None:
    affinity = cluster(an_environment(DATABASE))["affinity"]

    assert affinity["topologyKey"] == "topology.kubernetes.io/zone"
    assert affinity["podAntiAffinityType"] == "required"
    assert affinity["nodeSelector"] == {"groundplan.dev/pool": "db"}
    assert affinity["tolerations"][0]["key"] == "dedicated"


def test_more_instances_than_zones_share_zones() -> None:
    three = an_environment(DATABASE, "data: {orders: {engine: {cloudnative-pg: {instances: 3}}}}")

    assert cluster(three)["affinity"]["podAntiAffinityType"] == "preferred"


def test_the_primary_prefers_its_zone_and_accepts_the_others() -> None:
    preference = cluster(an_environment(DATABASE))["affinity"]["nodeAffinity"]

    assert list(preference) == ["preferredDuringSchedulingIgnoredDuringExecution"]


def test_the_image_is_the_pinned_one_of_the_major_version() -> None:
    image = cluster(an_environment(DATABASE))["imageName"]

    assert image.startswith("ghcr.io/cloudnative-pg/postgresql:16.")
    assert "@sha256:" in image


def test_a_version_without_image_is_refused() -> None:
    with pytest.raises(ConstructError, match=r"no image of PostgreSQL 13; use 14, 15"):
        cluster(an_environment(DATABASE, "data: {orders: {version: 13, dump: null}}"))


def test_own_parameters_win_over_the_derived_ones() -> None:
    tuned = cluster(
        an_environment(DATABASE, "data: {orders: {engine: {cloudnative-pg: {parameters: {max_connections: 500}}}}}")
    )

    assert tuned["postgresql"]["parameters"]["max_connections"] == "500"
    assert tuned["postgresql"]["parameters"]["shared_buffers"] == "1024MB"
    assert tuned["postgresql"]["parameters"]["wal_level"] == "replica"
    assert tuned["postgresql"]["parameters"]["archive_timeout"] == "300"


def test_the_named_service_leads_to_the_primary() -> None:
    services = cluster(an_environment(DATABASE))["managed"]["services"]["additional"]

    assert [(item["selectorType"], item["serviceTemplate"]["metadata"]["name"]) for item in services] == [
        ("rw", "orders-primary")
    ]


def test_connections_without_tls_are_refused() -> None:
    assert cluster(an_environment(DATABASE))["postgresql"]["pg_hba"] == ["hostnossl all all all reject"]


def test_the_owner_is_created_with_the_credentials_and_there_is_no_superuser() -> None:
    spec = cluster(an_environment(DATABASE))

    assert spec["bootstrap"]["initdb"]["owner"] == "shop_app"
    assert spec["bootstrap"]["initdb"]["secret"] == {"name": "login"}
    assert spec["enableSuperuserAccess"] is False


def test_log_and_base_backups_go_to_the_bucket_by_pod_identity() -> None:
    documents = rendered(an_environment(DATABASE), "orders")

    store = the(documents, "ObjectStore")["spec"]
    assert store["configuration"]["destinationPath"] == "s3://shop-backups/postgres/wal/"
    assert store["configuration"]["s3Credentials"] == {"inheritFromIAMRole": True}
    assert store["retentionPolicy"] == "14d"
    assert the(documents, "Cluster")["spec"]["plugins"][0]["isWALArchiver"] is True
    assert the(documents, "ScheduledBackup")["spec"]["schedule"] == "0 30 1 * * *"


def test_a_rebuilt_database_archives_into_a_new_folder() -> None:
    rebuilt = cluster(
        an_environment(DATABASE, "data: {orders: {engine: {cloudnative-pg: {archive: {generation: 2}}}}}")
    )

    assert rebuilt["plugins"][0]["parameters"]["serverName"] == "orders-live-2"


def test_without_backup_nothing_is_archived() -> None:
    bare = an_environment(
        DATABASE, "stage: staging\ndata: {orders: {engine: {cloudnative-pg: {instances: 1, archive: null}}}}"
    )

    assert {item["kind"] for item in rendered(bare, "orders")} == {"Cluster", "PodMonitor", "NetworkPolicy"}
    assert "plugins" not in cluster(bare)
    assert cluster(bare)["enablePDB"] is False


def test_only_callers_and_the_dump_reach_the_database_port() -> None:
    policy = the(rendered(an_environment(DATABASE), "orders"), "NetworkPolicy")["spec"]

    users = policy["ingress"][0]["from"]
    assert [peer["podSelector"]["matchLabels"] for peer in users] == [{"app": "shop"}, {"app": "postgres-backup"}]


def test_instances_reach_the_api_server_the_bucket_and_their_credentials() -> None:
    policy = the(rendered(an_environment(DATABASE), "orders"), "NetworkPolicy")["spec"]

    reached = {peer["ipBlock"]["cidr"] for rule in policy["egress"] for peer in rule["to"] if "ipBlock" in peer}
    assert {"10.0.0.0/8", "0.0.0.0/0", "169.254.170.23/32"} <= reached


def test_a_standby_follows_the_peer_by_streaming_and_by_archive() -> None:
    _, standby = pair()

    spec = cluster(standby)

    assert spec["replica"] == {"self": "orders-spare", "primary": "orders-live", "source": "orders-live"}
    assert spec["bootstrap"]["pg_basebackup"]["source"] == "orders-live"
    source = spec["externalClusters"][0]
    assert source["connectionParameters"]["host"] == "orders-replication.live.shop.example"
    assert source["connectionParameters"]["sslmode"] == "verify-full"
    assert source["plugin"]["parameters"]["serverName"] == "orders-live"


BY_ARCHIVE = f"{DATABASE}        follow: archive\n"


def test_a_standby_that_follows_by_the_archive_needs_no_network_and_no_certificate() -> None:
    primary, standby = pair(database=BY_ARCHIVE)

    spec = cluster(standby)

    assert spec["replica"] == {"self": "orders-spare", "primary": "orders-live", "source": "orders-live"}
    assert spec["bootstrap"]["recovery"]["source"] == "orders-live"
    assert [sorted(entry) for entry in spec["externalClusters"]] == [["name", "plugin"]] * 2
    assert spec["externalClusters"][0]["plugin"]["parameters"]["serverName"] == "orders-live"
    services = cluster(primary)["managed"]["services"]["additional"]
    assert [one["serviceTemplate"]["spec"]["type"] for one in services] == ["ClusterIP"]
    assert "certificates" not in cluster(primary)
    for side in (primary, standby):
        kinds = {item["kind"] for item in rendered(side, "orders")}
        assert not kinds & {"PushSecret", "ExternalSecret", "SecretStore"}


def test_a_standby_that_follows_by_the_archive_is_promoted_by_the_same_switch() -> None:
    _, standby = pair(active="true", database=BY_ARCHIVE)

    assert cluster(standby)["replica"]["primary"] == "orders-spare"


def test_the_failover_switch_promotes_the_standby() -> None:
    _, standby = pair(active="true")

    assert cluster(standby)["replica"]["primary"] == "orders-spare"


def test_a_primary_serves_its_follower_through_an_internal_balancer_that_only_it_may_use() -> None:
    primary, _ = pair()

    spec = cluster(primary)

    service = spec["managed"]["services"]["additional"][1]["serviceTemplate"]
    assert service["spec"]["loadBalancerSourceRanges"] == ["10.1.21.0/24", "10.1.22.0/24"]
    annotations = service["metadata"]["annotations"]
    assert annotations["service.beta.kubernetes.io/aws-load-balancer-scheme"] == "internal"
    assert annotations["service.beta.kubernetes.io/aws-load-balancer-security-groups"] == "shop-replication"
    assert annotations["service.beta.kubernetes.io/aws-load-balancer-manage-backend-security-group-rules"] == "false"
    assert annotations["external-dns.alpha.kubernetes.io/hostname"] == "orders-replication.live.shop.example"
    assert spec["certificates"]["serverAltDNSNames"] == ["orders-replication.live.shop.example"]
    assert "replica" not in spec


def test_the_policy_lets_the_followers_subnets_in_and_the_balancer_ask_for_health() -> None:
    primary, _ = pair()

    rules = the(rendered(primary, "orders"), "NetworkPolicy")["spec"]["ingress"]

    by_blocks = {
        tuple(peer["ipBlock"]["cidr"] for peer in rule["from"]): [port["port"] for port in rule["ports"]]
        for rule in rules
        if "ipBlock" in rule["from"][0]
    }
    assert by_blocks == {("10.1.21.0/24", "10.1.22.0/24"): [5432], ("10.0.11.0/24", "10.0.12.0/24"): [8000]}


def test_certificates_are_pushed_where_the_follower_draws_them() -> None:
    primary, standby = pair()

    pushed = {
        entry["match"]["secretKey"]: entry["match"]["remoteRef"]["remoteKey"]
        for item in rendered(primary, "orders")
        if item["kind"] == "PushSecret"
        for entry in item["spec"]["data"]
    }
    drawn = the(rendered(standby, "orders"), "ExternalSecret", "orders-primary-client")
    assert pushed == {entry["secretKey"]: entry["remoteRef"]["key"] for entry in drawn["spec"]["data"]}
    store = the(rendered(primary, "orders"), "SecretStore")["spec"]["provider"]["aws"]
    assert store["region"] == "us-west-2"


def test_replication_without_a_vault_is_refused() -> None:
    primary, standby = pair()
    assert primary.secrets is not None
    vaultless = primary.model_copy(update={"secrets": None}).with_neighbours({"spare": standby})

    with pytest.raises(ConstructError, match="no vault to carry its certificates"):
        rendered(vaultless, "orders")


@pytest.mark.parametrize("side", [0, 1], ids=["primary", "standby"])
def test_every_custom_resource_is_valid(side: int) -> None:
    documents = rendered(pair()[side], "orders")

    problems = {
        f"{item['kind']} {item['metadata']['name']}": schema_problems(item)
        for item in documents
        if item["apiVersion"].partition("/")[0].endswith((".io", ".com")) and "k8s.io" not in item["apiVersion"]
    }

    assert {kind.split()[0] for kind in problems} >= {"Cluster", "ObjectStore", "ScheduledBackup", "PodMonitor"}
    assert not any(problems.values()), problems


ON_AZURE = f"""
{SECRETS}
platform:
  azure:
    storage: {{backup: {{containers: {{backups: 35d}}}}}}
ids: {{client.backups: {GUID}}}
data:
  orders:
    type: postgres
    version: 16
    database: shop
    owner: shop
    credentials: login
    engine: {{cloudnative-pg: {{storage: 100Gi, {RESOURCES}, archive: {{bucket: backups}}}}}}
"""


def test_on_azure_the_archive_is_a_container_entered_by_identity() -> None:
    configuration = the(rendered(azure(ON_AZURE), "orders"), "ObjectStore")["spec"]["configuration"]

    assert configuration["destinationPath"] == "https://stshoplivebackup.blob.core.windows.net/backups/postgres/wal/"
    assert configuration["azureCredentials"] == {"inheritFromAzureAD": True}
    assert "s3Credentials" not in configuration


def test_on_azure_the_instances_take_on_the_identity_of_backups() -> None:
    spec = cluster(azure(ON_AZURE))

    annotations = spec["serviceAccountTemplate"]["metadata"]["annotations"]
    assert annotations == {"azure.workload.identity/client-id": GUID}
    assert spec["inheritedMetadata"]["labels"]["azure.workload.identity/use"] == "true"


def test_on_azure_the_identity_trusts_the_account_of_the_instances() -> None:
    credentials = [item for item in rendered(azure(ON_AZURE), "cloud") if item["kind"] == "FederatedIdentityCredential"]

    assert "system:serviceaccount:web:orders" in {item["spec"]["subject"] for item in credentials}


def test_on_azure_nothing_asks_the_agent_of_aws() -> None:
    policy = the(rendered(azure(ON_AZURE), "orders"), "NetworkPolicy")

    assert "169.254.170.23" not in str(policy)


def test_on_azure_what_is_rendered_fits_the_schemas() -> None:
    documents = rendered(azure(ON_AZURE), "orders")

    for kind in ("ObjectStore", "Cluster"):
        assert schema_problems(the(documents, kind)) == []
