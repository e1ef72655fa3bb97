/** The AWS side of the organisation on one machine. */
export { startEmulator } from "./launcher";
export type { Emulator, StartOptions } from "./launcher";
export type { LedgerCall } from "./ledger";
export type { Fault } from "./control";
