"""A small client of Firefox's Marionette protocol, with the functions of selenium that the tests use.

Debian has Firefox but not geckodriver, which selenium needs.
https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
"""
import json
import shutil
import socket
import subprocess
import tempfile
import time

START_SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Firefox:
    """Headless Firefox with a profile of its own. Raises OSError if it does not start."""

    def __init__(self):
        program = shutil.which("firefox-esr") or shutil.which("firefox")
        if not program:
            raise OSError("firefox is missing")
        self.profile = tempfile.TemporaryDirectory()
        port = free_port()
        with open(f"{self.profile.name}/user.js", "w", encoding="utf-8") as preferences:
            preferences.write(f'user_pref("marionette.port", {port});\n')
        self.process = subprocess.Popen(
            [program, "--headless", "--marionette", "--no-remote", "--profile", self.profile.name],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.count = 0
        try:
            self.connection = self.connect(port)
            self.stream = self.connection.makefile("rb")
            self.receive()
            self.command("NewSession", {})
        except OSError:
            self.end()
            raise

    def connect(self, port):
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS)
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.2)

    def receive(self):
        """A message: its length, a colon, JSON."""
        length = b""
        while not length.endswith(b":"):
            byte = self.stream.read(1)
            if not byte:
                raise OSError("Firefox has closed the connection")
            length += byte
        return json.loads(self.stream.read(int(length[:-1])))

    def command(self, name, parameters):
        self.count += 1
        message = json.dumps([0, self.count, f"WebDriver:{name}", parameters]).encode()
        self.connection.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self.receive()
        if error:
            raise RuntimeError(error["message"])
        return result

    def get(self, url):
        self.command("Navigate", {"url": url})

    def execute_script(self, script, *arguments):
        return self.command("ExecuteScript", {"script": script, "args": arguments, "sandbox": None})["value"]

    def execute_async_script(self, script, *arguments):
        parameters = {"script": script, "args": arguments, "sandbox": None}
        return self.command("ExecuteAsyncScript", parameters)["value"]

    def perform(self, actions):
        self.command("PerformActions", {"actions": actions})

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()

    def quit(self):
        self.connection.close()
        self.end()
