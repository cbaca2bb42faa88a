"""Everything that answers over HTTP without Streamlit: headers, the document, the chart library, health."""

import base64
import gzip
import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from simulator.core.kept import MEMORY_VARIABLE
from simulator.texts import LANGUAGES, text
from simulator.ui.application import middleware, routes
from simulator.ui.frame import security
from simulator.ui.frame.shell import INDEX, index_html, shell
from simulator.ui.frame.vega_bundle import VEGA_PATH, VegaBundle, vega_asset_url
from simulator.ui.frame.version import version


def answer(app, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of one GET, by the ASGI protocol itself."""
    sent: list[dict] = []
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
        "server": ("test", 80),
        "client": ("test", 1),
    }

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    with ThreadPoolExecutor(1) as pool:  # a thread of its own: a browser may keep this one's event loop
        pool.submit(anyio.run, app, scope, receive, send).result()
    start, *rest = sent
    fields = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return start["status"], fields, b"".join(message.get("body", b"") for message in rest)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The extra addresses with their middleware; anything else is plain text."""
    bundle = VegaBundle(tmp_path)
    monkeypatch.setattr("simulator.ui.frame.vega_bundle.vega_bundle", lambda: bundle)

    async def other(_request):
        return PlainTextResponse("other")

    return Starlette(routes=[*routes(), Route("/{rest:path}", other)], middleware=middleware())


def directives(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in policy.split(";"))}


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/static/js/x.js"])
def test_every_answer_carries_the_security_headers(site, path):
    _, headers, _ = answer(site, path)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "camera=()" in headers["permissions-policy"]
    policy = directives(headers["content-security-policy"])
    assert policy["object-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'self'"]


def test_scripts_come_from_us_alone():
    policy = directives(security.content_security_policy())
    assert not {"'unsafe-eval'", "'unsafe-inline'", "*", "data:", "https:"} & set(policy["script-src"])
    assert policy["default-src"] == policy["connect-src"] == ["'self'"]
    for language in LANGUAGES:
        scripts = re.findall(r"<script>(.*?)</script>", index_html(language), flags=re.DOTALL)
        hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts}
        assert hashes == {source for source in policy["script-src"] if source.startswith("'sha256-")}


def test_a_course_may_show_the_application_in_a_frame(monkeypatch):
    monkeypatch.setenv(security.FRAME_ANCESTORS, "'self' https://course.example")
    security.security_headers.cache_clear()
    try:
        headers = security.security_headers()
    finally:
        security.security_headers.cache_clear()
    assert "frame-ancestors 'self' https://course.example" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers


@pytest.mark.parametrize(
    "asked",
    [
        "'self'\nX-Evil: 1",
        "https://a.example\r\n",
        "'self'; script-src *",
        "https://a.example, https://b.example",
        "*",
        "https:",
        "'unsafe-inline'",
        "'none' https://a.example",
        "https://a.example/path",
        "https://예.example",
        "course.example",
    ],
)
def test_what_is_no_list_of_origins_never_reaches_a_header(monkeypatch, asked):
    monkeypatch.setenv(security.FRAME_ANCESTORS, asked)
    with pytest.raises(SystemExit, match=security.FRAME_ANCESTORS):
        middleware()


@pytest.mark.parametrize("asked", ["lots", "0", "-1", "1.5"])
def test_what_is_no_number_of_megabytes_ends_the_start_with_a_sentence(monkeypatch, asked):
    monkeypatch.setenv(MEMORY_VARIABLE, asked)
    with pytest.raises(SystemExit, match=MEMORY_VARIABLE):
        middleware()


@pytest.mark.parametrize(
    ("asked", "sources"),
    [
        ("", "'self'"),
        ("'none'", "'none'"),
        (" 'self'  https://*.a.example http://localhost:8080 ", "'self' https://*.a.example http://localhost:8080"),
    ],
)
def test_lists_of_origins_are_taken(monkeypatch, asked, sources):
    monkeypatch.setenv(security.FRAME_ANCESTORS, asked)
    assert security.frame_ancestors() == sources


def test_health_says_version_and_whether_it_is_warm(site):
    status, _, body = answer(site, "/healthz")
    health = json.loads(body)
    assert status == 200
    assert health["status"] == "ok"
    assert health["version"] == version()
    assert isinstance(health["warm"], bool)


@pytest.mark.parametrize(
    ("path", "accepts", "language"),
    [("/", "ko-KR,ko;q=0.9", "ko"), ("/", "de", "en"), ("/?lang=ko", "en-US", "ko"), ("/?lang=xx", "", "en")],
)
def test_the_document_speaks_the_readers_language(path, accepts, language):
    site = Starlette(routes=[Route("/", shell)])
    status, _, body = answer(site, path, {"accept-language": accepts})
    assert status == 200
    assert f'<html lang="{language}">' in body.decode()
    assert body.decode() == index_html(language)


def test_the_document_is_streamlits_with_our_words():
    page = index_html("ko")
    assert "<title>역전파 시뮬레이터</title>" in page
    assert 'as="font"' not in page  # a font of 200 kB that this application does not show
    scripts = re.findall(r'<script type="module"[^>]*>', INDEX.read_text(encoding="utf-8"))
    assert scripts
    assert all(script in page for script in scripts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_knows_the_words_for_a_lost_connection_in_every_language(language):
    page = index_html("en")
    for entry in ("status", "title", "sentence"):
        assert json.dumps(text(language, f"frame.connection.{entry}"), ensure_ascii=False) in page


def test_a_nested_address_leads_to_its_first_part(site):
    status, headers, _ = answer(site, "/some/deep/page?lang=ko", {"accept": "text/html"})
    assert status == 307
    assert headers["location"] == "/some?lang=ko"


@pytest.mark.parametrize("path", ["/static/js/x.js", "/_stcore/health", "/one"])
def test_other_addresses_are_left_alone(site, path):
    assert answer(site, path, {"accept": "text/html"})[0] == 200


def test_a_file_that_was_made_for_nobody_is_not_found(site):
    assert answer(site, "/media/x.png", {})[0] == 404


def test_the_chart_library_is_served_for_a_year_and_kept_on_disk(site, tmp_path):
    status, headers, packed = answer(site, vega_asset_url(), {"accept-encoding": "gzip, br"})
    assert status == 200
    assert headers["content-type"].startswith("text/javascript")
    assert headers["content-encoding"] == "gzip"
    assert "immutable" in headers["cache-control"]
    script = gzip.decompress(packed)
    for name in (b"window.vegaEmbed=", b"window.vega=", b"window.vegaLite="):
        assert name in script
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == packed
    _, plain_headers, plain = answer(site, VEGA_PATH)
    assert "content-encoding" not in plain_headers
    assert plain == script


def test_a_kept_library_is_read_and_a_broken_one_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda _snippet, _version: "window.vegaEmbed=1")
    first = VegaBundle(tmp_path).content()
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda _snippet, _version: "window.vegaEmbed=2")
    assert VegaBundle(tmp_path).content() == first
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(first[:-4])
    assert gzip.decompress(VegaBundle(tmp_path).content()) == b"window.vegaEmbed=2"


def test_without_a_cache_folder_it_lives_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda _snippet, _version: "window.vegaEmbed=1")
    assert gzip.decompress(VegaBundle(None).content()) == b"window.vegaEmbed=1"
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert gzip.decompress(VegaBundle(blocked / "inside").content()) == b"window.vegaEmbed=1"
