"""The pod of one member: the server, what tends it, its exporter, and a sentinel where sentinels watch."""

from __future__ import annotations

from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.priorities import priority_class
from groundplan.parts import Json
from groundplan.pods import HOST_KEY, ZONE_KEY, container_resources, placement, scratch_volume
from groundplan.security.pod_security import container_security_context, pod_security_context
from groundplan.stores.redis.replicated.props import MemberSet, ReplicatedProps
from groundplan.stores.redis.replicated.words import (
    METRICS_PORT,
    SENTINEL_PORT,
    TLS,
    certificate,
    members_service,
    password,
)

USER = 999
"""User of the official image."""

STOP_SECONDS = 90
"""Handing over takes 30 at most, and writing what is left 10; the rest is to spare."""

SMALL: Json = {
    "requests": {"cpu": "50m", "memory": "64Mi"},
    "limits": {"cpu": "200m", "memory": "128Mi", "ephemeral-storage": "64Mi"},
}
"""What everything beside a server may take."""


def pod_spec(store: str, props: ReplicatedProps, members: MemberSet) -> Json:
    """The pods of one set: apart on nodes, and over zones where there are several, for their volumes stay where they are."""
    watched = props.quorum is not None
    env = _environment(store, props, members)
    sentinels = [_sentinel(store, props, env)] if watched else []
    return {
        "serviceAccountName": store,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": pod_security_context(USER),
        "terminationGracePeriodSeconds": STOP_SECONDS,
        "priorityClassName": priority_class(props.system, "high"),
        **placement(props.settings.node_pool, props.taints),
        "topologySpreadConstraints": _apart(store, props, members),
        "containers": [_server(store, props, env), *sentinels, _tender(props, env), _exporter(store, props)],
        "volumes": [
            {"name": "config", "configMap": {"name": f"{store}-config"}},
            {"name": "tls", "secret": {"secretName": certificate(store), "defaultMode": 0o440}},
            {"name": "run", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}},
            scratch_volume("tmp", "16Mi"),
        ],
    }


def _apart(store: str, props: ReplicatedProps, members: MemberSet) -> list[Json]:
    keys = [HOST_KEY, *([ZONE_KEY] if props.zones > 1 else [])]
    labels = {**selector_labels(store), **members.labels}
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchLabels": labels},
        }
        for key in keys
    ]


def _environment(store: str, props: ReplicatedProps, members: MemberSet) -> list[Json]:
    """What scripts of every container are told. A variable that another refers to stands before it."""
    domain = f"{members_service(store)}.{props.namespace}.svc.cluster.local"
    names = [f"{each.name}-{number}.{domain}" for each in props.sets for number in range(each.size)]
    watched: list[Json] = []
    if props.quorum is not None:
        watched = [
            {"name": "SENTINEL_PORT", "value": str(SENTINEL_PORT)},
            {"name": "QUORUM", "value": str(props.quorum)},
        ]
    return [
        {"name": "HOME", "value": "/tmp"},
        {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "HOST", "value": f"$(POD).{domain}"},
        {"name": "NAME", "value": store},
        {"name": "MEMBERS", "value": " ".join(names)},
        {"name": "PORT", "value": str(props.settings.port)},
        {"name": "TLS", "value": TLS},
        {"name": "REDISCLI_AUTH", "valueFrom": password(store, "operator")},
        *watched,
        *members.env,
    ]


def _users(store: str, props: ReplicatedProps, *names: str) -> list[Json]:
    login = props.settings.credentials
    return [
        {"name": "APP_USER", "valueFrom": {"secretKeyRef": {"name": login, "key": "username"}}},
        {"name": "APP_PASSWORD", "valueFrom": {"secretKeyRef": {"name": login, "key": "password"}}},
        *({"name": f"{name.upper()}_PASSWORD", "valueFrom": password(store, name)} for name in names),
    ]


def _run(name: str) -> list[str]:
    return ["/bin/sh", f"/etc/redis/{name}.sh"]


def _asks(port: int) -> Json:
    ask = f'. /etc/redis/ask.sh; test "$(ask localhost {port} ping)" = PONG'
    return {"exec": {"command": ["/bin/sh", "-c", ask]}, "periodSeconds": 10, "timeoutSeconds": 5}


