"""The registry by which results show themselves."""

from __future__ import annotations

import pytest

from deterrence.words.blocks import Document, Paragraph
from deterrence.words.shown import Shown, shows


class Base(Shown):
    title = "A <b> base"


class Derived(Base):
    pass


class Apart(Shown):
    pass


def says(words: str) -> Document:
    return Document(words, (Paragraph((words,)),))


shows(Base, lambda it, full: says(f"{it.title}, in full" if full else it.title))
shows(Derived, lambda it, full: says("derived"))


def test_a_class_is_shown_by_its_own_entry_and_else_by_that_of_its_base() -> None:
    class Later(Base):
        pass

    assert (str(Base()), str(Derived()), str(Later())) == ("A <b> base", "derived", "A <b> base")
    assert "A &lt;b&gt; base" in str(Base()._repr_html_())
    assert r"A \textless{}b\textgreater{} base" in str(Base()._repr_latex_())


def test_a_document_is_short_unless_all_of_it_is_asked_for() -> None:
    assert Base().document().text() == "A <b> base"
    assert Base().document(full=True).text() == "A <b> base, in full"


def test_what_was_not_registered_is_a_line_and_no_document() -> None:
    assert str(Apart()) == repr(Apart()) == "<Apart>"
    assert Apart()._repr_html_() is Apart()._repr_latex_() is None
    with pytest.raises(NotImplementedError, match="Apart"):
        Apart().document()


def test_a_result_is_called_by_its_own_title_or_that_of_its_game() -> None:
    class Of(Shown):
        def __init__(self) -> None:
            self.game = Base()

    assert repr(Base()) == "<Base: A <b> base>"
    assert repr(Of()) == "<Of: A <b> base>"
