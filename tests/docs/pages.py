# SPDX-License-Identifier: GPL-3.0-or-later
"""pages.py SRCDIR BUILDDIR WORK [PAGE...]: runs what the documentation says can be run, and holds what it cannot run against the
options that there are. CONTRIBUTING.md says how blocks are marked. TAP."""
import glob
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

srcdir, builddir, work, *only = sys.argv[1:]
PATIENCE = 120  # seconds for a block

# Words behind ``` besides "sh", and why such a block is not run. After a block that is run, text is what it prints.
NOT_RUN = {
    "": "no command",
    "text": "no command",
    "console": "needs rights, a daemon or a person at the terminal",
    "powershell": "for Windows",
    "bat": "for Windows",
    "conf": "what a file holds",
    "ini": "what a file holds",
    "json": "what a file holds",
    "yaml": "what a file holds",
}
# Pages with no block to run.
NOTHING_TO_RUN = {
    "ARCHITECTURE.md": "how the programs are built",
    "CONTRIBUTING.md": "runs the whole test suite",
    "NEWS.md": "a list",
    "SECURITY.md": "what the programs promise",
    "doc/agentx.md": "a daemon; tests/snmp runs it",
    "doc/nrpe.md": "a daemon; tests/monitoring/nrpe.sh runs it",
    "doc/explanations.md": "printed by the doctor, with which tests/golden/explain.sh compares it",
}
# Options that stand alone on a page and are not ours, with whose they are.
FOREIGN = {
    "--with-plugindir": "configure", "--with-mib-root": "configure", "--without-snmp": "configure", "--all": "quickstart",
    "--no-install-recommends": "apt-get",
}
# Not on every system: blocks that name one that is missing are left out, and that is said.
TOOLS = ("icinga2", "mandoc", "nagios4", "prometheus-snmp-exporter", "prometheus-snmp-generator", "promtool", "smilint", "snmptranslate")
INFORMATION = ("--help", "-h", "--version", "-V", "--describe", "--explain", "--list")
PROGRAM = r"(?<!-[ogu])(?:^|[\s/`\"'$;|({=])((?:check_hyperv|hyperv)_[a-z_]+)(?=[\s\"',])"

number = 0
failed = 0


def result(name, findings):
    global number, failed
    number += 1
    print("%sok %d - %s" % ("not " if findings else "", number, name))
    for finding in findings[:20]:
        print("\n".join("# " + line for line in finding.split("\n")[:30]))
    failed += bool(findings)


# -- options ---------------------------------------------------------------------------------------

