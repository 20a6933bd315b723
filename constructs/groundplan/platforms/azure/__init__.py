"""Azure, as Azure Service Operator resources of the management cluster.

See https://azure.github.io/azure-service-operator/ . Every resource is owned by the environment's resource group,
refers to others by object name, and keeps its Azure twin when the object goes where losing it would lose data.
"""
