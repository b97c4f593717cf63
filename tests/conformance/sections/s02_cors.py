"""2 CORS and the Host check."""

from conformance.rows import *

METHODS = "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS"
HEADERS = (
    "Authorization,Content-Type,User-Agent,Accept,X-Requested-With,Openai-Beta,X-Stainless-Arch,X-Stainless-Async,"
    "X-Stainless-Custom-Poll-Interval,X-Stainless-Helper-Method,X-Stainless-Lang,X-Stainless-Os,"
    "X-Stainless-Package-Version,X-Stainless-Poll-Helper,X-Stainless-Retry-Count,X-Stainless-Runtime,"
    "X-Stainless-Runtime-Version,X-Stainless-Timeout"
    # Beyond upstream (openai-anthropic-api.md 15.5).
    ",X-Stainless-Helper,X-Stainless-Raw-Response,X-Stainless-Stream-Helper,X-Api-Key,Anthropic-Version,Anthropic-Beta,"
    "Anthropic-Dangerous-Direct-Browser-Access,Openai-Organization,Openai-Project,Idempotency-Key")


def from_page(origin, method="GET", path="/api/version", **headers):
    return request(method, path, headers={"Host": "box.local", "Origin": origin, **headers})


def allowed(origin):
    return ok(...).having(Access_Control_Allow_Origin=origin, Vary="Origin", Access_Control_Allow_Credentials=None,
                          Access_Control_Expose_Headers=None, Access_Control_Allow_Methods=None)


def without_headers():
    return ok(...).having(Access_Control_Allow_Origin=None, Vary=None)


def preflight(origin, allow=None):
    return Expected(
        204, None, b"", {
            "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": HEADERS, "Access-Control-Max-Age": "43200", "Vary": [
                "Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"
            ], "Allow": allow, "Access-Control-Allow-Credentials": None, "Access-Control-Allow-Private-Network": None,
            "Content-Length": None
        })


refused_origin = empty(403).having(Access_Control_Allow_Origin=None, Vary=None)

ALLOWED = [
    "http://localhost:3000", "https://localhost", "https://localhost:1", "http://127.0.0.1", "http://127.0.0.1:8080",
    "https://127.0.0.1:1", "http://0.0.0.0", "http://0.0.0.0:5", "https://0.0.0.0:65535", "app://obsidian.md", "app://",
    "file://", "file:///home/x.html", "tauri://localhost", "vscode-webview://abc", "vscode-file://vscode-app",
    "http://localhost:", "http://localhost:any text"
]
REFUSED = [
    "http://evil.test", "null", "http://LOCALHOST", "http://Localhost:3000", "chrome-extension://abc",
    "moz-extension://abc", "safari-extension://abc", "http://localhost.evil.test", "https://127.0.0.2", "http://[::1]",
    "App://x", "localhost", "ftp://localhost", "http://192.168.1.1", "capacitor://localhost",
    "http://127.0.0.1.evil.test", "*"
]

