# SPDX-License-Identifier: GPL-3.0-or-later
"""completion.py BUILDDIR LOADER WORK: what bash completes of each program, against what the program says of its options. TAP."""
import json
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import time

builddir, loader, work = sys.argv[1:]
STATES = {"ok", "warning", "critical", "unknown"}
PATIENCE = 60  # seconds for an answer
EVERY = "\x18i"  # key: insert all completions
TAKE = "\x18d"  # key: hand over the line, and empty it

# bash tells the line, not the terminal: what is shown there depends on its width.
RC = r"""
PS1= PS2= HISTFILE=
%s
bind 'set enable-bracketed-paste off'
bind 'set bell-style none'
bind '"\C-xi": insert-completions'
take() { printf '%%s\0' "$READLINE_LINE" >>"$TAKEN"; READLINE_LINE= READLINE_POINT=0; }
bind -x '"\C-xd": take'
. "$LOADER"
%s
printf 'ready\0' >>"$TAKEN"
"""


class Shell:
    """An interactive bash in the directory that holds the files to be named."""

    def __init__(self, name, before="", after=""):
        self.taken = os.path.join(work, name + ".taken")
        rc = os.path.join(work, name + ".rc")
        with open(rc, "w") as f:
            f.write(RC % (before, after))
        env = {"PATH": os.path.join(work, "traps") + ":" + os.environ["PATH"], "HOME": work, "TERM": "dumb", "LC_ALL": "C",
               "INPUTRC": "/dev/null", "TAKEN": self.taken, "LOADER": loader, "XDG_DATA_HOME": work + "/none",
               "BASH_COMPLETION_USER_DIR": os.path.join(work, "user")}
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(os.path.join(work, "files"))
            os.execvpe("bash", ["bash", "--noprofile", "--rcfile", rc, "-i"], env)
        self.count = 0
        self.said = b""
        self.next_line()

    def next_line(self):
        """The next line that was handed over."""
        self.count += 1
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            # What it shows has to be read, or it waits.
            if select.select([self.fd], [], [], 0.01)[0]:
                try:
                    self.said += os.read(self.fd, 65536)
                except OSError:
                    break
            if os.path.exists(self.taken):
                with open(self.taken, "rb") as f:
                    lines = f.read().split(b"\0")
                if len(lines) > self.count:
                    return lines[self.count - 1].decode()
        print("Bail out! bash does not answer: %r" % self.said[-500:])
        self.end()
        sys.exit(99)

    def complete(self, line):
        os.write(self.fd, (line + EVERY + TAKE).encode())
        return self.next_line()

    def end(self):
        os.close(self.fd)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def run(program, *arguments):
    return subprocess.run([os.path.join(builddir, program), *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)


def options_of(program):
    """Long name -> (letter, argument), of the command line. From --help for those that do not describe themselves as JSON."""
    told = run(program, "--describe=json").stdout
    if told.startswith("{"):
        description = json.loads(told)
        return ({o["name"]: (o["letter"], o["arg"]) for o in description["options"] if not o["file_only"]},
                [r["id"] for r in description["rules"]])
    rows = re.findall(r"^  (?:-(\w), )?--([a-z0-9-]+)(?:[= ](\S+)|\[=(\S+)\])?$|^  (?:-(\w), )?--([a-z0-9-]+)(?:[= ](\S+)|\[=(\S+)\])?  ",
                      run(program, "--help").stdout, re.M)
    options = {}
    for row in rows:
        letter, name, plain, optional = row[:4] if row[1] else row[4:]
        options[name] = (letter or None, plain or ("[" + optional if optional else None))
    return options, []


class Program:
    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)
        self.options, self.rules = options_of(path)
        self.command = "/usr/lib/nagios/plugins/" + self.name  # by path, as plugins are called
        self.findings = []

    def offered(self, shell, words, head=""):
        """What is offered in place of the last word of the words; head: the part of it that stays."""
        line = self.command + " " + words
        got = shell.complete(line)
        stays = line[:line.rfind(" ") + 1] + head
        if got == line:
            return set()
        if not got.startswith(stays):
            self.findings.append("%s: became %s" % (line, got))
            return set()
        return set(got[len(stays):].split())

    def expect(self, shell, words, wanted, head=""):
        got = self.offered(shell, words, head)
        if got != set(wanted):
            self.findings.append("%s: not offered: %s; offered: %s" %
                                 (words, sorted(set(wanted) - got)[:5], sorted(got - set(wanted))[:5]))

    def forms(self, name):
        """How its argument may be given: words before it, and the part of the word that stays."""
        letter = self.options[name][0]
        forms = [("--%s " % name, ""), ("--%s=" % name, "--%s=" % name)]
        return forms + ([("-%s " % letter, "")] if letter else [])

    def expect_words(self, shell, name, wanted):
        for words, head in self.forms(name):
            self.expect(shell, words, wanted, head)
        word = sorted(wanted)[0]
        self.expect(shell, "--%s %s" % (name, word[:-1]), {w for w in wanted if w.startswith(word[:-1])})


