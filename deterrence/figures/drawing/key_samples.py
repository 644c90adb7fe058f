"""Samples in a key: how a thing looks, drawn into a small box."""

from __future__ import annotations

from typing import Any

from deterrence.figures.drawing.page import KeySample, Page


def stroke(inset: float = 0.0, **style: Any) -> KeySample:
    """Return a line from left to right, ``inset`` mm shorter on both sides."""

    def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
        page.line([x + inset, x + w - inset], [y, y], **style)

    return sample


def upright(**style: Any) -> KeySample:
    """Return a line from top to bottom."""

    def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
        page.line([x + w / 2] * 2, [y - h / 2, y + h / 2], **style)

    return sample


def mark(**style: Any) -> KeySample:
    """Return a marker of matplotlib in the middle."""

    def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
        page.line([x + w / 2], [y], **{"ls": "", **style})

    return sample


def filled(inset: float = 0.0, share: float = 1.0, *, more: float = 0.0, **style: Any) -> KeySample:
    """Return a rectangle of a ``share`` of the height, ``more`` mm narrower on the right."""

    def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
        page.rectangle(x + inset, y - h * share / 2, w - 2 * inset - more, h * share, **style)

    return sample


def written(text: str, **style: Any) -> KeySample:
    """Return a text in the middle."""

    def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
        page.text(text, x + w / 2, page.baseline(y), align="center", **style)

    return sample


def together(*samples: KeySample) -> KeySample:
    """Return one sample over the other, the first below."""

    def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
        for one in samples:
            one(page, x, y, w, h)

    return sample
