import { DescribeAccountCommand } from "@aws-sdk/client-organizations";
import type { OrganizationsClient } from "@aws-sdk/client-organizations";
import { messageOf } from "./errors";

/** A message without the account's name is better than none: the id alone, and why. */
export async function accountName(id: string, client: OrganizationsClient): Promise<{ name?: string; note?: string }> {
  try {
    const { Account } = await client.send(new DescribeAccountCommand({ AccountId: id }));
    return { name: Account?.Name };
  } catch (error) {
    return { note: `the name of account ${id} is not to be had: ${messageOf(error)}` };
  }
}
