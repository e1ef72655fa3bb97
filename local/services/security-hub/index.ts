import type { Context } from "../context";
import type { Operation, Operations, Service } from "../service";
import { actionTargetOperations, chooseAction, type Choice } from "./action-targets";
import { administrationOperations } from "./administration";
import { aggregatorOperations } from "./aggregators";
import { associationOperations } from "./associations";
import { automationRuleOperations } from "./automation-rules";
import { applyCentral } from "./central";
import { configurationPolicyOperations } from "./configuration-policies";
import { reconcile } from "./enrolment";
import { errorBody, invalidInput } from "./errors";
import { findOperations } from "./find";
import type { Asff } from "./finding";
import { hubOperations } from "./hub";
import { importOperations } from "./import";
import { insightOperations } from "./insights";
import { memberOperations } from "./members";
import { organizationOperations } from "./organization-configuration";
import { productOperations } from "./products";
import { receive } from "./receive";
import { resource } from "./resource";
import { routes } from "./routes";
import { standardOperations } from "./standards";
import { HubState } from "./state";
import { tagOperations } from "./tags";
import { updateOperations } from "./update";

/** AWS Security Hub CSPM. https://docs.aws.amazon.com/securityhub/1.0/APIReference/ */
export function securityHub(context: Context) {
  const state = new HubState(context);
  const operations: Operations = {
    ...hubOperations(state),
    ...administrationOperations(state),
    ...organizationOperations(state),
    ...aggregatorOperations(state),
    ...configurationPolicyOperations(state),
    ...associationOperations(state),
    ...standardOperations(state),
    ...productOperations(state),
    ...importOperations(state),
    ...updateOperations(state),
    ...findOperations(state),
    ...insightOperations(state),
    ...actionTargetOperations(state),
    ...automationRuleOperations(state),
    ...memberOperations(state),
    ...tagOperations(state),
  };
  const service: Service = {
    name: "securityhub",
    routes,
    operations: Object.fromEntries(Object.entries(operations).map(([name, run]) => [name, current(state, run)])),
    errorBody,
    invalid: invalidInput,
    resource,
  };
  return {
    service,
    /** Takes a finding of an AWS service, where Security Hub is on and takes that product's. */
    async receive(region: string, finding: Asff): Promise<void> {
      const { hub } = state.regions.of(finding.AwsAccountId, region);
      if (hub?.products.has(finding.ProductArn)) await receive(state, region, finding);
    },
    /** Somebody chooses a custom action for findings in the console. */
    chooseAction: (choice: Choice) => chooseAction(state, choice),
  };
}

/** Lets an operation see the organisation as it is now, not as it was when Security Hub last looked. */
const current =
  (state: HubState, run: Operation): Operation =>
  async (call) => {
    await applyCentral(state);
    await reconcile(state, call.region);
    return run(call);
  };
