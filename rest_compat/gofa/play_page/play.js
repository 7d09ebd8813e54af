// The play page: signs in from the address, and takes a user through one routine run.

import { Refused, Run, newKey, signIn, takeToken } from './api.js';
import { finished, problem, rest, say, step, titleOf, welcome } from './screens.js';
import { languageOf, wordsOf } from './words.js';

let token = takeToken();
const language = languageOf(new URLSearchParams(location.search).get('locale'));
const context = { language, words: wordsOf(language) };
const api = new Run(location.pathname.split('/routine-run/')[1].split('/')[0]);
const handled = (one) => one.status === 'completed' || one.status === 'skipped';
const { words } = context;

document.documentElement.lang = language;
document.title = words.title;

async function begin() {
  await signIn(token);
  token = null;
  show(await api.load());
}

function show(run) {
  if (run.status === 'completed') finished(context, run);
  else if (run.status === 'abandoned') problem(context, words.abandoned);
  else welcome(context, run, () => start(run));
}

async function start(run) {
  await saved(async () => {
    const begun = run.status === 'created' ? await api.change({ status: 'in-progress' }) : run;
    stayAwake();
    goTo(begun, nextOf(begun, -1));
  });
}

/** The first step that is not handled behind this one, or else before it. */
function nextOf(run, index) {
  const left = run.exerciseSteps.filter((one) => !handled(one));
  return left.find((one) => one.sequenceIndex > index) ?? left[0] ?? null;
}

function goTo(run, one) {
  if (!one) {
    show(run);
    return;
  }
  say(titleOf(language, one));
  api.change({ currentStepIndex: one.sequenceIndex }).catch(() => {}); // only where one would resume
  const skip = () => saved(async () =>
    after(await api.sync({ sequenceIndex: one.sequenceIndex, skipped: true }), one, { resting: false }));
  const done = (repetitions, seconds) => {
    const key = newKey();
    return saved(async () => after(await record(run, one, repetitions, seconds, key), one), skip);
  };
  step(context, run, one, { done, skip });
}

function record(run, one, repetitions, seconds, key) {
  if (one.kind === 'ai-move') return api.exercised(run, one, repetitions, seconds, key);
  return api.sync({ sequenceIndex: one.sequenceIndex, guidedComplete: true });
}

function after(run, one, { resting = true } = {}) {
  const following = nextOf(run, one.sequenceIndex);
  if (run.status !== 'completed' && following && resting && one.restSecondsAfter) {
    rest(context, run, one, following, () => goTo(run, following));
  } else if (run.status === 'completed') {
    finished(context, run);
  } else {
    goTo(run, following);
  }
}

/** Do it; where it fails say so, and offer to do the same again. `skip`: what is left where an exercise is gone. */
async function saved(work, skip = null) {
  try {
    await work();
  } catch (error) {
    refuse(error, () => saved(work, skip), skip);
  }
}

/** A conflict says that the run went on elsewhere: what became of it is shown. */
function refuse(error, again, skip) {
  if (!(error instanceof Refused)) throw error;
  if (error.status === 401 || error.status === 403) problem(context, words.signedOut);
  else if (error.status === 404 && skip) problem(context, words.gone, skip, words.skip);
  else if (error.status === 404) problem(context, words.notFound);
  else if (error.status === 409) saved(async () => show(await api.load()));
  else problem(context, error.status === 0 ? words.unanswered : words.broken, again);
}

/** A screen that goes dark ends a plank; where the browser cannot help, it goes dark. */
function stayAwake() {
  navigator.wakeLock?.request('screen').catch(() => {});
}

saved(begin);
