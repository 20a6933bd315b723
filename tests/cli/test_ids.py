"""`groundplan ids` writes what the cloud called things, and nothing that people decide."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from groundplan.cli.main import main
from groundplan.loading.load import load_environment, load_environments
from groundplan.model.environment import Environment
from groundplan.platforms.platform import AssignedId
from groundplan.platforms.registry import platform_of

Json = dict[str, Any]
HERE = Path(__file__).resolve().parent
LIVE = """
platform:
  aws:
    account: "111122223333"
    network:
      cidr: 10.0.0.0/16
      subnets:
        app-1: {cidr: 10.0.1.0/24, zone: 1, tier: app}
        app-2: {cidr: 10.0.2.0/24, zone: 2, tier: app}
        public-1: {cidr: 10.0.3.0/24, zone: 1, tier: public}
        public-2: {cidr: 10.0.4.0/24, zone: 2, tier: public}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small shop of the loader's tests, with a network."""
    shutil.copytree(HERE.parent / "loading/valid", tmp_path / "environments")
    (tmp_path / "environments/shop/production.yaml").write_text(LIVE)
    return tmp_path


def an_object(kind: str, name: str, **rest: Any) -> Json:
    return {"kind": kind, "metadata": {"namespace": "shop-production", "name": name}, **rest}


VPC = an_object("VPC", "network", status={"vpcID": "vpc-0123456789abcdef0"})
GROUP = an_object("SecurityGroup", "app-nodes", status={"id": "sg-0123456789abcdef0"})


def write(root: Path, *documents: Json, scope: str = "shop/production") -> int:
    source = root / "objects.json"
    source.write_text(json.dumps({"kind": "List", "items": documents}))
    return main(["--root", str(root), "ids", scope, "--from", str(source)])


def file(root: Path) -> Path:
    return root / "environments/shop/ids/production.yaml"


def lines(root: Path) -> list[str]:
    return [line for line in file(root).read_text().splitlines() if not line.startswith("#")]


def test_ids_are_read_from_the_status_of_objects_and_reach_the_environment(root: Path) -> None:
    assert write(root, GROUP, VPC) == 0

    assert lines(root) == ["network: vpc-0123456789abcdef0", "security-group.app: sg-0123456789abcdef0"]
    assert load_environment(root, "shop", "production").environment.ids["network"] == "vpc-0123456789abcdef0"


def test_a_later_run_keeps_what_it_is_told_nothing_of_and_the_comments_behind_it(root: Path) -> None:
    write(root, VPC)
    file(root).write_text(file(root).read_text().replace("def0\n", "def0  # the one made in spring\n"))

    assert write(root, GROUP) == 0

    assert lines(root)[0] == "network: vpc-0123456789abcdef0  # the one made in spring"
    assert lines(root)[1] == "security-group.app: sg-0123456789abcdef0"


def test_what_nothing_waits_for_any_more_is_removed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file(root).parent.mkdir()
    file(root).write_text("peering.gone: pcx-0123456789abcdef0\n")

    assert write(root, VPC) == 0

    assert lines(root) == ["network: vpc-0123456789abcdef0"]
    assert "peering.gone: nothing waits for it any more, removed" in capsys.readouterr().out


def test_says_what_is_not_known_yet(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(root, an_object("VPC", "network", status={}))

    assert "not known yet: network, security-group.app, security-group.db" in capsys.readouterr().out
    assert not file(root).exists()


def test_objects_of_other_environments_are_passed_over(root: Path) -> None:
    write(root, {**VPC, "metadata": {"namespace": "shop-staging", "name": "network"}})

    assert not file(root).exists()


def test_standard_input_may_hold_several_answers(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{json.dumps(VPC)}\n{json.dumps({'items': [GROUP]})}\n"))

    assert main(["--root", str(root), "ids", "shop/production"]) == 0

    assert len(lines(root)) == 2


def test_the_summary_is_there_as_json(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = root / "objects.json"
    source.write_text(json.dumps(VPC))

    main(["--root", str(root), "ids", "shop/production", "--from", str(source), "--output", "json"])

    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "ids": {"network": "vpc-0123456789abcdef0"},
        "changed": ["network"],
        "removed": [],
        "missing": ["security-group.app", "security-group.db"],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("NAME  AGE\n", "line 1, column 1 of what was read is not JSON: Expecting value; add --output json to kubectl"),
        (json.dumps({**VPC, "status": {"vpcID": "my-network"}}), "VPC shop-production/network says `my-network` for network, which is no such id"),
    ],
)  # fmt: skip
def test_refuses_what_it_cannot_read_and_writes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    source = root / "objects.json"
    source.write_text(text)

    assert main(["--root", str(root), "ids", "shop/production", "--from", str(source)]) == 1

    assert message in capsys.readouterr().err
    assert not file(root).exists()


@pytest.fixture(scope="module")
def shipped(repository: Path) -> list[Environment]:
    pairs = [(file.parents[1].name, file.stem) for file in sorted((repository / "environments").glob("*/ids/*.yaml"))]
    return [item.environment for item in load_environments(repository, pairs)]


def test_every_id_of_a_shipped_environment_is_told_by_an_object_that_is_rendered(
    repository: Path, shipped: list[Environment]
) -> None:
    def is_rendered(source: AssignedId) -> bool:
        names = (f"{source.kind}-{source.name}.yaml", f"{source.kind}.*-{source.name}.yaml")
        return any(list((repository / "dist").rglob(f"{source.namespace}/{name}")) for name in names)

    assert shipped
    for environment in shipped:
        wanted = platform_of(environment).assigned_ids()
        assert set(environment.ids) <= set(wanted)
        assert [key for key, source in wanted.items() if not is_rendered(source)] == []
