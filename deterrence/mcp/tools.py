"""The tools: what each is for, what it takes, and what it answers.

An answer is text as the command line prints it, and data: the JSON contract without what only
restoring needs, under a head that says of which model it speaks, how far it is certain, and on
which certificate that rests.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from deterrence.errors import DeterrenceError, InvalidFileError, did_you_mean
from deterrence.game.refinement_names import REFINEMENTS
from deterrence.mcp.arguments import (
    MODEL,
    MORE,
    VALUES,
    Argument,
    ArgumentError,
    read,
)
from deterrence.report.brief import MARKS

if TYPE_CHECKING:
    from deterrence.face.model import Model
    from deterrence.words.shown import Shown

#: Longest text of an answer in characters, and longest data as JSON; in full.
MAX_TEXT, MAX_DATA = 30_000, 60_000
_FULL = 10
#: What is left out of data unless everything is asked for, by the kind of the answer.
_LONG = ("families", "dominated", "equilibria", "alone", "smtlib")


@dataclass(frozen=True)
class Answer:
    """What a tool says; ``mark`` is one of :data:`~deterrence.report.brief.MARKS`, or ``none``."""

    text: str
    data: Any
    mark: str = "none"
    says: str = "nothing is solved here"
    certificate: Mapping[str, Any] = field(default_factory=dict)
    finished: bool = True


@dataclass(frozen=True)
class ToolSpec:
    """A tool: its name, what it is for, its arguments, and what answers."""

    name: str
    about: str
    arguments: Mapping[str, Argument]
    answer: Callable[[Mapping[str, Any]], Answer]


def run(name: str, told: Any) -> dict[str, Any]:
    """Return the answer of a tool as plain data: ``text``, and ``data`` with its head.

    Raises :class:`DeterrenceError` for arguments that do not fit and for what cannot be answered.
    """
    tool = TOOLS[name]
    given = read(tool.arguments, told)
    model = _model(given) if "text" in tool.arguments and name != "check_model" else None
    rest = {k: v for k, v in given.items() if k not in ("text", "time_limit")}

    def compute() -> dict[str, Any]:
        return asdict(tool.answer({**given, "model": model}))

    from deterrence.face.keeping import kept

    answer = kept(f"tool {name}", model, rest, compute, finished=lambda a: bool(a["finished"]))
    return _told(tool, answer, model, full=given.get("full", False))


def _told(
    tool: ToolSpec, answer: Mapping[str, Any], model: Model | None, *, full: bool
) -> dict[str, Any]:
    from deterrence.version import __version__

    factor = _FULL if full else 1
    data = answer["data"]
    size = len(json.dumps(data))
    left_out = ""
    if size > factor * MAX_DATA:
        data = None
        left_out = f"the data have {size} characters; the text says what matters"
    text = answer["text"]
    if len(text) > factor * MAX_TEXT:
        text = text[: factor * MAX_TEXT].rsplit("\n", 1)[0] + "\n... (the rest is left out)"
    meaning = MARKS.get(answer["mark"], "")
    proof = {"mark": answer["mark"], "meaning": meaning, "says": answer["says"]}
    proof |= {"certificate": answer["certificate"]} if answer["certificate"] else {}
    about = None if model is None else {"name": model.name, "sha256": model.digest}
    head = {"tool": tool.name, "made_by": f"deterrence {__version__}", "model": about}
    head |= {"left_out": left_out} if left_out else {}
    mark = f"\n\n[{answer['mark']}: {answer['says']}]" if meaning else ""
    return {"text": text.rstrip("\n") + mark, "data": {**head, "proof": proof, "answer": data}}


# ---- the model ---------------------------------------------------------------------------
def _model(given: Mapping[str, Any]) -> Model:
    """Return the model that was named, by its name in the catalogue or by its text; no file."""
    from deterrence.face.model import Model
    from deterrence.modelfile.catalogue import load_model, model_names

    name, text = given.get("model"), given.get("text")
    if (name is None) == (text is None):
        raise ArgumentError(
            "both a model and a text" if text is not None else "no model",
            where="model",
            expected="the name of a model that ships as `model`, or a model file as `text`",
            remedy="list_models tells the names",
        )
    if text is not None:
        model = Model.from_text(text)
    elif (name := str(name)) in model_names():
        model = Model.of(load_model(name))
    else:
        raise ArgumentError(
            f"there is no model called {name[:80]!r}",
            where="model",
            expected="the name of a model that ships; files are not read",
            remedy=did_you_mean(name, model_names()) or "list_models tells the names",
        )
    if "rungs" in given:
        with _at("rungs"):
            model = model.with_rungs(given["rungs"])
    if "first" in given:
        with _at("first"):
            model = model.with_first(given["first"])
    _check(model, given)
    return model


def _check(model: Model, given: Mapping[str, Any]) -> None:
    """Raise :class:`ArgumentError` for names, numbers and statements that do not fit the model."""
    from deterrence.statements import read_statement

    with _at("values"):
        _numbers(model, given)
    if "scenario" in given:
        with _at("scenario"):
            model.scenario(given["scenario"])
    for name in ("conclusion", "conclusions"):
        texts = given.get(name, ())
        for text in (texts,) if isinstance(texts, str) else texts:
            with _at(name):
                read_statement(model, text)
    for name in given.get("over", ()):
        with _at("over"):
            model.parameter(name)


@contextlib.contextmanager
def _at(where: str) -> Iterator[None]:
    """Say of an error in the block at which argument it is."""
    try:
        yield
    except DeterrenceError as error:
        expected = getattr(error, "expected", "")
        raise ArgumentError(
            error.what, where=where, expected=expected, remedy=error.remedy
        ) from None


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in VALUES if name in given}


def _text(result: Shown, given: Mapping[str, Any]) -> str:
    from deterrence.words.renderers import rendered

    return rendered(result.document(full=given.get("full", False)), "text")


def _data(result: Any, given: Mapping[str, Any]) -> Any:
    """Return the JSON contract of a result, without what only restoring needs."""
    left_out = {"rest"} if given.get("full") else {"rest", *_LONG}

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: without(v) for k, v in value.items() if k not in left_out}
        return [without(v) for v in value] if isinstance(value, list) else value

    told = result.to_dict() if hasattr(result, "to_dict") else result
    return without(json.loads(json.dumps(told)))


# ---- the tools ---------------------------------------------------------------------------
def _list_models(given: Mapping[str, Any]) -> Answer:
    from deterrence.modelfile.catalogue import list_models, search_models

    words = given.get("words", "")
    entries = [hit.entry for hit in search_models(words)] if words else list_models()
    wanted = {k: v for k, v in given.items() if k in ("theme", "level", "form") and v}
    found = [e for e in entries if e.fits(**wanted)]
    lines = [f"{e.name}: {e.title} ({e.form}, level {e.level})" for e in found]
    text = "\n".join(lines) or "No model is like that; leave something out."
    return Answer(text, [e._asdict() for e in found])


def _show(given: Mapping[str, Any]) -> Answer:
    from deterrence.face.given import Given
    from deterrence.face.solving import solve
    from deterrence.report.game_sheet import game_sheet
    from deterrence.report.model_sheet import ModelSheet
    from deterrence.report.option_sheet import OptionSheet

    model = given["model"]
    sheet = ModelSheet(model)
    text, data = _text(sheet, given), {"model": _data(sheet, {**given, "full": True})}
    asked = _values(given)
    given_by = Given(solve, asked.get("scenario"), asked.get("values"), {}, any_form=True)
    own = given_by.numbers(model)
    if any(p.default is None and p.formula is None for p in model.parameters.values()) and not own:
        return Answer(text, {**data, "game": None})
    played: Shown
    if model.options is not None and model.why_no_table:
        numbers = model.values(asked.get("scenario"), values=own)
        played = OptionSheet(model, model.options, numbers)
    else:
        game = model.at(asked.get("scenario"), values=own)
        played = game_sheet(game, model, symbolic=None, dominance=False, origins={})
    data["game"] = _data(played, {**given, "full": True})
    return Answer(f"{text.rstrip()}\n\n{_text(played, given)}", data)


def _check_model(given: Mapping[str, Any]) -> Answer:
    from deterrence.modelfile.catalogue import read_model

    try:
        model = read_model(given["text"])
    except InvalidFileError as error:
        faults, warnings = list(error.faults), []
    else:
        faults, warnings = [], list(model.warnings)
    lines = [str(fault) for fault in faults] + [f"warning: {fault}" for fault in warnings]
    verdict = "The model has faults." if faults else "The model is fine."
    return Answer(
        "\n".join([verdict, *lines]),
        {
            "valid": not faults,
            "faults": [asdict(fault) for fault in faults],
            "warnings": [asdict(fault) for fault in warnings],
        },
    )


def _solve(given: Mapping[str, Any]) -> Answer:
    from deterrence.solvers.certificate import game_digest
    from deterrence.solvers.display.phrases import certainty

    model = given["model"]
    found = model.solve(concept=given.get("concept"), **_values(given))
    complete = found.status == "complete"
    own = dict(_values(given))
    game = model.at(own.pop("scenario", None), values=_numbers(model, own))
    certificate = {
        "game": game_digest(game),
        "regrets": sorted({str(e.regret) for e in found}),
        "says": "no player gains by deviating: each regret was computed again, exactly",
        "complete": complete,
    }
    return Answer(
        _text(found, given),
        _data(found, {**given, "full": True}),
        "exact" if complete else "open",
        str(certainty(found)),
        certificate,
        complete,
    )


def _numbers(model: Model, asked: Mapping[str, Any]) -> dict[str, Any]:
    from deterrence.face.given import Given
    from deterrence.face.solving import solve

    return Given(solve, None, asked.get("values"), {}, any_form=True).numbers(model)


def _regimes(given: Mapping[str, Any]) -> Answer:
    from deterrence.face.deriving import conclusions
    from deterrence.statements import usual_questions
    from deterrence.symbolic.display.report import Extras, RegimesAnswer

    model = given["model"]
    analysis = model.regimes(refine=given.get("refine"), **_values(given))
    asked = given.get("conclusions") or ()
    wanted = asked or (() if given.get("refine") else usual_questions(model))
    found = tuple(conclusions(analysis, statement) for statement in wanted)
    answer = RegimesAnswer(analysis, Extras(conclusions=found, asked=bool(asked)))
    proven = analysis.cover == analysis.disjoint == "proven"
    said = {True: "proven", False: "open"}[proven]
    return Answer(
        _text(answer, given),
        _data(answer, given),
        said,
        f"that nothing is left out is {analysis.cover}, that no two overlap {analysis.disjoint}",
        {"cover": analysis.cover, "disjoint": analysis.disjoint,
         "conclusions": [{"statement": str(c.statement), "every": c.every_proof,
                          "some": c.some_proof} for c in found]},
        proven,
    )  # fmt: skip


def _explain(given: Mapping[str, Any]) -> Answer:
    from deterrence.face.deriving import explain

    analysis = given["model"].regimes()
    found = explain(
        analysis,
        given.get("equilibrium"),
        result=given.get("result"),
        general=given.get("general", False),
        everything=given.get("full", False) or "equilibrium" in given,
        **_values(given),
    )
    proven = analysis.cover == analysis.disjoint == "proven"
    says = "every step follows from the payoffs" + (
        "" if proven else "; there may be more equilibria, the analysis is not complete"
    )
    proofs = {"cover": analysis.cover, "disjoint": analysis.disjoint}
    mark = "proven" if proven else "open"
    return Answer(_text(found, given), _data(found, given), mark, says, proofs, proven)


def _robustness(given: Mapping[str, Any]) -> Answer:
    found = given["model"].robustness(
        given["conclusion"],
        quantifier=given.get("quantifier"),
        over=given.get("over", ()),
        **_values(given),
    )
    certificates = [
        {
            "quantifier": change.quantifier,
            "certainty": change.certainty,
            "claim": proof.claim,
            "questions": proof.questions,
            "checked": proof.checked,
            "sha256": hashlib.sha256(proof.smtlib.encode()).hexdigest(),
        }
        for change in found.answers
        if (proof := change.certificate) is not None
    ]
    says = "no smaller change does it, by an SMT solver; the witness was solved again, exactly"
    return Answer(
        _text(found, given),
        _data(found, given),
        "proven" if found.complete else "open",
        says if found.complete else "bounds: the lower one is proven, the upper one was found",
        {"proofs": certificates},
        found.complete,
    )


def _brief(given: Mapping[str, Any]) -> Answer:
    if given["model"].why_no_table:
        return _stability(given)
    page = given["model"].brief(**_values(given))
    here = "proven to be all" if page.here.complete else "not proven to be all"
    anywhere = "proven" if page.map_complete else "not proven"
    return Answer(
        _text(page, given),
        _data(page, given),
        "proven" if page.complete else "open",
        f"the results at the values are {here}, the map of all values is {anywhere}; "
        "each statement has its own mark",
        {"complete_here": page.here.complete, "map_complete": page.map_complete},
        page.complete,
    )


def _stability(given: Mapping[str, Any]) -> Answer:
    found = given["model"].stability(
        concepts=given.get("concepts", ()),
        states=given.get("states", ()),
        start=given.get("start"),
        goals=given.get("goals", ()),
        **_values(given),
    )
    conditions = [
        {"state": c.state, "concept": c.concept, "proof": c.proof} for c in found.conditions
    ]
    says = "every state was compared with where it can lead, exactly, at the values; conditions "
    return Answer(
        _text(found, given),
        _data(found, {**given, "full": True}),
        "exact" if found.complete and found.exact else "open",
        says + ("for all values are proven" if found.complete else "are not all proven"),
        {
            "equilibria": {n.concept: list(n.equilibria) for n in found.notions},
            "conditions": conditions,
        },
        found.complete,
    )


_ABOUT = "The payoffs are guesses: say so, and name the range over equilibria, never one number."
_CONCLUSION = "such as 'war == 0' or 'war <= 1/10': measures, prob(player, action), parameters."
_SPECS: Sequence[ToolSpec] = (
    ToolSpec(
        "list_models",
        "List the models of crises that ship: deterrence games, ladders, brinkmanship, private "
        "resolve, arms races and more.",
        {
            "words": Argument("text", "Only models whose file speaks of all these words."),
            "theme": Argument("text", "Only models about this theme."),
            "level": Argument("whole number", "1: first course, 3: research."),
            "form": Argument("text", "Only of this form, such as strategic or extensive."),
        },
        _list_models,
    ),
    ToolSpec(
        "show",
        "Show what a model says (story, players, parameters with sources, measures, scenarios) "
        "and its payoffs at values.",
        {**MODEL, **VALUES, **MORE},
        _show,
    ),
    ToolSpec(
        "check_model",
        "Check the text of a model file; every fault has its line, what was expected and a remedy.",
        {"text": Argument("file", "The text of a model file (YAML).", required=True)},
        _check_model,
    ),
    ToolSpec(
        "solve",
        "Find all equilibria at values, exactly, each with its certificate. " + _ABOUT,
        {
            **MODEL,
            **VALUES,
            "concept": Argument("text", "What counts as a solution; leave out for the usual one."),
            **MORE,
        },
        _solve,
    ),
    ToolSpec(
        "regimes",
        "Say for all parameter values at once what is possible, and when, proven. Parameters "
        "stay symbols, except those that `values` or `scenario` fix.",
        {
            **MODEL,
            **VALUES,
            "conclusions": Argument("texts", f"Ask where these hold, {_CONCLUSION}"),
            "refine": Argument("text", "Only equilibria that pass this.", tuple(REFINEMENTS)),
            **MORE,
        },
        _regimes,
    ),
    ToolSpec(
        "explain",
        "Derive equilibria step by step, as on the board: who is indifferent between what, and "
        "why no deviation pays.",
        {
            **MODEL,
            **VALUES,
            "equilibrium": Argument("whole number", "Only the equilibrium with this number."),
            "result": Argument("text", "Only the result or equilibrium of this name."),
            "general": Argument("yes or no", "With symbols alone, at no values."),
            **MORE,
        },
        _explain,
    ),
    ToolSpec(
        "stability",
        "Say which states of a conflict are stable in the graph model, by which notion (nash, seq, "
        "sseq, gmr, smr, l2, l3, nm ...), for whom and why: what a move would gain, what the "
        "others could answer, and whether they would want to.",
        {
            **MODEL,
            **VALUES,
            "concepts": Argument("texts", "Only these notions, such as seq, smr, l3 or nm."),
            "states": Argument("texts", "Ask about these states, by number, label or title."),
            "start": Argument("text", "Say where the conflict can go from this state."),
            "goals": Argument("texts", "Say which stable states have this: an action, an outcome."),
            **MORE,
        },
        _stability,
    ),
    ToolSpec(
        "robustness",
        "Find the smallest change of the guesses that flips a conclusion, with a proof that no "
        "smaller one does.",
        {
            **MODEL,
            **VALUES,
            "conclusion": Argument("text", f"The conclusion, {_CONCLUSION}", required=True),
            "quantifier": Argument(
                "text", "Ask of every or of some equilibrium only.", ("every", "some")
            ),
            "over": Argument("texts", "Let only these parameters move."),
            **MORE,
        },
        _robustness,
    ),
    ToolSpec(
        "brief",
        "Say on one page what a model comes to: what happens, when, what would change it first, "
        "which guesses matter, what is not known. Each statement has a mark of proof. " + _ABOUT,
        {**MODEL, **VALUES, **MORE},
        _brief,
    ),
)
#: The tools by name.
TOOLS = {tool.name: tool for tool in _SPECS}


def fault(error: Exception) -> dict[str, Any]:
    """Return what an error says: what, where, what was expected, the remedy; never a traceback."""
    if isinstance(error, InvalidFileError):
        told = {"what": error.what, "where": "text", "expected": "a model without faults",
                "remedy": "mend what `faults` lists; check_model tells the same"}  # fmt: skip
        return {**told, "faults": [asdict(one) for one in error.faults]}
    if isinstance(error, DeterrenceError):
        names = ("what", "where", "expected", "remedy")
        return {name: str(getattr(error, name, "") or "") for name in names}
    if isinstance(error, MemoryError):
        return {"what": "out of memory", "where": "", "expected": "", "remedy": "ask for less"}
    what = str(error).split("\n")[0]
    return {
        "what": f"this is a fault of the program: {type(error).__name__}: {what[:300]}",
        "where": "",
        "expected": "",
        "remedy": "please report it",
    }
