/** How a person is reached. Voice calls are Incident Manager's alone: the escalation pager refuses to plan one. */
export type ChannelKind = "email" | "sms" | "voice" | "webhook";

/** One stage of a contact's engagement plan: what is used how many whole minutes after the contact was engaged. */
export interface PlanStage {
  minute: number;
  channels: ChannelKind[];
}

/** A person, or a group that shares its channels. */
export interface Contact {
  /** As people read it. */
  name: string;
  /** Email address, phone numbers in E.164 (`+34600000000`), ARN of the secret that holds a webhook's URL. */
  channels: Partial<Record<ChannelKind, string>>;
  plan: PlanStage[];
}

export type Day = "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT" | "SUN";

/** Contacts who take turns, each for a shift of so many hours or days (one of the two). */
export interface Rotation {
  contacts: string[];
  /** Wall clock of the schedule's time zone, `2026-01-05T09:00`: the first contact's first shift, and each handover. */
  start: string;
  shiftHours?: number;
  shiftDays?: number;
  /** On which days somebody is on call. @default every day */
  days?: Day[];
  /** Wall clock, `08:00`. @default midnight */
  from?: string;
  /** At or before `from`: on the next day. @default midnight */
  to?: string;
}

/** Who is on call when: rotations that never overlap. */
export interface OnCallSchedule {
  /** IANA name, such as `Europe/Madrid`. */
  timeZone: string;
  rotations: Rotation[];
}

/** Contacts or on-call schedules that are engaged when nobody has acknowledged by that minute. */
export interface EscalationLevel {
  minute: number;
  engage: string[];
}

/** Everything about who is told in which order. `contacts` and `onCall` share one name space. */
export interface People {
  contacts: Record<string, Contact>;
  onCall: Record<string, OnCallSchedule>;
  escalation: EscalationLevel[];
}

/** What functions know of a contact: no address, which only topics and secrets have. */
export interface RosterContact {
  name: string;
  /** ARN of the secret with the webhook's URL. */
  webhook?: string;
  plan: PlanStage[];
}

export interface Roster extends Omit<People, "contacts"> {
  contacts: Record<string, RosterContact>;
}

/** People without their addresses. */
export function rosterOf({ contacts, onCall, escalation }: People): Roster {
  const known = Object.entries(contacts).map(([id, { name, channels, plan }]): [string, RosterContact] => [
    id,
    { name, plan, ...(channels.webhook && { webhook: channels.webhook }) },
  ]);
  return { contacts: Object.fromEntries(known), onCall, escalation };
}
