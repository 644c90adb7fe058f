"""Hostile files that are too large, too binary or too many to be committed: made when needed.

``bombs()`` gives name -> (bytes, line of the fault that is expected, piece of its message).
"""

from __future__ import annotations

import gzip

LIMIT = 256 * 1024
HEAD = "title: Bomb\nform: strategic\nplayers: [A, B]\n"
SMALL = (
    HEAD + "actions: {A: [x, y], B: [x, y]}\n"
    "outcomes:\n  o: {payoffs: {A: p, B: 0}}\n"
    "game: {x: {x: o, y: o}, y: {x: o, y: o}}\n"
)
LADDER = (
    "title: Bomb\nform: ladder\nplayers: [A, B]\nladder:\n  rungs: 100\n"
    "  prize: {A: v, B: v}\n  loss: {A: v, B: v}\n  general_war: {A: v, B: v}\n"
    "parameters: {v: {default: 1}, r: {default: 1/50}}\n"
)
TREE = "title: Bomb\nform: extensive\nplayers: [A, B]\noutcomes: {w: {payoffs: {A: 1, B: 2}}}\n"
Bomb = tuple[bytes, int, str]


def _fill(head: str, piece: str, tail: str = "") -> str:
    """Repeat ``piece`` until the file is nearly as large as is allowed."""
    return head + piece * ((LIMIT - 100 - len(head) - len(tail)) // len(piece)) + tail


def _numbered(head: str, piece: str, count: int, tail: str = "") -> str:
    return head + "".join(piece.format(i) for i in range(count)) + tail


def _parameters(piece: str, count: int) -> str:
    """Return a small game with many parameters."""
    return _numbered(SMALL + "parameters:\n", piece, count)


def _yaml_bombs() -> dict[str, tuple[str, int, str]]:
    laughs = "a0: &a0 [lol, lol]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30)
    )
    block = "".join(" " * i + "a:\n" for i in range(500))
    return {
        "alias bomb": (laughs, 2, "the alias '*a0' is not allowed"),
        "quadratic aliases": (
            "a: &a " + "x" * 50_000 + "\nb: [" + "*a, " * 50_000 + "]\n",
            2,
            "the alias '*a' is not allowed",
        ),
        "many anchors": (_numbered("", "k{0}: &a{0} 1\n", 15_000), 1, "the anchor '&a0'"),
        "many tags": (_numbered("", "k{0}: !!x{0} 1\n", 13_000), 1, "the tag"),
        "many duplicates": (_fill("", "key: 1\n"), 2, "the key 'key' occurs twice"),
        "many merge keys": (_fill("", "<<: {a: b}\n"), 1, "the merge key <<"),
        "many documents": (_fill("", "---\na: b\n"), 3, "a second document"),
        "deep lists in brackets": ("[" * 200_000, 1, "nested too deeply"),
        "deep mappings in braces": ("{a: " * 60_000, 1, "nested too deeply"),
        "deep lists closed": ("[" * 100_000 + "]" * 100_000, 1, "nested too deeply"),
        "deep dashes": ("- " * 130_000, 1, "nested too deeply"),
        "deep question marks": ("? " * 130_000, 1, "a list or mapping stands where a key"),
        "deep blocks": (block, 41, "nested too deeply"),
        "deep in a refused value": (
            "a: 1\na: " + "[" * 200_000,
            2,
            "nested too deeply",
        ),
        "one long word": ("x" * (LIMIT - 10), 1, "the file holds 'xxx"),
        "one long comment": ("#" + "x" * (LIMIT - 10), 1, "the file holds no entries"),
        "many comments": (_fill("", "#\n"), 1, "the file holds no entries"),
        "many blank lines": (_fill("", "\n", "x"), 262_044, "the file holds 'x'"),
        "many blanks": (_fill("", " ", "x"), 1, "the file holds 'x'"),
        "many commas": (_fill("[", ","), 1, ""),
        "many colons": (_fill("", ": "), 1, ""),
        "many quotation marks": (_fill("a: '", "''"), 1, "a quotation mark is not closed"),
        "an endless quotation": (_fill('a: "', "x\n"), 1, "a quotation mark is not closed"),
        "a long folded text": (_fill("title: >\n", "  x\n"), 1, "characters"),
        "many words over lines": (_fill("title: ", "x\n "), 1, "characters"),
        "a long key": ("x" * 200_000 + ": 1\n", 1, ""),
        "many keys": (_numbered("", "k{0}: 1\n", 25_000), 10_000, "too many entries"),
        "many items": (_fill(HEAD + "assumptions:\n", "- 1\n"), 0, "too many entries"),
        "many items in brackets": (_fill("a: [", "1,"), 1, "too many entries"),
        "unclosed brackets over lines": (_fill("a: ", "[\n"), 0, "nested too deeply"),
    }


