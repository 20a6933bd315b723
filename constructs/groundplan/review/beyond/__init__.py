"""What a change does beyond its objects: pods that restart, sizes, charts, requirements, stages that were left out."""
