// Who is signed in. Kept for this tab only (sessionStorage), and sent with every request.

const KEY = 'explorer:session';
const API_KEY = 'sr_'; // SmartRunning's, which has a header of its own

/** A principal is remembered by name, so that a restarted demo's new token is picked up; a pasted token as it is. */
function restore(principals) {
  const { name, ...pasted } = JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
  return name ? principals.find((principal) => principal.name === name) : pasted.token && pasted;
}

export class Session extends EventTarget {
  #identity;
  refused = false;

  constructor(principals) {
    super();
    this.#identity = restore(principals) || null;
  }

  get name() {
    return this.#identity && (this.#identity.name ?? `token …${this.#identity.token.slice(-6)}`);
  }

  get headers() {
    if (!this.#identity) return {};
    const { token, partnerId } = this.#identity;
    if (token.startsWith(API_KEY)) return { 'X-API-Key': token };
    return { Authorization: `Bearer ${token}`, ...(partnerId && { 'Partner-Id': partnerId }) };
  }

  signIn(identity) {
    this.#identity = identity;
    sessionStorage.setItem(KEY, JSON.stringify(identity.name ? { name: identity.name } : identity));
    this.#changed();
  }

  signOut() {
    this.#identity = null;
    sessionStorage.removeItem(KEY);
    this.#changed();
  }

  /** fetch() as this session; what the reader typed into the headers editor wins. */
  fetch = async (url, options) => {
    const headers = new Headers(this.headers);
    new Headers(options.headers).forEach((value, name) => headers.set(name, value));
    const response = await fetch(url, { ...options, headers, credentials: 'omit' });
    if (this.refused !== (response.status === 401)) {
      this.refused = !this.refused;
      this.dispatchEvent(new Event('verdict'));
    }
    return response;
  };

  #changed() {
    this.refused = false;
    this.dispatchEvent(new Event('change'));
  }
}
