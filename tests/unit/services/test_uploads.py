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
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".txt", "x" * 251 + ".txt"),
    ],
)
def test_a_name_is_one_plain_line_without_folders(sent, shown):
    assert clean_name(sent) == shown
