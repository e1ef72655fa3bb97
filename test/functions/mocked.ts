import { mockClient } from "aws-sdk-client-mock";

const mocks: { restore(): void }[] = [];

/** `mockClient`, put back after the test: a mock left on a client's class would answer every other test's calls. */
export const mocked: typeof mockClient = ((client: Parameters<typeof mockClient>[0]) => {
  const mock = mockClient(client);
  mocks.push(mock);
  return mock;
}) as typeof mockClient;

afterEach(() => {
  for (const mock of mocks.splice(0)) mock.restore();
});
