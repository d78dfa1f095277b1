"""A server knows the pages by their routes alone; they are the ones that are built."""

from nova_app import page_routes, pages


class Collector:
    def __init__(self):
        self.found = {}

    def add_page(self, _page, *, route, on_load=None, **_about):
        self.found[route] = on_load


def test_served_routes_are_the_built_ones_with_their_guards():
    built, served = Collector(), Collector()

    pages.add_pages(built)
    page_routes.add_routes(served)

    assert served.found == built.found
