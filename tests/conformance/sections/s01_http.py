"""1 HTTP layer: routes, unmatched requests, framing, what the HTTP stack must support."""

import re

from conformance.rows import *

TINY = {"model": "tiny", "prompt": "hello", "options": {"num_predict": 2}}

# The methods a path has, in the order of the Allow header, and one that it lacks.
ROUTES = [("/", "HEAD, GET", "POST"), ("/api/version", "HEAD, GET", "POST"), ("/api/status", "GET", "POST"),
          ("/api/pull", "POST", "GET"), ("/api/push", "POST", "GET"), ("/api/tags", "HEAD, GET", "POST"),
          ("/api/show", "POST", "GET"), ("/api/delete", "DELETE", "POST"), ("/api/me", "POST", "GET"),
          ("/api/signout", "POST", "GET"), ("/api/user/keys/abc", "DELETE", "GET"), ("/api/create", "POST", "GET"),
          ("/api/blobs/x", "HEAD, POST", "GET"), ("/api/copy", "POST", "GET"),
          ("/api/experimental/web_search", "POST", "GET"), ("/api/experimental/web_fetch", "POST", "GET"),
          ("/api/experimental/model-recommendations", "GET", "POST"), ("/api/ps", "GET", "POST"),
          ("/api/generate", "POST", "GET"), ("/api/chat", "POST", "GET"), ("/api/embed", "POST", "GET"),
          ("/api/embeddings", "POST", "GET"), ]


def link_stub(location, phrase="Moved Permanently"):
    return f'<a href="{location}">{phrase}</a>.\n\n'.encode()


def redirected(location, status=301):
    phrase = {301: "Moved Permanently", 307: "Temporary Redirect"}[status]
    return Expected(status, "text/html; charset=utf-8", link_stub(location, phrase), {"Location": location})


def redirected_silently(location):
    return Expected(307, None, b"", {"Location": location})


