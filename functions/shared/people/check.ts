import { overlap } from "./on-call";
import type { Contact, OnCallSchedule, People } from "./roster";

/** One thing that is wrong, for a person to put right; `key` is a path such as `contacts.ana.plan.0`. */
export interface PeopleProblem {
  key: string;
  value: unknown;
  expected: string;
}

/** What no single value shows: names that nobody has, plans without people, rotations that overlap. */
export function peopleProblems(people: People): PeopleProblem[] {
  const { contacts, onCall, escalation } = people;
  return [
    ...Object.entries(contacts).flatMap(([id, contact]) => contactProblems(`contacts.${id}`, contact)),
    ...Object.entries(onCall).flatMap(([id, schedule]) => scheduleProblems(id, schedule, people)),
    ...escalationProblems(people),
    ...(Object.keys(contacts).length > 0 && escalation.length === 0
      ? [{ key: "escalation", value: escalation, expected: "at least one level: without one no contact is paged" }]
      : []),
  ];
}

function contactProblems(key: string, { channels, plan }: Contact): PeopleProblem[] {
  const own = Object.keys(channels);
  if (own.length === 0) {
    return [
      { key: `${key}.channels`, value: channels, expected: "at least one channel: email, sms, webhook or voice" },
    ];
  }
  if (plan.length === 0) {
    const expected = "at least one stage, such as { minute: 0, channels: [email] }";
    return [{ key: `${key}.plan`, value: plan, expected }];
  }
  return plan.flatMap((stage, index) =>
    stage.channels.flatMap((channel, place): PeopleProblem[] => {
      const where = { key: `${key}.plan.${index}.channels.${place}`, value: channel };
      if (!own.includes(channel)) return [{ ...where, expected: `a channel that this contact has: ${own.join(", ")}` }];
      if (channel !== "voice") return [];
      return [{ ...where, expected: "email, sms or webhook: the escalation pager makes no voice calls" }];
    }),
  );
}

function scheduleProblems(id: string, schedule: OnCallSchedule, { contacts }: People): PeopleProblem[] {
  const key = `onCall.${id}`;
  const problems: PeopleProblem[] = [];
  if (contacts[id]) problems.push({ key, value: id, expected: "a name that no contact has" });
  schedule.rotations.forEach((rotation, index) => {
    const where = `${key}.rotations.${index}`;
    problems.push(...unknownNames(`${where}.contacts`, rotation.contacts, Object.keys(contacts), "a contact"));
    if ((rotation.shiftHours === undefined) === (rotation.shiftDays === undefined)) {
      const { shiftHours, shiftDays } = rotation;
      problems.push({ key: where, value: { shiftHours, shiftDays }, expected: "either shiftHours or shiftDays" });
    }
    schedule.rotations.slice(0, index).forEach((earlier, place) => {
      if (!overlap(earlier, rotation)) return;
      const { days, from, to } = rotation;
      const expected = `days and hours that ${key}.rotations.${place} does not cover: one person is on call at a time`;
      problems.push({ key: where, value: { days, from, to }, expected });
    });
  });
  return problems;
}

function escalationProblems({ contacts, onCall, escalation }: People): PeopleProblem[] {
  const known = [...Object.keys(contacts), ...Object.keys(onCall)];
  return escalation.flatMap(({ minute, engage }, index) => {
    const key = `escalation.${index}`;
    const problems = unknownNames(`${key}.engage`, engage, known, "a contact or on-call schedule");
    if (engage.length === 0) {
      problems.push({ key: `${key}.engage`, value: engage, expected: "at least one contact or on-call schedule" });
    }
    const before = escalation[index - 1]?.minute;
    if (before === undefined ? minute !== 0 : minute <= before) {
      const expected = before === undefined ? "0: the first level is engaged at once" : `more than ${before}`;
      problems.push({ key: `${key}.minute`, value: minute, expected });
    }
    return problems;
  });
}

function unknownNames(key: string, names: string[], known: string[], what: string): PeopleProblem[] {
  const expected = known.length > 0 ? `${what}: one of ${known.join(", ")}` : `${what}, and there is none`;
  return names.flatMap((value, index) => (known.includes(value) ? [] : [{ key: `${key}.${index}`, value, expected }]));
}
