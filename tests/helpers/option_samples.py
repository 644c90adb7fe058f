"""Random conflicts in option form: naive, as files, and where the package has their states."""

from __future__ import annotations

import random
from typing import Any

import stability_witness as witness

from deterrence import Model

STRENGTH = {"iff": 0, "if": 1, "or": 2, "and": 3, "not": 4}
#: How GMCR writes the words.
SIGNS = {"not": "-", "and": "&", "or": "|", "if": "IF", "iff": "IFF"}


def random_statement(rng: random.Random, names: list[str], depth: int) -> Any:
    if depth == 0 or rng.random() < 0.25:
        return rng.choice(names)
    word = rng.choice([*STRENGTH])
    count = 1 if word == "not" else rng.choice([2, 2, 3]) if word in ("and", "or") else 2
    return (word, *(random_statement(rng, names, depth - 1) for _ in range(count)))


def written(rng: random.Random, statement: Any, numbers: dict[str, int]) -> str:
    """Write a statement with no more brackets than the strength of the words asks for."""
    if isinstance(statement, str):
        return str(numbers[statement]) if statement in numbers else statement
    word, *parts = statement
    own, texts = STRENGTH[word], []
    for k, part in enumerate(parts):
        text = written(rng, part, numbers)
        if not isinstance(part, str):
            its = STRENGTH[part[0]]
            if its < own or (its == own and k > 0 and word != "not") or rng.random() < 0.1:
                text = f"({text})"
        texts.append(text)
    said = SIGNS[word] if numbers else word
    return f"{said} {texts[0]}" if word == "not" else f" {said} ".join(texts)


def random_form(rng: random.Random) -> witness.OptionForm:
    """Return an option form that has states, and merged ones that do not overlap."""
    while True:
        sizes = [rng.choice([1, 1, 2, 2, 3]) for _ in range(rng.choice([2, 2, 3, 4]))]
        if sum(sizes) > 7:
            continue
        options = tuple(tuple(f"x{i}{k}" for k in range(n)) for i, n in enumerate(sizes))
        names = [name for own in options for name in own]
        infeasible = tuple(
            random_statement(rng, names, 2) for _ in range(rng.choice([0, 0, 1, 1, 2]))
        )
        kept = {n: rng.random() < 0.7 for n in rng.sample(names, rng.choice([0, 0, 1, 2]))}
        merged = tuple(random_statement(rng, names, 2) for _ in range(rng.choice([0, 0, 1, 2])))
        wishes = tuple(
            tuple(random_statement(rng, names, rng.randint(1, 3)) for _ in range(rng.randint(1, 6)))
            for _ in options
        )
        form = witness.OptionForm(options, infeasible, kept, merged, wishes)
        patterns = form.patterns()
        taken = [sum(witness.holds(m, p) for p in patterns) for m in merged]
        apart = all(sum(witness.holds(m, p) for m in merged) <= 1 for p in patterns)
        if len(patterns) > 1 and apart and all(taken) and len(form.states()) > 1:
            return form


def as_file(rng: random.Random, form: witness.OptionForm) -> dict[str, Any]:
    names = [name for own in form.options for name in own]
    numbers = {n: k + 1 for k, n in enumerate(names)} if rng.random() < 0.3 else {}
    players = [f"P{i}" for i in range(len(form.options))]
    ways = {True: "taken", False: "given up"}

    def text(statement: Any) -> str:
        return written(rng, statement, numbers)

    file: dict[str, Any] = {
        "title": "Random",
        "form": "options",
        "players": players,
        "options": {
            p: {
                n: {"title": n, "irreversible": ways[form.irreversible[n]]}
                if form.irreversible and n in form.irreversible
                else {"title": n}
                for n in own
            }
            for p, own in zip(players, form.options, strict=True)
        },
        "preferences": {
            p: {"statements": [text(w) for w in own]}
            for p, own in zip(players, form.wishes, strict=True)
        },
    }
    if form.infeasible:
        file["infeasible"] = [text(s) for s in form.infeasible]
    if form.merged:
        file["merged"] = {f"group{k}": {"when": text(s)} for k, s in enumerate(form.merged)}
    return file


def places(form: witness.OptionForm, conflict: Any) -> list[int]:
    """Return, for each state of the witness, where the package has it, by what it is called."""
    labels = {state.label: k for k, state in enumerate(conflict.states)}
    found = []
    for state in form.states():
        group = [k for k, m in enumerate(form.merged) if witness.holds(m, state[0])]
        signs = "".join("Y" if taken else "N" for taken in state[0].values())
        found.append(labels[f"group{group[0]}" if group else signs])
    assert sorted(found) == list(range(len(conflict.states)))
    return found


def forms(block: int, count: int) -> list[tuple[witness.OptionForm, Any, dict[str, Any]]]:
    rng = random.Random(f"options {block}")
    found = []
    for _ in range(count):
        form = random_form(rng)
        file = as_file(rng, form)
        found.append((form, Model.from_dict(file), file))
    return found