def _schema_bombs() -> dict[str, tuple[str, int, str]]:
    labels = ", ".join(f"a{i}" for i in range(100))
    many = ", ".join(f"P{i}" for i in range(300))
    return {
        "many unknown keys": (_numbered(HEAD, "titel{}: 1\n", 9_000), 4, "unknown key 'titel0'"),
        "many unknown keys in parameters": (
            _numbered(HEAD + "parameters:\n", "  a{}: {{defaul: 1}}\n", 4_000),
            5,
            "unknown key 'defaul' (did you mean 'default'?)",
        ),
        "many bad numbers": (
            _parameters("  a{}: {{default: x}}\n", 4_000),
            9,
            "'x' is not a number",
        ),
        "many bad names": (
            _parameters("  {}a: {{default: 1}}\n", 4_000),
            9,
            "cannot be a name",
        ),
        "many unknown names": (
            _numbered(
                _parameters("  parameter_{}: {{default: 1}}\n", 200) + "assumptions:\n",
                "  - perimeter_{} > 0\n",
                500,
            ),
            210,
            "unknown name 'perimeter_0'",
        ),
        "many unknown outcomes": (
            _numbered(
                SMALL + "parameters: {p: {default: 1}}\nmeasures:\n", "  m{0}: [oo{0}]\n", 199
            ),
            10,
            "unknown outcome 'oo0'",
        ),
        "too many parameters": (
            _parameters("  p{}: {{default: 1}}\n", 4_000),
            8,
            "there are 4000 parameters; expected at most 200",
        ),
        "too many outcomes": (
            _numbered(HEAD + "outcomes:\n", "  o{}: {{payoffs: {{A: 0, B: 0}}}}\n", 2_000),
            4,
            "there are 2000 outcomes",
        ),
        "too many assumptions": (
            _numbered(SMALL + "assumptions:\n", "  - {} > 0\n", 12_000),
            8,
            "there are 12000 assumptions",
        ),
        "too many correlations": (
            _numbered(SMALL + "correlations:\n", "  - {{between: [p, q{}], value: 0.1}}\n", 2_000),
            8,
            "there are 2000 correlations",
        ),
        "a large correlation matrix": (
            _numbered(
                _parameters("  q{0}: {{default: 1}}\n", 190) + "  p: {default: 1}\ncorrelations:\n",
                "  - {{between: [p, q{0}], value: 0.0{0}1}}\n",
                90,
            ),
            200,
            "91 parameters are correlated; expected at most 30",
        ),
        "too many players": (f"title: T\nform: strategic\nplayers: [{many}]\n", 3, "300 players"),
        "too many actions": (
            HEAD + "actions: {A: [" + ", ".join(f"a{i}" for i in range(5_000)) + "], B: [x]}\n",
            4,
            "A has 5000 actions",
        ),
        "a million cells": (
            f"title: T\nform: strategic\nplayers: [A, B, C]\n"
            f"actions: {{A: [{labels}], B: [{labels}], C: [{labels}]}}\n"
            "game: [[[1, 1, 1]]]\n",
            5,
            "the game has 100 x 100 x 100 cells; expected at most 10000",
        ),
        "10^16 cells": (
            "title: T\nform: strategic\nplayers: [A, B, C, D, E, F, G, H]\nactions:\n"
            + "".join(f"  {p}: [{labels}]\n" for p in "ABCDEFGH")
            + "game: []\n",
            13,
            "expected at most 10000",
        ),
        "10^9 rungs": (LADDER.replace("100", "1000000000"), 5, "is no number of rungs"),
        "10^400 rungs": (LADDER.replace("100", "1e400"), 5, "is no number of rungs"),
        "rungs with many digits": (
            LADDER.replace("100", "9" * 200_000),
            5,
            "is no number of rungs",
        ),
        "many patterns": (
            _numbered(SMALL + "measures:\n", "  m{}: ['*a*b*c*d*e*f*', '*g*']\n", 190),
            8,
            "the measures have 380 patterns",
        ),
        "a long label": (
            f"title: T\nform: strategic\nplayers: [{'A' * 200_000}, B]\n",
            3,
            "200000",
        ),
        "many cells without outcomes": (
            HEAD
            + f"actions: {{A: [{labels}], B: [{labels}]}}\ngame:\n"
            + ("  - [" + ", ".join(["x"] * 100) + "]\n") * 100,
            6,
            "unknown outcome 'x'",
        ),
    }


