"""Records a trace of a real Chromium: a page and a worker that exchange messages, with clock marks, harness measures
and garbage made in the worker, as a traced launch has them. For fixtures and for trying the reader; measurements go
through the program.

    record.py FILE [--seconds S] [--buffer-kb N] [--rate HZ] [--categories A,B,…] [--format json|proto] [--startup FILE]

--startup records the same at the same time a second time, in protobuf, from the browser's start to its end: two sessions of
one browser, each of which reads the clock for itself.

The browser is driven over --remote-debugging-pipe: NUL-ended JSON on descriptors 3 and 4."""
import argparse
import base64
import contextlib
import functools
import http.server
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import threading

CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8", "v8.wasm", "blink.user_timing",
              "blink.worker"]
FLAGS = ["--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu",
         "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup"]

# A module of one function that adds one, so that a compilation is in the trace.
WASM = ("AGFzbQEAAAABBgFgAX8BfwMCAQAHBwEDaW5jAAAKCQEHACAAQQFqCw==")

PAGE = """<!doctype html><title>recorded</title><script type="module">
const worker = new Worker('worker.js');
const told = () => new Promise((resolve) => worker.addEventListener('message', (event) => resolve(event.data), { once: true }));
const mark = () => performance.mark('align:main');
let toTarget = 0, toSender = 0;
const post = (data) => { toTarget++; worker.postMessage(data); };
worker.addEventListener('message', () => toSender++);
window.run = async (seconds, rate) => {
	mark(); mark();
	post('start'); await told();
	const end = performance.now() + seconds * 1000;
	let next = performance.now() + 1000;
	while (performance.now() < end) {
		post({ text: 'ping "' + toTarget + '" \\u2603 \\\\' });
		await told();
		if (performance.now() > next) { next += 1000; mark(); }
		await new Promise((resolve) => setTimeout(resolve, 1000 / rate));
	}
	post('end'); await told();
	mark(); mark();
	return { to_target: toTarget, to_sender: toSender };
};
</script>"""

WORKER = """
const bytes = Uint8Array.from(atob('%s'), (c) => c.charCodeAt(0));
const inc = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.inc;
const mark = () => performance.mark('align:worker');
let kept = [], next = 0, count = 0;
onmessage = (event) => {
	if (event.data === 'start') { mark(); mark(); next = performance.now() + 1000; postMessage('started'); return; }
	if (event.data === 'end') { postMessage('ended'); mark(); mark(); return; }
	const start = performance.now();
	kept = [];
	for (let i = 0; i < 20000; i++) kept.push({ i: inc(i), text: 'x' + i });
	const end = performance.now();
	performance.measure('h:guest', { start, end });
	if (count++ %% 3 === 0) performance.measure('h:guestgc', { start, end: (start + end) / 2 });
	if (end > next) { next += 1000; mark(); }
	postMessage(count);
};
""" % WASM


class Handler(http.server.BaseHTTPRequestHandler):
    FILES = {"/": ("text/html", PAGE), "/worker.js": ("text/javascript", WORKER)}

    def do_GET(self):
        kind, text = self.FILES.get(self.path, (None, None))
        self.send_response(200 if kind else 404)
        for name, value in (("Cross-Origin-Opener-Policy", "same-origin"),
                            ("Cross-Origin-Embedder-Policy", "require-corp"), ("Content-Type", kind or "text/plain")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write((text or "").encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def served():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()


class Browser:
    def __init__(self, profile, more_flags=()):
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        # Beyond 3 and 4 first: one may stand where the other is to go.
        high_in, high_out = os.dup(theirs_in), os.dup(theirs_out)
        flags = [*FLAGS, *more_flags, f"--user-data-dir={profile}"]
        account = {}
        if os.geteuid() == 0:  # root cannot have Chromium's sandbox
            nobody = pwd.getpwnam("nobody")
            os.chown(profile, nobody.pw_uid, nobody.pw_gid)
            account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        script = f'exec 3<&{high_in} 4>&{high_out} {high_in}<&- {high_out}>&-; exec chromium "$@"'
        self.process = subprocess.Popen(["bash", "-c", script, "chromium", *flags], pass_fds=(high_in, high_out),
                                        env=dict(os.environ, HOME=profile, TMPDIR=profile), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **account)
        for fd in (theirs_in, theirs_out, high_in, high_out):
            os.close(fd)
        self.input, self.output, self.last, self.rest = ours_in, ours_out, 0, b""
        self.events = []

    def message(self):
        while b"\0" not in self.rest:
            chunk = os.read(self.input, 1 << 20)
            assert chunk, "the browser ended"
            self.rest += chunk
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def send(self, method, session=None, **parameters):
        self.last += 1
        command = {"id": self.last, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        os.write(self.output, json.dumps(command).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.last:
                assert "error" not in message, message["error"]
                return message["result"]
            self.events.append(message)

    def event(self, method):
        while True:
            for event in self.events:
                if event["method"] == method:
                    self.events.remove(event)
                    return event["params"]
            self.events.append(self.message())

    def close(self):
        os.close(self.output)
        os.close(self.input)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def startup_flags(file, categories):
    return [f"--trace-startup={','.join(categories)}", "--trace-startup-format=proto", "--trace-startup-duration=0",
            "--trace-startup-record-mode=record-until-full", f"--trace-startup-file={file}"]


def pull(page, stream, path):
    with open(path, "wb") as out:
        while True:
            part = page("IO.read", handle=stream, size=1 << 17)
            out.write(base64.b64decode(part["data"]) if part.get("base64Encoded") else part["data"].encode())
            if part["eof"]:
                break


def record_page(browser, url, given, path):
    target = browser.send("Target.createTarget", url="about:blank")["targetId"]
    session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    page = functools.partial(browser.send, session=session)
    page("Page.enable")
    page("Page.navigate", url=url)
    browser.event("Page.loadEventFired")
    config = {"includedCategories": given.categories.split(",")}
    if given.buffer_kb:
        config["traceBufferSizeInKb"] = given.buffer_kb
    page("Tracing.start", transferMode="ReturnAsStream", streamFormat=given.format, traceConfig=config)
    page("Page.reload")
    browser.event("Page.loadEventFired")
    counts = page("Runtime.evaluate", expression=f"run({given.seconds}, {given.rate})", awaitPromise=True,
                  returnByValue=True)["result"]["value"]
    page("Tracing.end")
    complete = browser.event("Tracing.tracingComplete")
    pull(page, complete["stream"], path)
    return dict(counts, data_loss=complete["dataLossOccurred"], bytes=pathlib.Path(path).stat().st_size)


def record(given):
    profile = tempfile.mkdtemp(prefix="wasmograph-record-")
    startup = f"{profile}/startup.pftrace"
    browser = Browser(profile, startup_flags(startup, given.categories.split(",")) if given.startup else ())
    try:
        with served() as url:
            done = record_page(browser, url, given, given.file)
        if given.startup:
            browser.send("Browser.close")
            browser.process.wait(30)  # it writes the file at its end
            shutil.copyfile(startup, given.startup)
        return done
    finally:
        browser.close()
        shutil.rmtree(profile, ignore_errors=True)


def parse(arguments=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rate", type=float, default=100, help="messages a second")
    parser.add_argument("--buffer-kb", type=int, default=0)
    parser.add_argument("--categories", default=",".join(CATEGORIES))
    parser.add_argument("--format", choices=["json", "proto"], default="json")
    parser.add_argument("--startup", metavar="FILE")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    print(json.dumps(record(parse())))
