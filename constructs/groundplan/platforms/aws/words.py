"""Words of AWS' own APIs, for what renders them and for what reads them back."""

CONTROLLERS = frozenset(
    {
        "ack-acm",
        "ack-ec2",
        "ack-ecr",
        "ack-eks",
        "ack-iam",
        "ack-kms",
        "ack-route53",
        "ack-s3",
        "ack-secretsmanager",
    }
)
"""AWS' own controllers, by their name in the catalogue."""

TAINT_EFFECTS = {
    "NoSchedule": "NO_SCHEDULE",
    "PreferNoSchedule": "PREFER_NO_SCHEDULE",
    "NoExecute": "NO_EXECUTE",
}
"""What Kubernetes calls the effect of a taint, and what EKS calls it."""
