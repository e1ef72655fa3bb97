import { ServiceError } from "../errors";
import type { Json } from "../service";

/** GuardDuty answers nearly every refusal as this. The wording is its own where the same case is known from AWS. */
export const badRequest = (message: string) =>
  new ServiceError("BadRequestException", 400, message, "InvalidInputException");

export const notOwned = () =>
  badRequest("The request is rejected because the input detectorId is not owned by the current account.");

export const errorBody = ({ message, type }: ServiceError): Json => ({ message, type, __type: type });
