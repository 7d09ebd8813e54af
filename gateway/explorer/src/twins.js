// The same call as REST, both ways: the twins of an operation's root fields, and the menu of REST operations.

import { $, element, grouped, item, wireDialog, wireMenu } from './dom.js';

const unbroken = (call) => call.replace(' ', '\u00a0').replaceAll('/', '/\u200b'); // a line ends behind a slash only
const DEPTH = 2; // `users`, `viewer.user`
const PAGE_SIZE = /\b(limit|per_page)=\d+/;
const LEFT_BEHIND = ['filter', 'orderBy'];

/** The fields an operation asks for, by their paths from its root, with their arguments; fragments are looked into. */
function fields({ definitions }, operationName) {
  const operations = definitions.filter(({ kind }) => kind === 'OperationDefinition');
  const operation = operations.find(({ name }) => name?.value === operationName) ?? operations[0];
  const found = new Map();
  const walk = (selectionSet, path, seen) => {
    for (const { kind, name, arguments: given, selectionSet: inner } of selectionSet?.selections ?? []) {
      if (kind === 'Field') {
        const field = [...path, name.value].join('.');
        if (!found.has(field)) found.set(field, given);
        if (path.length + 1 < DEPTH) walk(inner, [...path, name.value], seen);
      } else if (kind === 'InlineFragment') {
        walk(inner, path, seen);
      } else if (!seen.includes(name.value)) {
        const fragment = definitions.find((one) => one.kind === 'FragmentDefinition' && one.name.value === name.value);
        walk(fragment?.selectionSet, path, [...seen, name.value]);
      }
    }
  };
  walk(operation?.selectionSet, [], []);
  return found;
}

function twinsOf(restCalls, parse, query, operationName) {
  try {
    const asked = fields(parse(query), operationName);
    return restCalls.filter(({ field }) => asked.has(field)).map((call) => ({ ...call, given: asked.get(call.field) }));
  } catch {
    return []; // it is still being written
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    $('copied').textContent = 'Copied.';
  } catch {
    $('copied').textContent = 'The browser did not let us copy: select the text instead.';
  }
}

/** The size of a page goes along where it stands in the document. */
function sized(curl, given) {
  const size = given.find(({ name }) => name.value === 'first')?.value.value;
  return size ? curl.replace(PAGE_SIZE, `$1=${size}`) : curl;
}

function shown({ api, call, title, curl, given }) {
  const command = sized(curl, given).replaceAll('{origin}', location.origin);
  const left = given.map(({ name }) => name.value).filter((name) => LEFT_BEHIND.includes(name));
  const button = element('button', { type: 'button', textContent: 'Copy', ariaLabel: `Copy: ${title}, ${api}` });
  button.addEventListener('click', () => copy(command));
  return element('article', {},
    element('header', {}, element('h3', {}, title, element('small', { textContent: api })), button),
    element('code', { className: 'call', textContent: unbroken(call) }),
    element('pre', { textContent: command, tabIndex: 0 }),
    ...(left.length ? [element('p', { textContent: `Without your ${left.join(' and ')}: REST has words of its own for that.` })] : []));
}

/** `look` at another operation: its twins are what the dialog shows. `parse` is GraphQL's own. */
export function wireTwins(restCalls, parse) {
  wireDialog($('twins'));
  $('twins').addEventListener('close', () => ($('copied').textContent = ''));
  $('show-twins').addEventListener('click', () => $('twins').showModal());
  return ({ query, operationName }) => {
    const twins = twinsOf(restCalls, parse, query, operationName);
    $('show-twins').hidden = twins.length === 0;
    $('show-twins').textContent = twins.length > 1 ? `Same as REST: ${twins.length} calls` : 'Same call as REST';
    $('twins-list').replaceChildren(...twins.map(shown));
  };
}

export function wireRestMenu(restCalls, open) {
  const menu = $('rest-menu');
  const choose = ({ title, query, call }) => {
    menu.hidePopover();
    open({ title: `${title}: ${call}`, query, variables: {} });
  };
  $('from-rest').hidden = restCalls.length === 0;
  menu.append(...grouped(restCalls, ({ api }) => api, (one) => item(one.title, unbroken(one.call), () => choose(one))));
  wireMenu(menu, $('from-rest'));
}