def _number_bombs() -> dict[str, tuple[str, int, str]]:
    chain = "".join(f"  f{i}: {{formula: f{i - 1} + f{i - 1}}}\n" for i in range(1, 150))
    powers = "".join(f"  f{i}: {{formula: f{i - 1}**9}}\n" for i in range(1, 150))
    ring = "".join(f"  f{i}: {{formula: f{(i + 1) % 190} + 1}}\n" for i in range(190))
    long = "/".join(["7" * 145 + "1", "3" * 140 + "7"])
    heavy = "+".join(["a*b"] * 35)
    deep = "".join(f"  f{i}: {{formula: (f{i - 1} + 1)/2}}\n" for i in range(1, 190))
    two = f"a: {{default: {long}}}, b: {{default: {long[::-1]}}}, p: {{default: 1}}"
    return {
        "10^6 digits": (SMALL + f"parameters: {{p: {{default: {'9' * 10**6}}}}}\n", 1, "too large"),
        "200000 digits": (
            SMALL + f"parameters: {{p: {{default: {'9' * 200_000}}}}}\n",
            8,
            "has 200000 characters",
        ),
        "200000 digits in a formula": (
            SMALL.replace("A: p", "A: " + "9" * 200_000),
            6,
            "the expression has 200000 characters",
        ),
        "many parentheses": (
            SMALL.replace("A: p", "A: " + "(" * 900 + "1" + ")" * 900),
            6,
            "is not an expression",
        ),
        "doubling formulas": (
            SMALL + "parameters:\n  p: {default: 1}\n  f0: {default: 1}\n" + chain,
            20,
            "too long with those it refers to written out",
        ),
        "powers of powers": (
            SMALL + "parameters:\n  p: {default: 1}\n  f0: {default: 2}\n" + powers,
            15,
            "grows beyond",
        ),
        "formulas in a chain": (
            SMALL + "parameters:\n  p: {default: 1}\n  f0: {default: 2}\n" + deep,
            0,
            "too long with those it refers to written out",
        ),
        "a ring of formulas": (
            SMALL + "parameters:\n  p: {default: 1}\n" + ring,
            10,
            "the formula refers to itself",
        ),
        "long formulas in long numbers for many scenarios": (
            _numbered(
                SMALL
                + f"parameters: {{{two}}}\nassumptions:\n"
                + f"  - {heavy} > a - a\n" * 400
                + "scenarios:\n",
                f"  s{{}}: {{{{values: {{{{a: {long[:100]}}}}}}}}}\n",
                490,
            ),
            0,
            "takes too long",
        ),
        "too many terms": (
            SMALL
            + "parameters: {p: {default: 1}}\nassumptions:\n"
            + "".join("  - min(" + ",".join(["p"] * 480) + f") > {-i - 1}\n" for i in range(230)),
            0,
            "the formulas are too long",
        ),
        "a ladder with a long cost": (
            LADDER.replace("  prize", "  cost: {A: " + "+".join(["v"] * 39) + ", B: 1}\n  prize"),
            6,
            "too long for a ladder",
        ),
        "a ladder whose costs do not add up": (
            LADDER.replace(
                "  prize", "  cost: {A: v**k + r**k + (v + r)**k + (v - r)**k, B: 1}\n  prize"
            ),
            4,
            "add up to more than",
        ),
        "a ladder with growing numbers": (
            LADDER.replace("  prize", "  hazard: 0.012345678901234567\n  prize"),
            4,
            "grows beyond",
        ),
        "a ladder with rungs of one name": (
            LADDER.replace("rungs: 100", "rungs: [" + "x, " * 99 + "x]"),
            5,
            "the label 'x' occurs twice",
        ),
    }


