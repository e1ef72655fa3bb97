"""What an instance's console shows: its output, and a screenshot with a login prompt drawn on it."""

import base64
import struct
import time
import zlib

from ministack.services import ec2

from . import ec2_instances

# Rows of five dots, one number a row, of the characters a prompt and an instance id are made of.
_FONT = {
    "a": (14, 1, 15, 17, 15), "b": (16, 30, 17, 17, 30), "c": (15, 16, 16, 16, 15), "d": (1, 15, 17, 17, 15),
    "e": (14, 17, 31, 16, 15), "f": (6, 8, 28, 8, 8), "g": (15, 17, 15, 1, 14), "i": (4, 0, 12, 4, 14),
    "l": (12, 4, 4, 4, 14), "n": (30, 17, 17, 17, 17), "o": (14, 17, 17, 17, 14), "-": (0, 0, 31, 0, 0),
    ":": (0, 4, 0, 4, 0), "0": (14, 19, 21, 25, 14), "1": (4, 12, 4, 4, 14), "2": (30, 1, 14, 16, 31),
    "3": (30, 1, 14, 1, 30), "4": (18, 18, 31, 2, 2), "5": (31, 16, 30, 1, 30), "6": (14, 16, 30, 17, 14),
    "7": (31, 1, 2, 4, 4), "8": (14, 17, 14, 17, 14), "9": (14, 17, 15, 1, 14),
}
WIDTH, HEIGHT, DOT = 640, 320, 3


def install() -> None:
    ec2._ACTION_MAP.update(GetConsoleOutput=_output, GetConsoleScreenshot=_screenshot)


def png(lines: list[str]) -> bytes:
    """White text on black; characters that the font lacks are left blank."""
    rows = [bytearray(WIDTH) for _ in range(HEIGHT)]
    for number, line in enumerate(lines):
        for position, character in enumerate(line):
            left, top = 16 + position * 6 * DOT, 24 + number * 10 * DOT
            for y, bits in enumerate(_FONT.get(character, ())):
                for x in range(5):
                    if bits >> (4 - x) & 1:
                        for row in rows[top + y * DOT: top + (y + 1) * DOT]:
                            row[left + x * DOT: left + (x + 1) * DOT] = b"\xff" * DOT
    raw = b"".join(b"\0" + bytes(row) for row in rows)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def _existing(p):
    instance_id = ec2._p(p, "InstanceId")
    instance = ec2._instances.get(instance_id)
    if instance is None or instance["State"]["Name"] == "terminated":
        return None, ec2_instances.missing(instance_id)
    return instance, None


def _screenshot(p):
    instance, problem = _existing(p)
    if problem:
        return problem
    if instance["InstanceType"].endswith(".metal"):
        return ec2._error("UnsupportedOperation", "This instance type does not support console screenshots.", 400)
    image = base64.b64encode(png([instance["InstanceId"], "", "login:"])).decode()
    return ec2._xml(200, "GetConsoleScreenshotResponse",
                    f"<instanceId>{instance['InstanceId']}</instanceId><imageData>{image}</imageData>")


def _output(p):
    instance, problem = _existing(p)
    if problem:
        return problem
    lines = [
        "[    0.000000] Linux version 6.1.0 (local)",
        f"[    0.000000] DMI: Amazon EC2 {instance['InstanceType']}",
        f"[    1.204512] cloud-init: instance-id {instance['InstanceId']}, launched {instance['LaunchTime']}",
        f"[    2.501133] systemd[1]: Reached target multi-user.target, address {instance['PrivateIpAddress']}",
        "login:",
    ]
    text = base64.b64encode("\r\n".join(lines).encode()).decode()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    return ec2._xml(200, "GetConsoleOutputResponse",
                    f"<instanceId>{instance['InstanceId']}</instanceId><timestamp>{stamp}</timestamp>"
                    f"<output>{text}</output>")
