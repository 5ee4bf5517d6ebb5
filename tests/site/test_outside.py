import pytest

from wavebook.site import outside_requests


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", '<script src="https://cdn.example.org/x.js"></script>'),
        ("a.html", '<script src="//example.org/x.js"></script>'),
        ("a.html", '<link rel="stylesheet" href="https://example.org/x.css">'),
        ("a.html", '<link rel="preconnect" href="https://example.org">'),
        ("a.html", '<img src="http://example.org/x.png">'),
        ("a.html", '<img srcset="a.png 1x, https://example.org/x.png 2x">'),
        ("a.html", '<iframe src="https://example.org"></iframe>'),
        ("a.html", "<style>@import url(https://example.org/x.css)</style>"),
        ("a.html", '<p style="background: url(https://example.org/x.png)">'),
        ("a.html", '<script>const u = "https://unpkg.com/x"</script>'),
        ("a.css", "@font-face { src: url('https://example.org/x.woff2') }"),
        ("a.css", '@import "https://example.org/x.css";'),
        ("a.js", 'import("https://esm.sh/x")'),
        ("a.js", 'load("https://cdn.jsdelivr.net/npm/vega")'),
    ],
)
def test_what_a_page_would_load_from_elsewhere_is_found(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    (fault,) = outside_requests(tmp_path)
    assert fault.where == name


def test_links_that_a_reader_follows_are_no_requests(tmp_path):
    (tmp_path / "a.html").write_text(
        '<a href="https://example.org">x</a><img src="_images/x.svg"><link rel="canonical" href="https://example.org">'
        '<script src="_static/x.js"></script><img src="data:image/png;base64,AA">'
    )
    (tmp_path / "a.js").write_text("// licence: https://example.org/licence")
    assert outside_requests(tmp_path) == []
