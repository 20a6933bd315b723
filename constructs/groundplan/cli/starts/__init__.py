"""Texts with which people begin: a system, an environment, a service. A platform's own part lies in its folder."""
