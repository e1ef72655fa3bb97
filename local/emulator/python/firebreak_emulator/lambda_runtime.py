"""Lambda on this machine's Node.js: one worker process an execution environment.

Replaces ministack's worker for Node.js functions. Its own answers a missing AWS SDK client with a stub, reports every
error as `Runtime.HandlerError` (so that `Catch` by name never matches), passes its own environment on to the function,
and waits for log lines by time.
"""

import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time
import zipfile

from ministack.core import lambda_runtime as runtime
from ministack.core.responses import new_uuid
from ministack.services import lambda_svc

from . import settings

WORKER_SCRIPT = os.path.join(os.path.dirname(__file__), "worker.mjs")
# The functions are made for a later Node.js than this machine may have; the SDK would say so in every log.
NODE_OPTIONS = ["--disable-warning=NodeVersionSupportWarning"]
INIT_SECONDS = 10  # Lambda gives the init phase ten seconds
LOG_WAIT_SECONDS = 1.0


def install() -> None:
    _link_sdk()
    choose = runtime._worker_class_for

    def chosen(config):
        return NodeWorker if str(config.get("Runtime", "")).startswith("nodejs") else choose(config)

    runtime._worker_class_for = chosen
    lambda_svc._execute_function_warm = execute


def _link_sdk() -> None:
    """Lambda's Node.js runtimes carry the AWS SDK; functions here find it as Node.js does, in a folder above theirs."""
    target = os.path.join(tempfile.gettempdir(), "node_modules")
    if not os.path.lexists(target):
        os.symlink(settings.load().node_modules, target, target_is_directory=True)


