"""Environment files: short typed YAML in, one frozen `Environment` out. Knows nothing of Kubernetes objects."""

from groundplan.loading.load import (
    Loaded,
    environment_names,
    load_environment,
    load_environments,
    select,
)
from groundplan.model.environment import Environment

__all__ = ["Environment", "Loaded", "environment_names", "load_environment", "load_environments", "select"]
