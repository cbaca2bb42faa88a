"""One word for one thing: the synonyms that catalogues and lessons do not use."""

import re
from pathlib import Path

import pytest

from simulator.texts import catalogue

_ROW = r"(?<![가-힣])예(?=[가는의에와]?( (?!들)|$|\(|를(?! 들)))"
"""An example that a network learns from; not "for example"."""
REFUSED = {
    "ko": {
        "부류": "클래스",
        "파라미터": "매개변수",
        "예시": "예제",
        "시험 집합": "테스트 집합",
        "표준 편차": "표준편차",
        "손 글씨": "손글씨",
        "망각 계수": "감쇠율",
        "출발점": "시작 설정",
        "뉴런": "노드",
        "유닛": "노드",
        "은닉 층": "은닉층",
        "미니배치": "미니 배치",
        "활성화 함수": "활성 함수",
        "기울기 폭발": "기울기 폭주",
        "과적합": "과대적합",
        "크로스 엔트로피": "교차 엔트로피",
        "역전달": "역전파",
        "칸:": "글자:",
        r"은닉층 \{(number|layer)\}": "{number}층",
        "부채붓꽃": "세토사",
        "에포크": "에폭",
        r"은닉층 \d": "1층",
        "무작위 시작": "난수 시작",
        r"로 미분(하면|한|함|합니다)": "…에 대해 미분",
        _ROW: "예제",
        r"데이터 (\{\w+\}|\d[\d,]*)개|번 데이터": "예제",
        "오차의 값은": "틀리면 얼마나 치를까?",
        "믿은 값": "믿은 대가",
        r"더 쌀\b": "비용을 줄일",
        "큰 걸음": "큰 학습률",
        "크기를 제한": "클리핑",
        "까지 바뀝니다": "…(으)로 바뀝니다",
        "4분의 1마다": "¼ 줄면",
        "올라가는 방향": "손실이 늘었습니다",
        "처음 나타난 곳": "처음 나타났습니다",
        r"활성 함수 \S+ 대신": "시그모이드 대신",
        r"‖·‖ ": "크기(노름)",
        "번째 칸": "번째 글자",
    },
    "en": {
        r"\bforetold\b": "predicted",
        r"\bforetells\b": "predicts",
        r"\banswerable\b": "affects",
        r"\bthe deviation\b": "the standard deviation",
        r"\bhyper-parameter": "hyperparameter",
        r"\bcrossentropy\b": "cross-entropy",
        r"\bback-propagation\b": "backpropagation",
        r"\bhidden \{(number|layer)\}": "layer {number}",
        r"\{expected\} arguments\b": "the number of arguments … must be {expected}",
        r"\bby a factor \{factor\} a layer": "×{factor} per layer",
        r"\bof itself\b": "of its size",
        r"\bbecomes random\b": "the choice is nearly random",
        r"‖·‖ ": "a gradient of size",
    },
}
SAID_IN_LESSONS = ("뉴런", _ROW, "출발점", "큰 걸음", r"로 미분(하면|한|함|합니다)")
"""A lesson tells of one neuron, of steps on a slope and of where they start, and gives examples of many things."""
LESSONS = Path(__file__).parents[1] / "lessons"
NEURONS = r"\b([Nn]eurons?|[Uu]nits?)\b"
"""Of scenes in which a node is no node of a computation graph, and a unit no unit of measure."""
NODES_ONLY = ("activations", "chain_rule", "errors_chain", "initialization", "gradient_decay")
ALLOWED = {"computation_graph.preset.neuron_mse", "computation_graph.preset.neuron_cross_entropy"}
"""In a computation graph a node is an operation."""


@pytest.mark.parametrize("language", REFUSED)
def test_refused_synonyms_do_not_appear(language):
    said = {
        entry: (refused, wanted)
        for entry, words in catalogue(language).items()
        for refused, wanted in REFUSED[language].items()
        if entry not in ALLOWED and re.search(refused, words)
    }
    assert not said


@pytest.mark.parametrize("language", REFUSED)
def test_lessons_use_the_words_of_the_catalogues(language):
    said = {
        (page.parent.name, number): (refused, wanted)
        for page in LESSONS.glob(f"*/{language}.md")
        for number, words in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
        for refused, wanted in REFUSED[language].items()
        if refused not in SAID_IN_LESSONS and re.search(refused, words)
    }
    assert len(list(LESSONS.glob(f"*/{language}.md"))) >= 10
    assert not said


def test_what_computes_in_a_layer_is_a_node():
    said = {
        entry: words
        for entry, words in catalogue("en").items()
        if entry.split(".")[0] in NODES_ONLY and re.search(NEURONS, re.sub(r"\{[^}]*\}", "", words))
    }
    assert not said
