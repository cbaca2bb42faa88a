"""The computation graph: any expression or network, forward through its values, back through its derivatives."""

from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.chain import chain_of, chain_picture, chain_sentence
from simulator.scenes.computation_graph.nudge import Nudged, run_nudge
from simulator.scenes.computation_graph.nudge_pictures import graph_nudge
from simulator.scenes.computation_graph.passes import Pass
from simulator.scenes.computation_graph.pictures import graph_picture
from simulator.scenes.computation_graph.settings import OF_PANELS, ComputationGraph, run_pass
from simulator.scenes.nudging import GROUP
from simulator.scenes.nudging.pictures import tangent_panel
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Numbers, Preset, Scene, View
from simulator.texts import text

# what they compute is kept where it is made
PASS = Numbers(run_pass, ignores=("opened", "predict", *OF_PANELS), keep=False)
NUDGE = Numbers(run_nudge, ignores=("opened", "predict"), keep=False)


def graph(_found: Pass, settings: ComputationGraph, language: str) -> Panel:
    """Draw the graph, with what is said at every step; what is to be predicted is left out."""
    picture = graph_picture(settings, language)
    return Panel(question=picture.title, pictures=(picture,))


def chain(found: Pass, settings: ComputationGraph, language: str) -> Panel:
    """Write out the chain rule for one input."""
    written = chain_of(found, settings)
    picture = chain_picture(found.graph, written, language)
    more = (text(language, "computation_graph.chain.more", count=len(written.paths)),)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(chain_sentence(found.graph, written, language),),
        notes=() if written.complete else more,
    )


def nudge(found: Nudged, settings: ComputationGraph, language: str) -> Panel:
    """Draw what every node does when one number moves, beside the straight line of the gradient."""
    picture = graph_nudge(found, settings, language)
    return Panel(question=picture.title, pictures=(picture,), group=GROUP)


def tangent(found: Nudged, _settings: ComputationGraph, language: str) -> Panel:
    """Draw the output over Δ with its tangent."""
    return tangent_panel(found.subject, language)


def _has_gradient(settings: ComputationGraph) -> bool:
    """Say whether an input has a gradient that may be shown."""
    return not settings.predict and bool(settings.shown_variable)


SCENE = Scene(
    name="computation_graph",
    settings=ComputationGraph,
    looks=("opened", "predict", *OF_PANELS),
    asking=("predict",),
    presets={name: Preset(ComputationGraph(example=name)) for name in PRESETS},
    views={
        "graph": View(draw=graph, numbers=PASS, controls=("expression", "inputs")),
        "chain": View(
            draw=chain,
            numbers=PASS,
            controls=("expression", "inputs", "variable"),
            exists=_has_gradient,
        ),
        "nudge": View(
            draw=nudge,
            numbers=NUDGE,
            controls=("expression", "inputs", *OF_PANELS),
            moves=tuple(OF_PANELS),
            exists=_has_gradient,
        ),
        "tangent": View(
            draw=tangent, numbers=NUDGE, controls=("expression", "inputs", *OF_PANELS), exists=_has_gradient
        ),
    },
)
