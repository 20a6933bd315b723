"""Work that the clock starts: CronJob, ServiceAccount, network policy and files of one job.

See https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.model.jobs import ScheduledJob
from groundplan.model.values import tag_of, whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.platform import PodIdentity
from groundplan.pods import with_identity
from groundplan.workloads.job_pod import JobPodProps, files_name, job_pod_spec

LONGEST_LABEL = 63


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockWorkProps:
    """A job on a schedule as it is written, and what its environment makes of it."""

    job: ScheduledJob
    """What is written of it."""

    pod: JobPodProps
    """What its pods run."""

    egress: Sequence[Json] = ()
    """Rules that let it out, name resolution among them. Default none: it talks to nobody."""

    identity: PodIdentity | None = None
    """Identity its pods take on, where the platform knows it by an id. Default none."""

    waits: bool = False
    """Whether nothing is started, as in a standby. Default false."""


class ClockWork(Part):
    """One job on a schedule, with everything that its pods need."""

    def __init__(self, scope: Component | Part, id_: str, props: ClockWorkProps) -> None:
        super().__init__(scope, id_)
        self.name = id_
        self.props, self.job = props, props.job
        self._add_service_account()
        self._add_files()
        self._add_cron_job()
        self._add_policy()

    def _metadata(self, name: str) -> Json:
        return {"name": name, "labels": selector_labels(self.name)}

    def _add_service_account(self) -> None:
        metadata = self._metadata(self.name)
        if self.props.identity is not None:
            metadata["annotations"] = dict(self.props.identity.annotations)
        self.emit(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata, "automountServiceAccountToken": False}
        )

    def _add_files(self) -> None:
        if self.job.files:
            metadata, files = (
                self._metadata(files_name(self.name)),
                {key: file.text for key, file in self.job.placed_files(self.name).items()},
            )
            self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": files})

    def _add_cron_job(self) -> None:
        schedule = self.job.schedule
        self.emit(
            {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "metadata": self._metadata(self.name),
                "spec": {
                    "schedule": schedule.at,
                    "timeZone": schedule.zone,
                    "suspend": self.props.waits,
                    "concurrencyPolicy": schedule.overlap.capitalize(),
                    "startingDeadlineSeconds": whole_seconds(schedule.deadline),
                    "successfulJobsHistoryLimit": schedule.succeeded,
                    "failedJobsHistoryLimit": schedule.failed,
                    "jobTemplate": {"metadata": {"labels": self._labels()}, "spec": self._job_spec()},
                },
            }
        )

    def _labels(self) -> Json:
        version = tag_of(self.job.image)[:LONGEST_LABEL].rstrip("._-")
        labels = {**workload_labels(self.name, version), "app.kubernetes.io/part-of": self.props.pod.system}
        return {**labels, **(self.props.identity.labels if self.props.identity is not None else {})}

    def _job_spec(self) -> Json:
        return {
            "backoffLimit": self.job.retries,
            "activeDeadlineSeconds": whole_seconds(self.job.timeout),
            "ttlSecondsAfterFinished": whole_seconds(self.job.keep),
            "template": {
                "metadata": {"labels": self._labels(), **_annotated(self.props.identity)},
                "spec": with_identity(job_pod_spec(self.name, self.props.pod), self.props.identity),
            },
        }

    def _add_policy(self) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": self._metadata(self.name),
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(self.name)},
                    "policyTypes": ["Ingress", "Egress"],
                    "egress": list(self.props.egress),
                },
            }
        )


def _annotated(identity: PodIdentity | None) -> Json:
    """What the files of an identity read of the pod."""
    return {"annotations": dict(identity.pod_annotations)} if identity is not None and identity.pod_annotations else {}
