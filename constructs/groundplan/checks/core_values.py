"""The values Kubernetes' own fields take, where the published schemas say only "string".

The API server checks these in code, so its schemas do not carry them. One table, by definition and field; a field
that holds a list has the values of its items.
See https://kubernetes.io/docs/reference/kubernetes-api/ .
"""

from __future__ import annotations

_CORE = "io.k8s.api.core.v1."
_APPS = "io.k8s.api.apps.v1."
_BATCH = "io.k8s.api.batch.v1."
_ADMISSION = "io.k8s.api.admissionregistration.v1."
_SCALING = "io.k8s.api.autoscaling.v2."
_META = "io.k8s.apimachinery.pkg.apis.meta.v1."

_PROTOCOL = ("TCP", "UDP", "SCTP")
_SET_OPERATOR = ("In", "NotIn", "Exists", "DoesNotExist")
_EFFECT = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_HONOR = ("Honor", "Ignore")
_PULL = ("Always", "IfNotPresent", "Never")
_LOG = ("File", "FallbackToLogsOnError")
_ACCESS = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
_VOLUME = ("Filesystem", "Block")
_PROFILE = ("RuntimeDefault", "Localhost", "Unconfined")
_TRAFFIC = ("Cluster", "Local")
_PREEMPT = ("PreemptLowerPriority", "Never")
_UPDATE = ("RollingUpdate", "OnDelete")
_KEEP = ("Retain", "Delete")
_WEBHOOK: dict[str, tuple[str, ...]] = {
    "failurePolicy": ("Ignore", "Fail"),
    "matchPolicy": ("Exact", "Equivalent"),
    "sideEffects": ("None", "NoneOnDryRun"),
}
_CONTAINER: dict[str, tuple[str, ...]] = {
    "imagePullPolicy": _PULL,
    "terminationMessagePolicy": _LOG,
    "restartPolicy": ("Always", "OnFailure", "Never"),
}

VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    f"{_CORE}Container": _CONTAINER,
    f"{_CORE}EphemeralContainer": _CONTAINER,
    f"{_CORE}ContainerPort": {"protocol": _PROTOCOL},
    f"{_CORE}ServicePort": {"protocol": _PROTOCOL},
    f"{_CORE}ServiceSpec": {
        "type": ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
        "sessionAffinity": ("None", "ClientIP"),
        "externalTrafficPolicy": _TRAFFIC,
        "internalTrafficPolicy": _TRAFFIC,
        "ipFamilyPolicy": ("SingleStack", "PreferDualStack", "RequireDualStack"),
        "ipFamilies": ("IPv4", "IPv6"),
    },
    f"{_CORE}PodSpec": {
        "restartPolicy": ("Always", "OnFailure", "Never"),
        "dnsPolicy": ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
        "preemptionPolicy": _PREEMPT,
    },
    f"{_CORE}PodOS": {"name": ("linux", "windows")},
    f"{_CORE}Taint": {"effect": _EFFECT},
    f"{_CORE}Toleration": {"effect": _EFFECT, "operator": ("Exists", "Equal")},
    f"{_CORE}TopologySpreadConstraint": {
        "whenUnsatisfiable": ("DoNotSchedule", "ScheduleAnyway"),
        "nodeAffinityPolicy": _HONOR,
        "nodeTaintsPolicy": _HONOR,
    },
    f"{_CORE}NodeSelectorRequirement": {"operator": (*_SET_OPERATOR, "Gt", "Lt")},
    f"{_META}LabelSelectorRequirement": {"operator": _SET_OPERATOR},
    f"{_CORE}ScopedResourceSelectorRequirement": {"operator": _SET_OPERATOR},
    f"{_CORE}ResourceQuotaSpec": {
        "scopes": (
            "Terminating",
            "NotTerminating",
            "BestEffort",
            "NotBestEffort",
            "PriorityClass",
            "CrossNamespacePodAffinity",
            "VolumeAttributesClass",
        )
    },
    f"{_CORE}LimitRangeItem": {"type": ("Container", "Pod", "PersistentVolumeClaim")},
    f"{_CORE}PersistentVolumeClaimSpec": {"accessModes": _ACCESS, "volumeMode": _VOLUME},
    f"{_CORE}PersistentVolumeSpec": {
        "accessModes": _ACCESS,
        "volumeMode": _VOLUME,
        "persistentVolumeReclaimPolicy": ("Retain", "Recycle", "Delete"),
    },
    f"{_CORE}HTTPGetAction": {"scheme": ("HTTP", "HTTPS")},
    f"{_CORE}HostPathVolumeSource": {
        "type": ("", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice")
    },
    f"{_CORE}VolumeMount": {"mountPropagation": ("None", "HostToContainer", "Bidirectional")},
    f"{_CORE}SeccompProfile": {"type": _PROFILE},
    f"{_CORE}AppArmorProfile": {"type": _PROFILE},
    f"{_CORE}PodSecurityContext": {"fsGroupChangePolicy": ("OnRootMismatch", "Always")},
    f"{_CORE}SecurityContext": {"procMount": ("Default", "Unmasked")},
    f"{_CORE}ContainerResizePolicy": {"restartPolicy": ("NotRequired", "RestartContainer")},
    f"{_APPS}DeploymentStrategy": {"type": ("RollingUpdate", "Recreate")},
    f"{_APPS}StatefulSetSpec": {"podManagementPolicy": ("OrderedReady", "Parallel")},
    f"{_APPS}StatefulSetUpdateStrategy": {"type": _UPDATE},
    f"{_APPS}DaemonSetUpdateStrategy": {"type": _UPDATE},
    f"{_APPS}StatefulSetPersistentVolumeClaimRetentionPolicy": {"whenDeleted": _KEEP, "whenScaled": _KEEP},
    f"{_BATCH}CronJobSpec": {"concurrencyPolicy": ("Allow", "Forbid", "Replace")},
    f"{_BATCH}JobSpec": {
        "completionMode": ("NonIndexed", "Indexed"),
        "podReplacementPolicy": ("TerminatingOrFailed", "Failed"),
    },
    f"{_BATCH}PodFailurePolicyRule": {"action": ("FailJob", "FailIndex", "Ignore", "Count")},
    f"{_BATCH}PodFailurePolicyOnExitCodesRequirement": {"operator": ("In", "NotIn")},
    "io.k8s.api.networking.v1.NetworkPolicySpec": {"policyTypes": ("Ingress", "Egress")},
    "io.k8s.api.networking.v1.NetworkPolicyPort": {"protocol": _PROTOCOL},
    "io.k8s.api.networking.v1.HTTPIngressPath": {"pathType": ("Exact", "Prefix", "ImplementationSpecific")},
    "io.k8s.api.policy.v1.PodDisruptionBudgetSpec": {"unhealthyPodEvictionPolicy": ("IfHealthyBudget", "AlwaysAllow")},
    f"{_SCALING}MetricSpec": {"type": ("Object", "Pods", "Resource", "ContainerResource", "External")},
    f"{_SCALING}MetricTarget": {"type": ("Utilization", "Value", "AverageValue")},
    f"{_SCALING}HPAScalingPolicy": {"type": ("Pods", "Percent")},
    f"{_SCALING}HPAScalingRules": {"selectPolicy": ("Max", "Min", "Disabled")},
    "io.k8s.api.storage.v1.StorageClass": {
        "reclaimPolicy": _KEEP,
        "volumeBindingMode": ("Immediate", "WaitForFirstConsumer"),
    },
    "io.k8s.api.scheduling.v1.PriorityClass": {"preemptionPolicy": _PREEMPT},
    "io.k8s.api.rbac.v1.RoleRef": {"kind": ("Role", "ClusterRole")},
    "io.k8s.api.rbac.v1.Subject": {"kind": ("User", "Group", "ServiceAccount")},
    f"{_ADMISSION}ValidatingWebhook": _WEBHOOK,
    f"{_ADMISSION}MutatingWebhook": {**_WEBHOOK, "reinvocationPolicy": ("Never", "IfNeeded")},
    f"{_ADMISSION}ValidatingAdmissionPolicySpec": {"failurePolicy": ("Ignore", "Fail")},
    f"{_ADMISSION}ValidatingAdmissionPolicyBindingSpec": {"validationActions": ("Deny", "Warn", "Audit")},
    f"{_ADMISSION}RuleWithOperations": {
        "operations": ("*", "CREATE", "UPDATE", "DELETE", "CONNECT"),
        "scope": ("*", "Cluster", "Namespaced"),
    },
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec": {
        "scope": ("Cluster", "Namespaced")
    },
}
"""Allowed values by definition and field."""

DROPPED: dict[str, dict[str, object]] = {
    "io.k8s.api.networking.v1.NetworkPolicySpec": {"ingress": [], "egress": []},
    "io.k8s.api.scheduling.v1.PriorityClass": {"globalDefault": False},
}
"""Values that the API server takes and does not store: without the field the object means the same."""
