import type { Aws } from "../instance/aws";
import type { Properties } from "../protocol/values";

/** One provider function (a data source). */
export interface InvokeDefinition {
  readonly token: string;
  run(aws: Aws, args: Properties): Promise<Properties>;
}
