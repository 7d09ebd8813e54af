// The gateway, asked as the user whom the custom token signed in. The ID token lives in this tab only.

const SESSION = 'ai-training-session';
const PATIENCE = 20_000;

/** An answer that is no success; `status` 0 says that none came. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Take the token out of the address bar and the history before anything else happens. */
export function takeToken() {
  const address = new URL(location.href);
  const token = address.searchParams.get('customToken');
  address.searchParams.delete('customToken');
  if (token !== null) history.replaceState(null, '', address);
  return token;
}

/** A token is good once: on a reload, or where the same link is opened again, the tab's own session goes on. */
export async function signIn(token) {
  if (token) {
    try {
      const session = await send('POST', '/api/auth/sign-in-with-custom-token', { customToken: token }, null);
      sessionStorage.setItem(SESSION, session.idToken);
    } catch (error) {
      if (error.status !== 401) throw error;
    }
  }
  if (!sessionStorage.getItem(SESSION)) throw new Refused(401, 'no session');
}

/** Names one session of AI Move, so that sending it again does not record it twice. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Run {
  constructor(id) {
    this.path = `/api/ai-training/routine-runs/${id}`;
  }

  load = async () => (await ask('GET', this.path)).routineRun;

  change = async (fields) => (await ask('PATCH', this.path, fields)).routineRun;

  sync = async (news) => (await ask('POST', `${this.path}/sync`, news)).routineRun;

  /** Tell AI Move what was done, then let the run learn of it. */
  async exercised(run, step, repCount, durationSeconds, key) {
    const context = { routineRunId: run.routineRunId, sequenceIndex: step.sequenceIndex };
    const done = { exerciseId: step.exerciseId, repCount, durationSeconds, context };
    const { session } = await ask('POST', '/api/ai-move/sessions', done, { 'Idempotency-Key': key });
    return this.sync({ aiMoveSessionId: session.sessionId, sequenceIndex: step.sequenceIndex });
  }
}

const ask = (method, path, body, more) => send(method, path, body, sessionStorage.getItem(SESSION), more);

async function send(method, path, body, idToken, more) {
  const headers = { Accept: 'application/json', ...more };
  if (idToken) headers.Authorization = `Bearer ${idToken}`;
  if (body) headers['Content-Type'] = 'application/json';
  const request = { method, headers, body: body && JSON.stringify(body), cache: 'no-store', credentials: 'omit' };
  const [answer, said] = await answered(path, request);
  if (!answer.ok) throw new Refused(answer.status, said.error ?? '');
  return said;
}

/** The answer and what it says, in time and whole, or none. */
async function answered(path, request) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(path, { ...request, signal: patience.signal });
    const text = await answer.text();
    return [answer, answer.headers.get('Content-Type')?.startsWith('application/json') ? JSON.parse(text) : {}];
  } catch {
    throw new Refused(0, 'no answer');
  } finally {
    clearTimeout(timer);
  }
}
