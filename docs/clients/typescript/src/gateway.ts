// Sends generated documents: what comes back has the type that the operation asks for.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

type Failure = { message: string; extensions?: { code?: string } };
type Answer<Data> = { data?: Data | null; errors?: Failure[] };

export class GatewayError extends Error {
  constructor(readonly errors: readonly Failure[]) {
    super(errors.map(({ message }) => message).join('; '));
  }
  /** Stable: UNAUTHORIZED, THROTTLED, BAD_USER_INPUT… */
  get code() {
    return this.errors[0]?.extensions?.code;
  }
}

export class Gateway {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async send<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        Accept: 'application/graphql-response+json',
        Authorization: `Bearer ${this.token}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ query: print(document), variables }),
    });
    const { data, errors }: Answer<Data> = await response.json();
    if (errors?.length || !data) throw new GatewayError(errors ?? [{ message: `HTTP ${response.status}` }]);
    return data;
  }
}