ROWS = rows(
    "1.1",
    *(row(f"{wrong} {path} is not allowed", request(wrong, path), not_allowed(allowed))
      for path, allowed, wrong in ROUTES),
    *(row(f"{method} is no method of /api/tags", request(method, "/api/tags"), not_allowed("HEAD, GET"))
      for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")),
    row("paths are case sensitive", GET("/api/TAGS"), not_found()),
    row("no OPTIONS route for a known path", OPTIONS("/api/tags", {"Host": "127.0.0.1"}), not_allowed("HEAD, GET")),
    row("no OPTIONS route for an unknown path", OPTIONS("/nope", {"Host": "127.0.0.1"}), not_found()),
) + rows(
    "1.2",
    row("an unknown path", GET("/nope"), not_found()),
    row("an unknown path, POST", POST("/nope", {}), not_found()),
    row("below a known path", GET("/api/tags/x"), not_found()),
    row("above the routes", GET("/api"), not_found()),
    row("no profiling", GET("/debug/pprof"), not_found()),
    row("no metrics", GET("/metrics/"), not_found()),
    row("an escaped letter of a path", GET("/api/%74ags"), ok(...)),
    row("an escaped slash too many", GET("/api/tags%2F"), redirected("/api/tags")),
    row("an escaped slash is a slash", GET("/api%2Ftags"), ok(...)),
    row("an escape that is none", GET("/api/%zz"), Expected(400, "text/plain; charset=utf-8", ...)),
    row("an escaped colon in a digest", HEAD("/api/blobs/sha256%3A" + "0" * 64), Expected(404, JSON, ...)),
    row("methods have a case", request("get", "/api/tags"), not_allowed("HEAD, GET")),
    row("a query with a slash", GET("/api/version?a=/b/"), ok(...)),
    row("HEAD on an unknown path", HEAD("/nope"), probed(404, "text/plain", 18)),
    row("HEAD on a GET-only route", HEAD("/api/ps"),
        probed(405, "text/plain", 22).having(Allow="GET")),
    row("HEAD on a POST-only route", HEAD("/api/show"),
        probed(405, "text/plain", 22).having(Allow="POST")),
    row("a query does not change the path", GET("/api/version?x=1"), ok(...)),
    row("a trailing slash, GET", GET("/api/tags/"), redirected("/api/tags")),
    row("a trailing slash, POST", POST("/api/show/", {}), redirected_silently("/api/show")),
    row("a trailing slash, DELETE", DELETE("/api/delete/", {}), redirected_silently("/api/delete")),
    row("a trailing slash keeps the query", GET("/api/tags/?a=b&c"),
        Expected(301, "text/html; charset=utf-8", link_stub("/api/tags?a=b&amp;c"), {"Location": "/api/tags?a=b&c"})),
    row("a trailing slash with the wrong method", GET("/api/show/"), not_found()),
    row("a double slash", GET("//api/tags"), redirected("/api/tags", 307)),
    row("a double slash inside", GET("/api//tags"), redirected("/api/tags", 307)),
    row("a dot segment", GET("/api/./tags"), redirected("/api/tags", 307)),
    row("a double dot segment", GET("/api/x/../tags"), redirected("/api/tags", 307)),
    row("double dots cannot leave the root", GET("/../api/tags"), redirected("/api/tags", 307)),
    row("a POST to an uncleaned path", POST("/api//show", {}), redirected_silently("/api/show")),
    row("cleaning keeps the query", GET("/api//tags?x=1"), redirected("/api/tags?x=1", 307)),
    row("404 runs the CORS middleware", GET("/nope", {"Origin": "http://localhost:1"}),
        not_found().having(Access_Control_Allow_Origin="http://localhost:1", Vary="Origin")),
    row("405 runs the CORS middleware", GET("/api/show", {"Origin": "http://localhost:1"}),
        not_allowed("POST").having(Access_Control_Allow_Origin="http://localhost:1", Vary="Origin")),
    row("404 runs the Host check", GET("/nope", {"Host": "evil.test"}), empty(403)),
    row("405 runs the Host check", GET("/api/show", {"Host": "evil.test"}),
        empty(403).having(Allow="POST")),
    row("the slash redirect does not run CORS", GET("/api/tags/", {"Origin": "http://evil.test"}),
        redirected("/api/tags").having(Access_Control_Allow_Origin=None)),
    row("the slash redirect does not check the Host", GET("/api/tags/", {"Host": "evil.test"}),
        redirected("/api/tags")),
) + rows(
    "1.3",
    row("keep-alive: several requests on one connection", GET("/"),
        Expected(200, "text/plain; charset=utf-8", b"Ollama is running"), GET("/api/version"), ok(...), GET("/nope"),
        not_found(), GET("/api/version"), ok(...)),
    row("Connection: close is honoured", GET("/api/version", {"Connection": "close"}),
        ok(...).having(Connection="close")),
    row("HTTP/1.0 closes", request("GET", "/api/version", version="1.0"),
        ok(...).having(Connection="close")),
    row("HTTP/1.0 without a Host", RAW("GET / HTTP/1.0\r\n\r\n"),
        Expected(200, "text/plain; charset=utf-8", b"Ollama is running")),
    row("HTTP/1.0 keep-alive is granted",
        request("GET", "/api/version", headers={"Connection": "keep-alive"}, version="1.0"),
        ok(...).having(Connection="keep-alive"), GET("/api/version"), ok(...)),
    row("HTTP/1.1 without a Host", RAW("GET / HTTP/1.1\r\n\r\n"), Expected(400, "text/plain; charset=utf-8", ...)),
    row("two Hosts", RAW("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), Expected(400, "text/plain; charset=utf-8",
                                                                                   ...)),
    row("bare line feeds", RAW("GET / HTTP/1.1\nHost: localhost\n\n"),
        Expected(400, "text/plain; charset=utf-8", b"400 Bad Request: lines must end with CR LF")),
    row("no such protocol version", RAW("GET / HTTP/3.0\r\nHost: localhost\r\n\r\n"), any_of(400, 505)),
    row("a transfer encoding that is not known",
        RAW("POST /api/show HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", "POST"), any_of(501)),
    row("a negative length", RAW("POST /api/show HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", "POST"),
        any_of(400)),
    row("two lengths that differ",
        RAW("POST /api/show HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "POST"),
        any_of(400)),
    row("a head beyond all measure", GET("/", {"X": "x" * 2_000_000}), any_of(431)),
    row("Expect without a body", GET("/api/version", {"Expect": "100-continue"}), ok(...)),
    row("* is no path", RAW("GET * HTTP/1.1\r\nHost: localhost\r\n\r\n"), not_found()),
    row("no HTTP at all", RAW("hello\r\n\r\n"), Expected(400, "text/plain; charset=utf-8", ...)),
    row("header names have no case", RAW("GET /api/version HTTP/1.1\r\nhOST: localhost\r\n\r\n"), ok(...)),
    row("pipelining: two requests in one packet", RAW(GET("/api/version").data + GET("/api/status").data),
        ok({"version": str, ...: ...}), NOTHING, ok({"cloud": ...})),
    row("pipelining after a body", RAW(POST("/api/show", {"model": ""}).data + GET("/api/status").data, "POST"),
        refused(400, "model is required"), NOTHING, ok({"cloud": ...})),
    row("a body unread by its route", POST("/api/version", b"x" * 1000), not_allowed("HEAD, GET"), GET("/api/version"),
        ok(...)),
    row("a body on GET", request("GET", "/api/version", b"{}", {"Content-Type": "application/json"}), ok(...),
        GET("/api/version"), ok(...)),
    row("a Content-Type on HEAD", HEAD("/", {"Content-Type": "application/json"}),
        probed(200, "text/plain; charset=utf-8", 17)),
    row("a body on DELETE", DELETE("/api/delete", {"model": "nope"}), refused(404, "model 'nope' not found")),
    row("DELETE without a body", DELETE("/api/delete"), refused(400, "missing request body")),
    row(
        "a chunked body",
        RAW(
            "POST /api/show HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            "4\r\n{\"mo\r\nb\r\ndel\":\"nope\"\r\n1\r\n}\r\n0\r\n\r\n", "POST"),
        refused(404, "model 'nope:latest' not found"), GET("/api/version"), ok(...)),
    row(
        "a chunked body with extensions and trailers",
        RAW(
            "POST /api/show HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            "10;a=b\r\n{\"model\":\"nope\"}\r\n0\r\nX-Trailer: 1\r\n\r\n", "POST"),
        refused(404, "model 'nope:latest' not found"), GET("/api/version"), ok(...)),
    row("a broken chunk",
        RAW("POST /api/show HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "POST"),
        any_of(400)),
    row(
        "Expect: 100-continue",
        RAW("POST /api/show HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            "Content-Length: 16\r\n\r\n", "POST"), Expected(100), RAW('{"model":"nope"}', "POST"),
        refused(404, "model 'nope:latest' not found")),
    row(
        "Expect with the body already there",
        RAW(
            "POST /api/show HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            "Content-Length: 16\r\n\r\n{\"model\":\"nope\"}", "POST"), Expected(100), NOTHING,
        refused(404, "model 'nope:latest' not found")),
    row("Expect of something else", POST("/api/show", {}, {"Expect": "tea"}), any_of(417)),
    row("no answer is compressed", GET("/api/tags", {"Accept-Encoding": "gzip, deflate, zstd"}),
        ok(...).having(Content_Encoding=None)),
    row("Content-Encoding of a request is ignored", POST("/api/show", {"model": "nope"}, {"Content-Encoding": "gzip"}),
        refused(404, "model 'nope:latest' not found")),
    row("a gzip body is parsed as JSON", POST("/api/show", b"\x1f\x8b\x08\x00", {"Content-Encoding": "gzip"}),
        refused(400, r"invalid character '\x1f' looking for beginning of value")),
    *(row(f"Content-Type {kind!r} does not matter", POST("/api/show", {"model": "nope"}, {"Content-Type": kind}),
          refused(404, "model 'nope:latest' not found"))
      for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "nonsense")),
    row("Accept does not matter", POST("/api/show", {"model": "nope"}, {"Accept": "image/png"}),
        refused(404, "model 'nope:latest' not found")),
    row("no authentication", GET("/api/tags", {"Authorization": "Bearer wrong"}), ok(...)),
    row("absolute request target", RAW("GET http://localhost/api/version HTTP/1.1\r\nHost: localhost\r\n\r\n"), ok(
        ...)),
) + rows(
    "1.4",
    row("a JSON success", GET("/api/version"), ok(...)),
    row("a JSON error", POST("/api/show", {"model": ""}), refused(400, "model is required")),
    row(
        "generate streams by default", POST("/api/generate", TINY),
        lines(many({"model": "tiny", "created_at": utc_time, "response": str, "done": False}, at_least=1),
              {"model": "tiny", "created_at": utc_time, "response": "", "done": True, ...: ...})),
    row("stream null streams", POST("/api/generate", {**TINY, "stream": None}), lines(many(...))),
    row("stream true streams", POST("/api/generate", {**TINY, "stream": True}), lines(many(...))),
    row("only stream false does not", POST("/api/generate", {**TINY, "stream": False}),
        ok({"model": "tiny", "created_at": utc_time, "response": str, "done": True, ...: ...})),
    row(
        "chat streams by default",
        POST("/api/chat",
             {"model": "tiny", "messages": [{"role": "user", "content": "hi"}], "options": {"num_predict": 2}}),
        lines(
            many(
                {
                    "model": "tiny", "created_at": utc_time, "message": {"role": "assistant", "content": str},
                    "done": False
                }, at_least=1), {
                    "model": "tiny", "created_at": utc_time, "message": {"role": "assistant", "content": ""},
                    "done": True, ...: ...
                })),
    row("create streams by default", POST("/api/create", {"model": "framed", "from": "tiny"}),
        lines(many({"status": str}), {"status": "success"})),
    row("create without a stream", POST("/api/create", {"model": "framed", "from": "tiny", "stream": False}),
        ok({"status": "success"}, PLAIN_JSON)),
    row("the first event of a stream fails", POST("/api/create", {"model": "framed"}),
        refused(400, "neither 'from' or 'files' was specified", PLAIN_JSON)),
    row("create without a stream fails", POST("/api/create", {"model": "framed", "stream": False}),
        refused(400, "neither 'from' or 'files' was specified", PLAIN_JSON)),
    row("a pre-flight failure of a stream", POST("/api/generate", {"model": "nope", "stream": True}),
        refused(404, "model 'nope' not found")),
    row("the banner", GET("/"),
        Expected(200, "text/plain; charset=utf-8", b"Ollama is running", {"Content-Length": "17"})),
    row("HEAD of the banner", HEAD("/"), probed(200, "text/plain; charset=utf-8", 17)),
    row("HEAD of version carries the length", HEAD("/api/version"),
        Expected(200, JSON, ..., {"Content-Length": re.compile(r"[1-9]\d*")})),
    row("HEAD of tags carries the length", HEAD("/api/tags"),
        Expected(200, JSON, ..., {"Content-Length": re.compile(r"[1-9]\d*")})),
    row("copy succeeds without a body", POST("/api/copy", {"source": "tiny", "destination": "framed-copy"}),
        empty(200).having(Content_Type=None)),
    row("delete succeeds without a body", POST("/api/copy", {"source": "tiny", "destination": "framed-2"}), empty(200),
        DELETE("/api/delete", {"model": "framed-2"}),
        empty(200).having(Content_Type=None)),
    row("a small body has a length", GET("/api/version"),
        ok(...).having(Content_Length=re.compile(r"\d+"), Transfer_Encoding=None)),
    row("a stream has none", POST("/api/generate", TINY),
        lines(many(...)).having(Content_Length=None, Transfer_Encoding="chunked")),
    row("a stream to HTTP/1.0 ends with the connection", request("POST", "/api/generate", TINY, version="1.0"),
        Expected(200, NDJSON, Lines((many(...), )), {"Content-Length": None, "Transfer-Encoding": None})),
    row(
        "Date is one of HTTP", GET("/"),
        Expected(200, "text/plain; charset=utf-8", ...,
                 {"Date": re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")})),
)
