"""Serves an empty directory on a free port until somebody has asked for it."""

import subprocess
import sys
import urllib.request

code = (
    "import http.server\n"
    "server = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)\n"
    "print(server.server_port, flush=True)\n"
    "server.handle_request()\n"
)
with subprocess.Popen(
    [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
) as server:
    assert server.stdout is not None
    port = int(server.stdout.readline())
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        assert answer.status == 200