class NodeWorker(runtime.Worker):
    """One execution environment of a Node.js function."""

    def _spawn(self):
        self._discard_tmpdir()
        self._tmpdir = tempfile.mkdtemp(prefix=f"lambda-{self.func_name}-")
        code = self._unpack("code", self.code_zip)
        layers = [self._unpack(f"layer-{n}", lambda_svc._resolve_layer_zip(layer))
                  for n, layer in enumerate(self.config.get("Layers") or [])]
        module, handler = self.config["Handler"].rsplit("/", 1)[-1].split(".", 1)
        folder = os.path.dirname(self.config["Handler"])
        answers_read, answers_write = os.pipe()
        self._proc = subprocess.Popen(
            [settings.load().node_binary, *NODE_OPTIONS, WORKER_SCRIPT, str(answers_write)],
            cwd=code, env=self._environment(code, layers), pass_fds=(answers_write,), text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        os.close(answers_write)
        self._answers: queue.Queue = queue.Queue()
        self._stderr_queue = queue.Queue()
        threading.Thread(target=_pump, args=(os.fdopen(answers_read), self._answers), daemon=True).start()
        threading.Thread(target=_pump, args=(self._proc.stdout, self._stderr_queue), daemon=True).start()
        self._send({"codeDir": code, "module": os.path.join(folder, module), "handler": handler})
        self.init_failure = None
        ready = self._answer(INIT_SECONDS)
        if ready is None or not ready.get("ready"):
            self.init_failure = ready or {
                "errorType": "Runtime.ExitError" if self._proc.poll() is not None else "Sandbox.Timedout",
                "errorMessage": "the function's environment did not start",
            }

    def _unpack(self, name: str, archive: bytes) -> str:
        folder = os.path.join(self._tmpdir, name)
        path = folder + ".zip"
        with open(path, "wb") as file:
            file.write(archive or b"")
        with zipfile.ZipFile(path) as unpacked:
            unpacked.extractall(folder)
        os.remove(path)
        return folder

    def _environment(self, code: str, layers: list[str]) -> dict[str, str]:
        """What Lambda sets, what the function's configuration sets, and the endpoint: nothing of this process's own.

        https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
        """
        config = self.config
        account, region = runtime._account_region_from_function_config(config)
        wanted = (config.get("Environment") or {}).get("Variables") or {}
        own = {k: v for k, v in wanted.items() if k not in runtime._RESERVED_RUNTIME_ENV_VARS}
        group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"
        node_path = [os.path.join(layer, "nodejs", "node_modules") for layer in layers]
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "TMPDIR": self._tmpdir,
            "TZ": ":UTC",
            "LANG": "en_US.UTF-8",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
            # Credentials come from the environment alone, as on Lambda: never from the files of whoever runs this.
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NODE_PATH": os.pathsep.join(node_path),
            **own,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
            "AWS_LAMBDA_FUNCTION_NAME": config["FunctionName"],
            "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": group,
            "AWS_LAMBDA_LOG_STREAM_NAME": f"{time.strftime('%Y/%m/%d')}/[$LATEST]{new_uuid().replace('-', '')}",
            "LAMBDA_TASK_ROOT": code,
            "_HANDLER": config["Handler"],
            **runtime.execution_credentials(config),
        }

    def _send(self, message: dict) -> None:
        self._proc.stdin.write(json.dumps(message) + "\n")
        self._proc.stdin.flush()

    def _answer(self, seconds: float) -> dict | None:
        """The next answer; None where the process ended or took too long."""
        try:
            line = self._answers.get(timeout=seconds)
        except queue.Empty:
            return None
        return json.loads(line) if line is not None else None

    def _log(self, request_id: str) -> str:
        lines, deadline = [], time.monotonic() + LOG_WAIT_SECONDS
        while True:
            try:
                line = self._stderr_queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            if line is None or line == f"\0end {request_id}":
                break
            lines.append(line)
        return "\n".join(lines)

    def invoke(self, event, request_id, *, trace_id=None, depth=None, durable=None, invoked_function_arn=None):
        """Run one invocation; `{"ok": True, "result"}` or `{"ok": False, "errorType", "errorMessage", "trace"}`."""
        with self._lock:
            timeout = float(self.config.get("Timeout", 3))
            cold = self._proc is None or self._proc.poll() is not None
            if cold:
                self._spawn()
            if self.init_failure:
                answer = {"ok": False, **self.init_failure}
                return self._ended(answer, request_id)
            self._send({"requestId": request_id, "arn": invoked_function_arn or self.config.get("FunctionArn", ""),
                        "deadlineMs": (time.time() + timeout) * 1000, "traceId": trace_id, "event": event})
            answer = self._answer(timeout)
            if answer is not None:
                answer["log"] = self._log(request_id)
                return answer
            if self._proc.poll() is None and self._answers.empty():
                answer = {"ok": False, "errorType": "Sandbox.Timedout",
                          "errorMessage": f"RequestId: {request_id} Error: Task timed out after {timeout:.2f} seconds"}
            else:
                answer = {"ok": False, "errorType": "Runtime.ExitError",
                          "errorMessage": f"RequestId: {request_id} Error: Runtime exited"}
            return self._ended(answer, request_id)

    def _ended(self, answer: dict, request_id: str) -> dict:
        """An environment that failed to start, ran out of time or exited is not used again."""
        process, self._proc = self._proc, None
        process.kill()
        process.wait()
        answer["log"] = self._log(request_id)
        return answer


def _pump(stream, lines: queue.Queue) -> None:
    with stream:
        for line in stream:
            lines.put(line.rstrip("\n"))
    lines.put(None)


def execute(func: dict, event, request_id: str) -> dict:
    """Run a function in a warm environment, or a new one, and put its answer as the Invoke call gives it."""
    config, code = func.get("config") or func, func.get("code_zip")
    if not code:
        return _failed("Runtime.ImportModuleError", f"function {config.get('FunctionName')} has no code", [], "")
    lambda_svc._ensure_reaper_thread()
    worker, _ = runtime.acquire_worker(config["FunctionName"], config, code, config.get("Version", "$LATEST"))
    try:
        answer = worker.invoke(event, request_id, trace_id=lambda_svc._xray_trace_id_for_invocation(config),
                               invoked_function_arn=config.get("FunctionArn", ""))
    finally:
        runtime.release_worker(worker)
    if answer.get("ok") or answer.get("status") == "ok":
        return {"body": answer["result"], "log": answer.get("log", "")}
    return _failed(answer.get("errorType", "Error"), answer.get("errorMessage", answer.get("error", "")),
                   answer.get("trace", []), answer.get("log", ""))


def _failed(error_type: str, message: str, trace: list, log: str) -> dict:
    body = {"errorType": error_type, "errorMessage": message, **({"trace": trace} if trace else {})}
    line = json.dumps({**body, "stack": trace}) if trace else f"{error_type}: {message}"
    return {"body": body, "error": True, "log": "\n".join(filter(None, [log, f"ERROR Invoke Error {line}"]))}
