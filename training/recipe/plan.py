"""Plan of a background training: its stages in order, from one TOML file (`plans/`)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import tomllib

from recipe.configuration import ConfigurationError

TRAINING = Path(__file__).resolve().parents[1]
KINDS = ("distil", "decoder", "joint")


@dataclass(frozen=True)
class StagePlan:
    """One stage; a number that is 0 stands for a rule that does not apply."""

    name: str
    kind: str
    # Absolute, or relative to `configurations/`.
    configuration: str
    # Machine hours, processor time divided by the number of threads, after which the stage ends.
    hours: float
    # Hours of training between two measurements of FAD, and machine hours between two that `least_gain` compares.
    evaluate_hours: float = 3.0
    # FAD at all codebooks that ends the stage.
    goal_fad: float = 0.0
    # Share of the machine hours, at the end, whose learning rate is multiplied with `final_rate`.
    final_share: float = 0.0
    final_rate: float = 1.0
    # Two such stretches in a row that gain less begin the final part, or end it.
    least_gain: float = 0.0
    # Steps after which the stage ends.
    steps: int = 0
    # Model file of the teacher, absolute or relative to the repository.
    teacher: str = ""

    @property
    def configuration_path(self) -> Path:
        return TRAINING / "configurations" / self.configuration

    @property
    def teacher_path(self) -> Path:
        return TRAINING.parent / self.teacher


def load_plan(path: Path) -> list[StagePlan]:
    """Raises `ConfigurationError` where the file is not a plan."""
    try:
        tables = tomllib.loads(path.read_text())["stage"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise ConfigurationError(f"{path}: not a plan with [[stage]] tables: {error}") from error
    known = {field.name for field in fields(StagePlan)}
    stages = []
    for number, table in enumerate(tables):
        if unknown := sorted(table.keys() - known):
            raise ConfigurationError(f"{path}: stage {number}: unknown: {', '.join(unknown)}")
        try:
            stage = StagePlan(**table)
        except TypeError as error:
            raise ConfigurationError(f"{path}: stage {number}: {error}") from error
        if stage.kind not in KINDS:
            raise ConfigurationError(f"{path}: stage {number}: kind must be one of {', '.join(KINDS)}")
        stages.append(stage)
    if not stages or len({stage.name for stage in stages}) < len(stages):
        raise ConfigurationError(f"{path}: stages must have names of their own")
    return stages
