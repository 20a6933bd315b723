"""The document a system was specified in, and what it leaves open."""

from __future__ import annotations

from groundplan.model.values import Model


class Document(Model):
    """The document the system was specified in."""

    title: str
    """Its name and number."""

    version: str
    """Version that is implemented."""

    date: str
    """Date of that version."""

    status: str = ""
    """Status as the document states it. Default none."""

    related: list[str] = []
    """Documents it refers to. Default none."""

    history: dict[str, str] = {}
    """Version to what changed in it. Default none."""

    achievements: dict[str, str] = {}
    """What the document says was achieved, to the requirements that prove it. Default none."""

    decisions: dict[str, str] = {}
    """Question the document leaves open or answers in a way that cannot work, to what is done and why. Default none."""