def names_options(p, shell):
    long = {"--" + name for name in p.options}
    letters = {"-" + letter for letter, _ in p.options.values() if letter}
    if len(long) < 5:
        p.findings.append("only %s were found" % sorted(long))
    p.expect(shell, "--", long)
    p.expect(shell, "-", long | letters)
    p.expect(shell, "", long)
    p.expect(shell, "--no-such-option", [])
    for name, (letter, argument) in sorted(p.options.items()):
        p.expect(shell, "--" + name, {o for o in long if o.startswith("--" + name)})
        if argument is None:  # what follows is the next option
            p.expect(shell, "--%s --" % name, long)
            p.expect(shell, "--%s=" % name, [])
            if letter:
                p.expect(shell, "-%s --" % letter, long)


def names_values(p, shell):
    for name, (letter, argument) in sorted(p.options.items()):
        if argument is None:
            continue
        if re.fullmatch(r"[a-z0-9|-]+", argument) and "|" in argument:
            p.expect_words(shell, name, argument.split("|"))
        elif argument == "STATE":
            p.expect_words(shell, name, STATES)
        elif argument == "ID=STATE":
            p.expect_words(shell, name, [r + "=" for r in p.rules])
            for words, head in p.forms(name):
                rule = p.rules[0] + "="
                p.expect(shell, words + rule, STATES, head + rule)
                p.expect(shell, words + rule + "cr", ["critical"], head + rule)
        elif "FILE" in argument or argument == "PATH":
            if argument.startswith("["):
                p.expect(shell, "--%s=@ho" % name, ["@host.json"], "--%s=" % name)
                p.expect(shell, "--%s=hv@ho" % name, ["hv@host.json"], "--%s=" % name)
                p.expect(shell, "--%s --" % name, {"--" + n for n in p.options})
                continue
            for words, head in p.forms(name):
                p.expect(shell, words + "ho", ["host.json"], head)
                p.expect(shell, words + "sub/in", ["sub/inner.json"], head)
        elif argument == "SECONDS[:DIR]":
            p.expect(shell, "--%s 6" % name, [])
            p.expect(shell, "--%s 60:s" % name, ["sub"], "60:")
        elif name not in ("explain", "skip", "set", "sections"):
            for words, _ in p.forms(name):
                p.expect(shell, words, [])


def names_nothing_behind(p, shell):
    p.expect(shell, "-- ", [])
    p.expect(shell, "-- --", [])
    p.expect(shell, "-v -- --ca", [])


def own_words(p, shell):
    if p.name == "hyperv_doctor":
        ids = re.findall(r"^(\S+): ", run(p.path, "--explain", "list").stdout, re.M)
        rules = set()
        for check in programs:
            if check.rules:
                rules.update(check.rules)
                word = check.name.replace("check_hyperv_", "")
                p.expect(shell, "--set %s.rule" % word, ["%s.rule=" % word])
        if not rules <= p.offered(shell, "--explain "):
            p.findings.append("--explain lacks rules")
        p.expect(shell, "--explain ", rules | set(ids) | {"list", "all"})
        p.expect(shell, "--skip ", [c.name.replace("check_hyperv_", "") for c in programs if c.name.startswith("check_")])
        p.expect(shell, "--set layout.b", ["layout.backup-volumes="])
        p.expect(shell, "--set=layout.b", ["layout.backup-volumes="], "--set=")
        p.expect(shell, "--set layout.backup-volumes=", [])
    if p.name == "hyperv_capture":
        told = run(p.path, "-H", "x", "--sections", "none").stderr
        sections = re.search(r"is none of ([^\n]*)", told).group(1).split(", ")
        p.expect_words(shell, "sections", sections)
        p.expect(shell, "--sections volumes,ev", ["volumes,events"])


def odd_shells(p):
    # Without "=" and ":" bash takes the argument for one word.
    odd = {"whole": "COMP_WORDBREAKS=${COMP_WORDBREAKS//[=:]/}",
           "strict": ". '%s/completions/%s'; set -u; shopt -s failglob nocaseglob extglob; IFS=-" % (builddir, p.name)}
    for name, setting in odd.items():
        shell = Shell("%s-%s" % (p.name, name), after=setting)
        p.expect(shell, "--", {"--" + n for n in p.options})
        p.expect(shell, "--auth ke", ["kerberos"])
        p.expect(shell, "--auth=ke", ["--auth=kerberos"] if name == "whole" else ["kerberos"], "" if name == "whole" else "--auth=")
        p.expect(shell, "--unreachable ", STATES)
        for option, value in (("authfile", ""), ("extra-opts", "hv@")):
            whole = "--%s=" % option
            p.expect(shell, whole + value + "ho", [(whole if name == "whole" else "") + value + "host.json"],
                     "" if name == "whole" else whole)
        if p.rules:
            rule = p.rules[0] + "="
            p.expect(shell, "--rule %scr" % rule, [rule + "critical"] if name == "whole" else ["critical"],
                     "" if name == "whole" else rule)
        shell.end()