def options_of(path):
    """Option, short or long -> what its argument may be ("" when it takes none, None when anything)."""
    run = lambda *a: subprocess.run([path, *a], capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
    told = run("--describe=json")
    if told.startswith("{"):
        rows = [(o["letter"], o["name"], o["arg"]) for o in json.loads(told)["options"]]
    else:
        rows = [(a, b, c or d) for a, b, c, d in
                re.findall(r"^  (?:-(\w), )?--([a-z0-9-]+)(?:[= ](\S+)|\[=(\S+)\])?", run("--help"), re.M)]
    options = {}
    for letter, name, argument in rows:
        choices = argument.split("|") if argument and re.fullmatch(r"[a-z0-9|-]+\|[a-z0-9|-]+", argument) else None
        options["--" + name] = choices
        if letter:
            options["-" + letter] = choices
    return options


programs = {}
for path in glob.glob(builddir + "/plugins/*hyperv_*") + glob.glob(builddir + "/mibs/hyperv_agentx"):
    if re.fullmatch(r"[a-z_]+", os.path.basename(path)):
        programs[os.path.basename(path)] = options_of(path)


def wrong_words(program, rest):
    """What is wrong with the options in the words behind a program's name."""
    options = programs[program]
    rest = re.split(r"[|;&`]| #|<<|\s>", rest)[0]
    words = [w.strip("\"'[](){},") for w in rest.split()]
    findings = []
    for word, following in zip(words, words[1:] + [""]):
        match = re.match(r"(--[a-z][a-z0-9-]*)(=(.*))?$", word) or re.match(r"(-[A-Za-z])()$", word)
        if not match:
            continue
        name = match.group(1)
        if name not in options:
            findings.append("%s has no option %s" % (program, name))
        elif options[name]:
            value = match.group(3) if match.group(2) else following
            if re.fullmatch(r"[a-z0-9-]+", value or "") and value not in options[name]:
                findings.append("%s %s: %s is none of %s" % (program, name, value, options[name]))
    return findings


def wrong_options(text):
    """The same for each program that stands in the lines of a text."""
    findings = []
    for line in re.sub(r"\\\n\s*", " ", text).split("\n"):
        found = list(re.finditer(PROGRAM, line + " "))
        for at, match in enumerate(found):
            if match.group(1) not in programs:
                if match.group(1) + "." not in line and not os.access(builddir + "/mibs/hyperv_agentx", os.X_OK):
                    continue  # the agent was not built
                if re.match(r"check_hyperv_|hyperv_(capture|doctor|checkpoint)", match.group(1)):
                    findings.append("there is no program " + match.group(1))
                continue
            end = found[at + 1].start() if at + 1 < len(found) else len(line)
            findings += wrong_words(match.group(1), line[match.end():end])
    return findings


def wrong_spans(prose):
    """Code within the text: commands, and options that stand alone, which are ours unless FOREIGN says otherwise."""
    findings = []
    known = {name for options in programs.values() for name in options}
    for span in re.findall(r"`([^`\n]+)`", prose):
        findings += wrong_options(span)
        # What the tree has, a folder, a file or a program; headings and rules are no files.
        if re.fullmatch(r"(tests|common|plugins|mibs|doc|packaging)/[\w./*-]+", span):
            if not glob.glob(os.path.join(srcdir, span.rstrip("/"))) + glob.glob(os.path.join(srcdir, span + ".*")):
                findings.append("there is no " + span)
        name = re.match(r"--[a-z][a-z0-9-]*", span)
        if name and name.group(0) not in known and name.group(0) not in FOREIGN:
            findings.append("no program has an option " + name.group(0))
    return findings


# -- pages -----------------------------------------------------------------------------------------

class Block:
    def __init__(self, line, language):
        self.line, self.language, self.text, self.output = line, language, "", None


def read_page(path):
    """Its blocks, and what stands around them. The text block that follows one to run is what that prints."""
    blocks, prose, block, gap, indent = [], [], None, True, ""
    with open(path, encoding="utf-8") as f:
        for at, line in enumerate(f, 1):
            fence = re.match(r"( *)(```+)([^`]*)$", line.rstrip("\n"))
            if block is None and fence:
                indent = fence.group(1)
                block = Block(at, fence.group(3).strip())
            elif block is not None and fence and not fence.group(3).strip():
                if block.language == "text" and blocks and blocks[-1].language == "sh" and not gap:
                    blocks[-1].output = block
                blocks.append(block)
                block, gap = None, False
            elif block is not None:
                block.text += line[len(indent):] if line.startswith(indent) else line
            else:
                prose.append(line)
                gap = gap or bool(line.strip())
    return blocks, "".join(prose), ["a block is not closed"] if block else []


def calls():
    """What the stand-ins noted: (status, program, arguments, output), and forgets it."""
    noted = []
    for path in sorted(glob.glob(work + "/calls/*.call"), key=os.path.getmtime):
        status, program, *arguments = open(path, "rb").read().decode("utf-8", "replace").split("\0")[:-1]
        said = "".join(open(path[:-4] + part, encoding="utf-8", errors="replace").read() for part in ("out", "err"))
        noted.append((int(status), program, arguments, said))
    for path in glob.glob(work + "/calls/*"):
        os.unlink(path)
    return noted


def wrong_calls(noted):
    """Programs that did not get what they were asked for. WARNING and CRITICAL are results."""
    findings = []
    for status, program, arguments, said in noted:
        informs = any(a.split("=")[0] in INFORMATION for a in arguments)
        if status not in (0, 1, 2, 3) or (status == 3 and not informs):
            findings.append("%s %s: status %d\n%s" % (program, " ".join(arguments), status, said[:800]))
        elif re.search(r"^Usage: ", said, re.M) and not informs:
            findings.append("%s %s: %s" % (program, " ".join(arguments), said[:400]))
        elif re.search(r"Could not resolve|Failed to connect|timed out|No such file", said.split("\n")[0]):
            findings.append("%s %s: %s" % (program, " ".join(arguments), said.split("\n")[0]))
    return findings


def differs(expected, said):
    """How they differ: lines may be broken otherwise, and ... stands for anything."""
    flat = lambda text: "".join(text.split())
    parts = [re.escape(flat(part)) for part in expected.split("...")]
    if re.fullmatch(".*?".join(parts), flat(said), re.S):
        return []
    return ["it prints something else:\n" + said[:2500]]


def run_block(block, place):
    """Runs it as a reader would who pastes it; what is wrong."""
    noted = os.path.join(work, "statuses")
    open(noted, "w").close()
    script = os.path.join(work, "block.sh")
    with open(script, "w", encoding="utf-8") as f:
        f.write("set -E\ntrap 'printf \"%%s\\t%%s\\n\" \"$?\" \"${BASH_COMMAND%%%%[[:space:]]*}\" >>\"%s\"' ERR\n%s" % (noted, block.text))
    try:
        done = subprocess.run(["bash", "--noprofile", "--norc", script], cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return ["it takes longer than %d s" % PATIENCE]
    said = done.stdout.decode("utf-8", "replace")
    called = calls()
    findings = wrong_calls(called)
    for line in open(noted, encoding="utf-8", errors="replace"):
        status, command = line.rstrip("\n").split("\t", 1)
        ours = re.match(r"(check_hyperv_|hyperv_|sudo$)", os.path.basename(command))
        if not ours or status in ("126", "127"):
            findings.append("%s: status %s\n%s" % (command, status, said[-800:]))
    named = {match for match in re.findall(PROGRAM, block.text) if match in programs}
    findings += [program + " is named and was not run" for program in sorted(named - {call[1] for call in called})]
    if done.returncode in (126, 127) or "syntax error" in said:
        findings.append(said[-800:])
    if block.output is not None:
        findings += differs(block.output.text, said)
    return findings


def missing_tools(block):
    return [tool for tool in TOOLS if re.search(r"(?<![\w/.-])%s(?![\w/.-])" % tool, block.text) and not shutil.which(tool)]


def judge_blocks(path, place, tell=print):
    """Judges each block of a page: (what the line of TAP says, findings), the page as a whole last."""
    blocks, prose, findings = read_page(path)
    page = os.path.relpath(path, srcdir)
    outputs = [b.output for b in blocks if b.output]
    ran = 0
    for block in blocks:
        name = "%s:%d" % (page, block.line)
        if block.language == "sh":
            ran += 1
            missing = missing_tools(block)
            if missing:
                yield name + " # SKIP not installed: " + ", ".join(missing), []
            else:
                yield name + ": can be run", run_block(block, place) + wrong_options(block.text)
        elif block in outputs:
            continue
        elif block.language in NOT_RUN:
            tell("# %s: not run: %s%s" % (name, block.language and block.language + ", ", NOT_RUN[block.language]))
            findings += ["line %d: %s" % (block.line, f) for f in wrong_options(block.text)]
        else:
            findings.append("line %d: blocks are not to be marked '%s'" % (block.line, block.language))
    if (ran == 0) != (page in NOTHING_TO_RUN):
        findings.append("nothing on it can be run" if ran == 0 else "it is said that nothing on it can be run")
    if page in NOTHING_TO_RUN:
        tell("# %s: nothing to run: %s" % (page, NOTHING_TO_RUN[page]))
    yield page + ": blocks are marked, and the options that it names are there", findings + wrong_spans(prose)


def judge_page(page):
    place = os.path.join(work, "pages", page.replace("/", "-"))
    shutil.copytree(os.path.join(work, "files"), place)
    for name, findings in judge_blocks(os.path.join(srcdir, page), place):
        result(name, findings)


# What a page may have wrong, and a word of what is to be said of it.
FAULTS = [
    ("```sh\ncheck_hyperv_layout --capture host.json --no-such\n```", "has no option --no-such"),
    ("```sh\ncheck_hyperv_layout --captur host.json\n```", "has no option --captur"),
    ("```sh\ncheck_hyperv_layout --capture none.json\n```", "status 3"),
    ("```sh\ncheck_hyperv_layout -H other.example.invalid --authfile hv.auth\n```", "resolve"),
    ("```sh\ncheck_hyperv_none --capture host.json\n```", "check_hyperv_none"),
    ("```sh\nfalse\ncheck_hyperv_layout --capture host.json\n```", "false: status 1"),
    ("```sh\ntrue || check_hyperv_layout --capture host.json\n```", "was not run"),
    ("```sh\ncheck_hyperv_layout --capture host.json\n```\n\n```text\nHYPERV LAYOUT OK ...\n```", "something else"),
    ("```console\n$ check_hyperv_layout --capture host.json \\\n    --no-such\n```", "has no option --no-such"),
    ("```console\n$ check_hyperv_layout --auth=magic\n```", "magic is none of"),
    ("```conf\ncommand_line $USER1$/check_hyperv_space -H $HOSTADDRESS$ -z\n```", "has no option -z"),
    ("```shell\ntrue\n```", "not to be marked"),
    ("`check_hyperv_layout --no-such`", "has no option --no-such"),
    ("`--no-such`", "no program has an option --no-such"),
    ("`tests/no-such`", "there is no tests/no-such"),
    ("```text\n", "not closed"),
    ("Nothing.", "nothing on it can be run"),
]


def overlooked():
    """Faults of pages that are not found."""
    place = os.path.join(work, "pages", "faults")
    shutil.copytree(os.path.join(work, "files"), place)
    path = os.path.join(work, "faults.md")
    for text, word in FAULTS:
        with open(path, "w", encoding="utf-8") as f:
            f.write(text + "\n")
        found = [finding for _, findings in judge_blocks(path, place, lambda _: None) for finding in findings]
        if not any(word in finding for finding in found):
            yield "%s: not found: %s; found: %s" % (text, word, found)


def pages():
    found = []
    for pattern in ("*.md", "doc/**/*.md", "packaging/**/*.md"):
        found += glob.glob(os.path.join(srcdir, pattern), recursive=True)
    return sorted(os.path.relpath(path, srcdir) for path in found)


all_pages = pages()
result("there are pages, and those of which nothing is run are among them", [
    page + " is not there" for page in ["README.md", "doc/shell.md", *NOTHING_TO_RUN] if page not in all_pages])
result("what a page may have wrong is found", list(overlooked()))
for page in only or all_pages:
    judge_page(page)
print("1..%d" % number)
sys.exit(failed != 0)
