import type { Emit } from "./events";
import type { OrganizationView } from "./organization";

/** What the services share. */
export interface Context {
  organization: OrganizationView;
  emit: Emit;
  now(): Date;
  log(line: string): void;
}
