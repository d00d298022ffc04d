"""Sessions that outlive their processes, and a pool of them."""

from __future__ import annotations

import atexit
import concurrent.futures
import contextlib
import os
import queue
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any, Callable, Iterable, Iterator, Mapping, Sequence, TypeVar

from .connection import PROTOCOL, Connection, Ended, Forgotten, HandOut, Progress
from .errors import LodestoneError, ModelError, Problem, ProcessLost
from .program import find_program

__all__ = ["Pool", "Session", "Source", "default_session"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Source:
    """Where a model is read from: a file, or text with the folder that its tables lie in.

    `hash` is that of the file and its tables when the model was read: a process that starts later must find the same.
    """

    path: str | None = None
    text: str | None = None
    directory: str | None = None
    file: str | None = None
    hash: str | None = None

    @property
    def origin(self) -> str | None:
        """The file that it was made from, a model file or a workbook; None where it may be none."""
        if self.path is not None or self.directory is None or self.file is None:
            return self.path
        return os.path.join(self.directory, self.file)

    def parameters(self) -> dict[str, Any]:
        """What `open` is asked with."""
        members = {"path": self.path, "text": self.text, "directory": self.directory, "file": self.file}
        return {name: value for name, value in members.items() if value is not None}


class Session:
    """Questions to a warm process. Where the process is lost, a new one is started and the question asked once more.

    >>> with Session() as session:
    ...     session.ask("state", Source("Models/tutorial.yaml"))["set"]
    []
    """

    #: Models that a process holds open at a time; it refuses more than 64.
    MOST_MODELS = 32

    def __init__(self, program: str | None = None, workers: int | None = None, arguments: Sequence[str] = ()):
        options = ["--workers", str(workers)] if workers is not None else []
        self._command = [program or find_program(), "session", *options, *arguments]
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._handles: OrderedDict[Source, str] = OrderedDict()
        self._about: dict[str, Any] = {}
        self._owner = os.getpid()
        #: How many processes were lost and started anew.
        self.restarts = 0

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The number of the process; None before the first question."""
        return self._connection.pid if self._connection is not None else None

    @property
    def about(self) -> Mapping[str, Any]:
        """What the process said of itself: name, version, protocol, capabilities."""
        self._connected()
        return self._about

    def open(self, source: Source) -> dict[str, Any]:
        """Reads a model anew and tells what it is; raises `ModelError` with every problem."""

        def asked(connection: Connection) -> dict[str, Any]:
            return self._opened(connection, source)

        return self._twice(asked)

    def ask(
        self, method: str, source: Source | None = None, params: Mapping[str, Any] | None = None,
        progress: Progress | None = None, hand_out: HandOut | None = None,
    ) -> Any:
        """The result of a request about a model, as the process gives it. `hand_out` has groups of outcomes solved elsewhere.

        Raises `ProcessLost` where two processes in a row were lost over it, and the exceptions of this package for what
        the process refuses.
        """

        def asked(connection: Connection) -> Any:
            if source is None:
                return connection.ask(method, params or {}, progress, hand_out)
            try:
                handle = self._handle(connection, source)
                return connection.ask(method, {**(params or {}), "model": handle}, progress, hand_out)
            except Forgotten:
                # Another thread has opened so many models meanwhile that this one was closed.
                handle = self._opened(connection, source)["model"]
                return connection.ask(method, {**(params or {}), "model": handle}, progress, hand_out)

        return self._twice(asked)

    def close(self) -> None:
        """Ends the process; the next question starts another."""
        with self._lock:
            connection, self._connection = self._connection, None
            self._handles.clear()
        # A child made by `fork` has the parent's pipes but not its process.
        if connection is not None and self._owner == os.getpid():
            connection.close()

    def _twice(self, asked: Callable[[Connection], _Result]) -> _Result:
        for attempt in (1, 2):
            connection = self._connected()
            try:
                return asked(connection)
            except Ended as error:
                self._lost(connection)
                if attempt == 2:
                    raise ProcessLost(f"{error}\nIt was asked twice, each time of a new process.") from None
        raise AssertionError("unreachable")

    def _connected(self) -> Connection:
        with self._lock:
            if self._owner != os.getpid():
                self._connection, self._owner = None, os.getpid()
                self._handles.clear()
            if self._connection is not None and not self._connection.is_alive:
                self._forget()
            if self._connection is None:
                self._connection = self._started()
            return self._connection

    def _started(self) -> Connection:
        connection = Connection(self._command)
        try:
            self._about = connection.ask("initialize", {"protocol": PROTOCOL})
        except Ended as error:
            connection.close()
            raise LodestoneError(f"{self._command[0]} cannot hold a session: {error}") from None
        return connection

    def _lost(self, connection: Connection) -> None:
        with self._lock:
            if self._connection is connection:
                self._forget()

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._handles.clear()
        self.restarts += 1

    def _handle(self, connection: Connection, source: Source) -> str:
        with self._lock:
            known = self._handles.get(source) if self._connection is connection else None
            if known is not None:
                self._handles.move_to_end(source)
                return known
        return str(self._opened(connection, source)["model"])

    def _opened(self, connection: Connection, source: Source) -> dict[str, Any]:
        answer: dict[str, Any] = connection.ask("open", source.parameters())
        if source.hash is None:
            source = replace(source, hash=answer.get("hash"))
        elif answer.get("hash") != source.hash:
            connection.ask("close", {"model": answer["model"]})
            raise ModelError([Problem(
                "error", "the file has changed since the model was read", source.path,
                suggestion="read it again with lodestone.read")])
        stale: list[str] = []
        with self._lock:
            if (before := self._handles.pop(source, None)) is not None:
                stale.append(before)
            self._handles[source] = answer["model"]
            while len(self._handles) > Session.MOST_MODELS:
                stale.append(self._handles.popitem(last=False)[1])
        for handle in stale:
            connection.ask("close", {"model": handle})
        return answer


_default: Session | None = None
_default_lock = threading.Lock()


def default_session() -> Session:
    """The session that models talk to where no other was given; it lives as long as this Python does."""
    global _default
    with _default_lock:
        if _default is None:
            _default = Session()
            atexit.register(_default.close)
        return _default


class Pool:
    """A process a core. A question goes to a process that is idle; a process that is lost is replaced.

    >>> import lodestone as ls
    >>> model = ls.read("Models/tutorial.yaml")
    >>> with Pool(2) as pool:
    ...     plans = pool.map(lambda m: m.solve(), [model.at(budget_scale=scale) for scale in (0.5, 1)])
    >>> [round(plan.dependency, 3) for plan in plans]
    [0.7, 0.4]
    """

    def __init__(self, processes: int | None = None, program: str | None = None):
        self.size = processes or os.cpu_count() or 1
        self._sessions = [Session(program, workers=1) for _ in range(self.size)]
        self._idle: queue.SimpleQueue[Session] = queue.SimpleQueue()
        for session in self._sessions:
            self._idle.put(session)
        self._threads = concurrent.futures.ThreadPoolExecutor(self.size, "lodestone pool")

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def pids(self) -> list[int]:
        """The processes that run at the moment."""
        return [session.pid for session in self._sessions if session.pid is not None]

    @property
    def restarts(self) -> int:
        """How many processes were lost and started anew."""
        return sum(session.restarts for session in self._sessions)

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """A session that nobody else uses meanwhile; waits for one where all are busy."""
        taken = self._idle.get()
        try:
            yield taken
        finally:
            self._idle.put(taken)

    def map(self, work: Callable[[Any], _Result], items: Iterable[Any]) -> list[_Result]:
        """The results of `work` on every item, in their order; as many at a time as there are processes.

        An item that is a `Model` is handed over with a process of the pool to talk to. The first exception is raised
        when the others have ended.
        """

        def one(item: Any) -> _Result:
            with self.session() as session:
                return work(item.through(session) if hasattr(item, "through") else item)

        futures = [self._threads.submit(one, item) for item in items]
        concurrent.futures.wait(futures)
        return [future.result() for future in futures]

    def close(self) -> None:
        """Ends all processes."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for session in self._sessions:
            session.close()
