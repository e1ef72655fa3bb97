"""What commands of a simulated instance print. Nothing that is sent to an instance is run on this machine."""

import re

_OUTPUTS = {
    "ps": "USER PID %CPU %MEM COMMAND\nroot 1 0.0 0.3 /usr/lib/systemd/systemd\nroot 812 0.0 0.6 amazon-ssm-agent\n"
          "nobody 4471 97.3 2.1 /tmp/.x/kworker -o pool.example:3333\n",
    "ss": "State Recv-Q Send-Q Local Peer Process\nESTAB 0 0 {ip}:49152 203.0.113.66:3333 kworker,pid=4471\n"
          "LISTEN 0 128 0.0.0.0:22 0.0.0.0:* sshd,pid=640\n",
    "last": "ec2-user pts/0 198.51.100.23 Sun Nov 22 03:11 - 03:19 (00:08)\nreboot system boot Sun Nov 22 02:58\n",
    "who": "ec2-user pts/0 2026-11-22 03:11 (198.51.100.23)\n",
    "lsmod": "Module Size Used by\nena 151552 0\nxfs 2004992 1\n",
    "uname": "Linux {host} 6.1.112-122.189.amzn2023.x86_64 x86_64 GNU/Linux\n",
    "id": "uid=0(root) gid=0(root) groups=0(root)\n",
    "hostname": "{host}\n",
    "crontab": "*/5 * * * * /tmp/.x/kworker\n",
}
_SAME = {"netstat": "ss", "w": "who", "lastlog": "last", "pstree": "ps", "top": "ps"}
_PREFIXES = {"sudo", "nice", "timeout", "env", "then", "do", "else", "exec", "nohup", "time"}


def _words(parameters: dict) -> list[list[str]]:
    lines = parameters.get("commands") or []
    text = "\n".join([lines] if isinstance(lines, str) else lines)
    commands = re.split(r"\n|&&|\|\||;", text)
    found = []
    for command in commands:
        words = command.split("|")[0].split()
        while words and (words[0] in _PREFIXES or re.fullmatch(r"\w+=\S*|-\S+|\d+[smh]?", words[0])):
            words = words[1:]
        if words and not words[0].startswith("#"):
            found.append(words)
    return found


def seconds_of(parameters: dict) -> float:
    """How long the commands take: a moment, and what they sleep."""
    slept = [words[1] for words in _words(parameters) if words[0] == "sleep" and len(words) > 1]
    return 0.05 + sum(float(s) for s in slept if re.fullmatch(r"[\d.]+", s))


def outcome(parameters: dict, instance: dict) -> tuple[int, str, str]:
    """Exit code, standard output and standard error. A command this instance does not know prints nothing."""
    out = ""
    for words in _words(parameters):
        name = words[0].rsplit("/", 1)[-1]
        if name == "exit":
            return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0, out, ""
        if name == "echo":
            out += " ".join(words[1:]).strip("\"'") + "\n"
        elif name == "seq" and len(words) == 2:
            out += "".join(f"{n}\n" for n in range(1, int(words[1]) + 1))
        else:
            text = _OUTPUTS.get(_SAME.get(name, name), "")
            out += text.replace("{ip}", instance["PrivateIpAddress"]).replace(
                "{host}", instance["PrivateDnsName"])
    return 0, out, ""
