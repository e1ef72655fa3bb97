import type { Instance } from "./instance";

/**
 * Provider instances by the connection they were configured on.
 *
 * With `PULUMI_DEBUG_PROVIDERS` every provider of every engine talks to one server, and no request says which provider
 * it is for. But the engine dials one connection per provider instance and keeps it, so the peer's address and port
 * tell them apart. A connection starts with a handshake, which also forgets what an earlier one on a reused port left.
 */
export class Connections {
  private readonly instances = new Map<string, Instance>();

  /** A new provider has dialled: whatever had this address before is gone. */
  opened(peer: string): void {
    this.instances.get(peer)?.close();
    this.instances.delete(peer);
  }

  configured(peer: string, instance: Instance): void {
    this.opened(peer);
    this.instances.set(peer, instance);
  }

  find(peer: string): Instance | undefined {
    return this.instances.get(peer);
  }

  /** @throws Error where nothing was configured on this connection */
  instance(peer: string): Instance {
    const instance = this.instances.get(peer);
    if (instance) return instance;
    throw new Error(
      `The aws provider on connection ${peer} has not been configured. The engine configures each provider before it ` +
        "uses it; if its connection was lost in between, run the command again.",
    );
  }

  cancel(peer: string): void {
    this.instances.get(peer)?.cancel();
  }

  closeAll(): void {
    for (const instance of this.instances.values()) instance.close();
    this.instances.clear();
  }
}
