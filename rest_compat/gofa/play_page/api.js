// The gateway, asked as the user whom the custom token signed in. The ID token lives in this tab only.

const SESSION = 'ai-training-session';

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

/** A token is good once: on a reload the tab's own session goes on. */
export async function signIn(token) {
  if (token) {
    sessionStorage.removeItem(SESSION);
    const session = await send('POST', '/api/auth/sign-in-with-custom-token', { customToken: token }, null);
    sessionStorage.setItem(SESSION, session.idToken);
  }
  if (!sessionStorage.getItem(SESSION)) throw new Refused(401, 'no session');
}

export class Run {
  constructor(id) {
    this.path = `/api/ai-training/routine-runs/${encodeURIComponent(id)}`;
  }

  load = async () => (await ask('GET', this.path)).routineRun;

  change = async (fields) => (await ask('PATCH', this.path, fields)).routineRun;

  sync = async (news) => (await ask('POST', `${this.path}/sync`, news)).routineRun;

  /** Tell AI Move what was done, then let the run learn of it. */
  async exercised(run, step, repCount, durationSeconds) {
    const context = { routineRunId: run.routineRunId, sequenceIndex: step.sequenceIndex };
    const done = { exerciseId: step.exerciseId, repCount, durationSeconds, context };
    const { session } = await ask('POST', '/api/ai-move/sessions', done);
    return this.sync({ aiMoveSessionId: session.sessionId, sequenceIndex: step.sequenceIndex });
  }
}

const ask = (method, path, body) => send(method, path, body, sessionStorage.getItem(SESSION));

async function send(method, path, body, idToken) {
  const headers = { Accept: 'application/json' };
  if (idToken) headers.Authorization = `Bearer ${idToken}`;
  if (body) headers['Content-Type'] = 'application/json';
  let answer;
  try {
    answer = await fetch(path, {
      method, headers, body: body && JSON.stringify(body), cache: 'no-store', credentials: 'omit',
    });
  } catch {
    throw new Refused(0, 'no answer');
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, said.error ?? '');
  return said;
}
