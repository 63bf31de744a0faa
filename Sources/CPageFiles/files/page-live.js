// What the server tells by itself: numbers each second, and runs when they change.

import { loadSession, whenSessionEnds } from './page-api.js';

const listeners = { now: new Set(), run: new Set(), state: new Set() };
let source = null;
let timer = null;
let pause = 1000;
let isWanted = false;

/// What is known at the moment; null before the first word.
export let now = null;
/// Whether words are coming: 'live', 'reconnecting' or 'off'.
export let state = 'off';

/// Calls back at each event of a sort; returns what ends that.
export function listen(sort, callback) {
  listeners[sort].add(callback);
  return () => listeners[sort].delete(callback);
}

/// Begins to listen to the server.
export function start() {
  isWanted = true;
  if (!source && !document.hidden) connect();
}

/// Ends it.
export function stop() {
  isWanted = false;
  disconnect();
  now = null;
  become('off');
}

function disconnect() {
  clearTimeout(timer);
  timer = null;
  source?.close();
  source = null;
}

function become(next) {
  if (state === next) return;
  state = next;
  tell('state', next);
}

function tell(sort, value) {
  for (const callback of [...listeners[sort]]) callback(value);
}

function connect() {
  disconnect();
  source = new EventSource('/api/events');
  source.addEventListener('now', (event) => {
    now = JSON.parse(event.data);
    pause = 1000;
    become('live');
    tell('now', now);
  });
  source.addEventListener('run', (event) => tell('run', JSON.parse(event.data)));
  source.addEventListener('error', () => {
    become('reconnecting');
    disconnect();
    timer = setTimeout(reconnect, pause);
    pause = Math.min(pause * 2, 15000);
  });
}

async function reconnect() {
  // An event source does not tell a refusal from a server that is away.
  const session = await loadSession().catch(() => null);
  if (!isWanted || document.hidden) return;
  if (session && !session.authenticated) return onSessionLost();
  connect();
}

let onSessionLost = () => {};
/// Sets what happens when the server no longer knows this browser, here and at every question.
export function whenSignedOut(action) {
  onSessionLost = action;
  whenSessionEnds(action);
}

// A tab that nobody looks at holds no connection: browsers have six for all tabs together.
document.addEventListener('visibilitychange', () => {
  if (!isWanted) return;
  if (document.hidden) disconnect();
  else if (!source) connect();
});
