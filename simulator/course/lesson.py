"""What a lesson says that is the same in every language: its ``lesson.toml``, checked where it is read."""

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

NAME = r"^[a-z][a-z0-9_-]*$"
"""Names in a lesson's files: letters, digits, ``-`` and ``_``."""
Name = Annotated[str, Field(pattern=NAME)]


class Entry(BaseModel):
    """Base of everything that stands in a ``lesson.toml``: a key that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SceneUse(Entry):
    """A scene as a lesson uses it.

    Args:
      scene: its name.
      settings: the query of a link to it; empty for its defaults.
      controls: those that the learner may move, beside the panel.
    """

    scene: str
    settings: str = ""
    controls: list[str] = []


class Value(Entry):
    """A number that the text quotes with ``{value}`` and that answers may be.

    Args:
      scene: name of one of the lesson's scenes, whose numbers it is taken from.
      panel: of that scene.
      path: where it stands in the numbers of the panel: names and places, joined with dots.
      formula: instead of a scene: an expression without inputs, in the language of the graph page.
      digits: significant digits that the text shows.
      percent: whether it is shown as a percentage.
    """

    scene: str = ""
    panel: str = ""
    path: str = ""
    formula: str = ""
    digits: int = Field(default=3, ge=1, le=7)
    percent: bool = False

    @model_validator(mode="after")
    def _one_source(self):
        if bool(self.formula) == bool(self.scene and self.panel and self.path):
            raise ValueError("formula, or scene, panel and path")
        return self


class Wrong(Entry):
    """A wrong answer that learners really give; ``name`` is that of its hint in the text."""

    answer: Any
    name: Name


class _Checkpoint(Entry):
    accept: list[Any] = []  # further ways to write the right answer, for the check
    reject: list[Any] = []  # further wrong answers, for the check
    wrong: list[Wrong] = []

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the wrong answers that are recognised, in order."""
        return tuple(dict.fromkeys(wrong.name for wrong in self.wrong))


class NumberCheckpoint(_Checkpoint):
    """A number; ``answer`` may be the name of a value. ``tolerance`` is relative."""

    kind: Literal["number"]
    answer: float | str
    tolerance: float = Field(default=0.01, ge=0.0, le=0.2)


class ShapeCheckpoint(_Checkpoint):
    """The shape of an array."""

    kind: Literal["shape"]
    answer: list[int]


class ChoiceCheckpoint(_Checkpoint):
    """One of a few, or the step of a calculation that is wrong; the text lists them in the order of ``options``."""

    kind: Literal["choice", "step"]
    options: list[Name] = Field(min_length=2)
    answer: str

    @model_validator(mode="after")
    def _known(self):
        if self.answer not in self.options:
            raise ValueError(f"answer: {', '.join(self.options)}")
        return self


class SeveralCheckpoint(_Checkpoint):
    """Any of a few (``several``), or all of them in an order (``order``)."""

    kind: Literal["several", "order"]
    options: list[Name] = Field(min_length=2)
    answer: list[str] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self):
        if set(self.answer) - set(self.options) or (self.kind == "order" and len(self.answer) != len(self.options)):
            raise ValueError(f"answer: {', '.join(self.options)}")
        return self


class MatchingCheckpoint(_Checkpoint):
    """For each of ``left`` one of ``right``."""

    kind: Literal["matching"]
    left: list[Name] = Field(min_length=2)
    right: list[Name] = Field(min_length=2)
    answer: dict[str, str]

    @model_validator(mode="after")
    def _known(self):
        if set(self.answer) != set(self.left) or set(self.answer.values()) - set(self.right):
            raise ValueError(f"answer: {', '.join(self.left)} = {', '.join(self.right)}")
        return self


class ExpressionCheckpoint(_Checkpoint):
    """An expression, compared as a function over the ranges of its variables."""

    kind: Literal["expression"]
    answer: str
    variables: dict[str, Annotated[list[float], Field(min_length=2, max_length=2)]] = Field(min_length=1)


