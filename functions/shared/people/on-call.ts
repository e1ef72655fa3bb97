import type { Day, OnCallSchedule, Rotation } from "./roster";

const dayMinutes = 24 * 60;
const weekMinutes = 7 * dayMinutes;
/** 1970-01-05, the first Monday of the epoch. */
const firstMonday = 4 * dayMinutes;
const week: Day[] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/** Minutes of the week, Monday midnight first; may run past its end. */
interface Window {
  start: number;
  length: number;
}

const modulo = (value: number, by: number) => ((value % by) + by) % by;

/** Minutes since 1970 of the clock on the wall in a time zone: handovers stay at their hour when clocks change. */
export function wallMinutes(at: Date, timeZone: string): number {
  const numbers = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...numbers }).formatToParts(at);
  const part = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute")) / 60_000;
}

function clockMinutes(text: string | undefined): number {
  const [hours = "0", minutes = "0"] = (text ?? "").split(":");
  return Number(hours) * 60 + Number(minutes);
}

function windowsOf({ days, from, to }: Rotation): Window[] {
  const length = modulo(clockMinutes(to) - clockMinutes(from), dayMinutes) || dayMinutes;
  return (days ?? week).map((day) => ({ start: week.indexOf(day) * dayMinutes + clockMinutes(from), length }));
}

function covers({ start, length }: Window, minuteOfWeek: number): boolean {
  return modulo(minuteOfWeek - start, weekMinutes) < length;
}

/** Whether two rotations would ever put two people on call for the same minute. */
export function overlap(one: Rotation, other: Rotation): boolean {
  return windowsOf(one).some((a) => windowsOf(other).some((b) => covers(a, b.start) || covers(b, a.start)));
}

/** Who is on call; undefined where no rotation covers that minute, or none has begun. */
export function onCallAt({ timeZone, rotations }: OnCallSchedule, at: Date): string | undefined {
  const wall = wallMinutes(at, timeZone);
  const now = modulo(wall - firstMonday, weekMinutes);
  for (const rotation of rotations) {
    const since = wall - Date.parse(`${rotation.start}Z`) / 60_000;
    if (since < 0 || !windowsOf(rotation).some((window) => covers(window, now))) continue;
    const shift = (rotation.shiftHours ?? 0) * 60 + (rotation.shiftDays ?? 0) * dayMinutes;
    return rotation.contacts[Math.floor(since / shift) % rotation.contacts.length];
  }
  return undefined;
}
