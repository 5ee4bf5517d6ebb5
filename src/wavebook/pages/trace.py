"""Records, inside the kernel of a page, all that its run reads: the page's key is made of it.

An audit hook hears of every file that is opened, whoever opens it, every folder that is listed and every word with the
network; the table of modules tells which code was loaded. The rest of the engine speaks to the record by audit events
of its own: `wavebook.look` (a file is asked for without being opened), `wavebook.aside` (what is read from here on is
read for a fact) and `wavebook.fact` (that fact). Only the standard library is imported here, so that the record holds
what the page imports and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import site
import stat
import sys
import sysconfig
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

ABSENT = "absent"
ESTIMATES = "data/estimates/"
"""Where a run may write: the answers to what it asked of respondent files."""

_ENGINE = Path(__file__).parents[1]
_SYSTEM = (
    "/dev",
    "/proc",
    "/sys",
    "/etc",
    "/usr",
    "/lib",
    "/lib64",
    "/opt/homebrew",
    "/System",
    "/Library",
    "C:\\Windows",
)
_NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"}
_PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"}


class Trace:
    """What one run reads, appended to a log as it happens: a line of JSON for each thing.

    Parameters
    ----------
    root
        The checkout.
    log
        Where the lines go. Each is one of `read` and `list` (a name below the checkout and the `digest` of what was
        there), `wrote` (a name), `fact` (a question to the study and its `answers`), and `untracked` (what no key can hold).
    """

    def __init__(self, root: Path, log: Path) -> None:
        self._root = os.path.abspath(root)
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        environment = {
            sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values(),
            *site.getsitepackages(), site.getusersitepackages(),
        }  # fmt: skip
        if not str(_ENGINE).startswith(f"{self._root}{os.sep}"):
            environment.add(str(_ENGINE.parent))  # where it is installed, if not where Python looks by itself
        self._environment = tuple(
            {f"{place}{os.sep}" for path in environment for place in (path, os.path.realpath(path))}
        )
        self._system = tuple(f"{place}{os.sep}" for place in _SYSTEM)
        self._scratch = (f"{os.path.abspath(log.parent)}{os.sep}",)
        self._told: set[str] = set()
        self._written: set[str] = set()
        self._thread = threading.local()
        self.running = False
        self._heard: dict[str, Callable[..., None]] = {
            "open": self._opened,
            "os.rename": lambda _source, target, *_: self._wrote(target),
            "os.listdir": self._listed,
            "os.scandir": self._listed,
            "sqlite3.connect": self._read,
            "wavebook.look": self._read,
            "wavebook.aside": self._aside,
            "wavebook.fact": lambda question, answers: self._tell(fact=json.loads(question), answers=json.loads(answers)),
            **dict.fromkeys(_NETWORK, self._asked_network),
            **dict.fromkeys(_PROGRAMS, self._started),
        }  # fmt: skip
        self._chance: dict[str, Any] = {}
        self._seeded: set[str] = set()
        self._watches_numpy = False
        self._seen_modules: set[str] = set()

    def install(self) -> None:
        """Start to listen; nothing is recorded outside cells."""
        self._seen_modules = set(sys.modules)
        sys.addaudithook(self._hear)
        self._watch_seed("random", random)
        self._watch_numpy()

    def begin_cell(self, *_: Any) -> None:
        """Record from here on."""
        self._chance = _states()
        self.running = True

    def end_cell(self, *_: Any) -> None:
        """Record what left no event, modules loaded in other ways and chance; then stop."""
        self.running = False
        new = sys.modules.keys() - self._seen_modules
        self._seen_modules |= new
        for name in new:
            file = getattr(sys.modules[name], "__file__", None)
            if isinstance(file, str) and file.startswith((self._root, str(_ENGINE))):
                self._read(file)
        for name, state in _states().items():
            if state != self._chance.get(name, state) and name not in self._seeded:
                self._note_untracked(f"draws random numbers without a seed ({name})")
        self._watch_numpy()

    # What the hook hears

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        handler = self._heard.get(event)
        if handler is None or not self.running or getattr(self._thread, "busy", False):
            return
        self._thread.busy = True
        try:
            handler(*arguments)
        except (OSError, ValueError):  # the record must never be what makes a page fail
            self._note_untracked(f"could not be recorded: {event}")
        finally:
            self._thread.busy = False

    def _opened(self, path: Any, _mode: str | None, flags: int) -> None:
        writes = bool(flags & (os.O_WRONLY | os.O_RDWR))
        if not writes or (flags & os.O_RDWR and not flags & (os.O_TRUNC | os.O_EXCL)):
            self._read(path)
        if writes:
            self._wrote(path)

    def _read(self, path: Any) -> None:
        if getattr(self._thread, "aside", 0):
            return
        place, name = self._place(path)
        if place == "checkout" and name not in self._written:
            self._tell_once(name, lambda: {"read": name, "digest": _digest(os.fsdecode(path))})
        elif place == "outside" and name not in self._written:
            self._note_untracked(f"reads {name}, outside the checkout")

    def _wrote(self, path: Any) -> None:
        if not isinstance(path, int) and "__pycache__" in os.fsdecode(path):
            return  # compiled code, which goes by its source
        place, name = self._place(path)
        if place in ("checkout", "outside") and name not in self._written:
            self._written.add(name)
            hidden = os.path.basename(name).startswith(".")
            if place == "checkout" and name.startswith(ESTIMATES):
                self._tell(wrote=name)
            elif place == "checkout" and not hidden:
                self._note_untracked(f"writes {name}, which is not made again while the page is up to date")

    def _listed(self, path: Any) -> None:
        if getattr(self._thread, "aside", 0) or isinstance(path, int) or _by_import_system():
            return
        place, name = self._place("." if path is None else path)
        if place == "checkout":
            self._tell_once(f"{name}/", lambda: {"list": f"{name}/", "digest": _listing(os.fsdecode(path or "."))})

    def _aside(self, step: int) -> None:
        self._thread.aside = getattr(self._thread, "aside", 0) + step

    def _asked_network(self, *arguments: Any) -> None:
        addresses = [part for part in arguments if isinstance(part, (str, tuple)) and part]
        if addresses and not (isinstance(addresses[0], str) and addresses[0].startswith(("/", "\0"))):
            asked = addresses[0] if isinstance(addresses[0], str) else addresses[0][0]
            self._note_untracked(f"asks the network ({asked})")

    def _started(self, program: Any, arguments: Any = (), *_: Any) -> None:
        """Note a program: of one of our own modules, its code; of any other, that its reads are not seen."""
        words = [os.fsdecode(word) for word in arguments] if isinstance(arguments, list | tuple) else []
        module = words[words.index("-m") + 1] if "-m" in words[:-1] else ""
        if module.startswith("wavebook."):
            for source in sorted(_ENGINE.joinpath(*module.split(".")[1:]).glob("*.py")):
                self._read(str(source))
        else:
            name = os.path.basename(os.fsdecode(program or words[0]))
            self._note_untracked(f"starts {name}, whose reads are not seen")

    # Chance

    def _watch_seed(self, name: str, module: ModuleType) -> None:
        seed = module.seed

        def seeding(*arguments: Any, **named: Any) -> Any:
            if [value for value in (*arguments, *named.values()) if value is not None]:
                self._seeded.add(name)
            return seed(*arguments, **named)

        module.seed = seeding  # type: ignore[attr-defined]

    def _watch_numpy(self) -> None:
        """Hear of seeds and of generators without one, once numpy is loaded."""
        numpy = sys.modules.get("numpy.random")
        if numpy is None or self._watches_numpy:
            return
        self._watches_numpy = True
        self._watch_seed("numpy.random", numpy)
        default_rng = numpy.default_rng

        def default(seed: Any = None) -> Any:
            if seed is None and self.running and not self._imports_library():
                self._note_untracked("draws random numbers without a seed (default_rng)")
            return default_rng(seed)

        numpy.default_rng = default  # type: ignore[attr-defined]

    def _imports_library(self) -> bool:
        """Whether what runs is the code of a library being imported: scipy draws examples for its documentation."""
        frame = sys._getframe(2)  # noqa: SLF001 - there is no other way to see who called
        while frame.f_back is not None:
            if frame.f_code.co_name == "<module>" and self._place(frame.f_code.co_filename)[0] == "environment":
                return True
            frame = frame.f_back
        return False

    # What is told

    def _place(self, path: Any) -> tuple[str, str]:
        """Where a file lies, and by which name it is known there."""
        if isinstance(path, int):
            return "none", ""
        whole = os.path.abspath(os.fsdecode(path))
        if whole.startswith(f"{_ENGINE}{os.sep}"):
            return "checkout", f"src/wavebook/{_posix(_source(os.path.relpath(whole, _ENGINE)))}"
        if whole.startswith(self._environment):
            return "environment", whole
        if whole == self._root or whole.startswith(f"{self._root}{os.sep}"):
            return "checkout", _posix(_source(os.path.relpath(whole, self._root)))
        if whole.startswith((*self._system, *self._scratch)):
            return "system", whole
        home = os.path.expanduser("~")
        return "outside", f"~{whole[len(home) :]}" if whole.startswith(f"{home}{os.sep}") else whole

    def _tell_once(self, name: str, line: Callable[[], dict[str, Any]]) -> None:
        if name not in self._told:
            self._told.add(name)
            self._tell(**line())

    def _note_untracked(self, what: str) -> None:
        self._tell_once(what, lambda: {"untracked": what})

    def _tell(self, **line: Any) -> None:
        os.write(self._log, f"{json.dumps(line)}\n".encode())


def _source(path: str) -> str:
    """The path of a file; of compiled code, that of its source."""
    folder, name = os.path.split(path)
    if os.path.basename(folder) == "__pycache__" and name.endswith(".pyc"):
        return os.path.join(os.path.dirname(folder), f"{name.split('.', 1)[0]}.py")
    return path


def _posix(path: str) -> str:
    return path.replace(os.sep, "/")


def _digest(path: str) -> str:
    """SHA-256 of a file as it is now; of compiled code, that of its source."""
    source = _source(path)
    try:
        if not stat.S_ISREG(os.stat(source).st_mode):
            return ABSENT
        with open(source, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ABSENT


def _listing(path: str) -> str:
    try:
        return listing_digest(os.listdir(path))
    except OSError:
        return ABSENT


def listing_digest(names: list[str]) -> str:
    """SHA-256 of the names in a folder; hidden ones and compiled code are left out."""
    seen = sorted(name for name in names if not name.startswith(".") and name != "__pycache__")
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def _by_import_system() -> bool:
    """Whether a folder is being listed to find a module or a package: what is found is recorded, not the search."""
    caller = sys._getframe(3).f_globals.get("__name__", "")  # noqa: SLF001 - there is no other way to see who called
    return caller.startswith(("importlib", "pkgutil"))


def _states() -> dict[str, Any]:
    """The states of the generators that all share."""
    states: dict[str, Any] = {"random": random.getstate()}
    if "numpy.random" in sys.modules:
        kind, keys, *rest = sys.modules["numpy.random"].get_state(legacy=True)
        states["numpy.random"] = (kind, keys.tobytes(), rest)
    return states
