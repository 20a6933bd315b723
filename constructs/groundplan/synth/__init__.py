"""From environments to files: the only code that writes `dist/`, `argocd/` and `docs/systems/`."""
