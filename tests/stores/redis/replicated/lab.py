"""Real servers and sentinels that run the scripts of a pod, each at a loopback address of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest

from groundplan.stores.redis.replicated.words import SCRIPTS

TOOLS = ("redis-server", "redis-cli", "redis-check-rdb", "openssl")

needs_servers = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason=f"{', '.join(TOOLS)} are not all on PATH: nothing could take over"
)

COMMON = """bind {address}
bind-source-addr {address}
port 0
tls-cert-file {tls}/tls.crt
tls-key-file {tls}/tls.key
tls-ca-cert-file {tls}/ca.crt
tls-auth-clients no
tls-replication yes
"""

PASSWORDS = {f"{user}_PASSWORD": user.lower() * 3 for user in ("APP", "REPLICA", "EXPORTER", "BACKUP", "SENTINEL")}


class Member:
    """A pod: its containers are processes, and its volume is a folder."""

    def __init__(
        self, place: Path, name: str, address: str, env: dict[str, str], lines: str, scripts: set[str]
    ) -> None:
        self.address, self.folder = address, place / name
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        for folder in ("etc", "data", "run", "tmp"):
            (self.folder / folder).mkdir(parents=True)
        common = COMMON.format(address=address, tls=place / "tls")
        (self.folder / "etc" / "redis.conf").write_text(
            f'{common}tls-port 6379\ndir {self.folder}/data\nappendonly yes\nsave ""\nrepl-diskless-sync-delay 0\n{lines}'
        )
        watching = "tls-port 26379\nsentinel resolve-hostnames yes\nsentinel announce-hostnames yes\n"
        (self.folder / "etc" / "sentinel.conf").write_text(f"{common}{watching}")
        for script in scripts:
            text = files(SCRIPTS).joinpath(f"{script}.sh").read_text("utf-8")
            (self.folder / "etc" / f"{script}.sh").write_text(self.moved(text))
        self.env = {
            **PASSWORDS,
            "PATH": f"{place}/bin:{os.environ['PATH']}",
            "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
            "APP_USER": "app",
            "REDISCLI_AUTH": "operator",
            "PORT": "6379",
            "TLS": str(place / "tls"),
            "SELF": address,
            "NAME": "cache",
            "ROUND": "1",
            **env,
        }

    def moved(self, text: str) -> str:
        """A script whose folders are this member's."""
        for path in ("/data/", "/run/redis/", "/tmp/tended", "/tmp/ca.crt", "/backup/", "/restore/"):
            text = text.replace(path, f"{self.folder}{path.replace('/run/redis/', '/run/')}")
        return text.replace("/etc/redis/", f"{self.folder}/etc/")

    def start(self, *containers: str) -> None:
        for name in containers:
            if name in self._running:
                self._running.pop(name).wait(timeout=30)
            with (self.folder / f"{name}.log").open("ab") as log:
                command = ["sh", str(self.folder / "etc" / f"{name}.sh")]
                self._running[name] = subprocess.Popen(
                    command, env=self.env, stdout=log, stderr=log, start_new_session=True
                )

    def kill(self, *containers: str, sent: signal.Signals = signal.SIGKILL) -> None:
        for name in containers or tuple(self._running):
            process = self._running.pop(name)
            if process.poll() is None:
                os.killpg(process.pid, sent)
            process.wait(timeout=30)

    def run(self, script: str, **env: str) -> subprocess.CompletedProcess[str]:
        """A hook or a job in this member's place."""
        text = self.moved(files(SCRIPTS).joinpath(f"{script}.sh").read_text("utf-8"))
        return subprocess.run(
            ["sh", "-c", text], env={**self.env, **env}, capture_output=True, text=True, check=False, timeout=90
        )

    def ask(self, *words: str) -> str:
        """What it answers a service."""
        command = ["redis-cli", "--tls", "--cacert", f"{self.env['TLS']}/ca.crt", "--user", "app", "--no-auth-warning"]
        env = {**self.env, "REDISCLI_AUTH": PASSWORDS["APP_PASSWORD"]}
        done = subprocess.run(
            [*command, "-h", self.address, *words], env=env, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    @property
    def role(self) -> str:
        return self.ask("role").partition("\n")[0]


def certificates(place: Path) -> None:
    """An authority and a certificate, as they lie in the Secret."""
    tls = place / "tls"
    tls.mkdir()
    made = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt && "
        "openssl req -newkey rsa:2048 -nodes -subj /CN=cache -keyout tls.key -out asked && "
        "openssl x509 -req -in asked -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out tls.crt"
    )
    subprocess.run(made, shell=True, cwd=tls, check=True, capture_output=True)


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.3)
    return False


@contextmanager
def running(members: list[Member], *containers: str) -> Iterator[None]:
    try:
        for member in members:
            member.start(*containers)
        yield
    finally:
        for member in members:
            member.kill()
