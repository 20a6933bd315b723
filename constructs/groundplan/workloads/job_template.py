"""Everything that lets a service start Jobs: a template for it, and a namespace that holds them in bounds.

The service reads the template from a file, fills in image and variables, and creates the Job. What a Job may be is not
left to the service: quota, admission, network policy and a ServiceAccount without rights bound whatever it asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.rbac import binding, role
from groundplan.kubernetes.stored import stored_quantity
from groundplan.model.jobs import StartedJob
from groundplan.model.values import quantity, whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.pods import Taints
from groundplan.workloads.job_pod import JobPodProps, files_name, job_pod_spec
from groundplan.yaml.text import to_yaml

TEMPLATES = "/etc/jobs"
"""Directory in the starting service with a folder for each kind of Job."""

RIGHTS: list[Json] = [
    {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["create", "delete", "get", "list", "watch"]},
    {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list", "watch"]},
]
"""What it takes to start a Job, follow its log and clear it away."""


STAYS = {"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}
"""A node is not removed while a Job runs on it: what it has done would be lost, and nobody begins it again.

See https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md .
"""


def template_name(job: str) -> str:
    """Name of the ConfigMap with the template, in the starting service's namespace."""
    return f"{job}-job-template"


@dataclass(frozen=True, kw_only=True, slots=True)
class JobTemplateProps:
    """A kind of Job as it is written, and what its environment makes of it."""

    job: StartedJob
    """What is written of it."""

    system: str
    """Name of the system."""

    priorities: str = ""
    """Prefix of the priority classes of its pods. Default the system's name."""

    images: Mapping[str, str]
    """Name to image, with the registry it is pulled from; the template has the first."""

    starter: str
    """ServiceAccount of the service that starts it."""

    taints: Taints = field(default_factory=dict)
    """Taints of the nodes by pool, the one it names among them. Default none."""

    egress: Sequence[Json] = ()
    """Rules that let it out, name resolution among them. Default none: it talks to nobody."""


class JobTemplate(Part):
    """One kind of Job.

    Emits the template and, in the Jobs' namespace, ServiceAccount, Role, RoleBinding, ResourceQuota, NetworkPolicy and
    the ConfigMap with the Jobs' files.
    """

    def __init__(self, scope: Component | Part, id_: str, props: JobTemplateProps) -> None:
        super().__init__(scope, id_)
        self.name = id_
        self.props, self.job = props, props.job
        self._add_template()
        self._add_service_account()
        self._add_rights()
        self._add_quota()
        self._add_policy()
        if self.job.files:
            self._add_files()

    def _here(self, name: str) -> Json:
        return {"name": name, "namespace": self.job.namespace, "labels": selector_labels(self.name)}

    def _add_template(self) -> None:
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": template_name(self.name), "labels": selector_labels(self.job.started_by)},
                "data": {"images.yaml": to_yaml(dict(self.props.images)), "job.yaml": to_yaml(self.template())},
            }
        )

    def template(self) -> Json:
        """A Job as the API server takes it, with the first of the images."""
        labels = {
            **self.component.common_labels,
            **selector_labels(self.name),
            "app.kubernetes.io/name": self.name,
            "app.kubernetes.io/managed-by": self.job.started_by,
        }
        return {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"generateName": f"{self.name}-", "namespace": self.job.namespace, "labels": labels},
            "spec": {
                "backoffLimit": self.job.retries,
                "activeDeadlineSeconds": whole_seconds(self.job.timeout),
                "ttlSecondsAfterFinished": whole_seconds(self.job.keep),
                "template": {"metadata": {"labels": labels, "annotations": {**STAYS}}, "spec": self._pod_spec()},
            },
        }

    def _pod_spec(self) -> Json:
        image = next(iter(self.props.images.values()))
        return job_pod_spec(
            self.name,
            JobPodProps(
                job=self.job,
                system=self.props.system,
                priorities=self.props.priorities,
                image=image,
                taints=self.props.taints,
            ),
        )

    def _add_service_account(self) -> None:
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": self._here(self.name),
                "automountServiceAccountToken": False,
            }
        )

    def _add_rights(self) -> None:
        starter = self.props.starter
        name = f"{starter}-starts-{self.name}"
        self.emit(role(self._here(name), RIGHTS))
        self.emit(binding(self._here(name), name, account=starter, namespace=self.component.namespace_name))

    def _add_quota(self) -> None:
        """Counts Jobs, the finished ones too until they are cleared away, and bounds what all of them take together."""
        count, resources = self.job.at_once, self.job.resources
        hard = {"count/jobs.batch": str(count)}
        for side, amounts in (("requests", resources.requests), ("limits", resources.limits)):
            hard[f"{side}.cpu"] = stored_quantity(f"{int(quantity(amounts.cpu) * 1000) * count}m")
            hard[f"{side}.memory"] = stored_quantity(f"{int(quantity(amounts.memory) / 2**20) * count}Mi")
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ResourceQuota",
                "metadata": self._here(f"{self.name}-jobs"),
                "spec": {"hard": hard},
            }
        )

    def _add_policy(self) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": self._here(self.name),
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(self.name)},
                    "policyTypes": ["Ingress", "Egress"],
                    "egress": list(self.props.egress),
                },
            }
        )

    def _add_files(self) -> None:
        files = {key: file.text for key, file in self.job.placed_files(self.name).items()}
        metadata = self._here(files_name(self.name))
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": files})
