// The bar above GraphiQL: who is signed in, the sign-in dialog, the menu of examples. Its markup is in page.html.

import { $, grouped, item, wireDialog, wireMenu } from './dom.js';

// The editors keep the Tab key (until Ctrl+M): with these one leaves them, Alt and Shift held.
const SHORTCUTS = { KeyE: 'examples', KeyR: 'from-rest', KeyS: 'sign-in', KeyQ: 'show-sql', KeyT: 'show-twins' };

function showIdentity(session) {
  const { name, refused } = session;
  $('who').textContent = name ? (refused ? `${name}: not accepted` : name) : 'Not signed in';
  $('who').dataset.state = name ? (refused ? 'refused' : 'in') : 'out';
  $('sign-in').textContent = name ? 'Switch' : 'Sign in';
  $('sign-in').classList.toggle('primary', !name);
  $('sign-out').hidden = !name;
}

function wireIdentity(session, principals) {
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
  wireDialog(dialog);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { token, partner } = Object.fromEntries(new FormData(form));
    enter({ token: token.trim().replace(/^bearer\s+/i, ''), partnerId: partner.trim() });
  });
}

export function wireExamples(examples, open) {
  const menu = $('examples-menu');
  const choose = (example) => {
    menu.hidePopover();
    open(example);
  };
  $('examples').hidden = examples.length === 0;
  menu.append(...grouped(examples, ({ audience }) => audience, (one) => item(one.title, '', () => choose(one))));
  wireMenu(menu, $('examples'));
}

function wireShortcuts() {
  const press = (event) => {
    const button = event.altKey && event.shiftKey && $(SHORTCUTS[event.code]);
    if (!button || button.hidden || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    button.click();
  };
  document.addEventListener('keydown', press, { capture: true });
}

export function wireBar(session, { principals }) {
  wireIdentity(session, principals);
  wireShortcuts();
  for (const event of ['change', 'verdict']) session.addEventListener(event, () => showIdentity(session));
  showIdentity(session);
}
