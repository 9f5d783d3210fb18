#!/usr/bin/python3
"""Writes the inputs that fuzzing begins with, FOLDER/TARGET/…, and words for it to use, FOLDER/TARGET.dict, for every
target. All are small and made here, of a recorded trace, or by hand."""
import gzip
import json
import pathlib
import struct
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def trace_reader():
    text = gzip.open(SOURCE / "test/fixtures/trace/whole.json.gz").read().decode()
    trace = json.loads(text)
    events, seen = [], set()
    for event in trace["traceEvents"]:  # one of each kind
        kind = (event["ph"], event["cat"], event["name"].split(":")[0])
        if kind not in seen and len(json.dumps(event)) < 400:
            seen.add(kind)
            events.append(event)
    stats = {"trace_processor_stats": {"traced_buf": trace["metadata"]["trace_processor_stats"]["traced_buf"]}}
    compact = {"separators": (",", ":")}
    yield json.dumps({"traceEvents": events[:6], "metadata": stats}, **compact)
    yield json.dumps(events[-4:], indent=1)
    for i in range(0, len(events), 2):
        yield json.dumps(events[i:i + 2], **compact)
    yield '[{"ph":"X","ts":18446744073709551615,"dur":1.5e3,"na\\u006de":"\\ud83d\\ude00\\"","args":{"a":[[{}]]}},'
    yield '{"displayTimeUnit":"ns","x":{"y":[1,2]},"n":-0.5,"b":null,"traceEvents":[{}],"s":"\\\\\\""}'


def message(*fields):
    """A protobuf message of (number, value): an int is a varint, a float a double, bytes and texts have their length;
    (number, int, "fixed64") is what it says."""
    out = b""
    for number, value, *fixed in fields:
        if fixed or isinstance(value, float):
            out += leb(number << 3 | 1) + struct.pack("<Q" if fixed else "<d", value)
        elif isinstance(value, int):
            out += leb(number << 3) + leb(value & (1 << 64) - 1)
        else:
            value = value.encode() if isinstance(value, str) else value
            out += leb(number << 3 | 2) + leb(len(value)) + value
    return out


def packets_of(thread):
    """What Chromium writes of one thread, once each."""
    sequence, track, counter, process = thread, 10 + thread, 20 + thread, 9
    clock = message((1, message((1, 64), (2, 1000), (3, 1), (4, 1000))), (1, message((1, 3), (2, 1000000))))
    names = message((1, message((1, 1), (2, "devtools.timeline"))), (1, message((1, 2), (2, "v8"))),
                    (2, message((1, 1), (2, "RunTask"))), (2, message((1, 2), (2, "HandlePostMessage"))),
                    (3, message((1, 1), (2, "data"))), (29, message((1, 1), (2, "text"))),
                    (4, message((1, 1), (2, "a.cc"), (3, "Post"), (4, 7))))
    state = ((10, sequence), (13, 2))
    yield message((10, sequence), (13, 1), (8, 0), (42, 1), (87, 1), (6, clock),
                  (59, message((58, 64), (11, message((11, track), (31, counter))))))
    yield message(*state, (60, message((1, track), (5, process), (4, message((1, 7), (2, thread), (5, "CrRendererMain"))))))
    yield message(*state, (60, message((1, process), (3, message((1, 7))), (6, message((1, 2))))))
    yield message(*state, (60, message((1, counter), (5, track), (8, message((1, 1), (4, 1000), (5, 1))))))
    yield message(*state, (12, names))

    def event(*fields):
        return message(*state, (8, 5), (11, message(*fields)))
    values = [message((10, "u"), (3, 1)), message((10, "i"), (4, -1)), message((10, "d"), (5, 0.1)), message((10, "j"), (9, "[1]")),
              message((10, "p"), (7, 99)), message((10, "k"), (17, 1)), message((10, "l"), (12, message((2, 1))), (12, message((6, "x"))))]
    yield event((9, 1), (3, 1), (3, 2), (10, 1), (12, 30), (34, 1), (47, 5, "fixed64"))
    yield event((9, 1), (3, b"\x01\x02"), (10, 2), (12, 3),
                (4, message((1, 1), (11, message((10, "traceId"), (6, "77"))))))
    yield event((9, 3), (3, 1), (23, "align:main"), (12, 3), *[(4, value) for value in values], (48, 5, "fixed64"))
    nested = message((1, 1), (2, "n"), (3, message((5, 2))), (2, "a"), (3, message((1, 2), (4, message((8, "s"))))))
    yield event((9, 3), (3, 1), (10, 2), (4, message((1, 1), (8, nested))), (11, process))
    yield event((9, 2), (12, 2), (4, message((10, "after"), (2, 1))))
    yield event((9, 2), (12, 2))
    yield message(*state, (8, 9000000), (58, 3), (60, message((1, 99), (5, track))))
    yield message(*state, (8, 9000000), (58, 3), (11, message((9, 1), (3, 1), (23, "h:guest"), (11, 99), (4, message((10, "startTime"), (5, 1.5))))))
    yield message(*state, (8, 9500000), (58, 3), (11, message((9, 2), (11, 99))))
    yield message(*state, (8, 9500000), (58, 3), (11, message((3, 1), (10, 1), (11, 0), (6, message((2, 82))))))
    yield message(*state, (8, 1), (42, 1), (11, message((9, 3), (10, 1))))


