#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a simulated host by python3-winrm, a client that shares no line with ours: independent.py WAY URL CAPTURE.

WAY is ssl (Basic over TLS), ntlm or kerberos (both sealed, over HTTP). The account comes from the environment: account,
password; ca is the file of the authority. What is asked is written here from the specifications of WS-Management (DSP0226,
DSP0227) and of the event log and shell resources of Windows (MS-WSMV); what must come back is read from the capture itself.

For each rule a line "= RULE" is printed, followed by what is wrong, if anything."""
import base64
import datetime
import json
import os
import re
import sys
import traceback
import types
import uuid
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

way, url, capture_path = sys.argv[1:4]
account, password = os.environ["account"], os.environ["password"]


def know_localhost():
    """A system without a file of hosts does not."""
    import socket

    ask = socket.getaddrinfo
    socket.getaddrinfo = lambda name, *rest, **more: ask("127.0.0.1" if name == "localhost" else name, *rest, **more)


def stand_in_for_kerberos():
    """The names of a module "kerberos" that can seal, as Debian's can not, over python3-gssapi."""
    import gssapi

    spnego = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")
    kerberos = types.ModuleType("kerberos")
    kerberos.GSSError = gssapi.exceptions.GSSError
    kerberos.GSS_C_MUTUAL_FLAG = int(gssapi.RequirementFlag.mutual_authentication)
    kerberos.GSS_C_SEQUENCE_FLAG = int(gssapi.RequirementFlag.out_of_sequence_detection)
    kerberos.GSS_C_DELEG_FLAG = int(gssapi.RequirementFlag.delegate_to_peer)
    sealing = gssapi.RequirementFlag.confidentiality | gssapi.RequirementFlag.integrity

    def client_init(service, gssflags, principal=None):
        name = gssapi.Name(service, gssapi.NameType.hostbased_service)
        context = gssapi.SecurityContext(name=name, mech=spnego, flags=int(sealing) | gssflags, usage="initiate")
        return 1, {"context": context, "token": b""}

    def client_step(state, token):
        state["token"] = state["context"].step(base64.b64decode(token) if token else None) or b""
        return 1 if state["context"].complete else 0

    def seal(state, message):
        kind = gssapi.raw.IOVBufferType
        iov = gssapi.raw.IOV(kind.header, message, kind.padding, std_layout=False)
        gssapi.raw.wrap_iov(state["context"], iov, confidential=True)
        return iov[1].value + (iov[2].value or b""), iov[0].value

    def unseal(state, sealed, header):
        return state["context"].unwrap(header + sealed).message

    kerberos.authGSSClientInit = client_init
    kerberos.authGSSClientStep = client_step
    kerberos.authGSSClientResponse = lambda state: base64.b64encode(state["token"]).decode("ascii")
    kerberos.authGSSWinRMEncryptMessage = seal
    kerberos.authGSSWinRMDecryptMessage = unseal
    sys.modules["kerberos"] = kerberos


know_localhost()
if way == "kerberos":
    stand_in_for_kerberos()

import winrm  # noqa: E402  (after the stand-in)
from winrm.exceptions import InvalidCredentialsError, WinRMError  # noqa: E402
from winrm.protocol import Protocol  # noqa: E402

NS = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "n": "http://schemas.xmlsoap.org/ws/2004/09/enumeration",
    "e": "http://schemas.xmlsoap.org/ws/2004/08/eventing",
    "cim": "http://schemas.dmtf.org/wbem/wscim/1/common",
    "wsmid": "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
    "ev": "http://schemas.microsoft.com/win/2004/08/events/event",
}
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
EVENT_LOG = "http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog"
V2 = "root/virtualization/v2"
VMMS = "Microsoft-Windows-Hyper-V-VMMS-Admin"
PAGE = 2  # small, so that there are pages to turn

