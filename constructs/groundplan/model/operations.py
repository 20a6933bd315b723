"""The operations chapter: incidents, routine work, maintenance, growth and money, as people agreed on them."""

from __future__ import annotations

from pydantic import Field

from groundplan.model.values import Duration, Model, Name


class Incident(Model):
    """One level of severity."""

    meaning: str
    """What it looks like."""

    respond: Duration
    """Time until somebody answers."""

    escalate: str
    """Who is told next, and when."""

    action: str
    """What is done."""


class CostItem(Model):
    """One line of the budget."""

    what: str
    """What is paid for."""

    planned: float = Field(ge=0)
    """Planned cost per month, in the currency of the table."""

    computed: float | None = Field(default=None, ge=0)
    """Cost per month that the rendered resources add up to at list price. Default not computed."""

    measure: str = ""
    """How it is kept low. Default none."""

    note: str = ""
    """Why plan and computation differ. Default none."""


class Cost(Model):
    """The budget."""

    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    """ISO 4217 code. Default USD."""

    budget: float = Field(gt=0)
    """Agreed total per month."""

    items: dict[Name, CostItem]
    """Lines of the budget; what they plan adds up to it."""

    @property
    def planned(self) -> float:
        """What the lines add up to."""
        return round(sum(item.planned for item in self.items.values()), 2)


class Phase(Model):
    """One phase of the roadmap."""

    when: str
    """Time, e.g. `now to 6 months`."""

    focus: str
    """What it is about."""

    users: int | None = Field(default=None, ge=1)
    """Users it is sized for. Default none stated."""

    targets: list[str] = []
    """Targets. Default none."""

    deliverables: list[str] = []
    """What is delivered. Default none."""


class Risk(Model):
    """A dependency on somebody else."""

    dependency: str
    """Who or what."""

    level: str
    """How bad its loss is."""

    mitigation: str
    """What is done about it."""


class Remedy(Model):
    """What to do about one kind of trouble."""

    symptom: str
    """How it shows."""

    steps: list[str] = Field(min_length=1)
    """What to do, in order."""


class Operations(Model):
    """How the system is run."""

    incidents: dict[str, Incident] = {}
    """Severities by number. Default none."""

    checklists: dict[str, list[str]] = {}
    """Routine work by rhythm: daily, weekly, monthly. Default none."""

    remedies: dict[Name, Remedy] = {}
    """Troubleshooting by name. Default none."""

    risks: dict[Name, Risk] = {}
    """Risks of dependencies. Default none."""

    cost: Cost | None = None
    """Budget. Default none."""

    roadmap: dict[Name, Phase] = {}
    """Phases by name. Default none."""

    traffic_factor: int | None = Field(default=None, ge=2)
    """Times the usual traffic that the system is to absorb by itself; the capacity page measures by it. Default none stated."""

    saved_queries: dict[Name, str] = {}
    """Log queries worth keeping, in the log store's language. Default none."""
