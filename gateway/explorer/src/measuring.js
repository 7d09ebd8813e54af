// A fetch() that asks for an operation's SQL, and tells what the answer says of its cost.

const SCHEMA = 'IntrospectionQuery'; // GraphiQL asks for it by itself: it is nobody's operation

async function read(response, asked, started) {
  const text = await response.text();
  const answer = JSON.parse(text);
  return {
    ...asked,
    milliseconds: performance.now() - started,
    bytes: new TextEncoder().encode(text).length,
    errors: answer.errors?.length ?? 0,
    ...answer.extensions,
  };
}

export const measured = (fetch, tell) => async (url, options) => {
  const asked = JSON.parse(options.body);
  const started = performance.now();
  const response = await fetch(url, { ...options, headers: { ...options.headers, 'X-Explain': 'sql' } });
  if (asked.operationName !== SCHEMA && response.headers.get('Content-Type')?.includes('json')) {
    read(response.clone(), asked, started).then(tell, () => {}); // an answer cut short is GraphiQL's to report
  }
  return response;
};
