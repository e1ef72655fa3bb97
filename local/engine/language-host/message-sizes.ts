/** No limit: a stack's resources travel in one message, and the engine's own limit is 400 MB. */
export const messageSizes = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
