"""Rules about pods: what a container may do to its node, and what it must say about itself."""

from __future__ import annotations

from groundplan.kubernetes.accounts import LENT
from groundplan.policies.rule import LONG_RUNNING, POD, POD_VARIABLES, PODS, WORKLOADS, Rule


def _containers(condition: str, *, which: str = "variables.containers") -> str:
    """CEL for the names of the containers `c` for which `condition` holds."""
    return f"{which}.filter(c, {condition}).map(c, c.name)"


def _either(field: str, good: str) -> str:
    """CEL: the container's own setting is `good`, or it has none and the pod's is."""
    own = f"has(c.securityContext) && has(c.securityContext.{field})"
    pod = f"has(variables.pod.securityContext) && has(variables.pod.securityContext.{field})"
    of_container, of_pod = (
        good.format(f"c.securityContext.{field}"),
        good.format(f"variables.pod.securityContext.{field}"),
    )
    return f"({own} ? {of_container} : {pod} && {of_pod})"


_CONTEXT = "has(c.securityContext) && has(c.securityContext.{0})"

_SECURITY = (
    Rule(
        name="no-privileged-container",
        title="no container is privileged",
        why="A privileged container is root on its node, and so on everything that runs there.",
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders=_containers(f"{_CONTEXT.format('privileged')} && c.securityContext.privileged"),
        advice="remove securityContext.privileged",
    ),
    Rule(
        name="no-host-namespace",
        title="no pod shares the network, processes or memory of its node",
        why="On the node's network every policy is void, and its processes can be watched and killed.",
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders=(
            "(has(variables.pod.hostNetwork) && variables.pod.hostNetwork ? ['hostNetwork'] : [])"
            " + (has(variables.pod.hostPID) && variables.pod.hostPID ? ['hostPID'] : [])"
            " + (has(variables.pod.hostIPC) && variables.pod.hostIPC ? ['hostIPC'] : [])"
        ),
        advice="remove it",
    ),
    Rule(
        name="no-host-path",
        title="no pod mounts the disk of its node",
        why="What is written there outlives the pod and can take over the node.",
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders="(has(variables.pod.volumes) ? variables.pod.volumes : []).filter(v, has(v.hostPath)).map(v, v.name)",
        advice="use emptyDir or a PersistentVolumeClaim",
    ),
    Rule(
        name="no-host-port",
        title="no container takes a port of its node",
        why="Two such pods cannot share a node, and the port is open around every network policy.",
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders=_containers("has(c.ports) && c.ports.exists(p, has(p.hostPort) && p.hostPort != 0)"),
        advice="use a Service",
    ),
    Rule(
        name="run-as-non-root",
        title="no container runs as root",
        why="Root in a container is one kernel bug away from root on the node.",
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders=_containers(
            f"!{_either('runAsNonRoot', '{}')} || ({_CONTEXT.format('runAsUser')} && c.securityContext.runAsUser == 0)"
        ),
        advice="write securityContext.runAsNonRoot: true and a runAsUser above 0",
    ),
    Rule(
        name="read-only-root",
        title="no container writes to its image",
        why="An intruder who cannot write cannot install tools, and a restart always starts from the same files.",
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders=_containers(
            f"!({_CONTEXT.format('readOnlyRootFilesystem')} && c.securityContext.readOnlyRootFilesystem)"
        ),
        advice="write securityContext.readOnlyRootFilesystem: true and mount an emptyDir where it must write",
    ),
    Rule(
        name="drop-all-capabilities",
        title="every container gives up all capabilities",
        why="Capabilities are root in slices; NET_BIND_SERVICE is the one that does no harm.",
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders=_containers(
            "!(has(c.securityContext) && has(c.securityContext.capabilities) && has(c.securityContext.capabilities.drop)"
            " && 'ALL' in c.securityContext.capabilities.drop"
            " && (!has(c.securityContext.capabilities.add)"
            " || c.securityContext.capabilities.add.all(a, a == 'NET_BIND_SERVICE')))"
        ),
        advice="write securityContext.capabilities.drop: [ALL] and add at most NET_BIND_SERVICE",
    ),
    Rule(
        name="seccomp-profile",
        title="every container runs under a seccomp profile",
        why="Without one every system call of the kernel is open to the process.",
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders=_containers("!" + _either("seccompProfile", "({0}.type in ['RuntimeDefault', 'Localhost'])")),
        advice="write securityContext.seccompProfile.type: RuntimeDefault",
    ),
    Rule(
        name="no-privilege-escalation",
        title="no process gains rights it did not start with",
        why="A setuid file in the image would undo running as another user.",
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders=_containers(
            f"!({_CONTEXT.format('allowPrivilegeEscalation')} && !c.securityContext.allowPrivilegeEscalation)"
        ),
        advice="write securityContext.allowPrivilegeEscalation: false",
    ),
    Rule(
        name="own-service-account",
        title="every pod has a service account of its own",
        why=(
            "What is granted to `default` is granted to everything in the namespace, and the account that a SecretStore"
            " reads with holds the vault."
        ),
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders=(
            "has(variables.pod.serviceAccountName) && !(variables.pod.serviceAccountName in"
            f" ['', 'default', '{LENT}'])"
            " ? [] : ['serviceAccountName']"
        ),
        advice="write a serviceAccountName of its own",
    ),
    Rule(
        name="explicit-token",
        title="every workload says whether it talks to the Kubernetes API",
        why=(
            "A token is mounted into every pod that does not say no, and most need none. What an operator makes is the"
            " operator's choice: CloudNativePG's Jobs, without which there is no database, need theirs and do not say so."
        ),
        kinds=WORKLOADS,
        variables=POD_VARIABLES,
        offenders=(
            "has(object.metadata.ownerReferences) || has(variables.pod.automountServiceAccountToken)"
            " ? [] : ['automountServiceAccountToken']"
        ),
        advice="write automountServiceAccountToken: false, or true where the API is used",
    ),
)