def _mounts(*, data: bool) -> list[Json]:
    return [
        *([{"name": "data", "mountPath": "/data"}, {"name": "run", "mountPath": "/run/redis"}] if data else []),
        {"name": "config", "mountPath": "/etc/redis", "readOnly": True},
        {"name": "tls", "mountPath": TLS, "readOnly": True},
        {"name": "tmp", "mountPath": "/tmp"},
    ]


def _server(store: str, props: ReplicatedProps, env: list[Json]) -> Json:
    port = props.settings.port
    users = ("replica", "exporter", "backup", *(("sentinel",) if props.quorum is not None else ()))
    alive = _asks(port)
    return {
        "name": "redis",
        "image": props.image,
        "imagePullPolicy": "IfNotPresent",
        "command": _run("server"),
        "env": [*env, *_users(store, props, *users)],
        "ports": [{"name": "redis", "containerPort": port, "protocol": "TCP"}],
        "startupProbe": {**alive, "failureThreshold": 90},
        "livenessProbe": {**alive, "failureThreshold": 6},
        "readinessProbe": {**alive, "exec": {"command": _run("ready")}, "failureThreshold": 2},
        "lifecycle": {"preStop": {"exec": {"command": _run("stop")}}},
        "resources": container_resources(props.settings.resources),
        "securityContext": container_security_context(),
        "volumeMounts": _mounts(data=True),
    }


def _sentinel(store: str, props: ReplicatedProps, env: list[Json]) -> Json:
    alive = _asks(SENTINEL_PORT)
    return {
        "name": "sentinel",
        "image": props.image,
        "imagePullPolicy": "IfNotPresent",
        "command": _run("sentinel"),
        "env": [*env, *_users(store, props, "sentinel")],
        "ports": [{"name": "sentinel", "containerPort": SENTINEL_PORT, "protocol": "TCP"}],
        "startupProbe": {**alive, "failureThreshold": 30},
        "livenessProbe": {**alive, "failureThreshold": 3},
        "readinessProbe": {**alive, "failureThreshold": 2},
        "resources": SMALL,
        "securityContext": container_security_context(),
        "volumeMounts": _mounts(data=True),
    }


def _tender(props: ReplicatedProps, env: list[Json]) -> Json:
    """Lives while it goes its rounds."""
    rounds = ["/bin/sh", "-c", 'test -n "$(find /tmp/tended -mmin -5)"']
    tended: Json = {"exec": {"command": rounds}, "timeoutSeconds": 5}
    return {
        "name": "tender",
        "image": props.image,
        "imagePullPolicy": "IfNotPresent",
        "command": _run("tend"),
        "env": env,
        "livenessProbe": {**tended, "initialDelaySeconds": 60, "periodSeconds": 60},
        "readinessProbe": {**tended, "periodSeconds": 10},
        "resources": SMALL,
        "securityContext": container_security_context(),
        "volumeMounts": [*_mounts(data=False)],
    }


def _exporter(store: str, props: ReplicatedProps) -> Json:
    probe = {"httpGet": {"path": "/health", "port": METRICS_PORT}, "periodSeconds": 10, "timeoutSeconds": 5}
    return {
        "name": "exporter",
        "image": props.exporter_image,
        "imagePullPolicy": "IfNotPresent",
        "env": [
            {"name": "REDIS_ADDR", "value": f"rediss://localhost:{props.settings.port}"},
            {"name": "REDIS_USER", "value": "exporter"},
            {"name": "REDIS_PASSWORD", "valueFrom": password(store, "exporter")},
            {"name": "REDIS_EXPORTER_TLS_CA_CERT_FILE", "value": f"{TLS}/ca.crt"},
        ],
        "ports": [{"name": "metrics", "containerPort": METRICS_PORT, "protocol": "TCP"}],
        "livenessProbe": probe,
        "readinessProbe": probe,
        "resources": SMALL,
        "securityContext": container_security_context(),
        "volumeMounts": [{"name": "tls", "mountPath": TLS, "readOnly": True}],
    }
