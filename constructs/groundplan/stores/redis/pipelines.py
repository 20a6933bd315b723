"""What the workflows know of any Redis."""

from __future__ import annotations

from groundplan.images import default_image
from groundplan.stores.pipelines import StorePipelines, TestContainer, health


class RedisPipelines(StorePipelines):
    """Tests run against a server of the major version that really runs."""

    def __init__(self, version: str) -> None:
        self.version = version

    def test_container(self) -> TestContainer:
        """An empty server."""
        return TestContainer(
            name="redis",
            definition={
                "image": default_image("redis-test", self.version),
                "ports": ["6379:6379"],
                "options": health("redis-cli ping"),
            },
            variables={"REDIS_URL": "redis://localhost:6379"},
        )
