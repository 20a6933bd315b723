"""Amazon Web Services by AWS Controllers for Kubernetes. See https://aws-controllers-k8s.github.io/docs/ ."""