ROWS = rows(
    "2.1",
    row("no Origin, no headers", GET("/api/version"), without_headers()),
    *(row(f"{origin} is allowed", from_page(origin), allowed(origin)) for origin in ALLOWED),
    *(row(f"{origin} is refused", from_page(origin), refused_origin) for origin in REFUSED),
    row("the server's own origin", from_page("http://localhost:1234", Host="localhost:1234"), without_headers()),
    row("the server's own origin over https", from_page("https://localhost:1234", Host="localhost:1234"),
        without_headers()),
    row("the own origin by any allowed host", from_page("http://box.local", Host="box.local"), without_headers()),
    row("the own origin with another port", from_page("http://box.local:1", Host="box.local"), refused_origin),
    row("OPTIONS from the own origin is no preflight", from_page("http://127.0.0.1", "OPTIONS", Host="127.0.0.1"),
        not_allowed("HEAD, GET").having(Access_Control_Allow_Origin=None)),
    row("POST is allowed like GET", request("POST", "/api/show", b'{"model":""}', {"Origin": "http://localhost:1"}),
        refused(400, "model is required").having(Access_Control_Allow_Origin="http://localhost:1", Vary="Origin")),
    row("a refused POST does nothing",
        request("POST", "/api/copy", b'{"source":"tiny","destination":"stolen"}', {"Origin": "http://evil.test"}),
        refused_origin, POST("/api/show", {"model": "stolen"}), refused(404, "model 'stolen:latest' not found")),
    row("a refused path that does not exist", from_page("http://evil.test", path="/nope"), refused_origin),
    row("a refused preflight", from_page("http://evil.test", "OPTIONS", "/api/chat"),
        refused_origin.having(Allow="POST")),
    row("preflight of GET, HEAD", from_page("http://localhost:1", "OPTIONS"),
        preflight("http://localhost:1", "HEAD, GET")),
    row("preflight of POST", from_page("http://localhost:1", "OPTIONS", "/api/chat"),
        preflight("http://localhost:1", "POST")),
    row("preflight of DELETE", from_page("app://x", "OPTIONS", "/api/delete"), preflight("app://x", "DELETE")),
    row("preflight of blobs", from_page("app://x", "OPTIONS", "/api/blobs/x"), preflight("app://x", "HEAD, POST")),
    row("preflight of an unknown path", from_page("http://localhost:1", "OPTIONS", "/nope"),
        preflight("http://localhost:1")),
    row(
        "preflight does not look at what is asked for",
        from_page(
            "http://localhost:1", "OPTIONS", "/api/tags", **{
                "Access-Control-Request-Method": "BREW", "Access-Control-Request-Headers": "x-anything",
                "Access-Control-Request-Private-Network": "true"
            }), preflight("http://localhost:1", "HEAD, GET")),
    row("a configured origin, lower-cased", from_page("http://example.com"), allowed("http://example.com"),
        server="origins"),
    row("a configured origin as written is refused", from_page("http://Example.com"), refused_origin, server="origins"),
    row("built-in origins stay beside configured ones", from_page("http://localhost:9"), allowed("http://localhost:9"),
        server="origins"),
    row("a leading * is a suffix", from_page("https://a.suffix.test"), allowed("https://a.suffix.test"),
        server="origins"),
    row("a leading * needs the whole suffix", from_page("https://suffix.test"), refused_origin, server="origins"),
    row("a trailing * is a prefix", from_page("http://prefix.test:77"), allowed("http://prefix.test:77"),
        server="origins"),
    row("a prefix may go on as it likes", from_page("http://prefix.testify.org"), allowed("http://prefix.testify.org"),
        server="origins"),
    row("an inner * is both", from_page("http://a-1.b.test"), allowed("http://a-1.b.test"), server="origins"),
    row("an inner * needs both ends", from_page("http://a-1.c.test"), refused_origin, server="origins"),
    row("quotes and blanks around the whole setting are stripped", from_page("http://one.test"),
        allowed("http://one.test"), server="quoted origins"),
    row("* allows everything", from_page("http://evil.test"),
        ok(...).having(Access_Control_Allow_Origin="*", Vary=None), server="any origin"),
    row("* allows null", from_page("null"),
        ok(...).having(Access_Control_Allow_Origin="*", Vary=None), server="any origin"),
    row(
        "* in a preflight", from_page("http://evil.test", "OPTIONS", "/api/chat"),
        Expected(
            204, None, b"", {
                "Access-Control-Allow-Origin": "*", "Vary": None, "Access-Control-Allow-Methods": METHODS,
                "Access-Control-Allow-Headers": HEADERS, "Access-Control-Max-Age": "43200", "Allow": "POST"
            }), server="any origin"),
    row("* and the own origin: no headers", from_page("http://box.local"), without_headers(), server="any origin"),
)

GOOD_HOSTS = [
    "localhost", "LOCALHOST", "localhost:11434", "127.0.0.1", "127.0.0.1:1", "127.8.9.1", "[::1]:80", "10.1.2.3",
    "192.168.0.9:11434", "172.16.0.1", "172.31.255.255", "0.0.0.0", "[::]:80", "[fd00::1]:9", "a.localhost",
    "box.local", "Box.LOCAL:80", "db.internal", "a.b.internal:1"
]
BAD_HOSTS = [
    "evil.test", "evil.test:11434", "8.8.8.8", "172.32.0.1", "[::1]", "[2001:db8::1]:80", "localhost.evil.test",
    "local", "internal", "xlocalhost", "127.0.0.1.evil.test", "ollama.com"
]

ROWS += rows(
    "2.2",
    *(row(f"Host {host}", GET("/api/version", {"Host": host}), ok(...)) for host in GOOD_HOSTS),
    row("an empty Host", GET("/api/version", {"Host": ""}), ok(...)),
    *(row(f"Host {host} is refused", GET("/api/version", {"Host": host}), empty(403)) for host in BAD_HOSTS),
    row("a refused Host before routing", GET("/nope", {"Host": "evil.test"}), empty(403)),
    row("a refused POST", POST("/api/copy", {"source": "tiny", "destination": "stolen"}, {"Host": "evil.test"}),
        empty(403), POST("/api/show", {"model": "stolen"}), refused(404, "model 'stolen:latest' not found")),
    row("OPTIONS for an allowed name", OPTIONS("/api/chat", {"Host": "localhost"}), Expected(204, None, b"")),
    row("OPTIONS for an allowed name, unknown path", OPTIONS("/nope", {"Host": "box.local"}), Expected(204, None, b"")),
    row("OPTIONS for an address, known path", OPTIONS("/api/chat", {"Host": "127.0.0.1"}), not_allowed("POST")),
    row("OPTIONS for an address, unknown path", OPTIONS("/nope", {"Host": "10.0.0.1:80"}), not_found()),
    row("OPTIONS for a refused host", OPTIONS("/api/chat", {"Host": "evil.test"}), empty(403)),
    *(row(f"Host {host} is accepted when not bound to loopback", GET("/api/version", {"Host": host}), ok(...),
          server="any host") for host in ("evil.test", "8.8.8.8", "localhost")),
    row("OPTIONS without Origin when not bound to loopback", OPTIONS("/api/chat", {"Host": "localhost"}),
        not_allowed("POST"), server="any host"),
)
