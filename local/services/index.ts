import type { Context } from "./context";
import { eventSender } from "./events";
import { guardDuty } from "./guardduty";
import { asffOf } from "./guardduty/asff";
import type { Sighting } from "./guardduty/detect";
import type { OrganizationView } from "./organization";
import { match } from "./router";
import { securityHub } from "./security-hub";
import type { Choice } from "./security-hub/action-targets";
import { serve } from "./server";
import type { Json } from "./service";

export { emulatorOrganization } from "./emulator-organization";
export { findingTypes } from "./guardduty/samples/types";
export type { Sighting } from "./guardduty/detect";
export type { OrganizationAccount, OrganizationSnapshot, OrganizationView } from "./organization";
export type { Choice } from "./security-hub/action-targets";

export interface ServicesOptions {
  /** Where EventBridge is: events go out to the buses there. */
  emulatorEndpoint: string;
  organization: OrganizationView;
  /** Credentials of an account's root user, who stands in for AWS's own services at EventBridge. */
  rootCredentials(account: string): { accessKeyId: string; secretAccessKey: string };
  /** Gets a line for what an operator should know: operations not served, events lost, errors of our own. */
  log?: (line: string) => void;
  /** Required of every request in `x-firebreak-secret`. @default nothing is required */
  secret?: string;
  /** @default the machine's clock */
  now?: () => Date;
}

/** What has to be allowed for a request to go through. */
export interface IamAction {
  /** `guardduty:CreateDetector` */
  action: string;
  /** ARN with `{partition}`, `{region}` and `{account}` to fill in; `*` where AWS checks no resource. */
  resource: string;
}

export interface Services {
  /** Where the launcher forwards to: http on 127.0.0.1. */
  endpoint: string;
  /** Services that are answered here, as the scope of a signature names them. */
  handles: readonly string[];
  /**
   * What to authorise a request for. The launcher, another process, sends the request itself with the header
   * `x-firebreak-ask: permission`: 404 where there is no such operation.
   * @param body the request's JSON, for the operations whose resource is named there
   * @throws Error where the service has no such operation
   */
  iamAction(service: string, method: string, path: string, body?: Json): IamAction;
  /** GuardDuty sees something: a real finding about a given resource, or a sample. @returns the finding's id */
  detect(sighting: Sighting): Promise<string>;
  /** Somebody chooses a custom action for findings in Security Hub's console, for which AWS has no API. */
  chooseAction(choice: Choice): void;
  /** Waits until every event that is under way has been delivered or given up. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Serves the AWS services that the emulator lacks. The launcher forwards a request after it has checked signature and
 * permission, with `x-firebreak-account`, `-region`, `-principal` and `-service` added.
 */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { organization, now = () => new Date(), log = () => undefined } = options;
  const sender = eventSender({ endpoint: options.emulatorEndpoint, credentials: options.rootCredentials, log });
  const context: Context = { organization, emit: sender.emit, now, log };
  const hub = securityHub(context);
  const detection = guardDuty(context, (finding) => hub.receive(finding.region, asffOf(finding)));
  const services = [detection.service, hub.service];
  const iamAction: Services["iamAction"] = (name, method, path, body = {}) => {
    const service = services.find((one) => one.name === name);
    const found = service && match(service.routes, method, path.split("?")[0] ?? path);
    if (!service || !found) throw new Error(`${name} has no operation at ${method} ${path}`);
    return { action: `${name}:${found.operation}`, resource: service.resource(found.operation, found.params, body) };
  };
  const server = await serve(services, { log, ...(options.secret ? { secret: options.secret } : {}) });
  return {
    endpoint: server.endpoint,
    handles: services.map(({ name }) => name),
    iamAction,
    async detect(sighting) {
      const { id } = await detection.detect(sighting);
      return id;
    },
    chooseAction: hub.chooseAction,
    settled: sender.settled,
    async stop() {
      await server.close();
      await sender.settled();
      sender.destroy();
    },
  };
}
