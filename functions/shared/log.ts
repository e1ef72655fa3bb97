/** One line of JSON a log entry, so that CloudWatch Logs Insights finds fields by name. */
export function logLine(fields: Record<string, unknown>): void {
  console.log(JSON.stringify(fields));
}
