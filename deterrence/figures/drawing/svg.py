"""SVG files made small: matplotlib's drawing with nothing in it that cannot be seen.

Texts stay outlines, so that they look the same where the font is missing; but every outline
is written once, in whole units and steps from point to point.  A hatch is one small tile
instead of a page full of lines.  Coordinates have two decimals, which is 0.0035 mm, and points
on straight lines are left out.  What the file says to a screen reader are its title and its
description.

>>> steps("M 0 0 L 0 5 L 0 10 L 7.5 10 z", 2)
'M0 0v10h7.5z'
"""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from html import escape

_SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_GLYPH = re.compile(r"([A-Za-z]+(?:-[A-Za-z]+)?)-([0-9a-f]+)")
_PATH = re.compile(r'<path d="([^"]*)" style="([^"]*)"/>\n')
_NUMBER = re.compile(r"-?\d*\.?\d+(?:[eE][-+]?\d+)?")
_COMMAND = re.compile(r"([MLQCz])([^MLQCz]*)")
_SHIFT = re.compile(r"translate\((\S+) (\S+)\)")
#: Decimals of coordinates, and how far a point may lie from the line that stands for it.
_DIGITS, _NEAR = 2, 0.015
#: Units of the font that make one of an outline: at 7 points 0.003 mm.
_COARSE = 8
#: Letters of a word from which it is worth a name.
_SHARED = 3

Point = tuple[float, float]
#: The glyphs of a word, each with its place: to the right of the first one, and up.
_Word = tuple[tuple[str, int, int], ...]


def compact(data: bytes, heading: str, text: str) -> bytes:
    """Return a file of matplotlib in few bytes, with its title and its description."""
    root = ElementTree.fromstring(data)
    name = hashlib.sha256(f"{heading}\n{text}".encode()).hexdigest()[:10]
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<svg xmlns="{_SVG}" xmlns:xlink="{_LINK}" width="{_size(root, "width")}" '
        f'height="{_size(root, "height")}" viewBox="{_numbers(root.get("viewBox", ""))}" '
        f'role="img" aria-labelledby="t{name} d{name}">'
        f'<title id="t{name}">{escape(heading, quote=False)}</title>'
        f'<desc id="d{name}">{escape(text, quote=False)}</desc>\n'
    )
    parts = [child for child in root if _tag(child) not in ("title", "metadata")]
    everything = [e for part in parts for e in part.iter()]
    looks = {e.get("id", ""): e.get("style", "") for e in everything if _tag(e) == "path"}
    for e in everything:
        if _tag(e) == "use" and (own := looks.get(e.get(f"{{{_LINK}}}href", "#")[1:])):
            # What a marker says itself is not said again wherever it stands.
            e.set("style", _without(e.get("style", ""), own))
    blanks = {_short(e.get("id", "")) for e in everything if _tag(e) == "path" and not e.get("d")}
    writer = _Writer(Counter(w for e in everything for _, w in _words(e, blanks) or ()), blanks)
    body = _merged("".join(map(writer.written, parts)))
    return f"{head}{body}</svg>\n".encode()


def _merged(body: str) -> str:
    """Join neighbouring paths that look the same into one."""
    lines: list[str] = []
    last = own = ""
    for line in body.splitlines(keepends=True):
        found = _PATH.fullmatch(line)
        path, look = ("", "") if found is None or "opacity" in found[2] else found.groups()
        if look and look == last:
            own += path
            lines[-1] = f'<path d="{own}" style="{look}"/>\n'
        else:
            lines.append(line)
            own = path
        last = look
    return "".join(lines)


def _size(root: ElementTree.Element, side: str) -> str:
    return _numbers(root.get(side, "")) or "0"


def _tag(e: ElementTree.Element) -> str:
    return e.tag.rpartition("}")[2]


def _words(e: ElementTree.Element, blanks: Collection[str]) -> list[tuple[int, _Word]] | None:
    """Return the words of a text, each with its place; None for anything else."""
    if _tag(e) != "g" or any(_tag(c) not in ("use", "defs") for c in e):
        return None
    words: list[tuple[int, _Word]] = []
    begin = 0.0
    word: list[tuple[str, int, int]] = []
    for c in e:
        if _tag(c) != "use":
            continue
        shift = _SHIFT.fullmatch(c.get("transform", "translate(0 0)"))
        if shift is None or set(c.keys()) - {f"{{{_LINK}}}href", "transform"}:
            return None
        x, y = map(float, shift.groups())
        name = _short(c.get(f"{{{_LINK}}}href", "#")[1:])
        if name in blanks:
            words += [(round(begin), tuple(word))] if word else []
            word = []
            continue
        begin = begin if word else x
        word.append((name, round(x - begin), round(y)))
    return [*words, (round(begin), tuple(word))] if word else words


