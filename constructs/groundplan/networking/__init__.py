"""Networking: who may talk to whom, and how requests come in."""