IDENTIFY = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">
<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"""

ENVELOPE = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"
 xmlns:e="http://schemas.xmlsoap.org/ws/2004/08/eventing" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Header>
<a:To>%(url)s</a:To><w:ResourceURI s:mustUnderstand="true">%(resource)s</w:ResourceURI><a:ReplyTo>
<a:Address s:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
<a:Action s:mustUnderstand="true">%(action)s</a:Action><w:MaxEnvelopeSize s:mustUnderstand="true">153600</w:MaxEnvelopeSize>
<a:MessageID>uuid:%(id)s</a:MessageID><w:Locale xml:lang="en-US" s:mustUnderstand="false"/>
<w:OperationTimeout>PT20.000S</w:OperationTimeout>%(header)s</s:Header><s:Body>%(body)s</s:Body></s:Envelope>"""

ENUMERATE = """<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>%d</w:MaxElements>
<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">SELECT * FROM %s</w:Filter></n:Enumerate>"""
PULL = "<n:Pull><n:EnumerationContext>%s</n:EnumerationContext><n:MaxElements>%d</n:MaxElements></n:Pull>"
RELEASE = "<n:Release><n:EnumerationContext>%s</n:EnumerationContext></n:Release>"

EVENT_OPTIONS = """<w:OptionSet><w:Option Name="SubscriptionName">test</w:Option>
<w:Option Name="ContentFormat">RenderedText</w:Option><w:Option Name="ReadExistingEvents" xsi:nil="true"/></w:OptionSet>"""
SUBSCRIBE = """<e:Subscribe><e:Delivery Mode="http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull">
<w:Heartbeats>PT60.000S</w:Heartbeats><w:ContentEncoding>UTF-8</w:ContentEncoding></e:Delivery><e:Expires>PT600.000S</e:Expires>
<w:Filter Dialect="http://schemas.microsoft.com/win/2004/08/events/eventquery">%s</w:Filter>
<w:SendBookmarks/></e:Subscribe>"""
QUERY = '<QueryList><Query Id="0" Path="%s"><Select Path="%s">%s</Select></Query></QueryList>'

ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing/"


class Wrong(Exception):
    """A rule does not hold."""


def want(holds, *what):
    if not holds:
        raise Wrong(" ".join(str(word) for word in what))


def connect(secret=password):
    options = {"transport": way, "username": account, "password": secret}
    if way == "ssl":
        options.update(server_cert_validation="validate", ca_trust_path=os.environ["ca"])
    else:
        options["message_encryption"] = "always"
    return Protocol(url, **options)


protocol = connect()
with open(capture_path, encoding="utf-8") as file:
    capture = json.load(file)


def recorded(namespace, name):
    return next(c["instances"] for c in capture["classes"] if (c["namespace"], c["class"]) == (namespace, name))


def recorded_events(channel):
    return [ET.fromstring(text) for log in capture["event_logs"] if log["channel"] == channel for text in log["events"]]


def ask(resource, action, body, header=""):
    """One request; the answer, which must be the answer to it."""
    number = str(uuid.uuid4()).upper()
    text = protocol.send_message(ENVELOPE % {"url": url, "resource": resource, "action": action, "id": number,
                                             "header": header, "body": body})
    answer = ET.fromstring(text)
    want(answer.tag == "{%s}Envelope" % NS["s"], "the answer is a", answer.tag)
    want(answer.findtext("s:Header/a:RelatesTo", None, NS) == "uuid:" + number, "RelatesTo is not the MessageID")
    want(answer.findtext("s:Header/a:Action", "", NS).strip() == action + "Response", "Action is",
         answer.findtext("s:Header/a:Action", None, NS))
    return answer


def in_either(parent, name):
    """Control elements stand in one of two namespaces."""
    found = [child for prefix in "wn" for child in parent.findall("%s:%s" % (prefix, name), NS)]
    want(len(found) <= 1, name, "occurs", len(found), "times")
    return found[0] if found else None