def _element(tag: str, attributes: Mapping[str, str], inside: str = "") -> str:
    told = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    end = "\n" if tag in ("path", "g") else ""
    return f"<{tag}{told}>{inside}</{tag}>{end}" if inside else f"<{tag}{told}/>{end}"


class _Writer:
    """Writes elements without what says nothing, and a word that comes again once.

    ``counts`` are the numbers of times that words come, ``blanks`` glyphs without an outline.
    """

    def __init__(self, counts: Mapping[_Word, int], blanks: Collection[str]) -> None:
        self.counts, self.blanks = counts, blanks
        self.known: set[str] = set()

    def written(self, e: ElementTree.Element) -> str:
        """Return an element as text."""
        tag = _tag(e)
        if tag == "pattern":
            return _tile(e)
        attributes = dict(_attributes(e, tag))
        words = _words(e, self.blanks)
        inside = "".join(self.written(c) for c in e if words is None or _tag(c) == "defs")
        inside += "".join(self._word(x, word) for x, word in words or ())
        if not inside and tag == "style":
            inside = escape((e.text or "").strip(), quote=False)
        if tag in ("g", "defs") and not inside:
            return ""
        if tag == "g" and not attributes:
            return inside
        return _element(tag, attributes, inside)

    def _word(self, x: int, word: _Word) -> str:
        """Return a word; one that comes several times is written out the first time."""
        if self.counts[word] < 2 or len(word) < _SHARED:
            return _spelt(x, word)
        letters = _spelt(0, word)
        name = f"w{hashlib.sha256(letters.encode()).hexdigest()[:6]}"
        place = {"xlink:href": f"#{name}"} | ({"x": str(x)} if x else {})
        told = "" if name in self.known else f'<defs><g id="{name}">{letters}</g></defs>'
        self.known.add(name)
        return told + _element("use", place)


def _spelt(x: int, word: _Word) -> str:
    """Return the glyphs of a word that begins at a place."""
    return "".join(
        _element(
            "use",
            {"xlink:href": f"#{name}"}
            | ({"x": str(x + right)} if x + right else {})
            | ({"y": str(up)} if up else {}),
        )
        for name, right, up in word
    )


def _attributes(e: ElementTree.Element, tag: str) -> Iterator[tuple[str, str]]:
    glyph = tag == "path" and _GLYPH.fullmatch(e.get("id", "")) is not None
    for name, value in e.items():
        if name == "id":
            # Names of groups say nothing, and may stand in a file more than once.
            if tag != "g":
                yield "id", _short(value)
        elif name == "d":
            yield "d", steps(value, 0, _COARSE) if glyph else steps(value, _DIGITS)
        elif name == "style":
            if styled := _style(value):
                yield "style", styled
        elif name == f"{{{_LINK}}}href":
            yield "xlink:href", f"#{_short(value[1:])}"
        elif name == "transform":
            shift = _SHIFT.fullmatch(value)
            if shift and tag == "use":
                for axis, length in zip("xy", shift.groups(), strict=True):
                    if (short := _number(float(length), 0)) != "0":
                        yield axis, short
            elif glyph:
                yield name, f"scale({_number(_COARSE * float(value[6:-1]), 6)})"
            else:
                yield name, _transform(value)
        elif name in ("x", "y", "width", "height"):
            yield name, _numbers(value)
        else:
            yield name, value


def _short(name: str) -> str:
    """Return the name of a glyph in few letters; it says which font and which glyph.

    >>> _short("DejaVuSans-Bold-3a"), _short("mb1b4c5a40c")
    ('DB3a', 'mb1b4c5a40c')
    """
    found = _GLYPH.fullmatch(name)
    if found is None:
        return name
    return "".join(re.findall("[A-Z]", found[1].replace("DejaVuSans", "D"))) + found[2]


