"""What workflows do on Azure: ages of secrets, access to stores, pairs of namespaces, registrations."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from systems import BASE, a_system

from groundplan.pipelines import workflow_files
from groundplan.pipelines.structure import problems

Json = dict[str, Any]
ZERO = "00000000-0000-0000-0000-000000000000"
AZURE: Json = {
    "subscription": ZERO,
    "tenant": ZERO,
    "region": "eu-west-1",
    "zones": [],
    "registry": "crstore.azurecr.io",
    "vault": {},
    "identities": {"web": {"azure_name": "store-web"}, "other": {}},
}
CHAPTERS: Json = {
    "platform": {"azure": AZURE},
    "services": {**BASE["services"], "web": {**BASE["services"]["web"], "identity": "web", "calls": ["db", "cache"]}},
    "data": {
        "db": {**BASE["data"]["db"], "engine": {"azure-flexible-server": {"storage": "32Gi"}}},
        "cache": {"type": "redis", "engine": {"azure-cache": {}}},
        "bus": {"type": "broker", "engine": {"azure-service-bus": {}}},
    },
    "pipelines": {
        "services": {"web": {"trigger": "tag"}},
        "rotation": "0 1 * * 1",
        "private_runner": "inside",
        "application": {"name": "store-api", "roles": {"User": "users", "Machine": "applications"}},
    },
}


def _workflow(name: str, **changes: Any) -> Json:
    environments = dict.fromkeys(("staging", "production"), CHAPTERS)
    dr = {**CHAPTERS, "platform": {"azure": {**AZURE, "region": "koreasouth"}}}
    files = workflow_files(a_system({**environments, "dr": {**dr, **changes}, "production": {**CHAPTERS, **changes}}))
    return files[f".github/workflows/{name}.yml"]


def _run(job: Json) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def _environment_of(job: Json, key: str) -> list[str]:
    return [step["env"][key] for step in job["steps"] if key in step.get("env", {})]


@pytest.mark.parametrize("name", ["rotation", "azure-access", "version"])
def test_each_is_sound_and_its_scripts_are_shell(name: str) -> None:
    if shutil.which("bash") is None:
        pytest.fail("bash is needed to check the scripts")
    workflow = _workflow(name)

    assert list(problems(workflow)) == []
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            script = re.sub(r"\$\{\{.*?\}\}", "expression", step.get("run", ""))
            checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
            assert checked.returncode == 0, f"{step['name']}: {checked.stderr}"


def test_no_workflow_needs_a_stored_key_of_azure() -> None:
    for name in ("rotation", "azure-access", "version"):
        for job in _workflow(name)["jobs"].values():
            logins = [step for step in job["steps"] if step.get("uses", "").startswith("azure/login@")]
            assert all(step["with"].keys() == {"client-id", "tenant-id", "subscription-id"} for step in logins)
            assert not logins or job["permissions"]["id-token"] == "write"


def test_every_vault_is_checked_by_its_own_limits() -> None:
    workflow = _workflow("rotation")

    assert workflow["on"]["schedule"] == [{"cron": "0 1 * * 1"}]
    assert set(workflow["jobs"]) == {"check-staging", "check-production", "check-dr"}
    job = workflow["jobs"]["check-production"]
    assert job["env"] == {"VAULT": "kv-store-production"}
    assert _environment_of(job, "DAYS") == ["90", "365"]


def test_what_has_no_public_address_is_reached_from_inside() -> None:
    jobs = [*_workflow("rotation")["jobs"].values(), _workflow("azure-access")["jobs"]["stores-production"]]

    assert {job["runs-on"] for job in jobs} == {"inside"}


def test_a_rotation_never_reads_a_value() -> None:
    for job in _workflow("rotation")["jobs"].values():
        assert "secret show" not in _run(job)
        assert "download" not in _run(job)


def test_only_identities_that_call_a_store_are_let_in() -> None:
    job = _workflow("azure-access")["jobs"]["stores-production"]

    assert _environment_of(job, "IDENTITY") == ["store-web", "store-web"]
    assert """security label for pgaadauth on role :"identity" is :'label';""" in _run(job)
    assert '--access-policy-name "Data Contributor"' in _run(job)


def test_a_standby_s_server_is_a_copy_and_gets_no_roles() -> None:
    job = _workflow("azure-access")["jobs"]["stores-dr"]

    assert "pgaadauth" not in _run(job)
    assert "access-policy-assignment" in _run(job)


def test_the_namespaces_of_both_regions_are_paired_once() -> None:
    job = _workflow("azure-access")["jobs"]["pair-namespaces"]

    assert _environment_of(job, "NAMESPACE") == ["sb-store-production"]
    assert _environment_of(job, "PARTNER") == ["sb-store-dr"]
    assert _environment_of(job, "ALIAS") == ["store-bus"]
    assert _run(job).index("georecovery-alias show") < _run(job).index("georecovery-alias set")


def test_the_registration_has_exactly_its_roles_and_they_keep_their_ids() -> None:
    roles, again = (
        json.loads(_environment_of(_workflow("azure-access")["jobs"]["application"], "ROLES")[0]) for _ in range(2)
    )

    assert [(role["value"], role["allowedMemberTypes"]) for role in roles] == [
        ("User", ["User"]),
        ("Machine", ["Application"]),
    ]
    assert [role["id"] for role in roles] == [role["id"] for role in again]
    assert len({role["id"] for role in roles}) == 2


def test_access_is_given_by_a_person() -> None:
    assert _workflow("azure-access")["on"] == {"workflow_dispatch": {}}
