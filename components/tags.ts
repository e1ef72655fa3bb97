/** Marks what holds evidence; the policy pack recognises it by this tag and asks more of it. */
export const evidenceTag = { "firebreak:data": "evidence" };
