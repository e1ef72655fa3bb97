import { credentials as channel, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { fromStruct, toStruct, type Properties } from "../../../local/provider/protocol/values";

type Done<Response> = (error: ServiceError | null, response: Response) => void;

/** What a check answers. */
export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly { property: string; reason: string }[];
}

/** A resource as a test holds on to it, as the engine's state does. */
export interface Held {
  readonly token: string;
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** What a diff answers. */
export interface Diffed {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
  readonly detailed: Readonly<Record<string, number>>;
  readonly deleteBeforeReplace: boolean;
}

/** One provider instance of one engine: a connection of its own, as the engine dials it. */
export class Session {
  private readonly client: ResourceProviderClient;

  constructor(port: number) {
    // Without this, clients of one process to one address share a connection.
    const options = { "grpc.use_local_subchannel_pool": 1 };
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, channel.createInsecure(), options);
  }

  static async open(port: number, config: Properties): Promise<Session> {
    const session = new Session(port);
    await session.handshake();
    await session.configure(config);
    return session;
  }

  async handshake(): Promise<void> {
    await this.ask((done) => this.client.handshake(new messages.ProviderHandshakeRequest(), done));
  }

  async configure(config: Properties): Promise<void> {
    await this.ask((done) => this.client.configure(new messages.ConfigureRequest().setArgs(toStruct(config)), done));
  }

  async checkConfig(config: Properties): Promise<Checked> {
    const request = new messages.CheckRequest().setNews(toStruct(config)).setUrn("urn");
    return checked(await this.ask<messages.CheckResponse>((done) => this.client.checkConfig(request, done)));
  }

  async invoke(token: string, args: Properties = {}): Promise<Properties> {
    const request = new messages.InvokeRequest().setTok(token).setArgs(toStruct(args));
    return fromStruct(
      (await this.ask<messages.InvokeResponse>((done) => this.client.invoke(request, done))).getReturn(),
    );
  }

  async check(token: string, news: Properties, olds: Properties = {}, name = "thing", seed = name): Promise<Checked> {
    const request = new messages.CheckRequest()
      .setUrn(urnOf(token, name))
      .setType(token)
      .setName(name)
      .setOlds(toStruct(olds))
      .setNews(toStruct(news))
      .setRandomseed(Buffer.from(`seed of ${seed}`));
    return checked(await this.ask<messages.CheckResponse>((done) => this.client.check(request, done)));
  }

  /** Checks and makes; throws what the check found. */
  async make(token: string, news: Properties, name = "thing", seed = name): Promise<Held> {
    const { inputs, failures } = await this.check(token, news, {}, name, seed);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    const request = new messages.CreateRequest()
      .setUrn(urnOf(token, name))
      .setType(token)
      .setName(name)
      .setProperties(toStruct(inputs));
    const response = await this.ask<messages.CreateResponse>((done) => this.client.create(request, done));
    const outputs = fromStruct(response.getProperties());
    return { token, urn: urnOf(token, name), id: response.getId(), inputs, outputs };
  }

  async previewMake(token: string, inputs: Properties): Promise<Properties> {
    const request = new messages.CreateRequest()
      .setUrn(urnOf(token, "thing"))
      .setType(token)
      .setProperties(toStruct(inputs))
      .setPreview(true);
    return fromStruct(
      (await this.ask<messages.CreateResponse>((done) => this.client.create(request, done))).getProperties(),
    );
  }

  async diff(held: Held, news: Properties): Promise<Diffed> {
    const request = new messages.DiffRequest()
      .setId(held.id)
      .setUrn(held.urn)
      .setType(held.token)
      .setOlds(toStruct(held.outputs))
      .setOldInputs(toStruct(held.inputs))
      .setNews(toStruct(news));
    const response = await this.ask<messages.DiffResponse>((done) => this.client.diff(request, done));
    const detailed = Object.fromEntries(
      response
        .getDetaileddiffMap()
        .getEntryList()
        .map(([path, change]) => [path, (change as unknown as [number])[0] ?? 0]),
    );
    return {
      changed: response.getDiffsList(),
      replaces: response.getReplacesList(),
      detailed,
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async update(held: Held, news: Properties): Promise<Held> {
    const request = new messages.UpdateRequest()
      .setId(held.id)
      .setUrn(held.urn)
      .setType(held.token)
      .setOlds(toStruct(held.outputs))
      .setOldInputs(toStruct(held.inputs))
      .setNews(toStruct(news));
    const outputs = fromStruct(
      (await this.ask<messages.UpdateResponse>((done) => this.client.update(request, done))).getProperties(),
    );
    return { ...held, inputs: news, outputs };
  }

  /** Undefined where it is gone. Without `held`'s state, as an import. */
  async read(held: Pick<Held, "token" | "urn" | "id"> & Partial<Held>): Promise<Held | undefined> {
    const request = new messages.ReadRequest()
      .setId(held.id)
      .setUrn(held.urn)
      .setType(held.token)
      .setProperties(toStruct(held.outputs ?? {}))
      .setInputs(toStruct(held.inputs ?? {}));
    const response = await this.ask<messages.ReadResponse>((done) => this.client.read(request, done));
    if (!response.getId()) return undefined;
    return {
      token: held.token,
      urn: held.urn,
      id: response.getId(),
      inputs: fromStruct(response.getInputs()),
      outputs: fromStruct(response.getProperties()),
    };
  }

  async delete(held: Held): Promise<void> {
    const request = new messages.DeleteRequest()
      .setId(held.id)
      .setUrn(held.urn)
      .setType(held.token)
      .setProperties(toStruct(held.outputs))
      .setOldInputs(toStruct(held.inputs));
    await this.ask((done) => this.client.delete(request, done));
  }

  async cancel(): Promise<void> {
    await this.ask((done) => this.client.cancel(new Empty(), done));
  }

  close(): void {
    this.client.close();
  }

  private ask<Response>(call: (done: Done<Response>) => unknown): Promise<Response> {
    return new Promise((resolve, reject) => {
      call((error, response) => (error ? reject(new Error(error.details)) : resolve(response)));
    });
  }
}

export function urnOf(token: string, name: string): string {
  return `urn:pulumi:dev::test::${token}::${name}`;
}

function checked(response: messages.CheckResponse): Checked {
  const failures = response.getFailuresList().map((failure) => ({
    property: failure.getProperty(),
    reason: failure.getReason(),
  }));
  return { inputs: fromStruct(response.getInputs()), failures };
}