def trace_proto():
    stats = message((10, 1), (35, message((1, message((3, 1), (18, 2), (19, 3))), (14, 1), (15, 2))))
    metadata = message((10, 5), (5, message((2, message((1, "clock-domain"), (2, "X"))), (2, message((1, "n"), (4, 2))),
                                            (2, message((1, "j"), (5, '{"a":[1]}'))))))
    threads = [list(packets_of(1)), list(packets_of(2))]
    for packets in (threads[0], [*threads[0], *threads[1][:9], stats, metadata], [stats], [metadata]):
        yield b"".join(b"\x0a" + leb(len(packet)) + packet for packet in packets)
        yield b"".join(bytes([len(packet)]) + packet for packet in packets if len(packet) < 256)


def slice_of(tid, name, from_ms, to_ms, cpu_ms=None, phase="X"):
    return {"ph": phase, "name": name, "cat": "x", "pid": 7, "tid": tid, "ts": 10**9 + 1000 * from_ms,
            "dur": 1000 * (to_ms - from_ms), "tdur": 1000 * (cpu_ms if cpu_ms is not None else to_ms - from_ms), "tts": 1}


def marks_of(at_ms):
    for name, tid in (("align:main", 1), ("align:worker", 13)):
        yield {"ph": "I", "name": name, "cat": "blink.user_timing", "pid": 7, "tid": tid, "ts": 10**9 + 1000 * at_ms,
               "args": {"data": {"startTime": at_ms}}}


def explain():
    """Traces that fit the samples of explain_fuzz.c."""
    names = ["RunTask", "FunctionCall", "MajorGC", "V8.GC_MC_MARK", "Layout", "wasm.GrowMemory", "wasm.CompileLazy",
             "HandlePostMessage"]
    for shift in range(4):
        events = [*marks_of(0), *marks_of(1)]
        for i in range(5 * shift, 5 * shift + 8):  # an input is at most 8 kB
            moments = [10 * i + moment * (1 + i % 4) for moment in range(5)]
            events.append(slice_of(13, "HandlePostMessage", moments[2], moments[3]))
            events.append(slice_of(1, "HandlePostMessage", moments[4], moments[4] + 0.1))
            events.append(slice_of((1, 13)[i % 2], names[(i + shift) % len(names)], 10 * i, 10 * i + 7, 3))
            if i % 3 == shift % 3:
                for phase, at in (("b", 10 * i + 1), ("e", 10 * i + 6)):
                    events.append({"ph": phase, "name": ("h:guest", "h:guestgc")[i % 2], "pid": 7, "tid": 13,
                                   "ts": 10**9 + 1000 * at, "id2": {"local": "0x1"}, "args": {}})
            events.append({"ph": "I", "name": "SchedulePostMessage", "pid": 7, "tid": 1, "ts": 10**9 + 1000 * moments[1]})
            events.append({"ph": "BE"[i % 2], "name": "Paint", "pid": 7, "tid": 1, "ts": 10**9 + 10000 * i})
        events += [*marks_of(230), *marks_of(231)]
        stats = {"trace_processor_stats": {"traced_buf": [{"chunks_discarded": 0}]}, "cpu-num-cores": 2}
        yield json.dumps({"traceEvents": events[shift:], "metadata": stats}, separators=(",", ":"))


