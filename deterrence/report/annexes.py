"""What a full report adds: derivations, all conditions, what flips it, samples, certificates.

Every part is what a verb tells of its own answer, with the headings one level down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from deterrence.analysis.uncertainty.analyse import analyse
from deterrence.errors import DeterrenceError
from deterrence.graph_model.analyse import Questions
from deterrence.graph_model.analyse import analyse as stability
from deterrence.report.memo import Annex, Report
from deterrence.words.blocks import Block, Bullets, Document, Heading, Inline, Mark, Paragraph

#: Points of the sample, its seed, and the work seconds of an analysis of all values.
SAMPLES, SEED, EFFORT = 1024, 0, 30.0
#: Work seconds of the conditions for stability.
_STABILITY = 10.0
#: A matrix with more actions than this in all is not analysed for all values.
_MAX_ACTIONS = 9


def annexes(found: Report, progress: Callable[[str], None]) -> Iterator[Annex]:
    """Yield the parts; what cannot be worked out is said, and never stops the rest."""
    parts: list[tuple[str, Callable[[Report], Iterator[Block]]]] = [
        ("All conditions, and derivations", _conditions),
        ("What flips it, in full", _flips),
        ("What matters most, sampled", _sampled),
        ("Which states are stable, and for whom", _stability),
        ("Certificates", _certificates),
    ]
    for title, write in parts:
        progress(title.lower())
        try:
            blocks = tuple(write(found))
        except DeterrenceError as error:
            blocks = (Paragraph((f"Left out: {error.what}. ", Mark.of("open"))),)
        if blocks:
            yield Annex(title, blocks)


def _lower(document: Document) -> Iterator[Block]:
    """Yield the blocks of a document without its title, headings one level down."""
    for block in document.blocks:
        if not isinstance(block, Heading):
            yield block
        elif block.level > 1:
            yield replace(block, level=block.level + 1)


def _conditions(found: Report) -> Iterator[Block]:
    from deterrence import symbolic
    from deterrence.symbolic.board.explain import explain

    model, page = found.brief.model, found.brief
    if model.tree is None and sum(map(len, model.actions)) > _MAX_ACTIONS:
        told = "Left out: the game has too many actions to derive all of it. "
        yield Paragraph((told, Mark.of("open")))
        return
    analysis = symbolic.regimes(model, effort=EFFORT)
    proven = analysis.cover == analysis.disjoint == "proven"
    told = "For all values that the assumptions allow. "
    yield Paragraph((told, Mark.of("proven" if proven else "open")))
    yield from _lower(analysis.document(full=True))
    numbers = None if model.orders else page.values
    yield from _lower(explain(analysis, None, numbers, everything=True).document(full=True))


def _flips(found: Report) -> Iterator[Block]:
    flips = found.brief.flips
    if flips is not None and flips.robustness is not None:
        yield from _lower(flips.robustness.document(full=True))
    for one in found.levers:
        if one.answer is not None:
            yield Heading(f"What {one.player} can do", 3)
            yield from _lower(one.answer.document(full=True))


def _sampled(found: Report) -> Iterator[Block]:
    page, model = found.brief, found.brief.model
    if model.orders or page.main is None:
        told = "Left out: there is no measure of numbers to sample. "
        yield Paragraph((told, Mark.of("assumption")))
        return
    answer = analyse(
        model,
        measures=[page.main.name],
        samples=SAMPLES,
        seed=SEED,
        fixed=dict(page.given),
        scenario=page.scenario,
        method=("probabilities", "tornado"),
        time_limit=None,
    )
    told = f"From {SAMPLES} points drawn with the seed {SEED}, within the declared ranges. "
    yield Paragraph((told, Mark.of("sampled")))
    yield from _lower(answer.document(full=True))


def _stability(found: Report) -> Iterator[Block]:
    page = found.brief
    if page.stability is None:
        return
    asked = Questions(concepts=(), conditions=not page.model.orders)
    told = stability(
        page.model, asked, scenario=page.scenario, values=page.given, effort=_STABILITY
    )
    yield from _lower(told.document(full=True))
    if found.moves is not None:
        yield found.moves


def _certificates(found: Report) -> Iterator[Block]:
    page = found.brief
    items: list[Inline] = []
    flips = page.flips
    answers = [] if flips is None or flips.robustness is None else list(flips.robustness.answers)
    answers += [one.answer.answer for one in found.levers if one.answer is not None]
    for answer in answers:
        proof = answer.certificate
        if proof is not None:
            many = "a question" if proof.questions == 1 else f"{proof.questions} questions"
            checked = "all answered unsat by z3" if proof.checked else "not checked"
            items.append((f"{proof.claim} ({many} in SMT-LIB 2, {checked}). ", Mark.of("proven")))
    name = page.game[0] if page.game else page.model.name
    items.append(
        (
            f"Every equilibrium at the values has a certificate: `deterrence solve {name} "
            "--certificate FILE` writes it, and `deterrence verify FILE` checks it with code "
            "that shares nothing with the solvers. ",
            Mark.of("exact"),
        )
    )
    yield Bullets(tuple(items))
