"""Container registries: one repository for each image the system builds."""

from __future__ import annotations

import json
from collections.abc import Iterable

from groundplan.parts import Component, Part
from groundplan.platforms.aws.resource import AwsPart
from groundplan.platforms.aws.site import Site

UNTAGGED_DAYS = 14
"""Days an image without a tag stays; tagged images are never expired, a cluster may need any of them again."""


class Repositories(AwsPart):
    """One ECR repository per image, with tags that never move and a scan at every push.

    They belong to the environment of the cluster, because all tenants of a cluster pull the same images.
    See https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html .

    Args:
        scope: scope.
        id_: construct id.
        site: where they stand.
        images: names of the repositories.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, *, images: Iterable[str]) -> None:
        super().__init__(scope, id_, site)
        for image in images:
            self._add_repository(image)

    def _add_repository(self, image: str) -> None:
        self.emit_resource(
            "ecr",
            "Repository",
            image.replace("/", "-").replace("_", "-"),
            {
                "name": image,
                "imageTagMutability": "IMMUTABLE",
                "imageScanningConfiguration": {"scanOnPush": True},
                "encryptionConfiguration": {"encryptionType": "AES256"},
                "lifecyclePolicy": json.dumps({"rules": [_expire_untagged()]}, indent=2, sort_keys=True),
                "tags": self.tags(),
            },
            retain=True,
            adopt={"name": image},
        )


def repository_of(image: str) -> str:
    """The repository of an image reference: without tag and digest."""
    return image.partition("@")[0].partition(":")[0]


def _expire_untagged() -> dict[str, object]:
    return {
        "rulePriority": 1,
        "description": "images without a tag",
        "selection": {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": UNTAGGED_DAYS,
        },
        "action": {"type": "expire"},
    }
