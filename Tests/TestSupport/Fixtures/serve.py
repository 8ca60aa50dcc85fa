"""Serves the files of a folder on this machine: python serve.py FOLDER. Prints the port, then a line a request.

Paths under /plain/ do not know ranges; /endless never ends; /to-http leads off to another machine without TLS.
"""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

FOLDER = Path(sys.argv[1])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        start = 0
        asked = self.headers.get("Range")
        if self.path == "/endless":
            return self.endless()
        if self.path == "/to-http":
            return self.redirect("http://example.invalid/bags.csv")
        file = FOLDER / self.path.rsplit("/", 1)[-1]
        if not file.is_file():
            print(404, self.path, asked, flush=True)
            return self.send_error(404)
        content = file.read_bytes()
        if asked and not self.path.startswith("/plain/"):
            start = int(asked.removeprefix("bytes=").split("-")[0])
            if start >= len(content):
                print(416, self.path, asked, flush=True)
                return self.send_error(416)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        print(206 if start else 200, self.path, asked, flush=True)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start:])

    def endless(self):
        print(200, self.path, None, flush=True)
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(bytes(1 << 16))
        except OSError:
            pass

    def redirect(self, target):
        print(302, self.path, None, flush=True)
        self.send_response(302)
        self.send_header("Location", target)
        self.end_headers()

    def log_message(self, *arguments):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
