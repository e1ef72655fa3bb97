import type { Statement } from "./action";

/** What the placeholders of a statement stand for. Regions are `*`: a role serves all regions of its account. */
export interface Placeholders {
  partition: string;
  account: string;
  prefix: string;
}

/** An IAM policy document. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: {
    Sid: string;
    Effect: "Allow";
    Action: string[];
    Resource: string[];
    Condition?: Record<string, Record<string, string | string[]>>;
  }[];
}

/** Makes the policy of a role from declared statements. An unknown placeholder is refused by its name. */
export function policyDocument(statements: Statement[], values: Placeholders): PolicyDocument {
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = (values as unknown as Record<string, string | undefined>)[name];
      if (value === undefined) throw new Error(`${text}: there is no placeholder {${name}}`);
      return value;
    });
  const fillAll = (value: string | string[]) => (Array.isArray(value) ? value.map(fill) : fill(value));
  return {
    Version: "2012-10-17",
    Statement: statements.map(({ sid, actions, resources, conditions }) => ({
      Sid: sid,
      Effect: "Allow",
      Action: actions,
      Resource: resources.map(fill),
      ...(conditions && {
        Condition: Object.fromEntries(
          Object.entries(conditions).map(([operator, keys]) => [
            operator,
            Object.fromEntries(Object.entries(keys).map(([key, value]) => [fill(key), fillAll(value)])),
          ]),
        ),
      }),
    })),
  };
}