def _byte_bombs() -> dict[str, Bomb]:
    good = (SMALL + "parameters: {p: {default: 1}}\n").encode()
    return {
        "nothing": (b"", 1, "the file is empty"),
        "only blanks": (b" \n\n  \r\n", 1, "the file is empty"),
        "only a byte order mark": (b"\xef\xbb\xbf", 1, "the file holds no entries"),
        "UTF-16 little": (good.decode().encode("utf-16"), 1, "encoded in UTF-16"),
        "UTF-16 big": (b"\xfe\xff" + good.decode().encode("utf-16-be"), 1, "encoded in UTF-16"),
        "UTF-16 without mark": (good.decode().encode("utf-16-le"), 1, "a NUL byte"),
        "UTF-32 little": (good.decode().encode("utf-32"), 1, "encoded in UTF-32"),
        "UTF-32 big": (b"\x00\x00\xfe\xff" + b"\0\0\0t", 1, "encoded in UTF-32"),
        "Latin-1": (good + b"summary: caf\xe9\n", 9, "the byte 0xE9 is not UTF-8"),
        "Windows-1252": (good + b"summary: \x93x\x94\n", 9, "the byte 0x93 is not UTF-8"),
        "UTF-8 cut off": (good + b"summary: caf\xc3", 9, "the byte 0xC3 is not UTF-8"),
        "overlong UTF-8": (good + b"summary: \xc0\xaf\n", 9, "the byte 0xC0 is not UTF-8"),
        "UTF-8 surrogate": (good + b"summary: \xed\xa0\x80\n", 9, "the byte 0xED is not UTF-8"),
        "NUL": (good + b"summary: a\0b\n", 9, "a NUL byte"),
        "many NUL": (b"\0" * LIMIT, 1, "a NUL byte"),
        "escape sequences": (good + b"summary: \x1b[2J\n", 9, "U+001B"),
        "bell": (b"title: \x07\n", 1, "U+0007"),
        "delete": (b"title: \x7f\n", 1, "U+007F"),
        "C1 control": ("title: \x85x\n".encode(), 1, "U+0085"),
        "line separator": ("title: x\u2028y\n".encode(), 1, "U+2028"),
        "paragraph separator": ("title: x\u2029y\n".encode(), 1, "U+2029"),
        "text direction override": ("title: \u202egnorw\n".encode(), 1, "U+202E"),
        "text direction isolate": ("title: \u2066x\n".encode(), 1, "U+2066"),
        "byte order mark inside": ("title: \ufeffx\n".encode(), 1, "U+FEFF"),
        "noncharacter": ("title: \uffffx\n".encode(), 1, "U+FFFF"),
        "carriage returns alone": (good.replace(b"\n", b"\r"), 1, "a carriage return"),
        "many carriage returns": (b"a: b\r" * 50_000, 1, "a carriage return"),
        "many tabs": (b"\t" * LIMIT, 1, "the file is empty"),
        "tabs and words": (b"a:\tb\n" * 50_000, 1, "a tab"),
        "gzip": (gzip.compress(good, mtime=0), 1, "not UTF-8"),
        "a program": (b"\x7fELF\x02\x01\x01" + b"\0" * 500, 1, "U+007F"),
        "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, 1, "not UTF-8"),
        "one byte too large": (b"#" * (LIMIT + 1), 1, "too large"),
        "far too large": (b"a: b\n" * 2_000_000, 1, "too large"),
    }


