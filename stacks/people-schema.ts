import { z } from "zod";

/** Lower case, as Incident Manager wants its contacts' aliases. */
const id = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, {
  error: "a name of 1 to 32 lower-case letters, digits and hyphens, starting with a letter",
});
const phone = z.string().regex(/^\+[1-9]\d{6,14}$/, { error: "a phone number such as +34600000000, in quotes" });
const secret = z.string().regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/, {
  error: "the ARN of a Secrets Manager secret that holds the webhook's https URL",
});
const channelKind = z.enum(["email", "sms", "voice", "webhook"], { error: "email, sms, webhook or voice" });

/** Long enough for a whole day of escalation; the links in pages live that long. */
const dayMinutes = 24 * 60;
const minute = z
  .int({ error: "whole minutes" })
  .min(0, { error: "0 minutes or more" })
  .max(dayMinutes, { error: `at most ${dayMinutes} minutes` });

const contact = z.strictObject({
  name: z.string().min(1).max(100),
  channels: z.strictObject({
    email: z.email({ error: "an email address" }).optional(),
    sms: phone.optional(),
    voice: phone.optional(),
    webhook: secret.optional(),
  }),
  plan: z.array(z.strictObject({ minute, channels: z.array(channelKind).min(1, { error: "at least one channel" }) })),
});

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'a time such as "08:30", in quotes' });
const wallClock = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/, {
    error: 'day and time of the first shift, such as "2026-01-05T09:00", in quotes',
  })
  .refine(isDay, { error: "a day that there is" });
const timeZone = z.string().refine(isTimeZone, { error: "a time zone such as Europe/Madrid" });

const rotation = z.strictObject({
  contacts: z.array(z.string()).min(1, { error: "at least one contact" }),
  start: wallClock,
  shiftHours: z.int().min(1).max(720, { error: "1 to 720 hours" }).optional(),
  shiftDays: z.int().min(1).max(366, { error: "1 to 366 days" }).optional(),
  days: z
    .array(z.enum(["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"], { error: "MON, TUE, WED, THU, FRI, SAT or SUN" }))
    .min(1, { error: "at least one day" })
    .optional(),
  from: clock.optional(),
  to: clock.optional(),
});

/** Keys of the master stack that say who is paged, when and how; the shapes are those of functions/shared/people. */
export const peopleKeys = {
  contacts: z.record(id, contact).default({}).meta({
    expected: "a map from contact to { name, channels: { email, sms, voice, webhook }, plan: [{ minute, channels }] }",
  }),
  onCall: z
    .record(id, z.strictObject({ timeZone, rotations: z.array(rotation).min(1, { error: "at least one rotation" }) }))
    .default({})
    .meta({
      expected:
        "a map from schedule to { timeZone, rotations: [{ contacts, start, shiftHours or shiftDays, days, from, to }] }",
    }),
  escalation: z
    .array(z.strictObject({ minute, engage: z.array(z.string()) }))
    .default([])
    .meta({ expected: "a list of { minute, engage: [contacts or on-call schedules] }, the first at minute 0" }),
};

function isDay(text: string): boolean {
  const time = Date.parse(`${text}Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false; // that is how Intl says that there is no such zone
  }
}
