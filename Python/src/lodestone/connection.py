"""One `lodestone session` process: messages in, messages out (JSON-RPC 2.0 with Content-Length heads)."""

from __future__ import annotations

import collections
import concurrent.futures
import contextlib
import functools
import itertools
import json
import queue
import subprocess
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Protocol, Sequence

from .errors import LodestoneError, NoPlan, NotVerified, Problem, ProcessLost, Stopped, UsageError, ModelError

__all__ = ["Connection", "Ended", "Forgotten", "HandOut", "PROTOCOL", "Task"]

#: The highest protocol that this client knows.
PROTOCOL = 1

Progress = Callable[[Mapping[str, Any]], None]


class Task(Protocol):
    """What somebody else works on: a future of Dask, or of `concurrent.futures`."""

    def result(self) -> Any:
        """What came of it: an answer, or an exception of this package that another worker would give too."""

    def add_done_callback(self, called: Callable[[Any], Any]) -> Any:
        """Has a function called when it is done, from any thread."""

    def cancel(self) -> Any:
        """Says that nobody wants it any more."""


#: Has a question about a group of outcomes answered by somebody else.
HandOut = Callable[[Mapping[str, Any]], Task]


class Ended(ProcessLost):
    """The process is gone, and with it what was being worked on; asking a new one is safe."""


class Forgotten(LodestoneError):
    """The process does not hold the model any more that was asked about."""


class Connection:
    """A running session. Requests may come from several threads; answers find their askers by number.

    The process is gone for good once it has ended: `Session` starts the next.
    """

    def __init__(self, command: Sequence[str]):
        self.command = tuple(command)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._open: dict[int, Future[Any]] = {}
        self._watchers: dict[int, Progress] = {}
        #: By request that hands out groups of outcomes: its questions, tasks that are done, and None for its end.
        self._events: dict[int, queue.SimpleQueue[Any]] = {}
        self._last_words: collections.deque[str] = collections.deque(maxlen=20)
        self._gone = False
        # A session of its own, so that Ctrl-C in the terminal reaches this Python alone, which then cancels the request.
        self._process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self._threads = [
            threading.Thread(target=self._read, name="lodestone answers", daemon=True),
            threading.Thread(target=self._listen, name="lodestone errors", daemon=True)]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The process' number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can still be asked."""
        return not self._gone and self._process.poll() is None

    def ask(self, method: str, params: Mapping[str, Any], progress: Progress | None = None,
            hand_out: HandOut | None = None) -> Any:
        """One request and its result; errors of the session are raised as this package's exceptions.

        With `hand_out` a solve of many outcomes has their groups solved by it. An interruption from the keyboard, or an
        error of what was handed out, cancels the request in the process, too. Raises `Ended` where the process ends
        before it has answered.
        """
        number, future = self._begin(method, params, progress, hands_out=hand_out is not None)
        try:
            return _awaited(future) if hand_out is None else self._served(number, future, hand_out)
        except BaseException as error:
            if not future.done() and not isinstance(error, Ended):
                with contextlib.suppress(Ended):
                    self._notify("$/cancelRequest", {"id": number})
            raise
        finally:
            with self._lock:
                self._open.pop(number, None)
                self._watchers.pop(number, None)
                self._events.pop(number, None)

    def _served(self, number: int, future: "Future[Any]", hand_out: HandOut) -> Any:
        """The result of a request whose questions are handed out and whose answers are handed back meanwhile."""
        events, tasks = self._events[number], []
        future.add_done_callback(lambda _: events.put(None))
        try:
            while not future.done():
                event = _next(events)
                if isinstance(event, _Done):
                    answer = event.task.result()
                    if isinstance(answer, LodestoneError):
                        raise answer
                    self.ask("answerGroup", {"token": number, "question": event.question, "answer": answer})
                elif event is not None:
                    task = hand_out(event["group"])
                    tasks.append(task)
                    question = int(event["question"])
                    task.add_done_callback(functools.partial(_tell, events, question))
            return future.result()
        finally:
            for task in tasks:
                task.cancel()

    def close(self) -> None:
        """Ends the process: politely, then not."""
        if self.is_alive:
            try:
                self._begin("shutdown", {}, None)
                self._notify("exit", {})
                self._process.wait(timeout=2)
            except (Ended, subprocess.TimeoutExpired):
                self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(timeout=2)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue

    def _begin(
        self, method: str, params: Mapping[str, Any], progress: Progress | None, hands_out: bool = False
    ) -> tuple[int, "Future[Any]"]:
        number = next(self._numbers)
        future: Future[Any] = Future()
        members = dict(params)
        if progress is not None:
            members["progressToken"] = number
        if hands_out:
            members["groupToken"] = number
        body = _body({"jsonrpc": "2.0", "id": number, "method": method, "params": members})
        with self._lock:
            if self._gone:
                raise self._ended()
            self._open[number] = future
            if progress is not None:
                self._watchers[number] = progress
            if hands_out:
                self._events[number] = queue.SimpleQueue()
        self._send(body)
        return number, future

    def _notify(self, method: str, params: Mapping[str, Any]) -> None:
        self._send(_body({"jsonrpc": "2.0", "method": method, "params": params}))

    def _send(self, body: bytes) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        try:
            with self._lock:
                pipe.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
                pipe.flush()
        except (BrokenPipeError, ValueError, OSError):
            raise self._ended() from None

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        try:
            while (message := _message(pipe)) is not None:
                self._take(message)
        except (ValueError, OSError) as error:
            self._last_words.append(f"what it wrote is no message: {error}")
            self._process.kill()
        with self._lock:
            self._gone = True
            waiting = list(self._open.values())
        for future in waiting:
            if not future.done():
                future.set_exception(self._ended())

    def _take(self, message: Mapping[str, Any]) -> None:
        if message.get("method") == "$/progress":
            params = message.get("params", {})
            watcher = self._watchers.get(params.get("token"))
            if watcher is not None:
                watcher(params.get("value", {}))
            return
        if message.get("method") == "$/group":
            params = message.get("params", {})
            events = self._events.get(params.get("token"))
            if events is not None:
                events.put(params)
            return
        with self._lock:
            future = self._open.get(message.get("id", 0))
        if future is None or future.done():
            return
        if "error" in message:
            future.set_exception(_exception(message["error"]))
        else:
            future.set_result(message.get("result"))

    def _listen(self) -> None:
        pipe = self._process.stderr
        assert pipe is not None
        for line in pipe:
            self._last_words.append(line.decode(errors="replace").rstrip())

    def _ended(self) -> Ended:
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            code = None
        how = "has ended" if code is None else f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        self._threads[1].join(timeout=0.5)
        words = "\n".join(self._last_words)
        return Ended(f"the lodestone process {self.pid} {how}" + (f":\n{words}" if words else ""))


