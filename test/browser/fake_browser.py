#!/usr/bin/python3
"""A scripted browser: speaks CDP over WebSocket, and misbehaves as told.

As a server for the tests of cdp/:
    fake_browser.py --behaviour NAME --port-file FILE
writes "PORT\\nPATH\\n" to FILE once it listens, and dies with the process that started it.

As a browser executable, for the tests of browser/ and supervisor/:
    fake_browser.py --remote-debugging-port=0 --user-data-dir=DIR [any other flag] [URL]
    fake_browser.py --version
writes DIR/DevToolsActivePort, says "DevTools listening on ..." on stderr, and lives until it
is killed or gets Browser.close. Its behaviour comes from WASMOGRAPH_FAKE_BEHAVIOUR or, as a
browser's environment is cleaned, from the first line of a file beside the program, named as the
program with ".behaviour" appended; without either it is `normal`.

Only the standard library; raw sockets, so that frames can be as wrong as wanted. Behaviours
are the methods behave_* below: each serves one connection after its handshake.
"""

import base64
import ctypes
import hashlib
import json
import os
import re
import resource
import signal
import socket
import struct
import sys
import tempfile
import threading
import time

PATH = "/devtools/browser/00000000-fake-4000-8000-000000000000"
VERSION = "Chromium 999.0.0.0 (fake)"
WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
OVERSIZED_BYTES = 20 * 1024 * 1024
LATE_S = 0.3

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 1, 2, 8, 9, 10, 0


class Gone(Exception):
    """The client has closed the connection."""


