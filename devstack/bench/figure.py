"""One measured figure and the bound that it must keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` must be at most (or, with `at_least`, no less than) `bound`, both in `unit`."""

    name: str
    value: float
    bound: float
    unit: str = ""
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Tell whether the bound is kept."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        mark = "ok  " if self.holds else "MISS"
        return f"{mark}  {self.name:<68} {self.value:>9.3f} {self.unit:<4} {sign} {self.bound:g}"
