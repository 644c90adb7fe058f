"""Do any beliefs support a pure profile?  A check by definition, with z3, sharing no code.

Every node of a decision has an unknown belief.  Sequential rationality compares the
profile with every pure continuation plan of the player from the set on; Bayes and
pre-consistency are stated as they are defined.
"""

from __future__ import annotations

import itertools

import z3


def _path(game, start, node):
    """Moves (set, position) from one node down to another, or None."""
    moves = []
    while node != start:
        if node < start:
            return None
        here = game.nodes[node]
        moves.append((game.nodes[here.parent].set, here.move))
        node = here.parent
    return moves[::-1]


def _chance(game, profile, start, node, skip=None, plan=None):
    """Probability of a path; ``skip``'s own moves count as certain, ``plan`` replaces moves."""
    path = _path(game, start, node)
    if path is None:
        return 0
    total = 1
    for h, a in path:
        s = game.sets[h]
        if s.is_chance:
            total *= s.chances[a]
        elif plan is not None and h in plan:
            total *= plan[h] == a
        elif s.player != skip:
            total *= profile[s.player][s.label].get(s.actions[a], 0)
    return total


def _worth(game, profile, start, me, plan=None):
    end = start + game.sizes[start]
    total = 0
    for k in range(start + 1, end):
        outcome = game.nodes[k].outcome
        if outcome is not None:
            total += _chance(game, profile, start, k, plan=plan) * game.outcomes[outcome][me]
    return total


def _num(value):
    return z3.RealVal(str(value))


def supported(game, profile, concept) -> bool:
    """Say whether beliefs exist with which a profile is a weak-pbe or a pbe."""
    solver = z3.Solver()
    belief = {}
    sets = [h for h, s in enumerate(game.sets) if not s.is_chance]
    for h in sets:
        nodes = game.sets[h].nodes
        belief[h] = {x: z3.Real(f"b{h}_{x}") for x in nodes}
        solver.add(z3.Sum(list(belief[h].values())) == 1)
        solver.add(*[b >= 0 for b in belief[h].values()])
    for h in sets:
        s = game.sets[h]
        me = game.players.index(s.player)
        inside = [
            k
            for k in sets
            if game.sets[k].player == s.player
            and any(_path(game, x, y) is not None for x in s.nodes for y in game.sets[k].nodes)
        ]
        base = {x: _worth(game, profile, x, me) for x in s.nodes}
        for choice in itertools.product(*(range(len(game.sets[k].actions)) for k in inside)):
            plan = dict(zip(inside, choice, strict=True))
            gain = [
                _num(_worth(game, profile, x, me, plan) - base[x]) * belief[h][x] for x in s.nodes
            ]
            solver.add(z3.Sum(gain) <= 0)
        sources = [{x: _chance(game, profile, 0, x) for x in s.nodes}]
        if concept == "pbe":
            first, last = s.nodes[0], s.nodes[-1]
            root = max(r for r in game.subgame_roots if r <= first and last < r + game.sizes[r])
            sources.append({x: _chance(game, profile, root, x, skip=s.player) for x in s.nodes})
            # Moves on the way to every node were made without knowing which it is.
            shared = set.intersection(*(set(_path(game, root, x)) for x in s.nodes))
            known = {(k, a) for k, a in shared if not game.sets[k].is_chance}
            plan = dict(known)
            sources.append(
                {x: _chance(game, profile, root, x, skip=s.player, plan=plan) for x in s.nodes}
            )
            for k in sets:
                if k == h or game.sets[k].player != s.player or k not in _before(game, h):
                    continue
                carried = {
                    y: z3.Sum(
                        [
                            _num(_chance(game, profile, x, y, skip=s.player, plan=plan))
                            * belief[k][x]
                            for x in game.sets[k].nodes
                        ]
                    )
                    for y in s.nodes
                }
                total = z3.Sum(list(carried.values()))
                for y in s.nodes:
                    solver.add(z3.Implies(total > 0, carried[y] == belief[h][y] * total))
        for weights in sources:
            total = sum(weights.values())
            if total:
                solver.add(*[belief[h][x] == _num(w / total) for x, w in weights.items()])
    answer = solver.check()
    assert answer != z3.unknown
    return answer == z3.sat


def _before(game, h):
    """The sets that lie before the first node of a set."""
    found = set()
    k = game.sets[h].nodes[0]
    while game.nodes[k].parent >= 0:
        k = game.nodes[k].parent
        found.add(game.nodes[k].set)
    return found


def consistent(game, profile) -> bool:
    """Say whether a pure profile is a sequential equilibrium, by orders of mistakes up to 2.

    Every action that is not played is a mistake of order 1 or 2 and of some positive
    weight; beliefs are the weights of the nodes of least order (Kreps and Wilson 1982).
    """
    sets = [h for h, s in enumerate(game.sets) if not s.is_chance]
    mistakes = [
        (h, a)
        for h in sets
        for a, label in enumerate(game.sets[h].actions)
        if not profile[game.sets[h].player][game.sets[h].label].get(label, 0)
    ]
    paths = {x: _path(game, 0, x) for h in sets for x in game.sets[h].nodes}
    relevant = [
        m
        for m in mistakes
        if any(
            m in path
            for h in sets
            if len(game.sets[h].nodes) > 1
            for x, path in paths.items()
            if x in game.sets[h].nodes
        )
    ]
    weight = {m: z3.Real(f"t{m[0]}_{m[1]}") for m in mistakes}
    gains = {}
    for h in sets:
        s = game.sets[h]
        me = game.players.index(s.player)
        played = next(a for a in range(len(s.actions)) if (h, a) not in mistakes)
        for x in s.nodes:
            worth = [
                _worth(game, profile, c, me) + _paid(game, c, me) for c in game.nodes[x].children
            ]
            gains[x] = [worth[played] - w for w in worth]
    for orders in itertools.product((1, 2), repeat=len(relevant)):
        order = dict(zip(relevant, orders, strict=True))
        solver = z3.Solver()
        solver.add(*[t > 0 for t in weight.values()])
        for h in sets:
            s = game.sets[h]
            total = {x: sum(order.get(m, 1) for m in paths[x] if m in weight) for x in s.nodes}
            least = min(total.values())
            for a in range(len(s.actions)):
                terms = []
                for x in s.nodes:
                    if total[x] > least or not gains[x][a]:
                        continue
                    term = _num(gains[x][a])
                    for k, move in paths[x]:
                        if game.sets[k].is_chance:
                            term = term * _num(game.sets[k].chances[move])
                        elif (k, move) in weight:
                            term = term * weight[k, move]
                    terms.append(term)
                if terms:
                    solver.add(z3.Sum(terms) >= 0)
        answer = solver.check()
        assert answer != z3.unknown
        if answer == z3.sat:
            return True
    return False


def _paid(game, node, me):
    outcome = game.nodes[node].outcome
    return 0 if outcome is None else game.outcomes[outcome][me]
