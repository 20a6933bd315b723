"""Google Cloud: its resources are objects of Config Connector.

See https://cloud.google.com/config-connector/docs/overview .
"""
