// The stream of prices of this browser. A page says which ids it shows by the event "stream:want"; it hears
// "stream:prices" with {prices, feed} and "stream:state" with one of connecting, fed, reconnecting, polling, offline.
//
// One tab holds the stream of all tabs, where the browser lets them agree (locks need a secure origin); else each has
// its own. A stream that fails is opened anew after a random while, and while it keeps failing prices are polled.

const seconds = 1000;
const hiddenFor = 60 * seconds; // a tab that nobody sees gives its stream back
const silence = 45 * seconds; // three heartbeats: the stream is dead, whatever the browser thinks
const pollEvery = 10 * seconds;
const failuresToPoll = 4;
const maxIds = 100; // of one stream

let ids = []; // of this page
let active = false; // somebody may be looking
let state = "connecting";
let feed; // the server's newest word on where prices come from
const latest = new Map(); // the newest price of each id, all its fields

const emit = (name, detail) => document.dispatchEvent(new CustomEvent(`stream:${name}`, { detail }));
const jitter = (from, to) => from + Math.random() * (to - from);

// setState tells the page, and the tabs that hang on this one.
function setState(next) {
  state = navigator.onLine ? next : "offline";
  emit("state", state);
  if (leading) tell({ type: "state", state, tabs: plan().tabs });
}

// take merges what the server sent: an event has only what changed.
function take(events, newFeed) {
  if (newFeed) feed = newFeed;
  const prices = events.map((event) => {
    const price = { ...latest.get(event.id), ...event };
    if (event.price && !event.raw) delete price.raw; // unknown now
    latest.set(event.id, price);
    return price;
  });
  emit("prices", { prices, feed: newFeed });
  if (leading) tell({ type: "prices", prices, feed: newFeed });
}

// The connection.

let source = null;
let opened = new Set(); // the ids that it was opened with
let failures = 0; // in a row
let heardAt = 0;
let retry, polling, reopening;

function connect() {
  disconnect();
  opened = new Set(plan().ids);
  for (const id of latest.keys()) if (!opened.has(id)) latest.delete(id);
  if (opened.size === 0) return;
  if (!("EventSource" in window)) return startPolling();
  const mine = (source = new EventSource(`/live?ids=${[...opened].join(",")}`));
  heardAt = Date.now();
  const on = (name, f) =>
    mine.addEventListener(name, (event) => {
      if (mine !== source) return;
      heardAt = Date.now();
      f(event);
    });
  on("price", (event) => take([JSON.parse(event.data)]));
  on("feed", (event) => {
    failures = 0;
    stopPolling();
    take([], JSON.parse(event.data));
    setState("fed");
  });
  on("bye", (event) => lose(JSON.parse(event.data).retry_ms));
  on("error", () => lose());
}

function disconnect() {
  source?.close();
  source = null;
  clearTimeout(retry);
  clearTimeout(reopening);
  retry = undefined;
}

// lose ends the stream and plans the next. The browser's own way of coming back has no jitter, and ends for good at
// the first answer that is an error.
function lose(after) {
  disconnect();
  if (after === undefined) failures++;
  if (failures >= failuresToPoll) startPolling();
  else setState("reconnecting");
  const longest = Math.min(30, 2 ** failures) * seconds;
  retry = setTimeout(connect, polling ? jitter(60 * seconds, 120 * seconds) : (after ?? jitter(seconds, longest)));
}

// reopenSoon is for when ids change: while somebody types, that is often. A stream that is to come back anyway
// takes them with it.
function reopenSoon() {
  if (retry || plan().ids.every((id) => opened.has(id))) return;
  clearTimeout(reopening);
  reopening = setTimeout(connect, 300);
}

function startPolling() {
  if (polling) return;
  polling = setInterval(poll, pollEvery);
  poll();
}

function stopPolling() {
  clearInterval(polling);
  polling = undefined;
}

