"""Where the bench runs and who runs the browsers: one temporary folder, one user, one page server, the same for every
client.

As root, clients run as the user that wasmograph gives its browsers (nobody), so that Chromium's sandbox works for all
of them. That user cannot look everywhere, so the clients are copied into the folder. The environment is the one that
wasmograph gives its browsers."""
import functools
import http.server
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time

DYING_S = 2  # how long a process may take to die after its client said that it is gone
BENCH = pathlib.Path(__file__).resolve().parent


class PageHandler(http.server.SimpleHTTPRequestHandler):
    """The page's files, isolated as wasmograph's own pages are."""
    protocol_version = "HTTP/1.1"

    def end_headers(self):
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format, *arguments):
        pass


class PageServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Browsers are killed with their connections open."""


class Lab:
    def __init__(self):
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="wgb-"))
        self.folder.chmod(0o755)
        self.home, self.tmp, self.out = (self._folder(name) for name in ["home", "tmp", "out"])
        handler = functools.partial(PageHandler, directory=str(BENCH / "page"))
        self.server = PageServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/index.html"
        self.clients = []

    def _folder(self, name):
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        return folder

    def bring(self, path):
        """A file or folder as the user can reach it."""
        target = self.folder / path.name
        if os.geteuid() != 0:
            return path
        if path.is_dir():
            shutil.copytree(path, target, symlinks=True)
        else:
            shutil.copy2(path, target)
        return target

    def environment(self):
        home, tmp = str(self.home), str(self.tmp)
        return {"HOME": home, "TMPDIR": tmp, "XDG_RUNTIME_DIR": home, "XDG_CONFIG_HOME": home + "/.config",
                "XDG_CACHE_HOME": home + "/.cache", "XDG_DATA_HOME": home + "/.local/share", "LANG": "C.UTF-8",
                "DBUS_SESSION_BUS_ADDRESS": "disabled:", "DBUS_SYSTEM_BUS_ADDRESS": "disabled:",
                "PATH": os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin")}

    def log(self, name):
        return self.folder / f"{name}.log"

    def start(self, name, command):
        """A client; what it says on stderr is kept under its name."""
        other = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        with open(self.log(name), "ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                                       cwd=self.tmp, env=self.environment(), **other)
        self.clients.append(process)
        return process

    def complaints(self, name):
        """Lines that the client said on stderr."""
        return self.log(name).read_text(errors="replace").splitlines() if self.log(name).exists() else []

    def last_words(self, name):
        return (self.complaints(name) or ["nothing on stderr"])[-1]

    def _processes(self):
        """Those of this bench that are no client, by its folder in their environment."""
        marker, known = str(self.folder).encode(), {client.pid for client in self.clients if client.poll() is None}
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) in known | {os.getpid()}:
                continue
            try:
                if marker in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def leftovers(self):
        """(processes that do not die of themselves, entries of the temporary folder) that no client answers for any
        more; they are removed."""
        end = time.monotonic() + DYING_S
        while (processes := self._processes()) and time.monotonic() < end:
            time.sleep(0.02)
        for pid in processes:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        entries = [entry for entry in self.tmp.iterdir() if entry.name != f"wasmograph-{self.user.pw_uid}"
                   or any(entry.iterdir())]
        for entry in entries:
            shutil.rmtree(entry, ignore_errors=True)
        return len(processes), len(entries)

    def close(self):
        for client in self.clients:
            if client.poll() is None:
                client.terminate()
                client.wait()
        self.leftovers()
        self.server.shutdown()
        shutil.rmtree(self.folder, ignore_errors=True)
