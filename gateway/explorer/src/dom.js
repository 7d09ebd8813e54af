// What the bar and the panel build their parts of the page with. The page's markup is in page.html.

export const $ = (id) => document.getElementById(id);

export function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function item(title, text, onClick) {
  const button = element('button', { type: 'button' }, element('strong', { textContent: title }));
  if (text) button.append(element('span', { textContent: text }));
  button.addEventListener('click', onClick);
  return element('li', {}, button);
}

/** Choices under the heading of their group, in the order in which they come. */
export function grouped(items, groupOf, toItem) {
  const groups = new Map();
  for (const one of items) groups.set(groupOf(one), [...(groups.get(groupOf(one)) ?? []), toItem(one)]);
  return [...groups].map(([name, entries]) =>
    element('section', {}, element('h3', { textContent: name }), element('ul', { className: 'choices' }, ...entries)));
}

/** A menu that opens below its button, with the keyboard in it; the arrow keys lead through its choices. */
export function wireMenu(menu, button) {
  menu.addEventListener('beforetoggle', () => {
    const { left, bottom } = button.getBoundingClientRect();
    menu.style.setProperty('--left', `${left}px`);
    menu.style.top = `${bottom + 6}px`;
  });
  menu.addEventListener('toggle', ({ newState }) => newState === 'open' && menu.querySelector('button').focus());
  menu.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const choices = [...menu.querySelectorAll('button')];
    choices.at((choices.indexOf(document.activeElement) + step) % choices.length).focus();
  });
}

/** Besides Escape, a dialog closes by its button and by a click beside it. */
export function wireDialog(dialog) {
  dialog.querySelector('.close')?.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
}
