"""What the emulator is told by its starter, and what ministack has to be told before it is imported."""

import os
import socket
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Environment of the launcher, by the names that local/emulator/launcher.ts sets."""

    folder: str
    ledger_file: str
    management_account: str
    default_account: str
    node_binary: str
    node_modules: str


def load() -> Settings:
    """The settings; raises KeyError with the variable's name where the starter forgot one."""
    environment = os.environ
    return Settings(
        folder=environment["FIREBREAK_FOLDER"],
        ledger_file=environment["FIREBREAK_LEDGER"],
        management_account=environment["FIREBREAK_MANAGEMENT_ACCOUNT"],
        default_account=environment["FIREBREAK_DEFAULT_ACCOUNT"],
        node_binary=environment["FIREBREAK_NODE"],
        node_modules=environment["FIREBREAK_NODE_MODULES"],
    )


def prepare_environment() -> socket.socket:
    """Bind a free port and set what ministack reads at import. Returns the listening socket.

    The socket is bound here and handed to the server as it is: asking for a free port and binding it later would let
    a second emulator take it in between.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    folder = load().folder
    os.environ.pop("AWS_ACCESS_KEY_ID", None)  # ministack would take it for a root key
    os.environ.update(
        AUTH="true",
        GATEWAY_PORT=str(listener.getsockname()[1]),
        BIND_HOST="127.0.0.1",
        MINISTACK_HOST="127.0.0.1",
        MINISTACK_ACCOUNT_ID=load().default_account,
        S3_DATA_DIR=os.path.join(folder, "s3"),
        STATE_DIR=os.path.join(folder, "state"),
        PERSIST_STATE="0",
        CLOUDTRAIL_RECORDING="1",
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LAMBDA_EXECUTOR="local",
        DOCKER_HOST="unix:///nonexistent.sock",
    )
    return listener
