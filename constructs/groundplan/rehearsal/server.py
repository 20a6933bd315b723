"""A kube-apiserver and an etcd of this machine's own: found where test environments put them, started on loopback, ended.

No scheduler, no controllers, no nodes: an API server is enough to hear what it refuses and what it stores otherwise.
See https://book.kubebuilder.io/reference/envtest .
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from groundplan.errors import UsageError
from groundplan.rehearsal.client import Client

ASSETS = "KUBEBUILDER_ASSETS"
DEFAULT_ASSETS = Path("/usr/local/kubebuilder/bin")
NEEDED = ("etcd", "kube-apiserver")
PATIENCE = 90.0
"""Seconds an API server may take until it answers."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """Programs a rehearsal is played with."""

    etcd: Path
    """Where objects are kept."""

    apiserver: Path
    """Who is asked."""


def find_binaries(environment: Mapping[str, str] | None = None) -> Binaries | tuple[str, ...]:
    """The programs, or the names of those that are nowhere: `$KUBEBUILDER_ASSETS`, its default folder, then PATH."""
    environment = os.environ if environment is None else environment
    folders = [Path(environment[ASSETS])] if environment.get(ASSETS) else []
    path = os.pathsep.join([*map(str, [*folders, DEFAULT_ASSETS]), environment.get("PATH", "")])
    found = {name: shutil.which(name, path=path) for name in NEEDED}
    missing = tuple(name for name, where in found.items() if where is None)
    return missing or Binaries(Path(str(found["etcd"])), Path(str(found["kube-apiserver"])))


@contextmanager
def running(binaries: Binaries, patience: float = PATIENCE) -> Iterator[Client]:
    """An API server that answers, and a client of it; both programs and their folder are gone afterwards.

    Raises:
        UsageError: where one of them ends or does not answer in time.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="groundplan-rehearsal-")))
        etcd, peer, port = _free_ports(3)
        store = f"http://127.0.0.1:{etcd}"
        kept = stack.enter_context(
            _program(folder, "etcd", _etcd(binaries, folder, store, f"https://127.0.0.1:{peer}"))
        )
        _await(lambda: _key(folder).is_file(), kept, folder / "etcd.log", patience)
        token = secrets.token_hex(16)
        (folder / "tokens.csv").write_text(f"{token},rehearsal,rehearsal,system:masters\n", "utf-8")
        server = stack.enter_context(_program(folder, "kube-apiserver", _apiserver(binaries, folder, store, port)))
        client = Client("127.0.0.1", port, token)
        _await(client.is_ready, server, folder / "kube-apiserver.log", patience)
        yield client


def _key(folder: Path) -> Path:
    """A key that signs tokens which nobody asks for: the one etcd makes for its peers, of which it has none."""
    return folder / "etcd" / "fixtures" / "peer" / "key.pem"


def _etcd(binaries: Binaries, folder: Path, store: str, peer: str) -> list[str]:
    return [
        str(binaries.etcd),
        "--data-dir",
        str(folder / "etcd"),
        "--unsafe-no-fsync",
        "--listen-client-urls",
        store,
        "--advertise-client-urls",
        store,
        "--peer-auto-tls",
        "--listen-peer-urls",
        peer,
        "--initial-advertise-peer-urls",
        peer,
        "--initial-cluster",
        f"default={peer}",
    ]


def _apiserver(binaries: Binaries, folder: Path, store: str, port: int) -> list[str]:
    """Its certificate is its own; nobody makes tokens for accounts, so pods' accounts are not asked for."""
    return [
        str(binaries.apiserver), "--etcd-servers", store, "--cert-dir", str(folder / "certificates"),
        "--bind-address", "127.0.0.1", "--secure-port", str(port), "--authorization-mode", "RBAC",
        "--token-auth-file", str(folder / "tokens.csv"), "--service-cluster-ip-range", "10.0.0.0/16",
        "--service-account-issuer", "https://127.0.0.1", "--disable-admission-plugins", "ServiceAccount",
        "--service-account-key-file", str(_key(folder)), "--service-account-signing-key-file", str(_key(folder)),
    ]  # fmt: skip


@contextmanager
def _program(folder: Path, name: str, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(happens: Callable[[], bool], program: subprocess.Popen[bytes], log: Path, patience: float) -> None:
    until = time.monotonic() + patience
    while not happens():
        if program.poll() is not None or time.monotonic() > until:
            last = log.read_text("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
            how = "ended" if program.poll() is not None else f"did not answer within {patience:.0f} s"
            raise UsageError(f"{log.stem} {how}: {last[0]}", "run it by hand with the same options to see why")
        time.sleep(0.3)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
