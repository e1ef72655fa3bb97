"""The emulator, and every Lambda worker it starts, ends with the process that started it, however that ends.

Three ways, since each alone leaves a hole: standard input closes when the parent is gone (also on kill -9); Linux
signals the launcher when its parent dies; and a watcher outside the process group kills the whole group when the
launcher itself is killed and can no longer do so.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def tie_to_parent() -> None:
    """Call first, from the main thread, before any other process is started."""
    if os.getpgid(0) != os.getpid():
        os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, lambda *_: end())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle, in its own order
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    _watch_from_outside()
    threading.Thread(target=_wait_for_parent, daemon=True, name="parent-watch").start()


def end(code: int = 0) -> None:
    """End at once, Lambda workers first. State is in memory or in the run's folder, so nothing is put away."""
    runtime = sys.modules.get("ministack.core.lambda_runtime")
    workers = [worker for pool in list(runtime._workers.values()) for worker in pool] if runtime else []
    processes = [worker._proc for worker in workers if worker._proc]
    for process in processes:
        process.kill()
    for process in processes:
        process.wait()
    os._exit(code)


def _wait_for_parent() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    end()


def _watch_from_outside() -> None:
    # POSIX shells differ on `kill --`; all of them take a negative number for a group after a signal number.
    script = 'while read -r _; do :; done; kill -9 "-$0" 2>/dev/null'
    subprocess.Popen(
        ["/bin/sh", "-c", script, str(os.getpid())],
        stdin=subprocess.PIPE,  # held open, never written: it ends with this process
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
