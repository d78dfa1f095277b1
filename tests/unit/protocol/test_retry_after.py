"""``Retry-After`` in all its forms."""

import pytest

from nova_app.protocol.retry_after import read_retry_after

DATE = "Mon, 23 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:07 GMT", "date": DATE}, 7.0),
        ({"retry-after": "Monday, 23-Nov-26 12:00:07 GMT", "date": DATE}, 7.0),
        ({"retry-after": "Mon Nov 23 12:00:07 2026", "date": DATE}, 7.0),
        ({"retry-after": "Mon, 23 Nov 2026 11:00:00 GMT", "date": DATE}, 0.0),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:07 GMT"}, None),
    ],
)
def test_retry_after_in_every_form(headers, seconds):
    assert read_retry_after(headers) == seconds
