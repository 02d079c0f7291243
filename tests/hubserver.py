"""A small Hugging Face hub on 127.0.0.1: as much of its API as a download needs, and its moods."""

import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

HUGE = 10**16  # bytes: more than any disk here has
LARGE = 4000  # bytes; the hub keeps larger files apart (LFS) and names them by their SHA-256


class Asked(NamedTuple):
    """A request, and when it came."""

    method: str
    path: str
    range: str | None
    token: str | None
    at: float


class Repository:
    """A model's files at one commit, and how the hub behaves when it is asked for them.

    `mood` is what goes wrong; `file` names the file that it goes wrong with, where it is one.
    """

    def __init__(self, folder: Path, mood: str = "", file: str = "") -> None:
        self.files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        self.mood, self.file, self.cuts = mood, file, 0
        self.commit = hashlib.sha1(repr(sorted(self.files)).encode()).hexdigest()


def oid(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0%b" % (len(content), content)).hexdigest()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: "Hub"
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        asked = Asked(
            *(self.command, self.path.split("?")[0]),
            *(self.headers["Range"], self.headers["Authorization"], time.monotonic()),
        )
        self.server.asked.append(asked)
        words = asked.path.strip("/").split("/")
        api = words[:2] == ["api", "models"]
        words = words[2:] if api else words
        repository = self.server.repositories.get("/".join(words[:2]))
        if self.fails(repository, api, asked) or repository is None:
            return
        rest = words[2:]
        revision = rest[1] if len(rest) > 1 else "main"
        if revision not in {"main", repository.commit}:
            self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        elif api and rest[:1] == ["tree"]:
            self.send(
                json.dumps(
                    [self.entry(repository, *one) for one in repository.files.items()]
                ).encode()
            )
        elif api:
            about = {"id": "/".join(words[:2]), "sha": repository.commit, "siblings": []}
            self.send(json.dumps(about).encode())
        else:
            self.resolve(repository, "/".join(rest[2:]), asked)

    def fails(self, repository: Repository | None, api: bool, asked: Asked) -> bool:
        mood = "missing" if repository is None else repository.mood
        if mood == "missing":
            # The hub does not tell strangers whether a private model is there.
            status = 401 if asked.token is None else 404
            self.refuse(status, "RepoNotFound", "Repository not found")
        elif mood == "bad-token" and asked.token is not None:
            self.refuse(401, "", "Invalid credentials in Authorization header")
        elif mood == "gated" and not api:
            if asked.token is None:
                problem = "Access to model is restricted. Please log in."
                self.refuse(401, "GatedRepo", problem)
            else:
                self.refuse(403, "GatedRepo", self.server.gate)
        elif mood.startswith("silent") and mood.removeprefix("silent") in asked.path:
            self.server.closing.wait(60)
        elif mood == "down":
            self.refuse(503, "", "Service Unavailable")
        elif mood == "busy":
            self.refuse(429, "", "Too Many Requests", ("Retry-After", "77"))
        elif mood == "portal":
            self.send(b"<html>Accept our terms to surf</html>", ("Content-Type", "text/html"))
        else:
            return False
        return True

    def resolve(self, repository: Repository, file: str, asked: Asked) -> None:
        if file not in repository.files:
            self.refuse(404, "EntryNotFound", "Entry not found")
            return
        content = repository.files[file]
        large = len(content) > LARGE
        etag = sha256(content) if large else oid(content)
        headers = [("X-Repo-Commit", repository.commit), ("ETag", f'"{etag}"')]
        if large:
            headers += [("X-Linked-Etag", f'"{etag}"'), ("X-Linked-Size", str(len(content)))]
        if asked.method == "GET" and file == repository.file:
            if repository.mood == "altered":
                content = content[:-1] + bytes([content[-1] ^ 1])
            elif repository.mood == "short":
                content = content[:-7]
        start = int(asked.range.split("=")[1].split("-")[0]) if asked.range else 0
        if start:
            headers.append(("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}"))
        its_turn = asked.method == "GET" and file == repository.file
        cut, stall = its_turn and repository.cuts > 0, its_turn and repository.mood == "slow"
        repository.cuts -= cut
        self.send(content[start:], *headers, status=206 if start else 200, cut=cut, stall=stall)

    def entry(self, repository: Repository, path: str, content: bytes) -> dict[str, Any]:
        size = len(content) + HUGE * (path == repository.file and repository.mood == "huge")
        about = {"type": "file", "path": path, "size": size, "oid": oid(content)}
        if len(content) > LARGE:
            about["lfs"] = {"oid": sha256(content), "size": len(content), "pointerSize": 134}
        return about

    def refuse(self, status: int, code: str, problem: str, *headers: tuple[str, str]) -> None:
        more = [("X-Error-Message", problem), *([("X-Error-Code", code)] if code else [])]
        self.send(json.dumps({"error": problem}).encode(), *more, *headers, status=status)

    def send(
        self,
        content: bytes,
        *headers: tuple[str, str],
        status: int = 200,
        cut: bool = False,
        stall: bool = False,
    ) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(content)))):
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            most = len(content) * 7 // 8 if stall or cut else len(content)
            self.wfile.write(content[:most])
            if stall:
                self.server.closing.wait(60)
        self.close_connection = self.close_connection or cut or stall


class Hub(ThreadingHTTPServer):
    """The server; `asked` has every request."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.repositories: dict[str, Repository] = {}
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self.gate = "Access to model is restricted and you are not in the authorized list."
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def close(self) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: Any) -> None:
        """A client that goes away is no news."""