class MatrixCheckpoint(_Checkpoint):
    """A matrix of numbers, row by row."""

    kind: Literal["matrix"]
    answer: list[list[float]] = Field(min_length=1)
    tolerance: float = Field(default=0.01, ge=0.0, le=0.2)

    @model_validator(mode="after")
    def _rectangular(self):
        if len({len(row) for row in self.answer}) != 1:
            raise ValueError("answer: [[1, 2, 3], [4, 5, 6]]")
        return self


class Goal(Entry):
    """What a number of a panel must be for controls to be right; ``path`` as in ``Value``.

    ``name`` is that of the hint in the text for settings that miss it.
    """

    path: str
    above: float | None = None
    below: float | None = None
    name: Name | None = None


class ControlsCheckpoint(_Checkpoint):
    """Set the controls of a scene so that its own numbers reach the goals; ``accept`` are queries that do.

    Args:
      draws: of the scene's random numbers that are measured, from the seed that is shown on: the median of each number
        counts, because one draw may be lucky.
    """

    kind: Literal["controls"]
    scene: str
    panel: str
    draws: int = Field(default=1, ge=1, le=100)
    goals: list[Goal] = Field(min_length=1)
    accept: list[Any] = Field(min_length=1)  # a goal that nothing reaches is none

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the goals that can be missed, in order."""
        return tuple(dict.fromkeys(goal.name for goal in self.goals if goal.name))


class _RuleCheckpoint(_Checkpoint):
    """Base of questions about a backward rule, all in the graph page's language.

    Args:
      forward: what is differentiated.
      inputs: shape of each of its inputs; they are drawn at random, many times.
      gradients: the inputs whose gradients are asked for, ``dW`` for ``W``.
      upstream: name of the gradient that arrives from behind; empty where ``forward`` is the loss itself.
      one_hot: inputs whose rows are targets of classes: a 1 at one place, drawn at random, and 0 elsewhere.
    """

    forward: str
    inputs: dict[str, list[int]] = Field(min_length=1)
    gradients: list[str] = Field(min_length=1)
    upstream: str = ""
    one_hot: list[str] = []

    @model_validator(mode="after")
    def _inputs_there(self):
        if {*self.gradients, *self.one_hot} - set(self.inputs) or self.upstream in self.inputs:
            raise ValueError(f"gradients: {', '.join(self.inputs)}")
        return self


class CodeCheckpoint(_RuleCheckpoint):
    """Write the rule: lines like ``dW = …``, compared with autodiff; ``answer`` and ``wrong`` are such lines."""

    kind: Literal["code"]
    answer: str


class BugCheckpoint(_RuleCheckpoint):
    """Find the one wrong line of a rule: ``answer`` is its number, from 1, and ``fixed`` what it should be."""

    kind: Literal["bug"]
    lines: list[str] = Field(min_length=3)
    answer: int
    fixed: str

    @model_validator(mode="after")
    def _line_there(self):
        if not 1 <= self.answer <= len(self.lines):
            raise ValueError(f"answer: 1 … {len(self.lines)}")
        return self


AnyCheckpoint = (
    NumberCheckpoint
    | ShapeCheckpoint
    | ChoiceCheckpoint
    | SeveralCheckpoint
    | MatchingCheckpoint
    | ExpressionCheckpoint
    | MatrixCheckpoint
    | ControlsCheckpoint
    | CodeCheckpoint
    | BugCheckpoint
)
Checkpoint = Annotated[AnyCheckpoint, Field(discriminator="kind")]
KINDS: tuple[str, ...] = tuple(
    kind for one in get_args(AnyCheckpoint) for kind in get_args(one.model_fields["kind"].annotation)
)
"""Every kind of checkpoint."""


class Plan(Entry):
    """A ``lesson.toml``.

    Args:
      order: place in the course.
      minutes: that a learner needs, about.
      prerequisites: folders of lessons that come before it.
      parts: names of the parts, in order; both texts have exactly these.
      scenes: what the text can show.
      values: numbers that the text can quote.
      checkpoints: by name.
    """

    order: int = Field(ge=0)
    minutes: int = Field(ge=1, le=600)
    prerequisites: list[str] = []
    parts: list[Name] = Field(min_length=1)
    scenes: dict[Name, SceneUse] = {}
    values: dict[Name, Value] = {}
    checkpoints: dict[Name, Checkpoint] = {}
