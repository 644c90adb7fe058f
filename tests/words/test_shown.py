"""The registry by which results show themselves."""

from __future__ import annotations

from deterrence.words.shown import Shown, shows


class Base(Shown):
    def __repr__(self) -> str:
        return "<Base>"


class Derived(Base):
    pass


class Apart(Shown):
    def __repr__(self) -> str:
        return "<Apart>"


shows(Base, text=lambda it: "base", html=lambda it: f"<p>{it!r}</p>")
shows(Derived, text=lambda it: "derived")


def test_a_class_is_shown_by_its_own_entry_and_else_by_that_of_its_base() -> None:
    assert (str(Base()), str(Derived())) == ("base", "derived")
    assert Derived()._repr_html_() == "<p><Base></p>"


def test_what_was_not_registered_is_not_shown() -> None:
    assert Base()._repr_latex_() is None
    assert str(Apart()) == "<Apart>"
    assert Apart()._repr_html_() is None


def test_an_entry_for_one_form_leaves_the_others() -> None:
    class Later(Base):
        pass

    shows(Later, latex=lambda it: "$x$")
    assert (str(Later()), Later()._repr_latex_()) == ("base", "$x$")
    assert Base()._repr_latex_() is None
