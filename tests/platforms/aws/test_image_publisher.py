"""The workflows of one repository may push the images they build, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import yaml
from systems import BASE, an_environment

from groundplan.synth.render import render_environment

PIPELINES = {**BASE["pipelines"], "repository": "store/code"}


def _objects(environment: str = "production", **changes: Any) -> dict[str, Any]:
    changes = {"recovery": None, "pipelines": PIPELINES, **changes}
    files = render_environment(an_environment(environment, **changes)).files
    documents = (yaml.safe_load(text) for path, text in files.items() if "image-publisher" in path.name)
    return {document["kind"]: document for document in documents}


def test_only_built_branches_and_release_tags_of_the_repository_are_trusted() -> None:
    trust = json.loads(_objects()["Role"]["spec"]["assumeRolePolicyDocument"])["Statement"][0]

    issuer = "token.actions.githubusercontent.com"
    assert trust["Condition"]["StringEquals"] == {f"{issuer}:aud": "sts.amazonaws.com"}
    assert trust["Condition"]["StringLike"][f"{issuer}:sub"] == [
        "repo:store/code:ref:refs/heads/main",
        "repo:store/code:ref:refs/tags/api/v*",
    ]


def test_only_the_images_of_the_pipelines_may_be_pushed_and_none_deleted() -> None:
    statements = json.loads(_objects()["Policy"]["spec"]["policyDocument"])["Statement"]

    assert statements[1]["Resource"] == [
        "arn:aws:ecr:*:111122223333:repository/store/api",
        "arn:aws:ecr:*:111122223333:repository/store/web",
    ]
    assert not [action for statement in statements for action in statement["Action"] if "Delete" in action]


def test_an_issuer_the_account_knows_already_is_taken_over_and_kept() -> None:
    notes = _objects()["OpenIDConnectProvider"]["metadata"]["annotations"]

    assert notes["services.k8s.aws/adoption-policy"] == "adopt-or-create"
    assert notes["services.k8s.aws/deletion-policy"] == "retain"


def test_nobody_is_trusted_while_the_repository_is_unknown() -> None:
    assert _objects(pipelines=BASE["pipelines"]) == {}


def test_a_standby_and_a_stage_before_production_bring_no_identity_of_their_own() -> None:
    standby = {"role": "standby", "peer": "production", "rto": "4h", "rpo": "30m"}

    assert _objects("dr", recovery=standby) == {}
    assert _objects("staging") == {}
