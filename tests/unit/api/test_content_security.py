"""The policy names the inline scripts of the pages as browsers hash them, and nothing else."""

from nova_app.api.content_security import inline_scripts, page_policy, source_of

PAGE = '<script>a()</script><script src="/x.js"></script><script type="module" async="">import "/y.js"</script>'


def test_scripts_of_a_page_itself_are_found_and_files_are_not():
    assert list(inline_scripts(PAGE)) == ["a()", 'import "/y.js"']
    assert list(inline_scripts('<script data-src="x">one\n</script>')) == ["one\n"]


def test_the_hash_is_the_one_of_the_specification():
    # https://www.w3.org/TR/CSP3/#example-11fbbfeb
    assert source_of("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


def test_pages_run_their_own_scripts_only():
    policy = dict(part.split(" ", 1) for part in page_policy([PAGE, PAGE]).split("; "))
    assert policy["script-src"].split() == ["'self'", *sorted([source_of("a()"), source_of('import "/y.js"')])]
    assert policy["style-src"] == "'self'"
    assert (policy["default-src"], policy["base-uri"], policy["frame-ancestors"]) == ("'none'",) * 3
    assert policy["require-trusted-types-for"] == "'script'"
    assert not [name for name, sources in policy.items() if "unsafe" in sources or "*" in sources]
