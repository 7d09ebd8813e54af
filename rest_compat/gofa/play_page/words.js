// What the page says, in English and in Traditional Chinese.

const ENGLISH = {
  title: 'AI Training',
  start: 'Start',
  resume: 'Resume',
  steps: (count) => (count === 1 ? '1 step' : `${count} steps`),
  minutes: (count) => `about ${count} min`,
  stepOf: (at, all) => `Step ${at} of ${all}`,
  block: { warmup: 'Warm-up', main: 'Main part', cooldown: 'Cool-down' },
  done: 'Done',
  skip: 'Skip',
  pause: 'Pause',
  goOn: 'Continue',
  tapToCount: 'Tap the circle to count',
  countOne: 'Count one repetition',
  hold: 'Hold',
  follow: 'Follow along',
  whenYouLetGo: 'Press Done when you let go',
  untilTimeIsUp: 'Done when the time is up',
  timeIsUp: 'Time is up',
  times: 'repetitions',
  seconds: 'seconds',
  of: (target) => `of ${target}`,
  rest: 'Rest',
  next: (title) => `Next: ${title}`,
  skipRest: 'I am ready',
  finished: 'Well done!',
  finishedText: 'Your routine is complete.',
  exercises: 'exercises',
  active: 'active time',
  calories: 'kcal',
  skippedNote: (count) => (count === 1 ? '1 step was skipped.' : `${count} steps were skipped.`),
  status: { pending: 'to do', 'in-progress': 'begun', completed: 'done', skipped: 'skipped' },
  saving: 'Saving…',
  again: 'Try again',
  interrupted: 'One moment',
  unanswered: 'No answer came. Check your connection.',
  signedOut: 'This link has been used or has expired. Open the routine again from your app.',
  notFound: 'This routine is not there, or it is not yours.',
  gone: 'This exercise is no longer offered. Skip it and go on.',
  abandoned: 'This routine was ended early. Start it again from your app.',
  broken: 'Something went wrong. Try again in a moment.',
  problem: 'Cannot play this routine',
};

const CHINESE = {
  title: 'AI 訓練',
  start: '開始',
  resume: '繼續訓練',
  steps: (count) => `${count} 個步驟`,
  minutes: (count) => `約 ${count} 分鐘`,
  stepOf: (at, all) => `第 ${at} 步，共 ${all} 步`,
  block: { warmup: '熱身', main: '主要訓練', cooldown: '緩和' },
  done: '完成',
  skip: '跳過',
  pause: '暫停',
  goOn: '繼續',
  tapToCount: '點一下圓圈計算次數',
  countOne: '計算一次',
  hold: '保持',
  follow: '跟著做',
  whenYouLetGo: '放下時請按「完成」',
  untilTimeIsUp: '時間到就完成',
  timeIsUp: '時間到',
  times: '次',
  seconds: '秒',
  of: (target) => `目標 ${target}`,
  rest: '休息',
  next: (title) => `下一步：${title}`,
  skipRest: '我準備好了',
  finished: '做得好！',
  finishedText: '你已完成這次訓練。',
  exercises: '個動作',
  active: '運動時間',
  calories: '千卡',
  skippedNote: (count) => `跳過了 ${count} 個步驟。`,
  status: { pending: '未做', 'in-progress': '進行中', completed: '已完成', skipped: '已跳過' },
  saving: '儲存中…',
  again: '再試一次',
  interrupted: '請稍候',
  unanswered: '沒有收到回應，請檢查網絡連線。',
  signedOut: '此連結已使用或已過期，請從應用程式重新開啟訓練。',
  notFound: '找不到這個訓練，或它不屬於你。',
  gone: '這個動作已不再提供，請跳過並繼續。',
  abandoned: '這次訓練已提早結束，請從應用程式重新開始。',
  broken: '發生錯誤，請稍後再試。',
  problem: '無法播放這個訓練',
};

/** The language asked for, or else the browser's; every Chinese reads Traditional here. */
export function languageOf(locale) {
  const asked = locale || navigator.language || 'en';
  return asked.toLowerCase().startsWith('zh') ? 'zh-Hant' : 'en';
}

export const wordsOf = (language) => (language === 'zh-Hant' ? CHINESE : ENGLISH);

/** A step's or routine's name in the language of the page, where it has one. */
export function named(language, name, nameZh) {
  return (language === 'zh-Hant' && nameZh) || name;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