async function poll() {
  const mine = polling;
  try {
    const answer = await fetch(`/prices?ids=${plan().ids.join(",")}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const body = await answer.json();
    if (mine !== polling) return; // the stream was faster
    take(body.prices, body.feed);
    setState("polling");
  } catch {
    if (mine === polling) setState("reconnecting");
  }
}

// The tabs. Who holds the lock leads. Tabs of another version of this file are none of ours.

const me = Math.random().toString(36).slice(2);
const group = `stream ${import.meta.url}`;
const channel = "BroadcastChannel" in window && navigator.locks ? new BroadcastChannel(group) : null;
const tell = (message) => channel?.postMessage({ ...message, from: me });
const wants = new Map(); // what the other tabs want of the one that leads: {ids, at}
let leading = false;
let ledAt = 0; // when the leader was last heard to have our ids; 0 for never
let leave = () => {};

// plan is the ids to ask for, and the tabs whose ids have room among them.
function plan() {
  let all = new Set(ids);
  const tabs = [];
  for (const [tab, want] of leading ? wants : []) {
    if (Date.now() - want.at > 150 * seconds) wants.delete(tab);
    const more = new Set([...all, ...want.ids]);
    if (!wants.has(tab) || more.size > maxIds) continue;
    all = more;
    tabs.push(tab);
  }
  return { ids: [...all], tabs };
}

const known = (some) => some.filter((id) => latest.has(id)).map((id) => latest.get(id));

const hear = {
  // To the leader.
  want(message) {
    if (!leading) return;
    wants.set(message.from, { ids: message.ids, at: Date.now() });
    setState(state); // says whether there is room
    tell({ type: "prices", prices: known(message.ids), feed });
    reopenSoon();
  },
  gone(message) {
    wants.delete(message.from);
  },
  // From the leader.
  who() {
    if (active && !leading) ask();
  },
  state(message) {
    if (!active || leading) return;
    if (message.tabs.includes(me)) {
      ledAt = Date.now();
      disconnect();
      stopPolling();
      setState(message.state);
    } else if (ledAt) {
      goAlone();
    }
  },
  prices(message) {
    if (!active || leading || source || polling) return;
    if (ledAt) ledAt = Date.now();
    if (message.feed) feed = message.feed;
    for (const price of message.prices) latest.set(price.id, price);
    emit("prices", message);
  },
};

channel?.addEventListener("message", ({ data }) => hear[data.type]?.(data));

// ask hangs this tab on the leader's stream. There may be none, or none that has room.
function ask() {
  tell({ type: "want", ids });
  if (!ledAt) setTimeout(() => active && !leading && !ledAt && !source && !polling && connect(), 2 * seconds);
}

function goAlone() {
  ledAt = 0;
  if (!source && !polling) connect();
}

function join() {
  if (!channel) {
    leading = true;
    return connect();
  }
  const waiting = new AbortController();
  let release;
  leave = () => (release ? release() : waiting.abort());
  navigator.locks
    .request(group, { signal: waiting.signal }, () => {
      leading = true;
      tell({ type: "who" });
      connect();
      return new Promise((resolve) => (release = resolve));
    })
    .catch(() => {}); // left before it was our turn
  ask();
}

function start() {
  if (active || ids.length === 0) return;
  active = true;
  setState("connecting");
  join();
}

function stop() {
  if (!active) return;
  active = leading = false;
  ledAt = 0;
  wants.clear();
  disconnect();
  stopPolling();
  tell({ type: "gone" });
  leave();
}

document.addEventListener("stream:want", ({ detail }) => {
  ids = detail.slice(0, maxIds);
  if (!active) return document.hidden || start();
  emit("prices", { prices: known(ids) });
  if (leading || source || polling) reopenSoon();
  else ask();
});

let hiding;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(stop, hiddenFor);
  else start();
});
addEventListener("pagehide", stop);
addEventListener("pageshow", (event) => event.persisted && start());
addEventListener("offline", () => active && setState(state));
addEventListener("online", () => {
  if (active && (leading || !ledAt)) connect();
});

setInterval(() => {
  if (source && Date.now() - heardAt > silence) lose();
  if (ledAt && Date.now() - ledAt > silence) goAlone();
}, 5 * seconds);
setInterval(() => active && !leading && ask(), 30 * seconds); // the leader forgets who is silent