_SECRET_NAME = "(?i)(PASSWORD|PASSWD|SECRET|SECRET_?KEY|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)$"
_DIRECTORY = "^[A-Za-z0-9][-_A-Za-z0-9]*$"
"""Name of a directory that is neither empty, which would be all of them, nor leads elsewhere."""

_PATH = "^(/[a-z.-]+)+$"
"""A file's place says where a secret is mounted, and is none; neither digits nor capitals, so that no random text is one."""

_OPERATION = (
    Rule(
        name="requests-and-limits",
        title="every container states requests and limits of CPU and memory",
        why="The scheduler cannot place what does not say its size, and one leak takes down the node.",
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders=_containers(
            "!(has(c.resources) && has(c.resources.requests) && has(c.resources.limits)"
            " && has(c.resources.requests.cpu) && has(c.resources.requests.memory)"
            " && has(c.resources.limits.cpu) && has(c.resources.limits.memory))"
        ),
        advice="write resources.requests and resources.limits with cpu and memory",
    ),
    Rule(
        name="probes",
        title="every container that serves a port has a readiness and a liveness probe",
        why="Without the first it gets traffic before it is up, without the second it stays when it hangs.",
        kinds=LONG_RUNNING,
        variables=POD_VARIABLES,
        offenders=_containers(
            "has(c.ports) && size(c.ports) > 0 && !(has(c.readinessProbe) && has(c.livenessProbe))",
            which="variables.pod.containers",
        ),
        advice="write readinessProbe and livenessProbe",
    ),
    Rule(
        name="pinned-image",
        title="every image is pinned by tag or digest",
        why="What `latest` is today is another program tomorrow, and a rollback brings it back.",
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders=(
            "variables.containers.filter(c, !(has(c.image) && (c.image.contains('@sha256:')"
            " || (c.image.matches('^.*:[^/:]+$') && !c.image.endsWith(':latest')))))"
            ".map(c, has(c.image) ? c.image : c.name)"
        ),
        advice="write name:tag or name@sha256:<digest>",
    ),
    Rule(
        name="allowed-registry",
        title="every image comes from an allowed registry",
        why="Anybody can publish an image under any name; only these registries are scanned and signed.",
        kinds=PODS,
        variables={
            **POD_VARIABLES,
            "images": (
                "variables.containers.filter(c, has(c.image)).map(c, c.image.matches('^[^/]+[.:][^/]*/') ? c.image"
                " : c.image.contains('/') ? 'docker.io/' + c.image : 'docker.io/library/' + c.image)"
            ),
        },
        parameters={
            "registries": {
                "type": "array",
                "description": "Registry hosts with an optional path, each ending in /",
                "items": {"type": "string"},
            }
        },
        offenders="variables.images.filter(i, !variables.params.registries.exists(r, i.startsWith(r)))",
        advice="mirror it into an allowed registry, or add the registry to policy.registries",
    ),
    Rule(
        name="listed-image",
        title="a Job runs an image of its list",
        why="Whoever may start Jobs could run anything with the Jobs' credentials and files.",
        kinds=(("batch", "Job"), POD),
        variables={
            **POD_VARIABLES,
            "lists": "variables.params.images.filter(l, has(object.metadata.namespace) && l.namespace == object.metadata.namespace)",
        },
        parameters={
            "images": {
                "type": "array",
                "description": "Namespaces of Jobs, and the only images that run there",
                "items": {
                    "type": "object",
                    "properties": {
                        "namespace": {"type": "string"},
                        "images": {"type": "array", "items": {"type": "string"}},
                    },
                },
            }
        },
        offenders=(
            "size(variables.lists) == 0 ? [] : "
            + _containers("!has(c.image) || !variables.lists.exists(l, l.images.exists(i, i == c.image))")
        ),
        advice="choose an image of jobs.<name>.images, or add it there",
    ),
    Rule(
        name="own-directory",
        title="a Job sees its own directory of a store that others write to as well",
        why="What runs in one Job would read and change what belongs to every other.",
        kinds=(("batch", "Job"), POD),
        variables={
            **POD_VARIABLES,
            "claims": "variables.params.directories.filter(d, has(object.metadata.namespace) && d.namespace == object.metadata.namespace).map(d, d.claim)",
            "volumes": (
                "has(variables.pod.volumes) ? variables.pod.volumes.filter(v, has(v.persistentVolumeClaim)"
                " && v.persistentVolumeClaim.claimName in variables.claims).map(v, v.name) : []"
            ),
        },
        parameters={
            "directories": {
                "type": "array",
                "description": "Namespaces of Jobs, and claims of which each sees one directory",
                "items": {
                    "type": "object",
                    "properties": {"namespace": {"type": "string"}, "claim": {"type": "string"}},
                },
            }
        },
        offenders=_containers(
            "has(c.volumeMounts) && c.volumeMounts.exists(m, m.name in variables.volumes && !(has(m.subPathExpr)"
            " && has(c.env) && c.env.exists(e, m.subPathExpr == '$(' + e.name + ')' && has(e.value)"
            f" && e.value.matches('{_DIRECTORY}'))))"
        ),
        advice="set the variable that subPathExpr names to the one directory, which has neither slash nor dot",
    ),
    Rule(
        name="no-literal-secret",
        title="no variable with a secret name has its value in the manifest",
        why="Whoever can read Git or describe a pod would know it.",
        kinds=PODS,
        variables=POD_VARIABLES,
        offenders=(
            "variables.containers.filter(c, has(c.env) && c.env.exists(e, has(e.value) && e.value != ''"
            f" && e.name.matches('{_SECRET_NAME}') && !e.value.matches('{_PATH}'))).map(c, c.name)"
        ),
        advice="use valueFrom.secretKeyRef",
    ),
)

POD_RULES: tuple[Rule, ...] = (*_SECURITY, *_OPERATION)
"""Every rule about pods."""
