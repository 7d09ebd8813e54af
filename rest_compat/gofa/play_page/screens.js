// The screens of a routine: welcome, a step, a rest, the end, and what to do when something is wrong.

import { Ring, Timer, button, element, progressBar } from './parts.js';
import { clock, named } from './words.js';

/** Seconds, to estimate by: a repetition, and getting ready for the next step. */
const REPETITION = 4;
const CHANGE = 20;
/** Nobody does a repetition in less: until then, only what was tapped counts. */
const FASTEST_REPETITION = 1;

const stage = document.getElementById('stage');
const news = document.getElementById('news');
let current = null;

/** Put a screen on; its heading takes the focus, so that a screen reader says where one is. */
function put(kind, heading, ...content) {
  current?.pause();
  current = null;
  heading.tabIndex = -1;
  stage.className = `stage ${kind}`;
  stage.replaceChildren(...content);
  stage.removeAttribute('aria-busy');
  heading.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

export const say = (text) => { news.textContent = text; };

export function welcome({ words, language }, run, onStart) {
  const heading = element('h1', { textContent: named(language, run.routineTemplateName, run.routineTemplateNameZh) });
  const seconds = run.exerciseSteps.reduce((sum, step) => sum + lengthOf(step) + (step.restSecondsAfter ?? 0) + CHANGE, 0);
  const about = `${words.steps(run.exerciseSteps.length)} · ${words.minutes(Math.max(1, Math.round(seconds / 60)))}`;
  const blocks = Object.keys(words.block).map((block) => blockOf({ words, language }, run, block));
  const begun = run.exerciseSteps.some((step) => step.status !== 'pending');
  put('welcome', heading,
    element('header', {}, element('p', { className: 'eyebrow', textContent: words.title }), heading,
      element('p', { className: 'about', textContent: about })),
    element('div', { className: 'blocks' }, ...blocks),
    element('footer', {}, button(begun ? words.resume : words.start, onStart)));
}

function blockOf({ words, language }, run, block) {
  const steps = run.exerciseSteps.filter((step) => step.block === block);
  if (!steps.length) return null;
  const lines = steps.map((step) => element('li', { className: step.status },
    element('span', { className: 'name', textContent: titleOf(language, step) }),
    element('span', { className: 'target', textContent: targetOf(words, step) }),
    element('span', { className: 'unseen', textContent: words.status[step.status] })));
  return element('section', {}, element('h2', { textContent: words.block[block] }), element('ol', {}, ...lines));
}

/** `actions.done(repetitions, seconds)` and `actions.skip()` save; they come back when that is over.
 *  A step is done when something of it was: before that it can only be skipped. */
export function step(context, run, one, actions) {
  const { words, language } = context;
  const heading = element('h1', { textContent: titleOf(language, one) });
  const counted = one.kind === 'ai-move' && one.exerciseType !== 'hold';
  const figure = counted ? counting(words, one) : countingDown(words, one);
  const pause = button(words.pause, () => toggle(figure.timer, pause, words), 'quiet');
  const done = button(words.done, () => finish(() => actions.done(figure.repetitions(), Math.round(figure.timer.seconds))));
  const skip = button(words.skip, () => finish(() => actions.skip()), 'quiet');
  const buttons = [done, pause, skip];
  let saving = false;
  figure.onChange = () => { if (!saving) done.disabled = !figure.begun(); };
  figure.onEnd = () => { say(words.timeIsUp); done.classList.add('ready'); };

  async function finish(save) {
    saving = true;
    figure.timer.pause();
    for (const each of buttons) each.disabled = true;
    done.textContent = words.saving;
    await save();
  }

  done.disabled = true;
  put('step', heading,
    element('header', {},
      progressBar(run, one.sequenceIndex, words),
      element('p', { className: 'eyebrow', textContent:
        `${words.block[one.block]} · ${words.stepOf(one.sequenceIndex + 1, run.exerciseSteps.length)}` }), heading),
    figure.node,
    element('p', { className: 'hint', textContent: hintOf(words, one, counted) }),
    element('footer', {}, done, element('div', { className: 'pair' }, pause, skip)));
  current = figure.timer;
  figure.timer.start();
}

function toggle(timer, pause, words) {
  if (timer.running) timer.pause(); else timer.start();
  pause.textContent = timer.running ? words.pause : words.goOn;
}

/** Repetitions: the ring is a button that counts; without a tap the target is done once there was time for it. */
function counting(words, one) {
  const ring = new Ring({ button: words.countOne });
  const target = one.targetValue ?? 10;
  let count = 0;
  const show = () => ring.show(count / target, count ? String(count) : String(target),
    count ? words.of(target) : words.times);
  const time = element('p', { className: 'time', role: 'timer', 'aria-live': 'off' });
  const figure = { node: element('div', { className: 'figures' }, ring.node, time), repetitions: () => count || target };
  figure.begun = () => count > 0 || figure.timer.seconds >= target * FASTEST_REPETITION;
  figure.timer = new Timer((seconds) => {
    time.textContent = clock(seconds);
    figure.onChange();
  });
  ring.node.onclick = () => {
    count += 1;
    show();
    say(`${count} ${words.of(target)}`);
    figure.onChange();
  };
  show();
  return figure;
}

/** Seconds that are held, or a guided step, which is done when its time is over. */

function countingDown(words, one) {
  const ring = new Ring();
  const whole = lengthOf(one);
  const guided = one.kind === 'guided';
  const figure = { node: element('div', { className: 'figures' }, ring.node) };
  figure.repetitions = () => Math.min(whole, Math.round(figure.timer.seconds));
  figure.begun = () => figure.timer.seconds >= (guided ? whole : 1);
  let ended = false;
  figure.timer = new Timer((seconds) => {
    const left = Math.max(0, whole - seconds);
    ring.show(1 - left / whole, clock(Math.ceil(left)), guided ? words.follow : words.hold);
    figure.onChange();
    if (!left && !ended) {
      ended = true;
      figure.onEnd();
    }
  });
  return figure;
}

export function rest({ words, language }, run, after, following, onReady) {
  const heading = element('h1', { textContent: words.rest });
  const ring = new Ring();
  const whole = after.restSecondsAfter;
  let over = false;
  const ready = () => {
    if (over) return;
    over = true;
    timer.pause();
    onReady();
  };
  const timer = new Timer((seconds) => {
    ring.show(1 - seconds / whole, clock(Math.ceil(Math.max(0, whole - seconds))), words.rest);
    if (seconds >= whole) ready();
  });
  put('rest', heading,
    element('header', {}, progressBar(run, following.sequenceIndex, words),
      element('p', { className: 'eyebrow', textContent: words.next(titleOf(language, following)) }), heading),
    element('div', { className: 'figures' }, ring.node),
    element('footer', {}, button(words.skipRest, ready)));
  current = timer;
  timer.start();
}

export function finished({ words, language }, run) {
  const heading = element('h1', { textContent: words.finished });
  const { completedExercises, totalExercises, totalDurationSeconds, totalCaloriesBurned } = run.summary;
  const skipped = run.exerciseSteps.filter((one) => one.status === 'skipped').length;
  const figures = [
    [`${completedExercises}/${totalExercises}`, words.exercises],
    [clock(totalDurationSeconds), words.active],
    [String(Math.round(totalCaloriesBurned)), words.calories],
  ].map(([figure, word]) => element('li', {}, element('strong', { textContent: figure }), element('span', { textContent: word })));
  const share = new Ring();
  share.show(run.summary.completionRate, `${Math.round(run.summary.completionRate * 100)}%`, '');
  share.node.setAttribute('role', 'img');
  share.node.setAttribute('aria-label', `${Math.round(run.summary.completionRate * 100)}%`);
  put('finished', heading,
    element('header', {}, element('p', { className: 'eyebrow',
      textContent: named(language, run.routineTemplateName, run.routineTemplateNameZh) }), heading,
    element('p', { className: 'about', textContent: words.finishedText })),
    element('div', { className: 'figures' }, share.node),
    element('ul', { className: 'summary' }, ...figures),
    skipped ? element('p', { className: 'hint', textContent: words.skippedNote(skipped) }) : '');
}

export function problem({ words }, text, onAgain = null, label = words.again) {
  const heading = element('h1', { textContent: onAgain ? words.interrupted : words.problem });
  put('problem', heading,
    element('header', {}, element('p', { className: 'eyebrow', textContent: words.title }), heading,
      element('p', { className: 'about', role: 'alert', textContent: text })),
    onAgain ? element('footer', {}, button(label, onAgain)) : '');
}

export const titleOf = (language, one) => named(language, one.title ?? one.exerciseId, one.titleZh);

function hintOf(words, one, counted) {
  if (counted) return words.tapToCount;
  return one.kind === 'guided' ? words.untilTimeIsUp : words.whenYouLetGo;
}

function lengthOf(one) {
  if (one.kind === 'guided') return one.durationSeconds || 30;
  return one.exerciseType === 'hold' ? one.targetValue ?? 20 : (one.targetValue ?? 10) * REPETITION;
}

function targetOf(words, one) {
  if (one.kind === 'guided' || one.exerciseType === 'hold') return clock(lengthOf(one));
  return `× ${one.targetValue ?? 10}`;
}
