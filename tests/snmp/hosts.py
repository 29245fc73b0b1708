#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that misbehave: hosts.py READY. Writes `hang=PORT`, `flood=PORT`, `lie=PORT` and `deaf=PORT` to the file READY and serves
until it is killed.

hang takes connections and says nothing; flood sends an HTTP body without end; lie sends random bytes; deaf never takes a
connection: its queue is full."""
import os
import socket
import sys
import threading

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n\r\n"
BLOCK = b"<a>" * 20000


def hang(connection):
    while connection.recv(65536):
        pass


def flood(connection):
    connection.recv(65536)
    connection.sendall(HEAD)
    while True:
        connection.sendall(BLOCK)


def lie(connection):
    connection.recv(65536)
    connection.sendall(os.urandom(4000))


def talk(manner, connection):
    try:
        manner(connection)
    except OSError:
        pass
    connection.close()


def listener(queue):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", 0))
    s.listen(queue)
    return s


def serve(manner, s):
    while True:
        threading.Thread(target=talk, args=(manner, s.accept()[0]), daemon=True).start()


ports = {}
for manner in (hang, flood, lie):
    server = listener(1024)
    ports[manner.__name__] = server.getsockname()[1]
    threading.Thread(target=serve, args=(manner, server), daemon=True).start()
deaf = listener(0)
ports["deaf"] = deaf.getsockname()[1]
waiting = []
for _ in range(4):
    waiting.append(socket.socket())
    waiting[-1].setblocking(False)
    waiting[-1].connect_ex(deaf.getsockname())
with open(sys.argv[1] + ".new", "w", encoding="ascii") as ready:
    ready.writelines("%s=%d\n" % port for port in ports.items())
os.rename(sys.argv[1] + ".new", sys.argv[1])
threading.Event().wait()
