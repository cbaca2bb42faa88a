"""The computation graph: any expression or network, forward through its values, back through its derivatives."""

from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.chain import chain_of, chain_picture, chain_sentence
from simulator.scenes.computation_graph.passes import Pass
from simulator.scenes.computation_graph.pictures import graph_picture
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Numbers, Preset, Scene, View
from simulator.texts import text

PASS = Numbers(run_pass, ignores=("opened", "predict", "variable"), keep=False)  # a pass is kept where it is made


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


SCENE = Scene(
    name="computation_graph",
    settings=ComputationGraph,
    looks=("opened", "predict", "variable"),
    asking=("predict",),
    presets={name: Preset(ComputationGraph(example=name)) for name in PRESETS},
    views={
        "graph": View(draw=graph, numbers=PASS, controls=("expression", "inputs")),
        "chain": View(
            draw=chain,
            numbers=PASS,
            controls=("expression", "inputs", "variable"),
            exists=lambda settings: not settings.predict and bool(settings.shown_variable),
        ),
    },
)
