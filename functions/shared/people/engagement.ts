import { onCallAt } from "./on-call";
import type { ChannelKind, Roster } from "./roster";

/** One message that is due to one person, by one channel. */
export interface Page {
  /** Whole minutes after paging started. */
  minute: number;
  contact: string;
  channel: ChannelKind;
}

/**
 * Everyone who is paged, in order, should nobody ever acknowledge. Whoever is on call when a level is reached stays
 * engaged with the whole of the contact's plan, past a handover. Where nobody is on call, everyone of the schedule is
 * engaged: a gap in a rota must not be silence.
 */
export function pagesFrom(roster: Roster, startedAt: Date): Page[] {
  const pages = new Map<string, Page>();
  for (const { minute: reached, engage } of roster.escalation) {
    const at = new Date(startedAt.getTime() + reached * 60_000);
    for (const contact of engage.flatMap((name) => engaged(roster, name, at))) {
      for (const stage of roster.contacts[contact]?.plan ?? []) {
        for (const channel of stage.channels) {
          const page = { minute: reached + stage.minute, contact, channel };
          pages.set(pageKey(page), page);
        }
      }
    }
  }
  return [...pages.values()].sort((a, b) => a.minute - b.minute);
}

/** Tells pages apart: a page is sent once, however often the function that sends it runs. */
export function pageKey({ minute, contact, channel }: Page): string {
  return `${minute}/${contact}/${channel}`;
}

/** The minutes after the first at which somebody is paged, ascending. */
export function laterMinutes(pages: Page[]): number[] {
  return [...new Set(pages.map(({ minute }) => minute))].filter((minute) => minute > 0).sort((a, b) => a - b);
}

function engaged({ contacts, onCall }: Roster, name: string, at: Date): string[] {
  if (contacts[name]) return [name];
  const schedule = onCall[name];
  if (!schedule) return [];
  const now = onCallAt(schedule, at);
  return now ? [now] : [...new Set(schedule.rotations.flatMap((rotation) => rotation.contacts))];
}