@dataclass(frozen=True)
class _Done:
    """A question that was handed out, and the task that has ended."""

    question: int
    task: Task


def _next(events: "queue.SimpleQueue[Any]") -> Any:
    """The next event, waited for shortly as in `_awaited`. The loop stands apart: an interruption at its turn is not seen by a
    `finally` around it.
    """
    while True:
        try:
            return events.get(timeout=0.25)
        except queue.Empty:
            pass


def _tell(events: "queue.SimpleQueue[Any]", question: int, task: Task) -> None:
    events.put(_Done(question, task))


def _awaited(future: "Future[Any]") -> Any:
    """The result of a future. Libraries that handle Ctrl-C themselves let a long wait go on; several short ones end."""
    while not future.done():
        concurrent.futures.wait([future], timeout=0.25)
    return future.result()


def _body(message: Mapping[str, Any]) -> bytes:
    """A message as JSON; raises `UsageError` that names the parameter that cannot be written so."""
    try:
        return _json(message)
    except (TypeError, ValueError):
        for name, value in message.get("params", {}).items():
            try:
                _json(value)
            except (TypeError, ValueError):
                raise UsageError(f"{name}: {value!r:.200} is nothing that can be asked with") from None
        raise


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain).encode()


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):  # numbers and arrays of numpy
        return value.tolist()
    raise TypeError(type(value).__name__)


def _message(pipe: Any) -> Mapping[str, Any] | None:
    """The next message; None where there is no more."""
    length = None
    while True:
        line = pipe.readline(4096)
        if not line:
            return None
        if not line.strip():
            break
        name, colon, text = line.decode("ascii", errors="replace").partition(":")
        if not colon:
            raise ValueError(f"a head without a colon: {line[:80]!r}")
        if name.strip().lower() == "content-length":
            length = int(text)
    if length is None or length < 0:
        raise ValueError("a head without a length")
    body = pipe.read(length)
    if len(body) < length:
        return None
    message = json.loads(body)
    if not isinstance(message, dict):
        raise ValueError("not an object")
    return message


def _problem(record: Mapping[str, Any]) -> Problem:
    """A diagnostic of the session; there 0 is written where there is no place."""
    texts = {
        name: record.get(key)
        for name, key in (("found", "found"), ("expected", "expected"), ("suggestion", "fix"))}
    return Problem(
        str(record.get("severity", "error")), str(record.get("message", "")), record.get("file") or None,
        record.get("line") or None, record.get("column") or None, **texts)


def _exception(error: Mapping[str, Any]) -> LodestoneError:
    code, words = error.get("code"), str(error.get("message", "an error without words"))
    data = error.get("data") or {}
    if code == 1:
        return ModelError([_problem(record) for record in data.get("diagnostics") or [{"message": words, **data}]])
    if code == 3:
        return NoPlan(str(data.get("status", "infeasible")), data.get("reason") or words, data.get("result"))
    if code in (4, -32800):
        return Stopped(words)
    if code == 5:
        return NotVerified(str(data.get("reason") or words))
    if code == -32002:
        return Forgotten(words)
    if code in (-32601, -32602):
        named = [f"{name}: {data[name]}" for name in ("parameter", "found", "expected", "suggestion") if data.get(name)]
        return UsageError("\n  ".join([words, *named]))
    return LodestoneError(words)
