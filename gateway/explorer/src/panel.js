// The panel below GraphiQL: what the last operation took and cost, and which SQL it ran.

import { $, element, wireDialog } from './dom.js';

const number = (value, unit) => new Intl.NumberFormat('en', unit).format(value);
const compact = (value) => number(value, { notation: 'compact', maximumFractionDigits: 1 });
const counted = (count, word) => `${number(count)} ${word}${count === 1 ? '' : 's'}`;

const size = (bytes) => (bytes < 1000 ? `${bytes} B` : `${number(bytes / 1000, { maximumFractionDigits: 1 })} kB`);

function showSql(sql) {
  $('show-sql').hidden = !sql;
  if (!sql) return;
  const { count, statements } = sql;
  $('show-sql').textContent = counted(count, 'SQL statement');
  $('sql-title').textContent = count > statements.length
    ? `The first ${statements.length} of ${counted(count, 'SQL statement')}`
    : counted(count, 'SQL statement');
  const shown = statements.map((text) => element('li', {}, element('pre', { textContent: text.replace(/\s*\n\s*/g, '\n') })));
  $('statements').replaceChildren(...shown);
}

function showBudget(budget) {
  $('budget').hidden = !budget;
  if (!budget) return;
  const { limit, remaining } = budget;
  const words = `${compact(remaining)} of ${compact(limit)} points left`;
  Object.assign($('left'), { max: limit, low: limit / 4, high: limit / 2, optimum: limit, value: remaining, title: words });
  $('left-words').textContent = words;
}

/** Words and their values, read out as one sentence by whoever listens to the page. */
function showFigures({ operationName, event, ended, milliseconds, bytes, cost, errors }) {
  const figures = [
    ['', operationName || 'Unnamed operation'],
    ...(event === 0 && !ended ? [['', 'waiting for its first event']] : []),
    ...(event && !ended ? [['event', number(event)]] : []),
    ...(ended ? [['', `over after ${counted(event, 'event')}`]] : []),
    ...(milliseconds ? [['time', number(milliseconds, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 })]] : []),
    ...(bytes ? [['size', size(bytes)]] : []),
    ...(cost ? [['cost', `${number(cost.actual)} of ${number(cost.requested)} asked`]] : []),
    ...(errors ? [['', counted(errors, 'error')]] : []),
  ];
  $('told').replaceChildren(...figures.map(([word, value]) =>
    element('span', {}, ...(word ? [element('small', { textContent: word }), ' '] : []), element('b', { textContent: value }), ' ')));
}

export function show(answer) {
  showFigures(answer);
  if (answer.cost || answer.event === undefined) showBudget(answer.cost?.budget);
  showSql(answer.sql);
}

export function wirePanel() {
  wireDialog($('sql'));
  $('show-sql').addEventListener('click', () => $('sql').showModal());
}