def _tree_bombs() -> dict[str, tuple[str, int, str]]:
    doubling = "".join(
        f"  p{i}: {{player: A, moves: {{x: p{i + 1}, y: p{i + 1}}}}}\n" for i in range(1_500)
    )
    last = "  p1500: {player: A, moves: {x: w, y: w}}\n"
    small = "tree: {player: A, moves: {x: w, y: w}}\n"
    eight = "title: Bomb\nform: extensive\nplayers: [A, B, C, D, E, F, G, H]\n"
    fifty = ", ".join(f"t{i}: 1/50" for i in range(50))
    everybody = "".join(f"  {p}: {{{fifty}}}\n" for p in "ABCDEFGH")
    worth = "outcomes: {w: {payoffs: {" + ", ".join(f"{p}: 1" for p in "ABCDEFGH") + "}}}\n"
    two = f"types: {{A: {{{fifty}}}, B: {{{fifty}}}}}\n"
    ones = ", ".join(f"t{k}: 1" for k in range(50))
    by_type = ", ".join(f"t{i}: {{B: {{{ones}}}}}" for i in range(50))
    deep = "{player: A, moves: {x: "
    return {
        "exponential parts": (TREE + "tree: p0\nparts:\n" + doubling + last, 5, "more than"),
        "cyclic parts": (
            TREE + "tree: p0\nparts:\n" + doubling + last.replace("w", "p0"),
            0,
            "the part contains itself",
        ),
        "a part in itself": (
            TREE + "tree: p\nparts:\n  p: {player: A, moves: {x: p, y: w}}\n",
            7,
            "the part contains itself: p -> p",
        ),
        "a deep tree": (TREE + "tree: " + deep * 10_000, 5, "nested too deeply"),
        "many types": (
            _numbered(TREE + small + "types:\n  A:\n", "    t{0}: 1/9\n", 9_000),
            7,
            "A has 9000 types",
        ),
        "a million types": (
            _numbered(TREE + small + "types:\n  A:\n", "    t{0}: 1\n", 1_000_000),
            1,
            "too large",
        ),
        "types of eight players": (
            eight + worth + "types:\n" + everybody + small,
            14,
            "combinations of types",
        ),
        "chances by the types of eight players": (
            eight
            + worth
            + "types:\n"
            + everybody
            + "tree:\n  chance:\n"
            + "".join(
                f"    e{p}: {{probability: {{{p}: {{{ones.replace(': 1', ': 1/9')}}}}}, then: w}}\n"
                for p in "ABCDEFGH"
            )
            + "    left: {probability: rest, then: w}\n",
            15,
            "combinations of types",
        ),
        "an outcome by the types of eight players": (
            eight
            + "outcomes: {w: {payoffs: {"
            + ", ".join(f"{p}: {{{ones}}}" for p in "ABCDEFGH")
            + "}}}\ntypes:\n"
            + everybody
            + small,
            14,
            "combinations of types",
        ),
        "chances by types, many": (
            TREE
            + two
            + "tree:\n  player: A\n  moves:\n"
            + "".join(
                f"    m{n}: {{chance: {{a: {{probability: {{A: {{{ones}}}}}, then: w}},"
                f" b: {{probability: {{B: {{{ones}}}}}, then: w}},"
                f" c: {{probability: rest, then: w}}}}}}\n"
                for n in range(80)
            ),
            0,
            "combinations of types",
        ),
        "payoffs for every pair of types": (
            TREE.replace("A: 1", f"A: {{{by_type}}}").replace("B: 2", "B: {t0: 1}") + two + small,
            4,
            "no entry for t1",
        ),
        "many outcomes by types": (
            "title: Bomb\nform: extensive\nplayers: [A, B]\n"
            + two
            + "outcomes:\n"
            + "".join(f"  w{n}: {{payoffs: {{A: {{{ones}}}, B: 0}}}}\n" for n in range(150))
            + "tree: {player: A, moves: {x: w0}}\n",
            5,
            "too many once types are put in",
        ),
        "many moves with faults": (
            _numbered(TREE + "tree:\n  player: A\n  moves:\n", "    m{0}: v{0}\n", 9_000),
            8,
            "unknown outcome 'v0'",
        ),
        "many sets that do not fit": (
            _numbered(
                TREE + "tree: w\nparts:\n",
                "  p{0}: {{player: A, at: s, moves: {{m{0}: w}}}}\n",
                1_900,
            ),
            8,
            "the actions at 's' are others in line 7",
        ),
        "many chances with faults": (
            _numbered(
                TREE + "tree:\n  chance:\n", "    e{0}: {{probability: 2, then: w}}\n", 3_000
            ),
            7,
            "the probability of e0 is 2",
        ),
        "heavy priors": (
            TREE
            + "parameters: {p: {default: 1/3}}\ntypes:\n"
            + "".join(f"  {n}: {{x: {'*'.join(['p'] * 240)}, y: 1/2}}\n" for n in "AB")
            + small,
            7,
            "the probabilities sum to",
        ),
        "definitions that double": (
            TREE
            + small
            + "definitions:\n  d0: 1\n"
            + "".join(f"  d{i}: d{i - 1} + d{i - 1}\n" for i in range(1, 150)),
            0,
            "is too long with those it refers to written out",
        ),
        "definitions used many times": (
            TREE
            + small
            + f"definitions:\n  d: {' + '.join(['x'] * 100)}\n"
            + f"  e: {' + '.join(['d'] * 4)}\n"
            + "parameters: {x: {default: 1}}\nassumptions:\n"
            + f"  - {' + '.join(['e'] * 100)} > 0\n" * 300,
            11,
            "too long with its definitions written out",
        ),
        "definitions used in many places": (
            TREE
            + small
            + f"definitions:\n  d: {' + '.join(['x'] * 100)}\n"
            + "parameters: {x: {default: 1}}\nregimes:\n"
            + "".join(
                f"  - {{name: r, when: [{', '.join(f'd + {k} > {n}' for k in range(40))}]}}\n"
                for n in range(200)
            ),
            0,
            "too long with its definitions written out",
        ),
        "many claims about sets": (
            _numbered(
                TREE + small + "known_results:\n",
                "  - {{title: x, behaviour: [{{A: {{s{0}: x}}}}]}}\n",
                500,
            ),
            7,
            "unknown information set of A 's0'",
        ),
    }


