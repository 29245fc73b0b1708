#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check asks, asked by python3-winrm in sealed NTLM: live-pywinrm.py URL DIR.

DIR holds the requests of a check, kept by live-relay.py. They are asked again in their order, with the contexts and
identifiers of this conversation, and each answer is parsed into rows of names and texts, the least that a check written in
Python would do. The account comes from the environment: account, password."""
import glob
import os
import re
import sys
import xml.etree.ElementTree as ET

from winrm.exceptions import WinRMError
from winrm.protocol import Protocol

url, directory = sys.argv[1:3]
CONTEXT = re.compile(r"(EnumerationContext>)([^<]*)(<)")
IDENTIFIER = re.compile(r"(Identifier[^>]*>)([^<]*)(<)")
ITEMS = ".//{*}Items"

protocol = Protocol(url, transport="ntlm", username=os.environ["account"], password=os.environ["password"],
                    message_encryption="always")


def with_todays(pattern, request, last):
    """The request with what the last answer named in place of what was named then."""
    match = pattern.search(last)
    return pattern.sub(lambda m: m[1] + match[2] + m[3], request) if match else request


def ask(request, may_fail):
    try:
        return protocol.send_message(request)
    except WinRMError:
        if not may_fail:
            raise
        return None


def rows_of(answer):
    items = ET.fromstring(answer).find(ITEMS)
    return [{child.tag: child.text for child in item} for item in items] if items is not None else []


rows, context, identifier = [], "", ""
for path in sorted(glob.glob(os.path.join(directory, "*.request"))):
    with open(path, encoding="utf-8") as file:
        request = with_todays(IDENTIFIER, with_todays(CONTEXT, file.read(), context), identifier)
    answer = ask(request, not os.path.exists(path.replace(".request", ".answer-200")))
    if answer is None:
        continue
    rows += rows_of(answer)
    text = answer if isinstance(answer, str) else answer.decode("utf-8")
    context = text if CONTEXT.search(text) else context
    identifier = text if IDENTIFIER.search(text) else identifier
print(len(rows))
