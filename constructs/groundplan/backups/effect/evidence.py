"""How what copies a cluster breaks, for evidence that went through it."""

from __future__ import annotations

from typing import Any

from groundplan.requirements.broken import WRONG
from groundplan.requirements.relations.evidence import Breaks, CloudEvidence

Document = dict[str, Any]


def _is_paused(document: Document, told: str) -> None:
    document["spec"]["paused"] = True


def _of_one_namespace(document: Document, told: str) -> None:
    document["spec"]["template"]["includedNamespaces"] = [WRONG]


def _kept_for_a_day(document: Document, told: str) -> None:
    document["spec"]["template"]["ttl"] = "24h0m0s"


def _left_beside(document: Document, told: str) -> None:
    if document["spec"]["template"].get("snapshotVolumes"):
        document["spec"]["template"]["snapshotMoveData"] = False


def _of_another_bucket(document: Document, told: str) -> None:
    document["spec"]["objectStorage"]["bucket"] = WRONG


def _is_read_only(document: Document, told: str) -> None:
    document["spec"]["accessMode"] = "ReadOnly"


class CopiesEvidence(CloudEvidence):
    """Kinds of Velero."""

    breaks: Breaks = {
        "place": {"is another bucket": _of_another_bucket, "is only read": _is_read_only},
        "row": {
            "holds one namespace": _of_one_namespace,
            "is kept for a day": _kept_for_a_day,
            "is paused": _is_paused,
            "leaves volumes beside their disks": _left_beside,
        },
    }


CLOUD = CopiesEvidence()