#: Two players with ten options each.
OPTIONS = f"""\
title: T
form: options
players: [A, B]
options:
  A: [{", ".join(f"a{k}" for k in range(10))}]
  B: [{", ".join(f"b{k}" for k in range(10))}]
preferences:
  A: {{statements: [a1]}}
  B: {{statements: [b1]}}
"""


def _option_bombs() -> dict[str, tuple[str, int, str]]:
    def infeasible(text: str, count: int = 1) -> str:
        return f"{OPTIONS}infeasible:\n" + f"  - {text}\n" * count

    long = "1 and -1 or " * 80 + "1 and -1"
    merged = OPTIONS.replace("[a1]", f"[{', '.join(['a1 or b1'] * 190)}]")
    order = " > ".join(f"a1 and b{k % 10}" for k in range(3_000))
    named = "".join(f"  s{k}: {'YN'[k % 2] * 20}\n" for k in range(490))
    product = "*".join(f"a{k}*b{k}" for k in range(10))
    return {
        "a statement with a million brackets": (
            infeasible(f'"{"(" * 100_000}a1"'), 11, "the statement has 100,002 characters"
        ),
        "a statement with many brackets": (
            infeasible(f'"{"(" * 900}a1"'), 11, "nested too deeply"
        ),
        "many long statements": (infeasible(long, 190), 13, "the statements of this file"),
        "many statements of merged states": (
            f"{merged}merged:\n" + "".join(f"  m{k}: a{k} and not a{k}\n" for k in range(10)),
            11,
            "no feasible pattern fits this",
        ),
        "a long order": (
            OPTIONS.replace("{statements: [b1]}", f"{{order: {order}}}"), 9, "stands twice"
        ),
        "many names of two states": (f"{OPTIONS}states:\n{named}", 13, "is the same state as s0"),
        "a product of all options": (
            OPTIONS.replace("{statements: [b1]}", f"{{payoff: {product}}}"), 9, "1,048,576"
        ),
        "many options": (
            OPTIONS.replace("a9]", ", ".join(f"c{k}" for k in range(5_000)) + "]"), 4,
            "there are 5019 options",
        ),
    }  # fmt: skip


def bombs() -> dict[str, Bomb]:
    """Return every hostile file by name; line 0 means that any line will do."""
    texts = {**_yaml_bombs(), **_schema_bombs(), **_number_bombs(), **_tree_bombs()}
    texts |= _option_bombs()
    encoded = {name: (text.encode(), line, piece) for name, (text, line, piece) in texts.items()}
    return {**encoded, **_byte_bombs()}
