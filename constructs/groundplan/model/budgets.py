"""What something may cost in a day, and when somebody is told: what stands below `observability.budgets`."""

from __future__ import annotations

from pydantic import Field, model_validator

from groundplan.model.metrics import SeriesName
from groundplan.model.values import Model


class Budget(Model):
    """Money that a program of the system counts as it spends it."""

    series: SeriesName
    """Counter of what was spent, in `currency`, which a service exposes."""

    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    """ISO 4217 code. Default USD."""

    per_day: float = Field(gt=0)
    """Most that a day may cost."""

    warn_at: float = Field(gt=0)
    """What a day may have cost when somebody is told; less than `per_day`."""

    spike: float = Field(default=2, gt=1)
    """Times the average hour of the last day that an hour may cost. Default 2."""

    @model_validator(mode="after")
    def _warns_in_time(self) -> Budget:
        if self.warn_at >= self.per_day:
            raise ValueError(
                f"warns at {self.warn_at:g}, when the day's {self.per_day:g} are spent; write warn_at below per_day"
            )
        return self
