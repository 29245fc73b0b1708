#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps an HTTP conversation, and gives it again: live-relay.py record DIR READY PORT | replay DIR READY.

record hands each POST on to PORT of loopback and keeps body and answer as DIR/NNNN.request and DIR/NNNN.answer-STATUS. replay
answers the n-th POST of each connection with the n-th answer kept, whatever is asked. READY is written with the port that is
listened at."""
import glob
import http.client
import http.server
import os
import sys

mode, directory, ready = sys.argv[1:4]
PASSED_ON = ("Authorization", "Content-Type")


class Relay(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body of an answer leave together
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.count = 0
        self.upstream = http.client.HTTPConnection("127.0.0.1", int(sys.argv[4])) if mode == "record" else None

    def log_message(self, *_):
        pass

    def do_POST(self):
        request = self.rfile.read(int(self.headers["Content-Length"]))
        self.count += 1
        status, answer = self.record(request) if mode == "record" else answers[self.count - 1]
        self.send_response(status)
        self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def record(self, request):
        self.upstream.request("POST", self.path, request, {name: self.headers[name] for name in PASSED_ON})
        got = self.upstream.getresponse()
        answer = got.read()
        for name, content in (("request", request), ("answer-%d" % got.status, answer)):
            with open(os.path.join(directory, "%04d.%s" % (self.count, name)), "wb") as file:
                file.write(content)
        return got.status, answer


def kept():
    for path in sorted(glob.glob(os.path.join(directory, "*.answer-*"))):
        with open(path, "rb") as file:
            yield int(path.rsplit("-", 1)[1]), file.read()


answers = list(kept()) if mode == "replay" else []
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Relay)
with open(ready + ".new", "w", encoding="ascii") as file:
    file.write("%d\n" % server.server_port)
os.rename(ready + ".new", ready)
server.serve_forever()
