#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service manager's side of sd_notify(3): readiness.py SOCKET LOG. Writes each message to the file LOG, its lines joined by
spaces, after the seconds that have passed. Serves until it is killed."""
import os
import socket
import sys
import time

begin = time.monotonic()
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s, open(sys.argv[2], "w", encoding="utf-8", buffering=1) as log:
    s.bind(sys.argv[1])
    os.chmod(sys.argv[1], 0o777)
    while True:
        log.write("%.2f %s\n" % (time.monotonic() - begin, " ".join(s.recv(65536).decode().split("\n"))))
