"""What Azure would refuse later is refused at its line."""

from __future__ import annotations

import pytest
from tests.support.azure_rendering import azure

from groundplan.errors import EnvironmentFileError


def test_refuses_a_folder_in_a_key_vault() -> None:
    store = """
secrets:
  entries: {token: {keys: {value: shop/token}}}
"""
    with pytest.raises(EnvironmentFileError, match="`shop/token` is not a name in Azure Key Vault; use letters"):
        azure(store)


def test_refuses_to_read_a_vault_nobody_describes() -> None:
    overlay = "platform: {azure: {foreign_vault: null}}\nsecrets: {entries: {a: {keys: {b: c}}}}"

    with pytest.raises(EnvironmentFileError, match=r"has keys of a vault, and platform\.azure describes none; write"):
        azure(overlay)