def page_of(answer, response):
    """Items, context or None, end."""
    body = answer.find("s:Body/n:" + response, NS)
    want(body is not None, "there is no", response)
    items, context = in_either(body, "Items"), body.findtext("n:EnumerationContext", None, NS)
    return list(items) if items is not None else [], context or None, in_either(body, "EndOfSequence") is not None


def enumerate_class(namespace, name):
    """All instances, and the number of pages they came on."""
    resource = WMI + namespace + "/*"
    items, context, end = page_of(ask(resource, ENUMERATION + "Enumerate", ENUMERATE % (PAGE, name)), "EnumerateResponse")
    pages, contexts = 1, set()
    while not end and context:
        want(context not in contexts, "the context did not change")
        contexts.add(context)
        more, context, end = page_of(ask(resource, ENUMERATION + "Pull", PULL % (context, PAGE)), "PullResponse")
        want(len(more) <= PAGE, "a page has", len(more), "items")
        items, pages = items + more, pages + 1
    return items, pages


def instant(text):
    """Seconds since the epoch, of both spellings of a time."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", text)
    want(match, "not a time:", text)
    return (datetime.datetime.fromisoformat(match[1] + match[3].replace("Z", "+00:00")), float(match[2] or 0))


def is_time(value):
    return isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value)


def scalar(element):
    """None, a text, or ("time", instant)."""
    if element.get(XSI + "nil") in ("true", "1"):
        want(not len(element) and not element.text, element.tag, "is nil and has content")
        return None
    time = element.find("cim:Datetime", NS)
    if time is not None:
        return "time", instant(time.text)
    want(not len(element), element.tag, "has unexpected children")
    return element.text or ""


def expected(value):
    """What a value of the capture looks like on the wire: a list of scalars, one for each element."""
    if isinstance(value, list):
        return [expected(v)[0] for v in value]
    if value is None:
        return [None]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [("time", instant(value)) if is_time(value) else str(value)]


def compare_row(namespace, name, element, row):
    class_uri = WMI + namespace + "/" + name
    want(element.tag == "{%s}%s" % (class_uri, name), "the instance is a", element.tag)
    want(element.get(XSI + "type", "").endswith(":%s_Type" % name), "xsi:type is", element.get(XSI + "type"))
    properties = {}
    for child in element:
        want(child.tag.startswith("{%s}" % class_uri), "a property", child.tag)
        properties.setdefault(child.tag.split("}")[1], []).append(scalar(child))
    wanted = {key: expected(value) for key, value in row.items() if value != []}
    for key in sorted(properties.keys() | wanted.keys()):
        want(properties.get(key) == wanted.get(key), name, row["Name"], key, "is", properties.get(key),
             "recorded", row.get(key, "nowhere"))


def rows_are_as_recorded(namespace, name):
    rows = recorded(namespace, name)
    items, pages = enumerate_class(namespace, name)
    want(len(items) == len(rows), len(items), "rows,", len(rows), "recorded")
    want(pages >= 1 + (len(rows) - 1) // PAGE, "only", pages, "pages")
    for item, row in zip(items, rows):
        compare_row(namespace, name, item, row)
    return rows


def identify():
    answer = ET.fromstring(protocol.send_message(IDENTIFY)).find("s:Body/wsmid:IdentifyResponse", NS)
    want(answer is not None, "there is no IdentifyResponse")
    want(answer.findtext("wsmid:ProtocolVersion", None, NS) == NS["w"], "another protocol version")
    product = answer.findtext("wsmid:ProductVersion", "", NS)
    want(re.fullmatch(r"OS: [1-9]\d*\.\d+\.\d+ SP: \d+\.\d+ Stack: \d+\.\d+", product), "the product version is", product)


def virtual_machines():
    rows = rows_are_as_recorded(V2, "Msvm_ComputerSystem")
    want(any(value is None for row in rows for value in row.values()), "no NULL was compared")
    want(any(isinstance(value, list) and value for row in rows for value in row.values()), "no array was compared")
    want(any(is_time(value) for row in rows for value in row.values()), "no time was compared")


def volumes():
    rows = rows_are_as_recorded("root/cimv2", "Win32_Volume")
    want(any(isinstance(value, bool) for row in rows for value in row.values()), "no boolean was compared")


def fault_code(call, *arguments):
    """The code of the fault that a call must end with."""
    try:
        call(*arguments)
    except WinRMError as error:
        text = str(error)
        want("'http_status_code': 500" in text, "not a status 500:", text)
        match = re.search(r"'wsmanfault_code': '(\d+)'", text)
        want(match, "a fault without code:", text)
        return int(match[1])
    raise Wrong("no fault")


def stop_early():
    resource = WMI + V2 + "/*"
    _, old, _ = page_of(ask(resource, ENUMERATION + "Enumerate", ENUMERATE % (PAGE, "Msvm_ComputerSystem")), "EnumerateResponse")
    _, context, end = page_of(ask(resource, ENUMERATION + "Pull", PULL % (old, PAGE)), "PullResponse")
    want(context and not end, "there is nothing left to pull")
    code = fault_code(ask, resource, ENUMERATION + "Pull", PULL % (old, PAGE))
    want(code == 2150858779, "an old context is fault", code)
    ask(resource, ENUMERATION + "Release", RELEASE % context)
    code = fault_code(ask, resource, ENUMERATION + "Pull", PULL % (context, PAGE))
    want(code == 2150858779, "a released context is fault", code)


def unknown_class():
    code = fault_code(enumerate_class, "root/cimv2", "Win32_NoSuchClass")
    want(code == 2150858778, "an unknown class is fault", code)


def unknown_namespace():
    code = fault_code(enumerate_class, "root/nosuchnamespace", "Win32_Volume")
    want(code in (2150858752, 2150858778), "an unknown namespace is fault", code)


def canonical(event):
    return ET.canonicalize(ET.tostring(event, encoding="unicode"))


def same_events(got, recorded_ones, what):
    want(recorded_ones, "nothing is recorded that", what, "could find")
    want([canonical(e) for e in got] == [canonical(e) for e in recorded_ones], what, "gives",
         [e.findtext("ev:System/ev:EventRecordID", None, NS) for e in got], "in place of",
         [e.findtext("ev:System/ev:EventRecordID", None, NS) for e in recorded_ones], "or their content differs")


def is_announcement(event):
    """The forwarder's own event, which begins a subscription on some hosts."""
    return event.find("ev:System/ev:Provider", NS).get("Name") == "Microsoft-Windows-EventForwarder"


