"""Words of AWS' own APIs, for what renders them and for what reads them back."""

TAINT_EFFECTS = {
    "NoSchedule": "NO_SCHEDULE",
    "PreferNoSchedule": "PREFER_NO_SCHEDULE",
    "NoExecute": "NO_EXECUTE",
}
"""What Kubernetes calls the effect of a taint, and what EKS calls it."""
