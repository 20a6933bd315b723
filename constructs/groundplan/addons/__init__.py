"""Add-ons: the operators and controllers a cluster needs before anything of the team's own can run."""