def subscribe(select):
    """All events that a subscription gives until it has no more; then it is ended."""
    query = escape(QUERY % (VMMS, VMMS, escape(select)))
    answer = ask(EVENT_LOG, EVENTING + "Subscribe", SUBSCRIBE % query, EVENT_OPTIONS)
    body = answer.find("s:Body/e:SubscribeResponse", NS)
    identifier = body.findtext("e:SubscriptionManager//e:Identifier", None, NS)
    context = body.findtext("n:EnumerationContext", None, NS)
    want(identifier and context, "no identifier or no context")
    events, bookmark = [], None
    for _ in range(50):
        answer = ask(EVENT_LOG, ENUMERATION + "Pull", PULL % (context, PAGE), EVENT_OPTIONS)
        old, (items, context, _) = context, page_of(answer, "PullResponse")
        want(context and context != old, "the context did not change")
        if not items:
            break
        events += [item for item in items if not is_announcement(item)]
        bookmark = answer.find("s:Header/w:Bookmark/BookmarkList/Bookmark", NS)
    else:
        raise Wrong("there is no end of events")
    ask(EVENT_LOG, EVENTING + "Unsubscribe", "<e:Unsubscribe/>", "<e:Identifier>%s</e:Identifier>" % identifier)
    return events, bookmark


def with_id(events, number):
    return [e for e in events if e.findtext("ev:System/ev:EventID", None, NS) == str(number)]


