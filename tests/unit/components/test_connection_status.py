"""The connection's components say what they say without colour."""

from nova_app.components.connection_status import connection_banner, connection_indicator, connection_status


def text_of(component):
    return str(component.render())


def test_the_indicator_has_a_symbol_per_state_and_the_word_as_its_text():
    page = text_of(connection_indicator())

    assert "Catching up" in page
    assert "visually-hidden" in page


def test_the_widget_shows_figures_only_where_they_are_wanted():
    assert "Round trip" not in text_of(connection_status())
    assert "Round trip" in text_of(connection_status(position="bottom-left", show_metrics=True))
    assert "bottom-left" in text_of(connection_status(position="bottom-left", show_metrics=True))


def test_one_polite_region_speaks_and_the_countdown_is_not_in_it():
    page = text_of(connection_banner())

    assert page.count('role:"status"') == 1
    assert "connection_announcement" in page