def _style(text: str) -> str:
    """Return a style without blanks, and without what is so in any case."""
    pairs = [part.partition(":") for part in text.split(";") if ":" in part]
    parts = {name.strip(): value.strip() for name, _, value in pairs}
    told = []
    for name, value in parts.items():
        if re.fullmatch(r"#([0-9a-f])\1([0-9a-f])\2([0-9a-f])\3", value):
            value = f"#{value[1::2]}"
        elif name in ("stroke-width", "stroke-dasharray", "stroke-dashoffset", "opacity"):
            value = _numbers(value)
        if (name, value) not in (("stroke-linejoin", "round"), ("stroke-linecap", "butt")):
            told.append(f"{name}:{value}")
    return ";".join(told)


def _without(style: str, known: str) -> str:
    """Return a style without the properties that another one has."""
    names = {part.partition(":")[0].strip() for part in known.split(";")}
    parts = [p for p in style.split(";") if p.partition(":")[0].strip() not in names]
    return ";".join(parts)


def _transform(text: str) -> str:
    return re.sub(
        r"(\w+)\(([^)]*)\)\s*",
        lambda m: f"{m[1]}({_numbers(m[2], 2 if m[1] == 'translate' else 6)})",
        text,
    )


def _numbers(text: str, digits: int = _DIGITS) -> str:
    return _NUMBER.sub(lambda m: _number(float(m[0]), digits), text)


def _number(value: float, digits: int = _DIGITS) -> str:
    """Write a number without needless zeros.

    >>> _number(0.50001), _number(-0.004), _number(12.0)
    ('.5', '0', '12')
    """
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", "0"):
        return "0"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


# ---- paths --------------------------------------------------------------------------
def steps(path: str, digits: int, unit: int = 1) -> str:
    """Return a path in steps from point to point, rounded without drifting away.

    Coordinates are counted in units, of which they have ``digits`` decimals.
    """
    scale = 10**digits
    at = start = (0, 0)
    pieces: list[str] = []
    last = ""
    for command, points in _thinned(_parsed(path), 0.0 if digits == 0 else _NEAR):
        places = [(round(x * scale / unit), round(y * scale / unit)) for x, y in points]
        if command == "M":
            told, name = [*places[0]], "M"
            start = places[0]
        elif command == "z":
            told, name, places = [], "z", [start]
        elif command == "L":
            x, y = places[0][0] - at[0], places[0][1] - at[1]
            told, name = ([y], "v") if not x else ([x], "h") if not y else ([x, y], "l")
        else:
            told, name = (
                [c - o for p in places for c, o in zip(p, at, strict=True)],
                command.lower(),
            )
        text = _together([_number(n / scale, digits) for n in told])
        if name == last and name not in "Mz":
            pieces.append(text if text[:1] == "-" else f" {text}")
        else:
            pieces.append(name + text)
        at, last = places[-1], name
    return "".join(pieces)


def _together(numbers: Sequence[str]) -> str:
    """Join numbers with blanks where they need any."""
    return re.sub(r" -", "-", " ".join(numbers))


def _parsed(path: str) -> list[tuple[str, list[Point]]]:
    found = []
    for m in _COMMAND.finditer(path):
        numbers = [float(n) for n in _NUMBER.findall(m[2])]
        found.append((m[1], list(zip(numbers[::2], numbers[1::2], strict=True))))
    return found


def _thinned(
    commands: Sequence[tuple[str, list[Point]]], near: float
) -> Iterator[tuple[str, list[Point]]]:
    """Yield the commands without the points that lie on the line between others."""
    run: list[Point] = []
    for command, points in [*commands, ("", [])]:
        if command == "L" and near and run:
            run += points
            continue
        for p in _needed(run, near)[1:]:
            yield "L", [p]
        run = points[-1:] if command in ("M", "L", "Q", "C") else []
        if command:
            yield command, points


def _needed(run: list[Point], near: float) -> list[Point]:
    """Return the points of a broken line that lie away from the rest (Ramer 1972)."""
    if len(run) <= 2:
        return run
    kept = {0, len(run) - 1}
    parts = [(0, len(run) - 1)]
    while parts:
        i, j = parts.pop()
        (x0, y0), (x1, y1) = run[i], run[j]
        dx, dy = x1 - x0, y1 - y0
        square = dx * dx + dy * dy
        most, place = near, None
        for k in range(i + 1, j):
            px, py = run[k][0] - x0, run[k][1] - y0
            t = min(1.0, max(0.0, (px * dx + py * dy) / square)) if square else 0.0
            away = ((px - t * dx) ** 2 + (py - t * dy) ** 2) ** 0.5
            if away > most:
                most, place = away, k
        if place is not None:
            kept.add(place)
            parts += [(i, place), (place, j)]
    return [run[k] for k in sorted(kept)]


