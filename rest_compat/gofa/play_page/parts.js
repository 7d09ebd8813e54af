// Pieces that screens are built of: elements, the ring, and a timer that can be paused.

const SVG = 'http://www.w3.org/2000/svg';
const RADIUS = 54;
const AROUND = 2 * Math.PI * RADIUS;

/** An element with properties and children; text is always text, never markup. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-') || name === 'role') made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function drawn(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** A ring that fills; its middle says a large figure and a small word. */
export class Ring {
  constructor({ button = null } = {}) {
    const circle = { cx: 60, cy: 60, r: RADIUS };
    this.arc = drawn('circle', { ...circle, class: 'arc', 'stroke-dasharray': AROUND, transform: 'rotate(-90 60 60)' });
    const picture = drawn('svg', { viewBox: '0 0 120 120', 'aria-hidden': 'true' });
    picture.append(drawn('circle', { ...circle, class: 'track' }), this.arc);
    this.figure = element('span', { className: 'figure' });
    this.word = element('span', { className: 'word' });
    const middle = element('span', { className: 'middle' }, this.figure, this.word);
    this.node = button
      ? element('button', { type: 'button', className: 'ring tappable', 'aria-label': button }, picture, middle)
      : element('div', { className: 'ring', role: 'timer' }, picture, middle);
  }

  show(share, figure, word) {
    this.arc.setAttribute('stroke-dashoffset', AROUND * (1 - Math.min(1, Math.max(0, share))));
    this.figure.textContent = figure;
    this.word.textContent = word;
  }
}

/** Counts seconds while it runs, by the clock and not by its ticks: a sleeping phone loses none. */
export class Timer {
  constructor(onTick) {
    this.onTick = onTick;
    this.before = 0;
    this.since = null;
    this.ticking = null;
  }

  get seconds() {
    return this.before + (this.since === null ? 0 : (performance.now() - this.since) / 1000);
  }

  get running() {
    return this.since !== null;
  }

  start() {
    if (this.running) return;
    this.since = performance.now();
    this.ticking = setInterval(() => this.onTick(this.seconds), 200);
    this.onTick(this.seconds);
  }

  pause() {
    this.before = this.seconds;
    this.since = null;
    clearInterval(this.ticking);
  }
}

/** One bar for each step, coloured by what became of it. */
export function progressBar(run, current, words) {
  const handled = run.exerciseSteps.filter((step) => step.status === 'completed' || step.status === 'skipped').length;
  const bars = run.exerciseSteps.map((step) =>
    element('span', { className: `bar ${step.status}${step.sequenceIndex === current ? ' current' : ''}` }));
  return element('div', {
    className: 'progress', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': bars.length,
    'aria-valuenow': handled, 'aria-valuetext': words.stepOf(current + 1, bars.length),
  }, ...bars);
}

export function button(label, onClick, kind = 'primary') {
  return element('button', { type: 'button', className: kind, textContent: label, onclick: onClick });
}
