"""What evidence reads of copies of a Redis that takes over, of clusters too."""

from __future__ import annotations

from groundplan.requirements.relations.evidence import StoreEvidence


class CopiedRedis(StoreEvidence):
    """Jobs that copy what is in memory, and read copies into a scratch server."""

    dumps, restores, restores_strictly = "--rdb", "--dbfilename", '-lt "$THERE"'


STORE = CopiedRedis()
