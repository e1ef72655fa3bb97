import {
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  DiffResponse,
  InvokeResponse,
  PropertyDiff,
  ReadResponse,
  UpdateResponse,
  type CheckRequest,
  type ConfigureRequest,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  type InvokeRequest,
  type ReadRequest,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Aws } from "../instance/aws";
import { checkProviderConfig, readProviderConfig } from "../instance/config";
import { Instance, type Environment } from "../instance/instance";
import { invokeDefinition } from "../invokes/registry";
import { checkInputs } from "../lifecycle/check";
import { diffInputs, type Difference } from "../lifecycle/diff";
import type { NamingRequest } from "../lifecycle/names";
import * as operations from "../lifecycle/operations";
import { resourceType } from "../resources/registry";
import { sameValue } from "../support/equal";
import { withinOperation } from "../support/operation";
import { toCheckFailures } from "./failures";
import { fromStruct, hasUnknown, revealed, toStruct, type Properties } from "./values";

/** An import id with a region: `name@eu-west-1`, as provider v7 takes it. */
const regionSuffix = /^(.+)@([a-z]{2}(?:-[a-z]+)+-\d)$/;

export function checkConfig(request: CheckRequest, environment: Environment): CheckResponse {
  const news = fromStruct(request.getNews());
  const response = new CheckResponse();
  response.setInputs(toStruct(news));
  const failures = checkProviderConfig(revealed(news) as Properties, environment.region);
  response.setFailuresList(toCheckFailures(failures));
  return response;
}

/** No change of a provider's own arguments replaces what it made; resources compare their region themselves. */
export function diffConfig(request: DiffRequest): DiffResponse {
  const olds = fromStruct(request.getOldInputs() ?? request.getOlds());
  const news = fromStruct(request.getNews());
  const response = new DiffResponse();
  const same = sameValue(olds, news);
  response.setChanges(same ? DiffResponse.DiffChanges.DIFF_NONE : DiffResponse.DiffChanges.DIFF_SOME);
  return response;
}

export async function configure(request: ConfigureRequest, environment: Environment): Promise<Instance> {
  const args = revealed(fromStruct(request.getArgs())) as Properties; // keys arrive marked as secrets
  return Instance.configure(readProviderConfig(args, environment.region), environment);
}

/** Secrets stay with the engine, which marks outputs by the inputs they came from; unknowns we understand. */
export function capabilities(): ConfigureResponse {
  const response = new ConfigureResponse();
  response.setAcceptsecrets(false);
  response.setAcceptresources(false);
  response.setAcceptoutputs(false);
  response.setSupportspreview(true);
  response.setSupportsAutonamingConfiguration(true);
  return response;
}

export async function invoke(request: InvokeRequest, instance: Instance): Promise<InvokeResponse> {
  const definition = invokeDefinition(request.getTok());
  const args = fromStruct(request.getArgs());
  const aws = instance.in(typeof args["region"] === "string" ? args["region"] : instance.config.region);
  const result = await withinOperation({ signal: instance.signal(0) }, () => definition.run(aws, args));
  const response = new InvokeResponse();
  response.setReturn(toStruct("region" in args || result["region"] ? result : { ...result, region: aws.region }));
  return response;
}

export async function check(request: CheckRequest, instance: Instance): Promise<CheckResponse> {
  const { definition, schema } = await resourceType(typeOf(request));
  const { inputs, failures } = checkInputs(
    {
      logicalName: request.getName() || request.getUrn().split("::").slice(3).join("::"),
      olds: fromStruct(request.getOlds()),
      news: fromStruct(request.getNews()),
      seed: request.getRandomseed_asU8(),
      naming: namingOf(request),
      defaultTags: instance.config.defaultTags,
    },
    definition,
    schema,
  );
  const response = new CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(toCheckFailures(failures));
  return response;
}