def subscription():
    all_of_them = recorded_events(VMMS)
    events, bookmark = subscribe("*")
    same_events(events, all_of_them, "a subscription to everything")
    want(bookmark is not None and bookmark.get("Channel") == VMMS, "no bookmark of the channel")
    want(bookmark.get("RecordId") == events[-1].findtext("ev:System/ev:EventRecordID", None, NS), "a bookmark at another record")
    one = all_of_them[0].findtext("ev:System/ev:EventID", None, NS)
    events, _ = subscribe("*[System[(EventID=%s) and Level<=3 and "
                          "TimeCreated[@SystemTime>='2026-11-20T00:00:00.000Z']]]" % one)
    want(len(with_id(all_of_them, one)) < len(all_of_them), "the filter has nothing to leave out")
    same_events(events, with_id(all_of_them, one), "a subscription to event " + one)
    events, _ = subscribe("*[System[EventID=1 and EventID=2]]")
    want(not events, "a filter that nothing meets gives events")


def events_of_output(output):
    want(output[:2] == b"\xff\xfe", "no byte order mark:", output[:8])
    text = output.decode("utf-16")
    return list(ET.fromstring(text[text.index("<"):]))


def shell():
    """Two commands in one shell."""
    opened = protocol.open_shell()
    for direction in ("false", "true"):
        command = protocol.run_command(opened, "wevtutil", [
            "qe", VMMS, '"/q:*[System[Level<=3]]"', "/f:RenderedXml", "/uni:true", "/e:Events", "/rd:" + direction])
        output, errors, status = protocol.get_command_output(opened, command)
        protocol.cleanup_command(opened, command)
        want((status, errors) == (0, b""), "status", status, "errors", errors)
        events = [e for e in recorded_events(VMMS) if 1 <= int(e.findtext("ev:System/ev:Level", None, NS)) <= 3]
        same_events(events_of_output(output), events[::-1] if direction == "true" else events, "wevtutil /rd:" + direction)
    protocol.close_shell(opened)


def session():
    """By the interface that most scripts use; what fails tells so by its status."""
    one = winrm.Session(url, (account, password), transport=way,
                        **({"ca_trust_path": os.environ["ca"]} if way == "ssl" else {"message_encryption": "always"}))
    answer = one.run_cmd("wevtutil", ["qe", "Microsoft-Windows-Backup", "/f:RenderedXml", "/uni:true", "/e:Events"])
    want(answer.status_code == 0, "status", answer.status_code)
    same_events(events_of_output(answer.std_out), recorded_events("Microsoft-Windows-Backup"), "wevtutil")
    answer = one.run_cmd("wevtutil", ["qe", "No-Such-Channel", "/uni:true"])
    want(answer.status_code == 15007 and answer.std_err, "an unknown channel has status", answer.status_code, answer.std_err)
    answer = one.run_cmd("no-such-program")
    want(answer.status_code in (1, 9009) and answer.std_err, "an unknown program has status", answer.status_code)


def wrong_password():
    try:
        connect("wrong").send_message(IDENTIFY)
    except InvalidCredentialsError:
        return
    raise Wrong("a wrong password is taken")


RULES = [
    ("Identify", identify), ("the virtual machines, page by page", virtual_machines), ("the volumes, page by page", volumes),
    ("stopping early", stop_early), ("a class that is not there", unknown_class),
    ("a namespace that is not there", unknown_namespace), ("a subscription to events", subscription),
    ("commands in a shell", shell), ("a session", session)]
if way != "kerberos":  # a ticket has no password to be wrong
    RULES.append(("a wrong password", wrong_password))

for title, rule in RULES:
    print("=", title)
    try:
        rule()
    except Wrong as wrong:
        print(wrong)
    except Exception:  # whatever else goes wrong is a finding as well
        print("".join(traceback.format_exc(limit=-3, chain=False)))
print("= end")
