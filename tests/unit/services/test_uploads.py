"""What a file is called, whatever its name says."""

import pytest

from nova_app.services.uploads import clean_name


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("日本.txt", "日本.txt"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\win.ini", "win.ini"),
        (".htaccess", "htaccess"),
        ("two\nlines\x00.txt", "twolines.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2067\u200f", "file"),
        ("\u3164.\u200b", "file"),
        ("in\u200bvoice\u2028.pdf", "invoice.pdf"),
        ("Z" + "\u0301" * 60 + ".txt", "Z" + "\u0301" * 6 + ".txt"),
        ("👨\u200d👩\u200d👧.png", "👨\u200d👩\u200d👧.png"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".txt", "x" * 251 + ".txt"),
    ],
)
def test_a_name_is_one_plain_line_without_folders(sent, shown):
    assert clean_name(sent) == shown
