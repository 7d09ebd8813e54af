// The bar above GraphiQL: who is signed in, the sign-in dialog, the menu of examples. Its markup is in page.html.

// The editors keep the Tab key (until Ctrl+M): with these one leaves them, Alt and Shift held.
const SHORTCUTS = { KeyE: 'examples', KeyS: 'sign-in' };

const $ = (id) => document.getElementById(id);

function item(title, text, onClick) {
  const button = document.createElement('button');
  button.type = 'button';
  button.append(Object.assign(document.createElement('strong'), { textContent: title }));
  if (text) button.append(Object.assign(document.createElement('span'), { textContent: text }));
  button.addEventListener('click', onClick);
  const entry = document.createElement('li');
  entry.append(button);
  return entry;
}

function showIdentity(session) {
  const { name, refused } = session;
  $('who').textContent = name ? (refused ? `${name}: not accepted` : name) : 'Not signed in';
  $('who').dataset.state = name ? (refused ? 'refused' : 'in') : 'out';
  $('sign-in').textContent = name ? 'Switch' : 'Sign in';
  $('sign-in').classList.toggle('primary', !name);
  $('sign-out').hidden = !name;
}

function wireDialog(session, principals) {
  const dialog = $('identity');
  const form = $('token-form');
  const enter = (identity) => {
    session.signIn(identity);
    dialog.close();
  };
  $('principals').append(...principals.map((one) => item(one.name, one.description, () => enter(one))));
  $('demo').hidden = principals.length === 0;
  $('sign-in').addEventListener('click', () => dialog.showModal());
  $('sign-out').addEventListener('click', () => session.signOut());
  $('cancel').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => form.reset());
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { token, partner } = Object.fromEntries(new FormData(form));
    enter({ token: token.trim().replace(/^bearer\s+/i, ''), partnerId: partner.trim() });
  });
}

function wireExamples(examples, open) {
  const menu = $('examples-menu');
  const button = $('examples');
  const choose = (example) => {
    menu.hidePopover();
    open(example);
  };
  button.hidden = examples.length === 0;
  $('examples-list').append(...examples.map((one) => item(one.title, '', () => choose(one))));
  menu.addEventListener('beforetoggle', () => {
    menu.style.left = `${button.getBoundingClientRect().left}px`;
  });
  menu.addEventListener('toggle', ({ newState }) => newState === 'open' && menu.querySelector('button').focus());
}

function wireShortcuts() {
  const press = (event) => {
    const button = event.altKey && event.shiftKey && $(SHORTCUTS[event.code]);
    if (!button || button.hidden || $('identity').open) return;
    event.preventDefault();
    button.click();
  };
  document.addEventListener('keydown', press, { capture: true });
}

export function wireBar(session, { principals, examples }, open) {
  wireDialog(session, principals);
  if (open) wireExamples(examples, open);
  wireShortcuts();
  for (const event of ['change', 'verdict']) session.addEventListener(event, () => showIdentity(session));
  showIdentity(session);
}
