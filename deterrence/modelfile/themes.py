"""What models are about: the themes that the files which ship may name.

``S1`` to ``S21`` are the steps of an argument on European and Eurasian security that gave
the project its subject; the others are those of the theory of deterrence.  A file of your
own may name any theme.

>>> THEMES["S5"]
'arms control and shared norms have eroded'
>>> matching_themes("arms")
('S2', 'S5', 'S11', 'arms-control')
"""

from __future__ import annotations

THEMES = {
    "S1": "the Euro-Atlantic area is split into two unequal poles, NATO and Russia",
    "S2": "confrontation below open war: information warfare, arms and help for a third party",
    "S3": "the worst case: direct fighting between the two, which may turn nuclear",
    "S4": "lower intensity through a new balance and mutual deterrence",
    "S5": "arms control and shared norms have eroded",
    "S6": "consultation bodies could not stop the estrangement",
    "S7": "a pan-European institution that could have bound everybody, and was politicised",
    "S8": "security that is equal and indivisible, as a principle",
    "S9": "the enlargement of an alliance is felt as a threat by the one left outside",
    "S10": "shared responsibility without a hegemon, against dominance by one member",
    "S11": "security in many dimensions: information, cyber, economy and finance beside arms",
    "S12": "first a forum for consultation with few obligations, permanent institutions later",
    "S13": "inclusiveness against deterrence: many states keep ties to all sides",
    "S14": "an alliance with strict mutual obligations as an instrument of deterrence",
    "S15": "third parties, interventions, proteges",
    "S16": "two powers, both rivals of a third, one openly and one not yet",
    "S17": "the war itself fixes the settlement: how wars end",
    "S18": "interference, sanctions and a politicised economy as instruments",
    "S19": "the linkage of issues",
    "S20": "an institution that outlives its purpose and looks for a rival",
    "S21": "a framework that grows case by case",
    "alliances": "promises to others, and who is attacked, helped or restrained by them",
    "arms-control": "verification, inspection, arms races",
    "bargaining": "war as the failure of a bargain that both would prefer",
    "brinkmanship": "threats that leave something to chance",
    "commitment": "tied hands, and promises that cannot be kept",
    "coordination": "several equilibria, and trust in the better one",
    "credibility": "whether a threat would be carried out, and whether that is believed",
    "escalation": "rungs, thresholds and who climbs first",
    "first-strike": "the fear of a surprise attack",
    "hybrid": "means short of open war, and who is behind them",
    "institutions": "mediators, guarantees, and what they change",
    "nuclear": "risks and stakes of nuclear war",
    "private-information": "what only one side knows, and what its moves tell the other",
    "reputation": "what is done now for the sake of those who watch",
    "signalling": "costly moves that tell who somebody is",
}


def matching_themes(words: str) -> tuple[str, ...]:
    """Return the themes whose tag is ``words``, or else those that speak of all the words."""
    asked = words.strip().casefold()
    exact = tuple(tag for tag in THEMES if tag.casefold() == asked)
    if exact:
        return exact
    return tuple(
        tag
        for tag, about in THEMES.items()
        if asked and all(w in f"{tag} {about}".casefold() for w in asked.split())
    )
