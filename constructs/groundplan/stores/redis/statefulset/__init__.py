"""Redis as a StatefulSet of one server, in the cluster."""
