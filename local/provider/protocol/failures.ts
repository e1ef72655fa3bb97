import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { CheckFailure, ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Failure } from "../instance/config";
import { HalfMadeError } from "../lifecycle/operations";
import { describeError } from "../support/errors";
import { toStruct } from "./values";

/** What an error was about, for its text. */
export interface Subject {
  /** `creating`, `reading`, `invoking`. */
  readonly doing: string;
  /** URN or token. */
  readonly what: string;
  /** Who the AWS calls were made as. */
  readonly identity?: string;
  readonly region?: string;
}

/** An error as the engine takes it. A half-made resource goes along, so that the engine does not lose it. */
export function toServiceError(error: unknown, subject: Subject): Partial<ServiceError> {
  const half = error instanceof HalfMadeError ? error : undefined;
  const message = describe(half?.cause ?? error, subject);
  if (!half) return { code: status.UNKNOWN, details: message };
  const detail = new ErrorResourceInitFailed();
  detail.setId(half.id);
  detail.setProperties(toStruct(half.properties));
  detail.setReasonsList([message]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const rich = new Status();
  rich.setCode(status.UNKNOWN);
  rich.setMessage(message);
  rich.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(rich.serializeBinary()));
  return { code: status.UNKNOWN, details: message, metadata };
}

/** As the real provider sends them: the reason names the property, since the engine would print its value as well. */
export function toCheckFailures(failures: readonly Failure[]): CheckFailure[] {
  return failures.map(({ reason }) => new CheckFailure().setReason(reason));
}

function describe(error: unknown, { doing, what, identity, region }: Subject): string {
  const place = identity ? ` (as ${identity}${region ? ` in ${region}` : ""})` : "";
  return `${doing} ${what}: ${describeError(error)}${place}`;
}