export async function diff(request: DiffRequest, instance: Instance): Promise<DiffResponse> {
  const difference = await differenceOf(request, instance);
  const response = new DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  response.setChanges(difference.properties.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList([...difference.replaces]);
  response.setDiffsList([...difference.properties]);
  response.setDeletebeforereplace(difference.deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  for (const [path, change] of difference.detailed) {
    const detail = new PropertyDiff();
    detail.setKind(kindOf(change));
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}

export async function create(request: CreateRequest, instance: Instance): Promise<CreateResponse> {
  const type = await resourceType(typeOf(request));
  const inputs = fromStruct(request.getProperties());
  const aws = place(instance, inputs);
  const response = new CreateResponse();
  if (request.getPreview()) {
    response.setProperties(toStruct(operations.previewCreate(aws, type, inputs)));
    return response;
  }
  const { id, outputs } = await limited(instance, request.getTimeout(), () => operations.create(aws, type, inputs));
  response.setId(id);
  response.setProperties(toStruct(outputs));
  return response;
}

export async function read(request: ReadRequest, instance: Instance): Promise<ReadResponse> {
  const type = await resourceType(typeOf(request));
  const state = fromStruct(request.getProperties());
  const inputs = fromStruct(request.getInputs());
  const [, id, region] = Object.keys(state).length === 0 ? (regionSuffix.exec(request.getId()) ?? []) : [];
  const aws = region ? instance.in(region) : place(instance, inputs, state);
  const found = await limited(instance, 0, () =>
    operations.read(aws, type, { id: id ?? request.getId(), state, inputs }),
  );
  const response = new ReadResponse();
  if (!found) return response;
  response.setId(found.id);
  response.setProperties(toStruct(found.outputs));
  response.setInputs(toStruct(region ? { ...found.inputs, region } : found.inputs));
  return response;
}

export async function update(request: UpdateRequest, instance: Instance): Promise<UpdateResponse> {
  const type = await resourceType(typeOf(request));
  const olds = fromStruct(request.getOlds());
  const news = fromStruct(request.getNews());
  const response = new UpdateResponse();
  if (request.getPreview()) {
    response.setProperties(toStruct(operations.previewUpdate(type, olds, news)));
    return response;
  }
  const difference = await differenceOf(request, instance);
  const oldInputs = fromStruct(request.getOldInputs());
  const outputs = await limited(instance, request.getTimeout(), () =>
    operations.update(place(instance, news, olds), type, { id: request.getId(), olds, oldInputs, news, difference }),
  );
  response.setProperties(toStruct(outputs));
  return response;
}

export async function remove(request: DeleteRequest, instance: Instance): Promise<Empty> {
  const { definition } = await resourceType(typeOf(request));
  const state = fromStruct(request.getProperties());
  const inputs = fromStruct(request.getOldInputs());
  const aws = place(instance, inputs, state);
  await limited(instance, request.getTimeout(), async () =>
    definition.delete(aws, request.getId(), { ...inputs, ...state }),
  );
  return new Empty();
}

async function differenceOf(request: DiffRequest | UpdateRequest, instance: Instance): Promise<Difference> {
  const { definition, schema } = await resourceType(typeOf(request));
  const news = fromStruct(request.getNews());
  const olds = fromStruct(request.getOlds());
  const oldInputs = fromStruct(request.getOldInputs());
  const region = typeof news["region"] === "string" ? news["region"] : instance.config.region;
  const ignored = request.getIgnorechangesList().map((path) => path.split(/[.[]/)[0] ?? path);
  for (const property of ignored) {
    if (request.getIgnorechangesList().includes(property) && property in oldInputs)
      news[property] = oldInputs[property];
  }
  return diffInputs({ oldInputs, olds, news, region }, definition, schema);
}

/** Where a resource is: recorded, else asked for, else where the provider is. */
function place(instance: Instance, inputs: Properties, state: Properties = {}): Aws {
  const region = state["region"] ?? inputs["region"];
  return instance.in(typeof region === "string" && !hasUnknown(region) ? region : instance.config.region);
}

function limited<T>(instance: Instance, seconds: number, work: () => Promise<T>): Promise<T> {
  return withinOperation({ signal: instance.signal(seconds) }, work);
}

/** Engines before 3.130 send no type; it is the last part of the URN's qualified type then. */
function typeOf(request: { getType(): string; getUrn(): string }): string {
  return request.getType() || (request.getUrn().split("::")[2]?.split("$").at(-1) ?? "");
}

function namingOf(request: CheckRequest): NamingRequest | undefined {
  const options = request.getAutonaming();
  if (!options) return undefined;
  const mode = (["propose", "enforce", "disable"] as const)[options.getMode()] ?? "propose";
  return { mode, proposedName: options.getProposedName() };
}

function kindOf({ kind, replace }: { kind: "add" | "delete" | "update"; replace: boolean }): PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = PropertyDiff.Kind;
  if (kind === "add") return replace ? ADD_REPLACE : ADD;
  if (kind === "delete") return replace ? DELETE_REPLACE : DELETE;
  return replace ? UPDATE_REPLACE : UPDATE;
}
