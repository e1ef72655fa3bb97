import { ServiceError } from "../errors";
import type { Json } from "../service";

/** Security Hub's own exceptions, with its HTTP statuses. */
export const invalidInput = (message: string) => new ServiceError("InvalidInputException", 400, message);
export const invalidAccess = (message: string) => new ServiceError("InvalidAccessException", 401, message);
export const accessDenied = (message: string) => new ServiceError("AccessDeniedException", 403, message);
export const notFound = (message: string) => new ServiceError("ResourceNotFoundException", 404, message);
export const conflict = (message: string) => new ServiceError("ResourceConflictException", 409, message);
export const limitExceeded = (message: string) => new ServiceError("LimitExceededException", 429, message);

export const notSubscribed = (account: string) =>
  invalidAccess(`Account ${account} is not subscribed to AWS Security Hub`);

export const errorBody = ({ code, message }: ServiceError): Json => ({ Code: code, Message: message });
