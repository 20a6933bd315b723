"""Shared files as a file share of an Azure storage account."""
