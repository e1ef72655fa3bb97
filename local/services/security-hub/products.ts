import { z } from "zod";
import { integerQuery, parse } from "../input";
import { page } from "../page";
import type { Operations } from "../service";
import { productsOf, productSubscription } from "./catalog";
import { conflict, invalidInput, notFound } from "./errors";
import type { HubState } from "./state";
import { hubOf } from "./visible";

const input = z.object({ ProductArn: z.string().min(1) });

/** Products whose findings an account takes. */
export function productOperations(state: HubState): Operations {
  return {
    DescribeProducts(call) {
      hubOf(state, call);
      const asked = call.query.get("ProductArn");
      const all = productsOf(call.partition, call.region).filter(({ arn }) => !asked || arn === asked);
      if (asked && all.length === 0) throw invalidInput(`Invalid parameter ProductArn: ${asked} is no product`);
      const { items, nextToken } = page(all, {
        size: integerQuery(call, "MaxResults"),
        token: call.query.get("NextToken"),
        max: 100,
        of: asked,
        invalid: invalidInput,
      });
      const Products = items.map(({ arn, product, company }) => ({
        ProductArn: arn,
        ProductName: product,
        CompanyName: company,
        Description: `Findings of ${product}.`,
        Categories: [],
        IntegrationTypes: ["SEND_FINDINGS_TO_SECURITY_HUB"],
      }));
      return { Products, NextToken: nextToken };
    },
    EnableImportFindingsForProduct(call) {
      const hub = hubOf(state, call);
      const { ProductArn } = parse(input, call.body, invalidInput);
      if (!productsOf(call.partition, call.region).some(({ arn }) => arn === ProductArn))
        throw invalidInput(`Invalid parameter ProductArn: ${ProductArn} is no product in ${call.region}`);
      if (hub.products.has(ProductArn)) throw conflict(`Product ${ProductArn} is already enabled`);
      hub.products.add(ProductArn);
      return { ProductSubscriptionArn: productSubscription(ProductArn, call.partition, call.region, call.account) };
    },
    DisableImportFindingsForProduct(call) {
      const hub = hubOf(state, call);
      const asked = call.params.ProductSubscriptionArn ?? "";
      const found = [...hub.products].find(
        (arn) => productSubscription(arn, call.partition, call.region, call.account) === asked,
      );
      if (!found) throw notFound(`Product subscription ${asked} not found`);
      hub.products.delete(found);
      return {};
    },
    ListEnabledProductsForImport(call) {
      const { products } = hubOf(state, call);
      const all = [...products]
        .map((arn) => productSubscription(arn, call.partition, call.region, call.account))
        .sort();
      const { items, nextToken } = page(all, {
        size: integerQuery(call, "MaxResults"),
        token: call.query.get("NextToken"),
        max: 100,
        invalid: invalidInput,
      });
      return { ProductSubscriptions: items, NextToken: nextToken };
    },
  };
}
