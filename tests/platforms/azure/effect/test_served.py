"""A name that a gateway is asked by has a record, and is in the certificate that pages have people make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trees import a_context, an_environment, an_object, put, write

from groundplan.checks.credentials import run
from groundplan.checks.inventory import read_inventory

Json = dict[str, Any]
PAGE = """
| Name | Type | Value |
| --- | --- | --- |
| api.shop.com | CNAME | endpoint of `afd` |
| _dnsauth.api.shop.com | TXT | what Front Door asks for to prove the domain |
| origin-api.shop.com | A | address of `pip` |

```sh
az keyvault certificate create --vault-name kv --name wildcard --policy "$(jq '. += {"dnsNames": ["api.shop.com", "origin-api.shop.com"]}' wildcard.json)"
```
"""


def rented(kind: str, group: str, name: str, **spec: Any) -> Json:
    return an_object(kind, name, f"{group}.azure.com/v1", namespace="store-prod", spec={"azureName": name, **spec})


def tree() -> list[Json]:
    front = [{"name": "public", "publicIPAddress": {"reference": {"name": "pip"}}}]
    certificate = [{"name": "it", "keyVaultSecretId": "https://kv.vault.azure.net/secrets/wildcard"}]
    return [
        rented("ApplicationGateway", "network", "agw", frontendIPConfigurations=front, sslCertificates=certificate),
        rented("AfdOrigin", "cdn", "gateway", hostName="origin-api.shop.com", enforceCertificateNameCheck=True),
        rented("AfdCustomDomain", "cdn", "domain", hostName="api.shop.com"),
        an_object("Ingress", "web", "networking.k8s.io/v1", spec={"rules": [{"host": "api.shop.com"}]}),
    ]


def judge(root: Path, page: str = PAGE) -> list[str]:
    for document in tree():
        put(root, document, component=document["metadata"]["name"])
    write(root, "docs/systems/store/azure-steps.md", page)
    findings = run(read_inventory(root), a_context(root, an_environment())).findings
    return sorted(f"{finding.rule}: {finding.message}" for finding in findings)


def test_what_fits_is_fine(tmp_path: Path) -> None:
    assert judge(tmp_path) == []


def test_a_wildcard_of_the_zone_is_good_for_all(tmp_path: Path) -> None:
    assert judge(tmp_path, PAGE.replace('["api.shop.com", "origin-api.shop.com"]', '["*.shop.com"]')) == []


def test_a_certificate_that_front_door_would_refuse_is_found(tmp_path: Path) -> None:
    (found,) = judge(tmp_path, PAGE.replace(', "origin-api.shop.com"', ""))

    assert found.startswith(
        "credentials.names: is asked as `origin-api.shop.com`, and the certificate wildcard of kv is"
    )


def test_a_certificate_that_nobody_makes_is_found_at_every_name(tmp_path: Path) -> None:
    found = judge(tmp_path, PAGE.replace("--name wildcard", "--name other"))

    assert len(found) == 2
    assert all("made by no command of a page" in one for one in found)


def test_an_origin_without_a_record_is_found(tmp_path: Path) -> None:
    (found,) = judge(tmp_path, PAGE.replace("| origin-api.shop.com | A |", "| elsewhere.shop.com | A |"))

    assert found.startswith(
        "credentials.record: is asked as `origin-api.shop.com`, and no page has people make a record"
    )


def test_a_domain_that_nobody_proves_is_found(tmp_path: Path) -> None:
    (found,) = judge(tmp_path, PAGE.replace("_dnsauth.api", "_other.api"))

    assert found.startswith("credentials.record: is asked as `_dnsauth.api.shop.com`")
