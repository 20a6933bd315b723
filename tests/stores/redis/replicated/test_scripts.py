"""What the containers run, against real servers: they lead, take over, come back and restore."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from tests.stores.redis.replicated.lab import Member, certificates, needs_servers, running, within

from groundplan.stores.redis.replicated.words import SCRIPTS

ALL = sorted(item.name.removesuffix(".sh") for item in files(SCRIPTS).iterdir() if item.name.endswith(".sh"))


@pytest.mark.parametrize("name", ALL)
def test_every_script_is_valid_shell(name: str) -> None:
    text = files(SCRIPTS).joinpath(f"{name}.sh").read_text("utf-8")

    assert subprocess.run(["/bin/sh", "-n"], input=text, text=True, check=False).returncode == 0


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[list[Member]]:
    """Three servers with a sentinel each, of which the first leads."""
    certificates(tmp_path)
    addresses = [f"127.0.8.{number}" for number in (1, 2, 3)]
    scripts = {"ask", "server", "sentinel", "tend", "stop", "ready", "restore"}
    members = [
        Member(
            tmp_path,
            f"cache-{number}",
            address,
            {"HOST": address, "MEMBERS": " ".join(addresses), "ORDINAL": "0", "SENTINEL_PORT": "26379", "QUORUM": "2"},
            "min-replicas-to-write 1\nmin-replicas-max-lag 10\n",
            scripts,
        )
        for number, address in enumerate(addresses)
    ]
    with running(members, "sentinel", "server", "tend"):
        assert within(30, lambda: [member.role for member in members] == ["master", "slave", "slave"])
        assert within(30, lambda: "OK 3" in members[0].ask("-p", "26379", "sentinel", "ckquorum", "cache"))
        yield members


@needs_servers
@pytest.mark.slow
def test_a_primary_that_is_lost_is_replaced_and_comes_back_as_a_replica(watched: list[Member]) -> None:
    first, *others = watched
    assert first.ask("set", "kept", "1") == "OK"
    assert within(5, lambda: all(member.ask("get", "kept") == "1" for member in others))

    first.kill("server", "sentinel")

    assert within(40, lambda: [member.role for member in others].count("master") == 1)
    first.start("sentinel", "server")
    assert within(30, lambda: first.role == "slave")
    assert first.ask("get", "kept") == "1"


@needs_servers
@pytest.mark.slow
def test_who_stops_hands_over_first(watched: list[Member]) -> None:
    first, *others = watched

    done = first.run("stop")

    assert "somebody else leads" in done.stdout, done.stderr
    assert within(5, lambda: any(member.role == "master" for member in others))


@needs_servers
@pytest.mark.slow
def test_after_everybody_was_gone_whoever_led_leads(watched: list[Member]) -> None:
    first, *others = watched
    first.run("stop")
    first.kill("server", sent=signal.SIGTERM)
    first.start("server")
    assert within(30, lambda: first.role == "slave")
    [leader] = [member for member in others if member.role == "master"]
    assert within(10, lambda: leader.ask("set", "later", "1") == "OK")

    for member in watched:
        member.kill()
    for member in watched:
        member.start("sentinel", "server", "tend")

    assert within(40, lambda: sorted(member.role for member in watched) == ["master", "slave", "slave"])
    assert leader.role == "master"
    assert leader.ask("get", "later") == "1"


@needs_servers
@pytest.mark.slow
def test_a_copy_restores(watched: list[Member]) -> None:
    first, *others = watched
    for number in range(20):
        first.ask("set", f"key-{number}", "x")
    authority = (Path(first.env["TLS"]) / "ca.crt").read_text()
    for folder in ("backup", "restore"):
        (first.folder / folder).mkdir()
    _known_as(first, "cache-0", first.address)
    job = {"SETS": "cache", "MEMBERS": "cache-0", "CA": authority, "STORE_URL": "rediss://cache"}

    made = first.run("copy", **job, REDISCLI_AUTH=first.env["BACKUP_PASSWORD"])

    assert made.returncode == 0, made.stderr
    [archive] = (first.folder / "backup").glob("copy_*.gz")
    archive.rename(first.folder / "restore" / "newest.gz")
    subprocess.run(["tar", "-xzf", "newest.gz", "./cache.rdb"], cwd=first.folder / "restore", check=True)
    rehearsal = first.run("restore_test", SETS="cache", REDISCLI_AUTH="")
    assert "cache: 20 of 20 keys came back" in rehearsal.stdout, rehearsal.stderr

    first.ask("del", *(f"key-{number}" for number in range(20)))
    shutil.copy(first.folder / "restore" / "cache.rdb", first.folder / "data" / "restore.rdb")
    refused = others[0].run("restore")
    assert refused.returncode == 1
    first.run("restore")
    first.start("server")
    assert within(30, lambda: [member.ask("dbsize") for member in watched] == ["20"] * 3)


def _known_as(member: Member, name: str, address: str) -> None:
    """A client that resolves the name of a member."""
    real = shutil.which("redis-cli")
    tool = member.folder.parent / "bin"
    tool.mkdir(exist_ok=True)
    (tool / "redis-cli").write_text(
        f'#!/bin/sh\nexec {real} $(printf "%s " "$@" | sed "s/-h {name} /-h {address} /")\n'
    )
    (tool / "redis-cli").chmod(0o755)


SHARDS = 3


@pytest.fixture
def sharded(tmp_path: Path) -> Iterator[dict[str, Member]]:
    """Three shards of two, which find each other by names."""
    certificates(tmp_path)
    names = [f"cache-{shard}-{number}" for shard in range(SHARDS) for number in range(2)]
    addresses = {f"{name}.members": f"127.0.9.{number}" for number, name in enumerate(names, 1)}
    (tmp_path / "bin").mkdir()
    known = "".join(f'{host}) echo "{address} STREAM" ;;\n' for host, address in addresses.items())
    (tmp_path / "bin" / "getent").write_text(f"#!/bin/sh\ncase $2 in\n{known}esac\n")
    (tmp_path / "bin" / "getent").chmod(0o755)
    lines = (
        "cluster-enabled yes\ncluster-config-file nodes.conf\ncluster-node-timeout 3000\ntls-cluster yes\n"
        "cluster-preferred-endpoint-type hostname\ncluster-allow-replica-migration no\ncluster-require-full-coverage no\n"
    )
    members = {
        name: Member(
            tmp_path,
            name,
            addresses[f"{name}.members"],
            {
                "HOST": f"{name}.members",
                "MEMBERS": " ".join(addresses),
                "SHARD": name.split("-")[1],
                "SHARDS": str(SHARDS),
                "SENTINEL_PASSWORD": "",
                "PATIENCE": "4",
            },
            lines,
            {"ask", "server", "tend", "join", "stop", "ready"},
        )
        for name in names
    }
    with running(list(members.values()), "server", "tend"):
        assert within(60, lambda: formed(members))
        yield members


def formed(members: dict[str, Member]) -> bool:
    """Whether every key has a shard, and every shard a primary and a replica."""
    whole = all("cluster_slots_ok:16384" in member.ask("cluster", "info") for member in members.values())
    pairs = [{members[f"cache-{shard}-{number}"].role for number in range(2)} for shard in range(SHARDS)]
    return whole and pairs == [{"master", "slave"}] * SHARDS


@needs_servers
@pytest.mark.slow
def test_shards_take_over_and_the_first_leads_again(sharded: dict[str, Member]) -> None:
    first, second = sharded["cache-1-0"], sharded["cache-1-1"]

    first.kill("server")

    assert within(40, lambda: second.role == "master")
    first.start("server")
    assert within(40, lambda: first.role == "master")
    assert formed(sharded)


@needs_servers
@pytest.mark.slow
def test_a_lost_volume_comes_back_as_a_member_of_its_shard(sharded: dict[str, Member]) -> None:
    lost = sharded["cache-2-1"]
    lost.kill()
    shutil.rmtree(lost.folder / "data")
    (lost.folder / "data").mkdir()

    lost.start("server", "tend")

    assert within(40, lambda: lost.role == "slave" and formed(sharded))
    assert within(40, lambda: "cluster_known_nodes:6" in sharded["cache-0-0"].ask("cluster", "info"))
