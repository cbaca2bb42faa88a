"""Every example of the graph on the stage: in no language and at no step is a number too small or a word cut."""

import pytest

from simulator.graph.presets import PRESETS
from simulator.texts import LANGUAGES
from tests.browser.stage_steps import MEASURE, open_stage, settle
from tests.browser.test_stage_rule import RULE

SIZES = [(1366, 768), (1024, 768)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_keeps_the_rule_at_its_first_and_its_last_step(new_context, app_url, language):
    context = new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    context.add_init_script(path=MEASURE)
    page = context.new_page()
    faults = []
    for preset in PRESETS:
        page.set_viewport_size({"width": 1366, "height": 768})
        open_stage(page, f"{app_url}/graph?lang={language}&preset={preset}&stage=graph")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for key in ("Home", "End"):
                page.keyboard.press(key)
                settle(page)
                found = page.evaluate("rule => stageFaults(rule)", RULE)
                faults += [f"{preset} {width}x{height} {key}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)
