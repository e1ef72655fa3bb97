import { Lambda, type FunctionUrlAuthType, type InvokeMode } from "@aws-sdk/client-lambda";
import type { FunctionUrlArgs, FunctionUrlState } from "@pulumi/aws/lambda/functionUrl";
import { hasCode, unlessGone } from "../support/errors";
import { defineResource } from "./definition";

const gone = "ResourceNotFound";

/** `aws.lambda.FunctionUrl`. Like the real provider it also opens a URL that asks for no authorization. */
export const functionUrl = defineResource<FunctionUrlArgs, FunctionUrlState>({
  token: "aws:lambda/functionUrl:FunctionUrl",
  properties: {
    functionName: { replace: true },
    qualifier: { replace: true },
    authorizationType: { oneOf: ["AWS_IAM", "NONE"] },
    invokeMode: { default: "BUFFERED", oneOf: ["BUFFERED", "RESPONSE_STREAM"] },
  },
  async create(aws, inputs) {
    const { functionName: FunctionName, qualifier: Qualifier, authorizationType } = inputs;
    await aws.client(Lambda).createFunctionUrlConfig({
      FunctionName,
      Qualifier,
      AuthType: authorizationType as FunctionUrlAuthType,
      InvokeMode: inputs.invokeMode as InvokeMode | undefined,
    });
    return Qualifier ? `${FunctionName}/${Qualifier}` : FunctionName;
  },
  async settle(aws, _id, { functionName: FunctionName, qualifier: Qualifier, authorizationType }) {
    if (authorizationType !== "NONE") return;
    try {
      await aws.client(Lambda).addPermission({
        FunctionName,
        Qualifier,
        StatementId: "FunctionURLAllowPublicAccess",
        Action: "lambda:InvokeFunctionUrl",
        Principal: "*",
        FunctionUrlAuthType: "NONE",
      });
    } catch (error) {
      if (!hasCode(error, "ResourceConflict")) throw error; // left by a URL that was there before
    }
  },
  async read(aws, id) {
    const [functionName, qualifier] = id.split("/");
    const answer = aws.client(Lambda).getFunctionUrlConfig({ FunctionName: functionName, Qualifier: qualifier });
    const found = await unlessGone(answer, gone);
    if (!found) return undefined;
    return {
      functionName,
      qualifier,
      functionArn: found.FunctionArn,
      functionUrl: found.FunctionUrl,
      authorizationType: found.AuthType,
      invokeMode: found.InvokeMode ?? "BUFFERED",
      urlId: /^https:\/\/([^.]+)\./.exec(found.FunctionUrl ?? "")?.[1],
    };
  },
  update: (aws, _id, { news }) =>
    aws.client(Lambda).updateFunctionUrlConfig({
      FunctionName: news.functionName,
      Qualifier: news.qualifier,
      AuthType: news.authorizationType as FunctionUrlAuthType,
      InvokeMode: news.invokeMode as InvokeMode | undefined,
    }),
  delete(aws, id) {
    const [FunctionName, Qualifier] = id.split("/");
    return unlessGone(aws.client(Lambda).deleteFunctionUrlConfig({ FunctionName, Qualifier }), gone);
  },
});
