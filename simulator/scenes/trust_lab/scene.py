"""The trust lab: three ways to a gradient, how small a step may be, what each way costs, and a planted bug."""

from simulator.core.checks import Comparison, PassCount, Sweep
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Preset, Scene, View
from simulator.scenes.trust_lab import numbers
from simulator.scenes.trust_lab.numbers import Puzzle
from simulator.scenes.trust_lab.pictures.errors import distances
from simulator.scenes.trust_lab.pictures.listing import checks_table, hunt_listing, rule_listing
from simulator.scenes.trust_lab.pictures.passes import pass_times
from simulator.scenes.trust_lab.pictures.step_size import step_size_errors
from simulator.scenes.trust_lab.pictures.ways import program_against_differences, three_ways
from simulator.scenes.trust_lab.settings import PARAMETERS, TrustLab
from simulator.scenes.trust_lab.words import (
    digits_table,
    errors_table,
    markdown,
    narrate_checks,
    narrate_comparison,
    narrate_distances,
    narrate_numbers,
    narrate_passes,
    narrate_step_size,
    passes_table,
    program_table,
    truncation_free,
)
from simulator.texts import text


def _chosen(comparisons: tuple[Comparison, ...], settings: TrustLab) -> Comparison:
    return next(check for check in comparisons if check.operand == settings.operand)


def rules(comparisons: tuple[Comparison, ...], settings: TrustLab, language: str) -> Panel:
    """Draw one gradient as found in three ways."""
    picture = three_ways(_chosen(comparisons, settings), language)
    return Panel(question=picture.title, pictures=(picture,), sentences=(narrate_comparison(language, comparisons),))


def code(_numbers: None, settings: TrustLab, language: str) -> Panel:
    """Show the rule as it runs."""
    picture = rule_listing(settings.rule, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=(text(language, "trust_lab.code.says"),))


def errors(comparisons: tuple[Comparison, ...], settings: TrustLab, language: str) -> Panel:
    """Draw how far the ways are apart, with all digits of one gradient under it."""
    picture = distances(comparisons, language)
    heading = text(language, "trust_lab.errors.digits", operand=text(language, f"trust_lab.operand.{settings.operand}"))
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(narrate_distances(language, comparisons),),
        tables=(
            ("", errors_table(language, comparisons)),
            (heading, digits_table(language, _chosen(comparisons, settings))),
        ),
        notes=(text(language, "trust_lab.definition"), text(language, "trust_lab.errors.scale")),
    )


def step_size(sweep: Sweep, settings: TrustLab, language: str) -> Panel:
    """Draw the U of the error over the step size."""
    picture = step_size_errors(sweep, settings.epsilon, language)
    sentences = [narrate_step_size(language, sweep, settings.epsilon)]
    if settings.rule == "relu" and truncation_free(sweep):
        sentences.append(text(language, "trust_lab.step_size.kink"))
    notes = ("trust_lab.definition", "trust_lab.step_size.legend", "trust_lab.step_size.slopes")
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=tuple(sentences),
        notes=tuple(text(language, note) for note in notes),
    )


def passes(counts: PassCount, settings: TrustLab, language: str) -> Panel:
    """Draw what each way costs for a network of the reader's choice."""
    picture = pass_times(counts, language)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(narrate_passes(language, settings.layer_sizes, counts),),
        tables=(("", passes_table(language, counts)),),
        notes=(text(language, "trust_lab.passes.measured", rows=counts.num_rows, repeats=counts.repeats),),
    )


def hunt(puzzle: Puzzle, settings: TrustLab, language: str) -> Panel:
    """Show the backward pass of the hunt with what the checks made so far say; never the answer."""
    picture = hunt_listing(puzzle, settings.checks, language)
    notes = ("trust_lab.hunt.checks_note", "trust_lab.definition")
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(text(language, "trust_lab.hunt.lead"), narrate_checks(language, puzzle, settings.checks)),
        notes=tuple(text(language, note) for note in notes),
        data=checks_table(puzzle, settings.checks, language),
    )


def hunt_numbers(puzzle: Puzzle, settings: TrustLab, language: str) -> Panel:
    """Draw one gradient of the program beside the right one."""
    picture = program_against_differences(puzzle, settings.parameter, language)
    table = program_table(language, puzzle, settings.parameter)
    heading = text(language, "trust_lab.numbers.all", name=settings.parameter)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=narrate_numbers(language, puzzle, settings.parameter),
        words=((heading, markdown(table)),),
        data=table,
    )


SCENE = Scene(
    name="trust_lab",
    settings=TrustLab,
    presets={
        "affine": Preset(TrustLab(), "rules"),
        "batch_norm": Preset(TrustLab(rule="batch_norm"), "rules"),
        "sigmoid_u": Preset(TrustLab(rule="sigmoid"), "step_size"),
        "affine_u": Preset(TrustLab(operand="weight", exponent=-1.0), "step_size"),
        "food": Preset(TrustLab(), "passes"),
        "handwriting": Preset(TrustLab(inputs=784, hidden=4, width=500, outputs=10), "passes"),
        "hunt": Preset(TrustLab(), "hunt"),
        "hunt_checked": Preset(TrustLab(checks=PARAMETERS), "hunt"),
    },
    views={
        "rules": View(draw=rules, numbers=numbers.COMPARED, controls=("rule", "operand", "seed"), height=300),
        "code": View(draw=code, controls=("rule",)),
        "errors": View(draw=errors, numbers=numbers.COMPARED, controls=("rule", "operand", "seed"), height=240),
        "step_size": View(
            draw=step_size,
            numbers=numbers.SWEPT,
            controls=("rule", "operand", "exponent", "seed"),
            height=430,
            opens_with="sigmoid_u",  # an affine layer has no truncation error, and so no U
        ),
        "passes": View(
            draw=passes, numbers=numbers.COUNTED, controls=("inputs", "hidden", "width", "outputs"), height=240
        ),
        "hunt": View(draw=hunt, numbers=numbers.PUZZLE, controls=("seed", "round", "checks"), height=400),
        "hunt_numbers": View(
            draw=hunt_numbers,
            numbers=numbers.PUZZLE,
            controls=("seed", "round", "checks", "parameter"),
            exists=lambda settings: bool(settings.checks),
            height=300,
        ),
    },
)