class Socket:
    """WebSocket frames on a TCP connection."""

    def __init__(self, connection):
        self.connection = connection
        self.buffered = bytearray()
        self.lock = threading.Lock()

    def read_exactly(self, count):
        while len(self.buffered) < count:
            try:
                more = self.connection.recv(65536)
            except OSError as error:
                raise Gone() from error
            if not more:
                raise Gone()
            self.buffered += more
        taken = bytes(self.buffered[:count])
        del self.buffered[:count]
        return taken

    def read_until(self, mark):
        taken = b""
        while not taken.endswith(mark):
            taken += self.read_exactly(1)
        return taken

    def write(self, data):
        try:
            self.connection.sendall(data)
        except OSError as error:
            raise Gone() from error

    def read_frame(self):
        first, second = self.read_exactly(2)
        length = second & 127
        if length == 126:
            (length,) = struct.unpack(">H", self.read_exactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self.read_exactly(8))
        if not second & 128:
            raise SystemExit("the client sent an unmasked frame, against RFC 6455 section 5.1")
        mask = self.read_exactly(4)
        data = self.read_exactly(length)
        repeated = (mask * (length // 4 + 1))[:length]
        plain = int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")
        return first & 128, first & 15, plain.to_bytes(length, "big")

    def read_message(self):
        """One whole text message; answers pings, ends at a close."""
        whole = b""
        while True:
            final, opcode, data = self.read_frame()
            if opcode == CLOSE:
                self.write_frame(CLOSE, data[:2])
                raise Gone()
            if opcode == PING:
                self.write_frame(PONG, data)
            elif opcode in (TEXT, CONTINUATION):
                whole += data
                if final:
                    return whole.decode("utf-8")

    @staticmethod
    def frame(opcode, data, final=True):
        head = bytes([(128 if final else 0) | opcode])
        if len(data) < 126:
            head += bytes([len(data)])
        elif len(data) < 65536:
            head += struct.pack(">BH", 126, len(data))
        else:
            head += struct.pack(">BQ", 127, len(data))
        return head + data

    def write_frame(self, opcode, data, final=True):
        with self.lock:
            self.write(self.frame(opcode, data, final))

    def send(self, message):
        """As Chromium writes it: no spaces, members in this order."""
        self.write_frame(TEXT, json.dumps(message, separators=(",", ":")).encode())


class Page:
    """The one page target: enough of it to be attached to, navigated and evaluated in."""

    target_id = "FAKEPAGE000000000000000000000001"
    frame_id = target_id

    def __init__(self):
        self.url = "about:blank"
        self.loads = 0

    def info(self):
        return {"targetId": self.target_id, "type": "page", "title": "", "url": self.url,
                "attached": True, "canAccessOpener": False, "browserContextId": "FAKECONTEXT"}

    def frame(self):
        return {"id": self.frame_id, "loaderId": f"LOADER{self.loads}", "url": self.url,
                "domainAndRegistry": "", "securityOrigin": "://", "mimeType": "text/html",
                "secureContextType": "Secure", "crossOriginIsolatedContextType": "Isolated",
                "gatedAPIFeatures": []}


def stream_text():
    """About 600 kB of lines with everything that JSON escapes; stream_test.c writes the same."""
    return "".join(f'{{"n":{n},"t":"\u00e4\u20ac\U0001f600\u2028\\t"}}\n' for n in range(20000)).encode()


def stream_bytes():
    return bytes((n * 7 + n // 256) & 255 for n in range(500001))


class Streams:
    """The IO domain. A stream's name says what is in it, and how it misbehaves."""

    def __init__(self):
        self.positions = {}
        self.closed = []
        self.held = None  # the read of "swapped" that is answered after its follower

    @staticmethod
    def content(handle):
        if handle == "bytes":
            return stream_bytes()
        if handle in ("text", "text-with-end", "swapped", "fails-later", "more-than-asked", "more-after-end"):
            return stream_text()
        if handle in ("empty", "endless", "garbage", "mute", "not-a-piece"):
            return b""
        raise Refused(-32602, "Invalid stream handle")

    def read(self, params):
        handle, size = params["handle"], params["size"]
        content = self.content(handle)
        start = self.positions.get(handle, 0)
        if handle == "fails-later" and start > 300000:
            raise Refused(-32000, "Read failed")
        if handle == "more-than-asked":
            size *= 2
        end = min(start + size, len(content))
        while handle != "bytes" and end < len(content) and content[end] & 0xc0 == 0x80:
            end -= 1  # never inside a character
        piece = content[start:end]
        self.positions[handle] = end
        eof = not piece
        if handle == "endless":
            piece, eof = b"x" * size, False
        if handle == "text-with-end":
            eof = end == len(content)
        if handle == "more-after-end":
            eof = start == 0
        if handle == "bytes":
            return {"base64Encoded": True, "data": base64.b64encode(piece).decode(), "eof": eof}
        return {"base64Encoded": False, "data": piece.decode(), "eof": eof}

    def close(self, params):
        self.content(params["handle"])
        self.positions.pop(params["handle"], None)
        self.closed.append(params["handle"])
        return {}


class Refused(Exception):
    """Becomes a CDP error reply."""

    def __init__(self, code, message, data=None):
        super().__init__(message)
        self.error = {"code": code, "message": message}
        if data:
            self.error["data"] = data


def remote_object(value):
    kind = {bool: "boolean", int: "number", float: "number", str: "string"}.get(type(value), "object")
    described = {"type": kind, "value": value}
    if kind == "number":
        described["description"] = str(value)
    if value is None:
        described["subtype"] = "null"
    return {"result": described}


def evaluate(expression):
    """JSON literals, sums of two integers, `throw`; all else is undefined."""
    if expression.startswith("throw"):
        return {"result": {"type": "undefined"}, "exceptionDetails": {
            "exceptionId": 1, "text": "Uncaught", "lineNumber": 0, "columnNumber": 0,
            "exception": {"type": "string", "value": expression[5:].strip(), "description": "Error: fake"}}}
    addition = re.fullmatch(r"\s*(\d+)\s*\+\s*(\d+)\s*", expression)
    if addition:
        return remote_object(int(addition[1]) + int(addition[2]))
    try:
        return remote_object(json.loads(expression))
    except ValueError:
        return {"result": {"type": "undefined"}}


class Connection:
    """One client after its handshake, and every way to treat it."""

    def __init__(self, sock, request, arguments):
        self.socket = sock
        self.request = request
        self.arguments = arguments
        self.page = Page()
        self.page_session = None
        self.page_enabled = self.lifecycle_enabled = False
        self.sessions = 0
        self.streams = Streams()
        self.tracing = None  # the categories, while on

    # --- what a browser answers ---

    def event(self, method, params, session=None):
        message = {"method": method, "params": params}
        if session:
            message["sessionId"] = session
        self.socket.send(message)

    def attach(self):
        self.sessions += 1
        self.page_session = f"FAKESESSION{self.sessions:021d}"
        self.event("Target.attachedToTarget", {
            "sessionId": self.page_session, "targetInfo": self.page.info(), "waitingForDebugger": False})
        return self.page_session

    def loaded(self, session):
        now = time.monotonic()
        frame = self.page.frame()
        if self.page_enabled:
            self.event("Page.frameNavigated", {"frame": frame, "type": "Navigation"}, session)
            self.event("Page.domContentEventFired", {"timestamp": now}, session)
            self.event("Page.loadEventFired", {"timestamp": now}, session)
            self.event("Page.frameStoppedLoading", {"frameId": frame["id"]}, session)
        if self.lifecycle_enabled:
            for name in ("init", "DOMContentLoaded", "load"):
                self.event("Page.lifecycleEvent", {"frameId": frame["id"], "loaderId": frame["loaderId"],
                                                   "name": name, "timestamp": now}, session)

    def navigate(self, params, session):
        self.page.url = params["url"]
        self.page.loads += 1
        result = {"frameId": self.page.frame_id, "loaderId": f"LOADER{self.page.loads}"}
        if params["url"].startswith("http://unreachable"):
            return {**result, "errorText": "net::ERR_CONNECTION_REFUSED"}, None
        return result, lambda: self.loaded(session)

    def target_id_is_known(self, params):
        if params.get("targetId") != self.page.target_id:
            raise Refused(-32602, "No target with given id found")

    def answer(self, method, params, session):
        """The result, and what to do after it was sent (or None)."""
        if session and session != self.page_session:
            raise Refused(-32001, "Session with given id not found.")
        if method == "Browser.getVersion":
            return {"protocolVersion": "1.3", "product": "Chrome/999.0.0.0", "revision": "@0",
                    "userAgent": "Mozilla/5.0 (fake) HeadlessChrome/999.0.0.0", "jsVersion": "99.9"}, None
        if method == "Browser.close":
            return {}, lambda: os._exit(0)
        if method == "Browser.getBrowserCommandLine":
            return {"arguments": self.arguments}, None
        if method == "SystemInfo.getProcessInfo":
            return {"processInfo": [{"type": "browser", "id": os.getpid(), "cpuTime": 0.1}]}, None
        if method == "Target.getTargets":
            return {"targetInfos": [self.page.info()]}, None
        if method == "Target.setDiscoverTargets":
            return {}, lambda: self.event("Target.targetCreated", {"targetInfo": self.page.info()})
        if method == "Target.setAutoAttach":
            return {}, (self.attach if not session and params.get("autoAttach") else None)
        if method == "Target.createTarget":
            self.page.url = params.get("url", "about:blank")
            return {"targetId": self.page.target_id}, None
        if method == "Target.attachToTarget":
            self.target_id_is_known(params)
            return {"sessionId": self.attach()}, None
        if method == "Target.getTargetInfo":
            return {"targetInfo": self.page.info()}, None
        if method == "Target.closeTarget":
            self.target_id_is_known(params)
            return {"success": True}, None
        if method == "Page.navigate":
            return self.navigate(params, session)
        if method == "Page.reload":
            self.page.loads += 1
            return {}, lambda: self.loaded(session)
        if method == "Page.getFrameTree":
            return {"frameTree": {"frame": self.page.frame()}}, None
        if method == "Page.enable":
            self.page_enabled = True
            return {}, None
        if method == "Page.setLifecycleEventsEnabled":
            self.lifecycle_enabled = params.get("enabled", False)
            return {}, None
        if method == "Runtime.evaluate":
            return evaluate(params.get("expression", "")), None
        if method == "Fake.handshake":  # what the client sent to open the connection
            return {"request": self.request}, None
        if method == "Fake.digest":  # whether a large command arrived whole
            text = params["text"].encode()
            return {"bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}, None
        if method == "Fake.events":  # some events before the reply
            for number in range(params["count"]):
                self.event("Fake.event", {"number": number}, session)
            return {}, None
        if method == "IO.read":
            return self.streams.read(params), None
        if method == "IO.close":
            return self.streams.close(params), None
        if method == "Fake.closedStreams":
            return {"handles": self.streams.closed}, None
        if method.startswith("Tracing."):
            return self.trace(method, params, session)
        if method == "Fake.refuse":
            raise Refused(-32000, "Not today", "because it is fake")
        if re.fullmatch(r"(Page|Runtime|Target|Inspector|Security|Log|Network|Emulation|Browser)\."
                        r"(enable|disable|activateTarget|bringToFront|setBypassCSP|detachFromTarget|"
                        r"addBinding|runIfWaitingForDebugger|setCacheDisabled|addScriptToEvaluateOnNewDocument)",
                        method):
            return {}, None
        raise Refused(-32601, f"'{method}' wasn't found")

    def trace(self, method, params, session):
        """As Chromium 156. The categories say which stream comes, and what goes wrong."""
        if method == "Tracing.start":
            if self.tracing is not None:
                raise Refused(-32000, "Tracing has already been started (possibly in another tab).")
            if params["transferMode"] != "ReturnAsStream" or params["streamFormat"] != "json":
                raise Refused(-32602, "the fake streams JSON only")
            self.tracing = params["traceConfig"]["includedCategories"]
            return {}, None
        if method != "Tracing.end":
            raise Refused(-32601, f"'{method}' wasn't found")
        if self.tracing is None:
            raise Refused(-32000, "Tracing is not started")
        if "end-fails" in self.tracing:  # and stays on: the tracing service is gone
            raise Refused(-32000, "Tracing failed")
        chosen, self.tracing = self.tracing, None
        complete = {"dataLossOccurred": "loss" in chosen, "traceFormat": "json", "streamCompression": "none"}
        if "no-stream" not in chosen:
            complete["stream"] = next((name[7:] for name in chosen if name.startswith("stream=")), "text")
        if "wrong-format" in chosen:
            complete["traceFormat"] = "proto"
        return {}, lambda: self.complete_trace(chosen, complete, session)

    def complete_trace(self, chosen, complete, session):
        if "completes-late" in chosen:
            time.sleep(LATE_S)
        if "never-completes" not in chosen:
            self.event("Tracing.tracingComplete", complete, session)

    def read_command(self):
        return json.loads(self.socket.read_message())

    def read_oddly(self, command):
        """The reads that no answer() can play; False for all others."""
        handle = command.get("params", {}).get("handle") if command["method"] == "IO.read" else None
        if handle == "mute":
            return True
        if handle == "not-a-piece":
            self.socket.send({"id": command["id"], "result": {"text": "x"}})
            return True
        if handle == "garbage":
            text = b'{"id":%d,"result":{"base64Encoded":false,"data":"\xff\xfe\x00\xc3","eof":false}}'
            self.socket.write_frame(TEXT, text % command["id"])
            return True
        if handle == "swapped" and not self.streams.held:
            self.streams.held = command
            return True
        return False

    def reply(self, command):
        if self.read_oddly(command):
            return
        session = command.get("sessionId")
        message = {"id": command["id"]}
        after = None
        try:
            message["result"], after = self.answer(command["method"], command.get("params", {}), session)
        except Refused as refusal:
            message["error"] = refusal.error
        if session:
            message["sessionId"] = session
        self.socket.send(message)
        if after:
            after()
        if self.streams.held:  # the first of two reads, after the second
            held, self.streams.held = self.streams.held, None
            self.socket.send({"id": held["id"], "result": self.streams.read(held["params"])})

    # --- behaviours ---

    def behave_normal(self):
        while True:
            self.reply(self.read_command())

    def behave_never_answers(self):
        while True:
            self.read_command()

    def behave_hangs_on_evaluate(self):
        """As a page in an endless loop, or a stopped renderer: all else is answered."""
        while True:
            command = self.read_command()
            if command["method"] != "Runtime.evaluate":
                self.reply(command)

    def behave_answers_late(self):
        """Every reply comes LATE_S after its command was read."""
        while True:
            command = self.read_command()
            time.sleep(LATE_S)
            self.reply(command)

    def behave_answers_backwards(self):
        """Three commands are read, then answered last to first."""
        while True:
            commands = [self.read_command() for _ in range(3)]
            for command in reversed(commands):
                self.reply(command)

    def behave_answers_twice(self):
        while True:
            command = self.read_command()
            self.reply(command)
            self.reply(command)

    def behave_answers_result_first(self):
        """JSON has no order: the same replies, turned round and with spaces."""
        while True:
            command = self.read_command()
            result, _ = self.answer(command["method"], command.get("params", {}), None)
            self.socket.write_frame(TEXT, json.dumps({"result": result, "id": command["id"]}).encode())

    def behave_unknown_id(self):
        command = self.read_command()
        self.socket.send({"id": command["id"] + 1000, "result": {}})
        self.behave_never_answers()

    def behave_cuts(self):
        """Answers the first command, then closes the TCP connection at the second."""
        self.reply(self.read_command())
        self.read_command()

    def behave_cuts_mid_frame(self):
        """Announces 1,000 bytes, sends 300."""
        self.read_command()
        self.socket.write(struct.pack(">BBH", 128 | TEXT, 126, 1000) + b'{"id":1,"result":{"text":"'.ljust(300, b"x"))

    def behave_cuts_mid_message(self):
        """A whole first fragment; the rest never comes."""
        self.read_command()
        self.socket.write_frame(TEXT, b'{"id":1,"result":{', final=False)

    def behave_cuts_inside_header(self):
        self.read_command()
        self.socket.write(bytes([128 | TEXT]))

    def behave_closes(self):
        """An orderly close: status 1001, going away."""
        self.read_command()
        self.socket.write_frame(CLOSE, struct.pack(">H", 1001) + b"bye")
        self.behave_never_answers()

    def flood_thread(self):
        event = Socket.frame(TEXT, json.dumps({"method": "Fake.flood", "params": {"text": "x" * 200}}).encode())
        try:
            while True:
                with self.socket.lock:
                    self.socket.write(event * 100)
        except Gone:
            pass

    def behave_floods(self):
        """Events without end, as fast as the socket takes them; commands are answered."""
        threading.Thread(target=self.flood_thread, daemon=True).start()
        self.behave_normal()

    def behave_floods_silently(self):
        """Events without end; commands are not answered."""
        threading.Thread(target=self.flood_thread, daemon=True).start()
        self.behave_never_answers()

    def ping_thread(self):
        try:
            while True:
                with self.socket.lock:
                    self.socket.write(Socket.frame(PING, b"p" * 125) * 100)
        except Gone:
            pass

    def behave_floods_pings(self):
        """Pings without end; commands are answered."""
        threading.Thread(target=self.ping_thread, daemon=True).start()
        self.behave_normal()

    def behave_floods_pings_and_never_reads(self):
        self.ping_thread()

    def behave_garbage(self):
        self.read_command()
        self.socket.write_frame(TEXT, b"HTTP/1.1 this is { not [ JSON\x01")
        self.behave_never_answers()

    def behave_not_cdp(self):
        self.read_command()
        self.socket.send({"id": "1", "result": []})
        self.behave_never_answers()

    def behave_deep(self):
        self.read_command()
        self.socket.write_frame(TEXT, b'{"id":1,"result":{"a":' + b"[" * 100000 + b"]" * 100000 + b"}}")
        self.behave_never_answers()

    def behave_empty(self):
        self.read_command()
        self.socket.write_frame(TEXT, b"")
        self.behave_never_answers()

    def behave_binary(self):
        command = self.read_command()
        self.socket.write_frame(BINARY, json.dumps({"id": command["id"], "result": {}}).encode())
        self.behave_never_answers()

    def behave_bad_utf8(self):
        command = self.read_command()
        self.socket.write_frame(TEXT, b'{"id":%d,"result":{"text":"\xc3\x28\xff"}}' % command["id"])
        self.behave_never_answers()

    def behave_raw_garbage(self):
        """Not even frames: reserved bits, reserved opcodes."""
        self.read_command()
        self.socket.write(b"\xf7\x7fnot a frame at all" * 50)
        self.behave_never_answers()

    def behave_oversized(self):
        command = self.read_command()
        head = b'{"id":%d,"result":{"text":"' % command["id"]
        self.socket.write_frame(TEXT, head + b"x" * OVERSIZED_BYTES + b'"}}')
        self.behave_never_answers()

    def behave_oversized_in_fragments(self):
        self.read_command()
        self.socket.write_frame(TEXT, b'{"id":1,"result":{"text":"', final=False)
        while True:
            self.socket.write_frame(CONTINUATION, b"x" * 65536, final=False)

    def behave_claims_exabytes(self):
        """A header that announces 2^62 bytes, and a beginning."""
        self.read_command()
        self.socket.write(struct.pack(">BBQ", 128 | TEXT, 127, 1 << 62) + b"x" * 200000)
        self.behave_never_answers()

    def behave_fragmented(self):
        """Every reply in continuation frames of one byte, with a ping amid them."""
        while True:
            command = self.read_command()
            result, _ = self.answer(command["method"], command.get("params", {}), None)
            data = json.dumps({"id": command["id"], "result": result}).encode()
            frames = [Socket.frame(CONTINUATION if i else TEXT, data[i:i + 1], i + 1 == len(data))
                      for i in range(len(data))]
            frames.insert(len(frames) // 2, Socket.frame(PING, b"still there?"))
            self.socket.write(b"".join(frames))

    def behave_drips(self):
        """Every reply one byte at a time, each in a segment of its own."""
        while True:
            command = self.read_command()
            result, _ = self.answer(command["method"], command.get("params", {}), None)
            for byte in Socket.frame(TEXT, json.dumps({"id": command["id"], "result": result}).encode()):
                self.socket.write(bytes([byte]))
                time.sleep(0.001)

    def behave_reads_slowly(self):
        """Nothing is read for a while, so that the client's writes are partial."""
        time.sleep(LATE_S)
        self.behave_normal()


BEHAVIOURS = {name[len("behave_"):].replace("_", "-") for name in dir(Connection) if name.startswith("behave_")}
# These concern the handshake or the process, and are carried out elsewhere.
HANDSHAKE = {"refuses-handshake", "never-handshakes", "wrong-accept", "redirects", "hangs-up-at-once",
             "endless-header", "drips-handshake", "speaks-at-once"}
PROCESS = {"exits-at-once", "crashes", "no-endpoint"}


def shake_hands(sock, behaviour):
    """The client's request, or None when there is to be no connection."""
    if behaviour == "hangs-up-at-once":
        return None
    request = sock.read_until(b"\r\n\r\n").decode("latin-1")
    if behaviour == "never-handshakes":
        while True:
            sock.read_exactly(1)
    if behaviour == "endless-header":
        sock.write(b"HTTP/1.1 101 Switching Protocols\r\n")
        while True:
            sock.write(b"X-Filler: more of the same\r\n" * 100)
    if behaviour == "refuses-handshake":
        sock.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        return None
    redirected = request.startswith(f"GET {PATH}/elsewhere ")  # and would be served there
    if behaviour == "redirects" and not redirected:
        port = sock.connection.getsockname()[1]
        sock.write(f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{port}{PATH}/elsewhere\r\n"
                   "Content-Length: 0\r\n\r\n".encode())
        return None
    key = re.search(r"(?im)^sec-websocket-key:\s*(\S+)", request)
    if not key or not (request.startswith(f"GET {PATH} ") or redirected):
        sock.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        return None
    salt = "wrong" if behaviour == "wrong-accept" else WEBSOCKET_GUID
    accept = base64.b64encode(hashlib.sha1((key[1] + salt).encode()).digest()).decode()
    answer = ("HTTP/1.1 101 WebSocket Protocol Handshake\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
              f"Sec-WebSocket-Accept: {accept}\r\n\r\n").encode()
    if behaviour == "speaks-at-once":  # frames in the same segment
        answer += Socket.frame(TEXT, b'{"method":"Fake.early"}') * 3
    if behaviour == "drips-handshake":
        for byte in answer:
            sock.write(bytes([byte]))
            time.sleep(0.001)
    else:
        sock.write(answer)
    return request


def serve_connection(tcp, behaviour, arguments):
    if behaviour == "reads-slowly":
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    sock = Socket(tcp)
    try:
        request = shake_hands(sock, behaviour)
        if request:
            name = behaviour if behaviour in BEHAVIOURS else "normal"
            getattr(Connection(sock, request, arguments), "behave_" + name.replace("-", "_"))()
    except Gone:
        pass
    finally:
        tcp.close()


def listen():
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.bind(("127.0.0.1", 0))
    server.listen(16)
    return server


def serve(server, behaviour, arguments):
    while True:
        tcp, _ = server.accept()
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve_connection, args=(tcp, behaviour, arguments), daemon=True).start()


def write_endpoint(path, port):
    """Whole or not at all: a reader may be polling."""
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "w") as file:
        file.write(f"{port}\n{PATH}")
    os.rename(temporary, path)


def crash():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.kill(os.getpid(), signal.SIGSEGV)


def chosen_behaviour():
    from_environment = os.environ.get("WASMOGRAPH_FAKE_BEHAVIOUR")
    if from_environment:
        return from_environment
    try:
        with open(os.path.abspath(sys.argv[0]) + ".behaviour", encoding="ascii") as file:
            return file.readline().strip()
    except FileNotFoundError:
        return "normal"


def run_as_browser(flags):
    behaviour = checked(chosen_behaviour())
    if behaviour == "exits-at-once":
        print("fake browser: exits at once, as told", file=sys.stderr)
        return 1
    if behaviour == "no-endpoint":
        while True:
            signal.pause()
    folder = flags["--user-data-dir"]
    os.makedirs(folder, exist_ok=True)
    server = listen()
    port = server.getsockname()[1]
    print(f"\nDevTools listening on ws://127.0.0.1:{port}{PATH}", file=sys.stderr, flush=True)
    write_endpoint(os.path.join(folder, "DevToolsActivePort"), port)
    if behaviour == "crashes":
        threading.Timer(0.3, crash).start()
    serve(server, behaviour, sys.argv)
    return 0


def run_as_server(flags):
    behaviour = checked(flags["--behaviour"])
    parent = os.getppid()
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a failing test leaves nothing behind
    if os.getppid() != parent:
        return 1
    server = listen()
    write_endpoint(flags["--port-file"], server.getsockname()[1])
    serve(server, behaviour, sys.argv)
    return 0


def checked(behaviour):
    if behaviour not in BEHAVIOURS | HANDSHAKE | PROCESS:
        raise SystemExit(f"fake browser: no behaviour {behaviour!r}; there are: "
                         + " ".join(sorted(BEHAVIOURS | HANDSHAKE | PROCESS)))
    return behaviour


def read_flags(arguments):
    """--name=value and --name value; a browser's other arguments do no harm."""
    flags = {}
    for i, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        following = arguments[i + 1] if i + 1 < len(arguments) else ""
        flags[name] = value if equals else following
    return flags


def main():
    flags = read_flags(sys.argv[1:])
    if "--version" in flags:
        print(VERSION)
        return 0
    if "--port-file" in flags:
        return run_as_server(flags)
    if "--user-data-dir" in flags:
        return run_as_browser(flags)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