HOSTILE_WORDS = ["$(touch x)", "`touch x`", "'$(touch x)", '"$(touch x)', "$(touch x", "<(touch x)", ";touch x", "a[$(touch x)]",
                 "COMP_WORDS[$(touch x)]", "${x:=$(touch x)}", "$'\\x24(touch x)'", "x=$(touch x)", "*", "]", "[!-]", "\\", "'", '"', "~$(touch x)"]
HOSTILE_FILES = ["evil$(touch x)", "evil`touch x`", "evil';touch x;'", 'evil";touch x;"', "evil file", "evil*[x]", "evil\\", "evil&touch x"]


def is_harmless(p, shell):
    for word in HOSTILE_WORDS:
        for before in ("", "--", "--no-such=", "--auth ", "--auth=", "--capture ", "--capture=", "--rule ", "--rule a=", "--set ",
                       "--explain ", "--sections ", "--sections a,", "--cache 60:", "--extra-opts=@", "-- "):
            shell.complete("%s %s%s" % (p.command, before, word))
            shell.complete("%s %s%s --au" % (p.command, before, word))
    for how in ("--authfile ev", "--authfile=ev"):
        line = "%s %s" % (p.command, how)
        got = shell.complete(line)[len(line) - 2:]
        if sorted(shlex.split(got)) != sorted(HOSTILE_FILES):
            p.findings.append("%s: %s" % (how, got))
    left = [n for n in os.listdir(os.path.join(work, "files")) if n not in HOSTILE_FILES + ["host.json", "sub"]]
    if left or os.path.exists(os.path.join(work, "ran")):
        p.findings.append("something was run: %s" % (left or open(os.path.join(work, "ran")).read()))


number = 0
failed = 0


def result(name, findings):
    global number, failed
    number += 1
    print("%sok %d - %s" % ("not " if findings else "", number, name))
    for finding in findings[:15]:
        print("# " + finding)
    failed += bool(findings)
    del findings[:]


def make_files():
    files = os.path.join(work, "files")
    os.makedirs(os.path.join(files, "sub"))
    os.mkdir(os.path.join(work, "user"))
    os.symlink(os.path.join(builddir, "completions"), os.path.join(work, "user", "completions"))
    for name in ["host.json", "sub/inner.json", *HOSTILE_FILES]:
        open(os.path.join(files, name), "w").close()
    # The programs are not to be run; these would tell.
    os.mkdir(os.path.join(work, "traps"))
    for name in os.listdir(os.path.join(builddir, "completions")):
        trap = os.path.join(work, "traps", name)
        with open(trap, "w") as f:
            f.write("#!/bin/sh\necho $0 >>'%s/ran'\n" % work)
        os.chmod(trap, 0o755)


def programs_there():
    paths = ["plugins/" + n for n in sorted(os.listdir(os.path.join(builddir, "plugins"))) if re.fullmatch(r"(check_)?hyperv_[a-z_]+", n)]
    return paths + ["mibs/hyperv_agentx"] * os.access(os.path.join(builddir, "mibs/hyperv_agentx"), os.X_OK)


make_files()
programs = [Program(path) for path in programs_there()]
result("every program has a file for its completion", [
    p.name for p in programs if not os.path.exists(os.path.join(builddir, "completions", p.name))] or ([] if len(programs) > 12 else ["few programs"]))
shell = Shell("usual")
for p in programs:
    p.findings += [] if subprocess.run(["bash", "-n", os.path.join(builddir, "completions", p.name)]).returncode == 0 else ["bash -n"]
    said = run(p.path, "--describe=bash").stdout
    if said != open(os.path.join(builddir, "completions", p.name)).read():
        p.findings.append("the file is not what the program says today")
    names_options(p, shell)
    result(p.name + ": every option is offered, long and short", p.findings)
    names_values(p, shell)
    own_words(p, shell)
    result(p.name + ": so is what their arguments may be", p.findings)
    names_nothing_behind(p, shell)
    result(p.name + ": nothing is offered behind --", p.findings)
    p.command = p.name
    p.expect(shell, "--he", ["--help"])
    p.command = "./" + p.name
    p.expect(shell, "--he", ["--help"])
    result(p.name + ": found by name and by other paths", p.findings)
for p in programs:
    if p.name in ("check_hyperv_layout", "hyperv_doctor", "hyperv_capture"):
        if p.name != "hyperv_capture":
            odd_shells(p)
            result(p.name + ": in shells with other settings as well", p.findings)
        is_harmless(p, shell)
        result(p.name + ": what is typed, and what files are called, is never run", p.findings)
shell.end()
print("1..%d" % number)
sys.exit(failed != 0)
