"""Start a lesson: a folder with a small lesson that can be taught at once, to be written over."""

from pathlib import Path

from simulator.course.loader import FOLDER_NAME, PLAN
from simulator.errors import InputError

_PLAN = """\
order = {order}
minutes = 20
prerequisites = []
parts = ["see", "use"]

[scenes.loss]
scene = "losses"
settings = "logit=2"
controls = ["logit", "target"]

[values.output]
formula = "sigmoid(2)"

[checkpoints.error]
kind = "number"
answer = "output"
accept = ["0.881", "0,88"]
wrong = [{{ answer = 0.1192, name = "turned" }}]
"""
_TEXTS = {
    "ko": """\
---
title: 새 수업
description: 이 수업에서 무엇을 배우는지 한 문장으로 적습니다.
goals:
  - 수업이 끝나면 할 수 있는 일
---

(see)=
## 먼저 봅시다

로짓을 움직이면서 손실이 어떻게 달라지는지 보세요.

:::{panel} loss loss
:::

(use)=
## 직접 계산합시다

::::{exercise}
:label: error

로짓이 2이고 목표값이 0일 때, 시그모이드 출력은 목표값에서 얼마나 떨어져 있습니까?

:::{hint} 반대쪽까지의 거리
:name: turned

목표값이 0과 1 가운데 어느 쪽인지 다시 보세요.
:::

:::{solution}

출력이 {value}`output`이고 목표값이 0이므로, 차이도 {value}`output`입니다.
:::
::::
""",
    "en": """\
---
title: A new lesson
description: Say in one sentence what this lesson teaches.
goals:
  - What a learner can do at its end
---

(see)=
## Look first

Move the logit and watch what happens to the loss.

:::{panel} loss loss
:::

(use)=
## Work it out

::::{exercise}
:label: error

The logit is 2 and the target is 0. How far is the sigmoid's output from the target?

:::{hint} distance to the other side
:name: turned

Look again at which side the target is on: 0 or 1?
:::

:::{solution}

The output is {value}`output` and the target is 0, so the distance is {value}`output`, too.
:::
::::
""",
}


def start(folder: Path) -> None:
    """Write a new lesson.

    Args:
      folder: that does not exist yet; its name is the lesson's, like ``11-my-lesson``.

    Raises:
      InputError: for a name that no lesson can have, or a folder that is there.
    """
    if FOLDER_NAME.fullmatch(folder.name) is None:
        raise InputError("lesson:name", value=folder.name[:40])
    if folder.exists():
        raise InputError("lesson:exists", value=str(folder))
    folder.mkdir(parents=True)
    (folder / PLAN).write_text(_PLAN.format(order=int(folder.name[:2])), encoding="utf-8")
    for language, text in _TEXTS.items():
        (folder / f"{language}.md").write_text(text, encoding="utf-8")