def trace_summary():
    """Of the fixture what has a part in the summary; and pairs, helpers, arrows."""
    yield from trace_reader()
    kinds = ["ThreadControllerImpl::RunTask", "MinorGC", "V8.GC_MC_MARK", "V8.GCIncrementalMarking", "wasm.CompileLazy",
             "wasm.ExecuteCompilationUnits", "wasm.GrowMemory", "HandlePostMessage", "FunctionCall", "CppGC.X"]
    for shift in range(3):
        events = [dict(slice_of((1, 13)[i % 2], name, 4 * i, 4 * i + 5 - shift),
                       args={"epoch": i // 4, "data": {"traceId": str(i // 2), "functionName": "f", "url": "a/b"}})
                  for i, name in enumerate(kinds * 2)]
        for i, phase in enumerate("BBEBEE"):
            events.append({"ph": phase, "name": "RunTask", "pid": 7, "tid": 4, "ts": 10**9 + 900 * i})
        for i in range(8):
            events.append({"ph": "I", "name": "SchedulePostMessage", "pid": 7, "tid": 1, "ts": 10**9 + i,
                           "args": {"data": {"traceId": str(i)}}})
            events.append({"ph": "sf"[i % 2], "cat": "toplevel.flow", "id": i // 2, "pid": 7, "tid": (13, 1)[i % 2],
                           "ts": 10**9 + 40000 * (i % 2)})
        yield json.dumps(events, separators=(",", ":"))


def samples_csv():
    yield "sample,due_ms,sent_ms,received_ms,replied_ms,returned_ms\n1,10,10.5,3.25,3.5,11\n2,15,,,,\n"
    yield ("run,launch,arm,traced,sample,cold,answered,due_ms,sent_ms,received_ms,replied_ms,returned_ms\r\n"
           "r,1,\"a/b,c=\"\"d\"\"\",1,0,1,1,1,2,3,4,5\r\nr,1,\"a/b,c=\"\"d\"\"\",1,1,0,1,6,7,8,9,10\r\n")
    yield "\ufeffreturned_ms,due_ms\n12345678901234567890,1e3\n\n20,19.999999999999999\n"


def ticks_csv():
    names = ("mono_us,late_us,main_run_ns,main_delay_ns,main_minflt,main_state,worker_run_ns,worker_delay_ns,worker_minflt,"
             "worker_state,t22_run_ns,t22_delay_ns,t22_minflt,t22_state,all_cpu_us,browser_cpu_us")
    rows = "".join(f"{1000 * i},{3000 if i == 4 else 9},{i}000,{i}00000,{i},{'SRTD'[i % 4]},{i},{i * i}00000,{9 * i},"
                   f"{'RS'[i % 2]},{i},{i}000000,1,S,{2000 * i},{900 * i}\n" for i in range(12))
    yield names + "\n" + rows
    yield "worker_state,mono_us\nS,1\n,2\nT,3\n"


def a_plant(number, **more):
    return {"id": number, "kind": "js-page", "cause": "js@main", "also": [], "clock": "main", "begin": 10.5 * number,
            "end": 10.5 * number + 4, "pair": None, "pure": True, "note": "x", **more}


def truth():
    pair = [a_plant(3, pair=4, pure=False), a_plant(4, pair=3, cause="cpu-external", clock="mono", pure=False)]
    yield json.dumps({"schema": 1, "plants": [a_plant(0), a_plant(1, also=["gc@main", "js@main"]), *pair]})
    failed = a_plant(7, failed="no memory", clock="worker")
    del failed["begin"], failed["end"]
    yield json.dumps({"schema": 1, "plants": [failed]})
    yield '{"schema":1,"plants":[]}'


def cdp_message():
    yield '{"id":1,"result":{"product":"Chrome/156.0","frameId":"A","n":1.5,"b":[true,null]}}'
    yield '{"id":9007199254740991,"sessionId":"S","result":{}}'
    yield '{"id":3,"error":{"code":-32602,"message":"Invalid parameters","data":"url: string expected"}}'
    yield '{"method":"Page.loadEventFired","params":{"timestamp":12.5},"sessionId":"S"}'
    yield '{"method":"Tracing.tracingComplete","params":{"dataLossOccurred":false,"stream":"1"}}'
    yield '{"id":2,"result":{"base64Encoded":false,"data":"{\\"traceEvents\\":[\\n\\u0000\\ud800","eof":false}}'


def cdp_piece():
    yield '{"id":2,"result":{"base64Encoded":false,"data":"{\\"traceEvents\\":[\\n\\u0000\\ud800\\ud83d\\ude00","eof":false}}'
    yield '{"id":2,"result":{"base64Encoded":true,"data":"Zm9v\\/w==","eof":false},"sessionId":"S"}'
    yield '{"id":2,"result":{"base64Encoded":false,"data":"","eof":true}}'
    yield '{"result":{"eof":true,"data":"a longer text, of more than sixteen bytes, with ä€😀"},"id":2}'


def cdp_excerpt():
    yield '{"id":9,"result":{"profile":{"nodes":[{"id":1,"callFrame":{"functionName":"a\\"}{"}}],"samples":[1]}},"sessionId":"S"}'
    yield '{"id":1,"result":{"profile":{}}}'
    yield '{"id":1,"result":{"profile":[]}}'


def cdp_frames():
    """One byte for the size of pieces, then what the peer sends."""
    yield b"\x00\x81\x02{}\x01\x01a\x89\x02hi\x80\x01b"
    yield b"\x06\x81\x7e\x00\x80" + b"x" * 128 + b"\x88\x02\x03\xe8"
    yield b"\x02\x82\x01x\xf7\x7f"
    yield b"\x02\x81\x7f" + bytes(7) + b"\x01xx"
    yield (b"\x03HTTP/1.1 101 WebSocket Protocol Handshake\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x81\x00")


def an_upload(samples, report):
    text = json.dumps(report).encode()
    header = b"WGUP" + struct.pack("<5I3d", 1, samples, min(1, samples), 5, len(text), 1.7e12, 1.7e12 + 0.5, 900)
    columns = [[100 + 5 * i + offset for i in range(samples)] for offset in (0, 0.1, 0.2, 0.3, 0.4)]
    if samples:
        columns[4][-1] = float("nan")
    body = b"".join(struct.pack(f"<{samples}d", *column) for column in columns)
    return header + text + bytes(-len(text) % 8) + body


def upload():
    yield an_upload(0, {})
    yield an_upload(3, {"work": {"digest": "ab", "count": 3}, "warnings": ["x"]})
    yield an_upload(20, {"metrics": {}})


def leb(number):
    out = b""
    while True:
        byte, number = number & 0x7f, number >> 7
        out += bytes([byte | (0x80 if number else 0)])
        if not number:
            return out


def section(kind, contents):
    return bytes([kind]) + leb(len(contents)) + contents


def named(text):
    return leb(len(text)) + text.encode()


def wasm_describe():
    magic = b"\0asm\1\0\0\0"
    types = section(1, leb(2) + b"\x60\x01\x7f\x01\x7f" + b"\x60\x00\x00")
    imports = section(2, leb(2) + named("gojs") + named("runtime.ticks") + b"\x00" + leb(0) + named("env") +
                      named("memory") + b"\x02\x01" + leb(1) + leb(10))
    functions = section(3, leb(1) + leb(0))
    table = section(4, leb(1) + b"\x70\x00" + leb(1))
    memory = section(5, leb(1) + b"\x00" + leb(2))
    globals_ = section(6, leb(1) + b"\x7f\x01\x41\x00\x0b")
    exports = section(7, leb(2) + named("inc") + b"\x00" + leb(1) + named("phase") + b"\x03" + leb(0))
    start = section(8, leb(1))
    elements = section(9, leb(1) + leb(0) + b"\x41\x00\x0b" + leb(1) + leb(1))
    code_body = leb(0) + b"\x20\x00\x41\x01\x6a\x0b"
    code = section(10, leb(1) + leb(len(code_body)) + code_body)
    data = section(11, leb(2) + leb(0) + b"\x41\x00\x0b" + leb(3) + b"abc" + leb(1) + leb(2) + b"de")
    names = section(0, named("name") + b"\x01" + leb(1 + 1 + len(named("inc"))) + leb(1) + leb(1) + named("inc"))
    custom = section(0, named("producers") + b"anything")
    yield magic
    yield magic + types + imports + functions + exports + code
    yield magic + types + functions + table + memory + globals_ + exports + start + elements + code + data + names + custom


# Words for the fuzzer to put in.
WORDS = {
    "trace_reader": ['"', '\\"', "\\\\", "{", "}", "[", "]", ",", ":", '":', '",', '"ph":', '"ts":', '"tts":', '"dur":', '"tdur":',
                     '"pid":', '"tid":', '"name":', '"cat":', '"args":', '"id2":', '"s":"t"', "{}", "1.5", "18446744073709551615",
                     "null", "true", "false", "\\u0022", '"traceEvents":', '"metadata":', "align:main", "traceId"],
    "trace_proto": ["\x0a", "\x08\x01", "\x08\x02", "\x48\x01", "\x48\x02", "\x48\x03", "\x50\x01", "\x68\x01", "\x68\x02", "\x58\x00",
                    "\x5a\x02", "\x22\x05", "\x62\x01", "\xd0\x03\x03", "\xd0\x03\x40", "\xd0\x02\x01", "\xe2\x03", "\xda\x03", "\xf9\x02",
                    "\x81\x03", "\x52\x01x", "\x30\x01", "\x41\x00", "\x5a\x04\x52\x01x\x10", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"],
    "explain": ['{"ph":"X",', '"name":', '"ts":1000', '"dur":', '"tdur":', '"tts":1', '"tid":13', '"tid":1', '"pid":7', "RunTask",
                "FunctionCall", "HandlePostMessage", "MajorGC", "V8.GC", "wasm.GrowMemory", "h:guest", "h:guestgc", "align:main",
                "align:worker", "SchedulePostMessage", '"startTime":', '"id2":', "},{", "chunks_discarded"],
    "trace_summary": ['{"ph":"X",', '{"ph":"B",', '{"ph":"E",', '"ph":"f"', '"dur":', '"ts":', '"tid":', '"pid":', "RunTask", "MinorGC",
                      "V8.GC", "wasm.", "HandlePostMessage", "SchedulePostMessage", "ThreadControllerImpl::RunTask", "toplevel.flow",
                      '"epoch":', '"traceId":', "1e300", "-1"],
    "samples_csv": [",", "\n", "\r\n", '"', '""', "sample", "due_ms", "sent_ms", "returned_ms", "cold", "traced", "launch", "1e308",
                    "0.1"],
    "ticks_csv": [",", "\n", "mono_us", "_delay_ns", "_state", "t9", "main_", "worker_", ",S", ",R", ",T", "1e300"],
    "ticks_namer": [",", "\n", "\r\n", '"', '""', ",,,,", "mono_us", "main_run_ns", "t22_run_ns", "t22_state", "worker_state"],
    "truth": ['"schema":1', '"plants":[', '"id":', '"kind":"', '"cause":"', '"also":[', '"clock":"', '"mono"', '"begin":', '"end":',
              '"pair":', '"pure":', '"failed":', "js@main", "unexplained", "null", "true", "-0", "1e308"],
    "cdp_message": ['"', '"id":', '"result":', '"error":', '"method":', '"params":', '"sessionId":', '"code":', '"message":',
                    "{}", "null", "\\ud800"],
    "cdp_excerpt": ['{"id":1,"result":{"profile":', "{", "}", '"', "\\\\"],
    "cdp_piece": ['"', '"data":"', '"eof":', '"base64Encoded":', '"result":', "true", "false", "\\ud83d\\ude00", "\\u0000", "====", "\\\\"],
    "cdp_frames": ["\x81", "\x82", "\x80", "\x01", "\x88", "\x89", "\x8a", "\x7e", "\x7f", "\r\n", "Upgrade: websocket",
                   "Connection:", "Sec-WebSocket-Accept:", "Sec-WebSocket-Extensions:"],
    "upload": ["WGUP", "\0\0\0\0", "{}"],
    "wasm_describe": ["\0asm", "name", "\x7f", "\xff\xff\xff\xff\x0f"],
}

TARGETS = {"trace_reader": trace_reader, "trace_proto": trace_proto, "explain": explain,
           "trace_summary": trace_summary, "samples_csv": samples_csv, "ticks_csv": ticks_csv, "ticks_namer": ticks_csv,
           "truth": truth, "cdp_message": cdp_message, "cdp_piece": cdp_piece, "cdp_excerpt": cdp_excerpt, "cdp_frames": cdp_frames, "upload": upload, "wasm_describe": wasm_describe}


def main(folder):
    for name, seeds in TARGETS.items():
        target = pathlib.Path(folder) / name
        target.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds()):
            (target / f"seed-{number}").write_bytes(seed if isinstance(seed, bytes) else seed.encode())
        words = ["".join(f"\\x{byte:02x}" for byte in word.encode("latin-1")) for word in WORDS[name]]
        (pathlib.Path(folder) / f"{name}.dict").write_text("".join(f'"{word}"\n' for word in words))


if __name__ == "__main__":
    main(sys.argv[1])
