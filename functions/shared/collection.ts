/** What is collected from inside an instance: one command a topic, one piece of evidence each. */
export type Topic = "processes" | "sockets" | "logins" | "modules" | "memory";

export type Platform = "Linux" | "Windows";

/** AWS's own documents: no account in their ARN, the same in every region. */
export const collectionDocuments: Record<Platform, string> = {
  Linux: "AWS-RunShellScript",
  Windows: "AWS-RunPowerShellScript",
};

const linux: Record<Topic, string[]> = {
  processes: [
    "date -u; uname -a; uptime",
    "ps auxwwe --forest || ps -ef",
    "ls -l /proc/[0-9]*/exe /proc/[0-9]*/cwd 2>/dev/null; true",
  ],
  sockets: ["ss -anptuoe || netstat -anpo", "ip addr; ip route; ip neigh; true"],
  logins: [
    "who -a; last -Faiw; lastlog; true",
    'for home in /root /home/*; do echo "== $home"; cat "$home/.ssh/authorized_keys" 2>/dev/null; done; true',
    "crontab -l 2>/dev/null; ls -la /etc/cron* /var/spool/cron 2>/dev/null; true",
  ],
  modules: ["lsmod || cat /proc/modules", "cat /proc/sys/kernel/tainted; systemctl list-units --no-pager 2>&1; true"],
  memory: [
    'tool=$(command -v avml); [ -n "$tool" ] || { echo "no memory tool (avml) on this instance"; exit 0; }',
    "image=$(mktemp -u /var/tmp/memory.XXXXXX)",
    '"$tool" --compress "$image" && sha256sum "$image" && aws s3 cp --only-show-errors "$image" "$IMAGE_URL"',
    'result=$?; rm -f "$image"; exit $result',
  ],
};

const windows: Record<Topic, string[]> = {
  processes: ["Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,Name,CommandLine | Format-List"],
  sockets: ["Get-NetTCPConnection | Format-Table -AutoSize", "Get-NetUDPEndpoint | Format-Table -AutoSize"],
  logins: [
    "quser",
    "Get-WinEvent -FilterHashtable @{LogName='Security';Id=4624,4625,4648} -MaxEvents 500 | Format-List",
    "Get-ScheduledTask | Format-List TaskPath,TaskName,State,Actions",
  ],
  modules: [
    "Get-CimInstance Win32_SystemDriver | Format-List Name,State,PathName",
    "Get-Service | Format-Table -AutoSize",
  ],
  memory: [
    "$tool = Get-Command winpmem.exe -ErrorAction SilentlyContinue",
    "if (-not $tool) { 'no memory tool (winpmem) on this instance'; exit 0 }",
    "$image = Join-Path $env:TEMP 'memory.raw'; & $tool.Source $image; Get-FileHash -Algorithm SHA256 $image",
    "aws s3 cp --only-show-errors $image $env:IMAGE_URL; Remove-Item $image",
  ],
};

/** The commands of every topic. `imageUrl` is where a memory image goes: too large to pass through a function. */
export function collectionCommands(platform: Platform, imageUrl: string): { topic: Topic; commands: string[] }[] {
  const scripts = platform === "Windows" ? windows : linux;
  const setting = platform === "Windows" ? `$env:IMAGE_URL = '${imageUrl}'` : `IMAGE_URL='${imageUrl}'`;
  const topics: Topic[] = ["processes", "sockets", "logins", "modules", "memory"];
  return topics.map((topic) => ({
    topic,
    commands: topic === "memory" ? [setting, ...scripts[topic]] : scripts[topic],
  }));
}