# ---- hatches ------------------------------------------------------------------------
def _tile(pattern: ElementTree.Element) -> str:
    """Return a hatch as the smallest piece that repeats itself.

    matplotlib's is a tile of an inch with all lines and dots of the hatch in it.
    """
    rect, path = (next((c for c in pattern if _tag(c) == t), None) for t in ("rect", "path"))
    commands = [] if path is None else _parsed(path.get("d", ""))
    look = "" if path is None else _style(path.get("style", ""))
    drawn, width, height = _lines(commands)
    if not drawn:
        drawn, width, height, hollow = _dots(commands)
        look = re.sub("fill:[^;]*", "fill:none", look) if hollow else look
    size = f'width="{_number(width, 4)}" height="{_number(height, 4)}"'
    fill = "none" if rect is None else rect.get("fill", "none")
    ground = "" if fill == "none" else f'<rect {size} fill="{fill}"/>'
    return (
        f'<pattern id="{pattern.get("id")}" patternUnits="userSpaceOnUse" {size}>{ground}'
        f'<path d="{drawn}" style="{look}"/></pattern>\n'
    )


def _lines(commands: Sequence[tuple[str, list[Point]]]) -> tuple[str, float, float]:
    """Return the lines of a hatch in one tile, and its size; no lines where there are dots."""
    if any(command not in "ML" for command, _ in commands):
        return "", 0.0, 0.0
    # The distance along the tile's edge from one line to the next, by direction.
    starts: dict[str, list[float]] = {}
    for (_, a), (_, b) in zip(commands[::2], commands[1::2], strict=True):
        (x0, y0), (x1, y1) = a[0], b[0]
        if abs(x1 - x0) < 1e-6:
            starts.setdefault("|", []).append(x0)
        elif abs(y1 - y0) < 1e-6:
            starts.setdefault("-", []).append(y0)
        elif (x1 - x0) * (y1 - y0) > 0:
            starts.setdefault("\\", []).append(x0 - y0)
        else:
            starts.setdefault("/", []).append(x0 + y0)
    if not starts:
        return "", 0.0, 0.0
    places = sorted(next(iter(starts.values())))
    s = places[1] - places[0] if len(places) > 1 else 72.0
    n, h, over = (_number(v, 4) for v in (s, s / 2, s * 1.5))
    forms: Mapping[str, str] = {
        "|": f"M{h} 0V{n}",
        "-": f"M0 {h}H{n}",
        # Corners, too, where the neighbours' lines end.
        "\\": f"M-{h}-{h}L{over} {over}M{h}-{h}L{over} {h}M-{h} {h}L{h} {over}",
        "/": f"M-{h} {over}L{over}-{h}M-{h} {h}L{h}-{h}M{h} {over}L{over} {h}",
    }
    return "".join(forms[way] for way in starts), s, s


def _dots(commands: Sequence[tuple[str, list[Point]]]) -> tuple[str, float, float, bool]:
    """Return the circles of a hatch in one tile, its size, and whether they are hollow.

    Every other row is moved by half a distance.
    """
    middles, radius = [], 0.0
    circle: list[Point] = []
    for command, points in [*commands, ("M", [])]:
        if command == "M" and circle:
            xs, ys = [p[0] for p in circle], [p[1] for p in circle]
            radius = max(radius, (max(xs) - min(xs)) / 2)
            middles.append((round((max(ys) + min(ys)) / 2, 3), round((max(xs) + min(xs)) / 2, 3)))
            circle = []
        circle += points[-1:] if command == "C" else points
    centres = sorted(set(middles))
    rows = sorted({y for y, _ in centres})
    if len(rows) < 2 or len(centres) < 3:
        return "", 72.0, 72.0, False
    height, width = 2 * (rows[1] - rows[0]), centres[1][1] - centres[0][1]
    r, across = _number(radius, 3), _number(2 * radius, 3)

    def dot(x: float, y: float) -> str:
        left = _number(x - radius, 3)
        return f"M{left} {_number(y, 3)}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0z"

    drawn = dot(width / 4, height / 4) + dot(width * 3 / 4, height * 3 / 4)
    # The inside of a hollow circle is a circle of its own.
    return drawn, width, height, len(middles) > len(centres)
