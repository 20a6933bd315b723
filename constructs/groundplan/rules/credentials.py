"""Secrets that were typed where they must not be: found by name or by shape, never repeated in a message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.model.environment import Environment
from groundplan.yaml.marked import YamlPath

ADVICE = "keep the value in the secret store and write `secrets: {<VARIABLE>: <secret>/<key>}`"

_SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"  # AWS access keys
    r"|\bgh[pousr]_[0-9A-Za-z]{20,}|\bgithub_pat_[0-9A-Za-z_]{20,}|\bglpat-[0-9A-Za-z_-]{16,}"
    r"|\bxox[abeoprs]-[0-9A-Za-z-]{10,}|hooks\.slack\.com/services/[0-9A-Za-z/]{10,}"
    r"|\bsk-[0-9A-Za-z_-]{20,}|\b[rs]k_live_[0-9A-Za-z]{16,}"  # OpenAI, Anthropic, Stripe
    r"|\bAIza[0-9A-Za-z_-]{30,}|\bya29\.[0-9A-Za-z_-]{20,}"  # Google
    r"|\bhf_[0-9A-Za-z]{20,}|\bnpm_[0-9A-Za-z]{30,}|\bpypi-[0-9A-Za-z_-]{30,}|\bSG\.[0-9A-Za-z_-]{16,}\."
    r"|\beyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\."  # JSON web tokens
    r"|\bAccountKey=[0-9A-Za-z+/=]{20,}"  # Azure connection strings
    r"|://[^/\s:@{}$]+:[^/\s@{}$]+@"  # a password in a URL; ${VARIABLES} are fine
)
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIALS?|API_?KEY|KEY|TOKEN)$", re.IGNORECASE
)
_HARMLESS = re.compile(r"^$|^(?:true|false)$|^(?:/[\w.-]+)+$|^\$\([A-Za-z_]\w*\)$", re.IGNORECASE)
_FIGURE = re.compile(r"^[0-9.]{1,6}$")

_CIPHERTEXT = "sealed_values"
"""Key of the one mapping whose values are encrypted on purpose."""


def is_credential(text: str) -> bool:
    """Whether `text` has the shape of a well-known kind of credential."""
    return _SHAPES.search(text) is not None


def plaintext_secrets(environment: Environment) -> Iterator[tuple[YamlPath, str, str, str]]:
    """Every value that is, or is named like, a credential. An identity is proven elsewhere; here only names may stand."""
    for name, service in environment.services.items():
        for chapter, values in (("env", service.env), ("config", service.config)):
            for variable, value in values.items():
                if _is_named_like_a_secret(variable, value):
                    what = "is named like a secret and has a plain value"
                    yield ("services", name, chapter, variable), "plaintext-secret", what, ADVICE
    for path, text in _texts(environment.model_dump(by_alias=True), ()):
        if is_credential(text):
            yield path, "plaintext-credential", "holds what looks like a credential", ADVICE


def _is_named_like_a_secret(variable: str, value: str) -> bool:
    """A path, a truth value or a reference is no secret, and `MAX_TOKEN: 4096` is a figure."""
    if not _SECRET_NAME.search(variable) or _HARMLESS.match(value):
        return False
    return not (variable.upper().endswith(("KEY", "TOKEN")) and _FIGURE.match(value))


def _texts(value: Any, path: YamlPath) -> Iterator[tuple[YamlPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key != _CIPHERTEXT:
                yield from _texts(item, (*path, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
