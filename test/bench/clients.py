"""Starting the clients of the bench, asking them, and watching their browsers go.

A client is a process that takes orders on stdin and gives one answer to each on stdout, both JSON, one a line:

    {"do": "launch", "program", "flags": […], "url"}      marks begin, loaded; helper: pid of a process of its own
    {"do": "trace", "categories": […], "path", "expression"}
                                                marks begin, started (Tracing.start answered), reloaded, window_end,
                                                complete (Tracing.tracingComplete), disk (the last byte is in the
                                                file); page: what the expression gave; data_loss: null if unknown
    {"do": "answer", "path"}                    marks begin, answered: the trace in that file was read; names (how many
                                                different ones events have), messages (whose two ends are there), their
                                                median_us, collections (minor and major); ours is `wasmograph trace`
    {"do": "close"}                             marks begin, closed; helper_cpu_us: of that process, its whole life

A mark is [CLOCK_MONOTONIC µs, CPU µs of the client so far, its voluntary context switches so far]. {"error"} instead
of all that when it failed. End of file ends the client."""
import json
import os
import pathlib
import select
import subprocess
import time


class ClientError(Exception):
    """A client said that it failed, or ended, or said nothing."""


def parents():
    """pid → parent's pid, of every process."""
    table = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            table[int(entry.name)] = int(stat[stat.rindex(")") + 2:].split()[1])
    return table


def descendants(root):
    table, found = parents(), {root}
    while True:
        more = {pid for pid, parent in table.items() if parent in found} - found
        if not more:
            return found - {root}
        found |= more


def pidfds(pids):
    """Of those that still live."""
    fds = []
    for pid in pids:
        try:
            fds.append(os.pidfd_open(pid))
        except ProcessLookupError:
            continue
    return fds


def peak_rss_kb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


class Client:
    """One client process. `lab` says who runs it and where (lab.py)."""

    def __init__(self, lab, name, command, deadline_s=120):
        self.lab, self.name, self.deadline_s = lab, name, deadline_s
        self.begin = time.monotonic()  # before it is executed
        self.process = lab.start(name, command)
        self.helper = None
        self.buffer = b""

    def ask(self, **order):
        """(answer, seconds from the order to the answer)."""
        begin = time.monotonic()
        self._send(order)
        answer = self._answer(begin + self.deadline_s)
        return answer, time.monotonic() - begin

    def launch(self, **order):
        answer, seconds = self.ask(do="launch", **order)
        self.helper = answer.get("helper")
        return answer, seconds

    def peak_rss_kb(self):
        """Of the client and its helper together."""
        return sum(peak_rss_kb(pid) for pid in [self.process.pid, self.helper] if pid)

    def close(self):
        """Ends the browser: (answer, seconds until the client said so and every process of it is dead).

        Looking through /proc makes the kernel keep directory entries for each process, which cost whoever waits for
        its end: 1 to 4 ms for a browser. So no CPU time of a close that was watched is compared."""
        fds = pidfds(descendants(self.process.pid))
        try:
            begin = time.monotonic()
            self._send({"do": "close"})
            answer = self._answer(begin + self.deadline_s)
            self._await_deaths(fds, begin + self.deadline_s)
            return answer, time.monotonic() - begin
        finally:
            for fd in fds:
                os.close(fd)

    def close_unwatched(self):
        """The client's answer; the last processes may still be dying."""
        return self.ask(do="close")[0]

    def end(self):
        """Ends the client; whatever it left is the lab's to find."""
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def _send(self, order):
        try:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise ClientError(f"{self.name} has ended: {self.lab.last_words(self.name)}") from None

    def _answer(self, end):
        while b"\n" not in self.buffer:
            ready = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))[0]
            piece = os.read(self.process.stdout.fileno(), 1 << 16) if ready else b""
            if not piece:
                what = "ended" if ready else f"gave no answer in {self.deadline_s} s"
                raise ClientError(f"{self.name} {what}: {self.lab.last_words(self.name)}")
            self.buffer += piece
        line, _, self.buffer = self.buffer.partition(b"\n")
        answer = json.loads(line)
        if answer.get("error"):
            raise ClientError(f"{self.name}: {answer['error']}")
        return answer

    def _await_deaths(self, fds, end):
        poll = select.poll()
        left = set(fds)
        for fd in fds:
            poll.register(fd, select.POLLIN)
        while left:
            dead = poll.poll(max(0, end - time.monotonic()) * 1000)
            if not dead:
                raise ClientError(f"{self.name}: {len(left)} processes of the browser outlived its close")
            for fd, _ in dead:
                poll.unregister(fd)
                left.discard(fd)
