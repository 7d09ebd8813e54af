// A fetch() that asks for an operation's SQL, and tells what the answer says of its cost; a socket that tells of each event.

const SCHEMA = 'IntrospectionQuery'; // GraphiQL asks for it by itself: it is nobody's operation

const isJson = (response) => response.headers.get('Content-Type')?.includes('json');
const bytesOf = (text) => new TextEncoder().encode(text).length;

/** The answer as it would be had nobody asked for the SQL, and the SQL. */
function parted(answer) {
  const { sql, ...extensions } = answer.extensions ?? {};
  return { sql, answer: answer.extensions ? { ...answer, extensions } : answer };
}

export const measured = (fetch, tell) => async (url, options) => {
  const asked = JSON.parse(options.body);
  if (asked.operationName === SCHEMA) return fetch(url, options);
  const started = performance.now();
  const response = await fetch(url, { ...options, headers: { ...options.headers, 'X-Explain': 'sql' } });
  if (!isJson(response)) return response;
  const received = await response.json();
  const milliseconds = performance.now() - started;
  const { answer, sql } = parted(received);
  const text = JSON.stringify(answer);
  const { errors, extensions } = answer;
  tell({ ...asked, milliseconds, bytes: bytesOf(text), errors: errors?.length ?? 0, cost: extensions?.cost, sql });
  return new Response(text, { status: response.status, headers: { 'Content-Type': 'application/json' } });
};

/** A client of graphql-ws, every event of whose subscriptions is told: that one has begun is number 0, its end is `ended`. */
export const heard = (client, tell) => ({
  ...client,
  subscribe(asked, sink) {
    let event = 0;
    const told = (answer, more = {}) => {
      const { errors, extensions } = answer ?? {};
      const bytes = answer && bytesOf(JSON.stringify(answer));
      tell({ ...asked, event, bytes, errors: errors?.length ?? 0, cost: extensions?.cost, ...more });
    };
    const next = (answer) => {
      event += 1;
      told(answer);
      sink.next(answer);
    };
    const complete = () => {
      told(undefined, { ended: true });
      sink.complete();
    };
    const error = (reason) => {
      told(undefined, { ended: true, errors: reason?.length ?? 1 });
      sink.error(reason);
    };
    told();
    return client.subscribe(asked, { next, error, complete });
  },
});
