// The chart of an instrument: takes the place of the server's drawing of the same candles. Without
// it, or when it fails to start, the drawing stays and the intervals are links.
const section = document.querySelector("[data-chart]");
const part = (name) => section.querySelector(`[data-chart-${name}]`);

const steps = {
  OneMinute: 60, FiveMinutes: 300, TenMinutes: 600, FifteenMinutes: 900, ThirtyMinutes: 1800,
  OneHour: 3600, FourHours: 14400, OneDay: 86400, OneWeek: 604800,
};
const shownAtFirst = Number(section.dataset.chartBars);
const retries = 3;

let lib; // the chart library
let chart, candles, volume; // none until the first candles are there
let bars = []; // oldest first
let interval = section.dataset.chartInterval; // of bars
let readAt = 0; // when bars were read, in milliseconds
let at = null; // the bar under the crosshair
let byKeys = false; // and the keyboard has put it there
let asking; // the request under way

// Texts, with the precision that the server gives them.

const locale = document.documentElement.lang || "en";

function formatPrice(v) {
  const size = Math.abs(v);
  if (size > 0 && size < 1e-12) return v.toPrecision(3);
  const decimals = size > 0 ? Math.min(20, Math.max(2, 7 - Math.floor(Math.log10(size)))) : 2;
  return v.toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: decimals });
}

const formatVolume = (v) => (v === null ? "–" : v.toLocaleString(locale, { maximumFractionDigits: 2 }));
const isDaily = (key) => steps[key] >= steps.OneDay;

function formatTime(seconds) {
  const iso = new Date(seconds * 1000).toISOString();
  return isDaily(interval) ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

// change is the way of a bar since the close of the one before it.
function formatChange(i) {
  const before = bars[i - 1]?.close ?? bars[i].open;
  const pct = (bars[i].close / before - 1) * 100;
  const text = Math.abs(pct).toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${pct > 0.005 ? "+" : pct < -0.005 ? "−" : ""}${text} %`;
}

function describe(i) {
  const b = bars[i];
  const texts = [
    formatTime(b.time) + (isDaily(interval) ? "" : " UTC"),
    `Open ${formatPrice(b.open)}`, `High ${formatPrice(b.high)}`, `Low ${formatPrice(b.low)}`, `Close ${formatPrice(b.close)}`,
    formatChange(i),
  ];
  if (b.volume !== null) texts.push(`Volume ${formatVolume(b.volume)}`);
  return texts;
}

const linkOf = (key) => section.querySelector(`[data-chart-choose="${key}"]`);

function element(name, text, attributes = {}) {
  const e = document.createElement(name);
  e.textContent = text;
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  return e;
}

// Asking for candles.

class Problem extends Error {}

async function fetchCandles(key, signal) {
  const answer = await fetch(`/instruments/${section.dataset.chart}/candles?interval=${key}&count=1000`, {
    headers: { Accept: "application/json" }, signal,
  });
  const body = await answer.json().catch(() => ({}));
  if (answer.ok && Array.isArray(body.candles)) return body;
  throw Object.assign(new Problem(body.title || `the answer had status ${answer.status}`), {
    id: body.request_id || answer.headers.get("X-Request-Id"), theirs: body.upstream_request_id,
    wait: answer.status >= 500 ? body.retry_after : 0,
  });
}

// load shows an interval, and asks again where candles are old or a failure passes by itself.
async function load(key, tries = 0) {
  asking?.abort();
  const mine = (asking = new AbortController());
  const slow = setTimeout(() => (part("note").textContent = "still waiting for eToro's answer"), 3000);
  const note = part("note").textContent;
  const again = (ms) => tries < retries && setTimeout(() => mine === asking && load(key, tries + 1), ms);
  section.setAttribute("aria-busy", "true");
  try {
    const body = await fetchCandles(key, mine.signal);
    show(body, key !== interval || !chart);
    if (body.state === "stale") again(2000 * 2 ** tries);
  } catch (error) {
    if (mine !== asking) return;
    part("note").textContent = note;
    showProblem(error, key);
    if (error.wait > 0) again(error.wait * 1000);
  } finally {
    clearTimeout(slow);
    if (mine === asking) section.removeAttribute("aria-busy");
  }
}

function showProblem(error, key) {
  if (part("missing") && key === interval) return; // the server has said it
  const what = linkOf(key).title;
  const why = error instanceof Problem ? error.message : "the server cannot be reached";
  const text = element("p", `The ${what} could not be loaded: ${why}. `);
  if (error.id) text.append("Our request id ", element("code", error.id), error.theirs ? " · eToro x-request-id " : "");
  if (error.theirs) text.append(element("code", error.theirs));
  const retry = element("button", "Try again", { type: "button", class: "Button" });
  retry.addEventListener("click", () => load(key));
  part("problem").replaceChildren(text, retry);
}

// Showing them.

function show(body, anew) {
  interval = body.interval;
  bars = body.candles;
  readAt = Date.parse(body.as_of);
  part("problem").replaceChildren();
  part("missing")?.remove();
  showChoice();
  showAge(body);
  const some = bars.length > 0;
  for (const name of ["log", "stage", "legend", "figures", "data"]) part(name).hidden = !some;
  part("empty").hidden = some;
  part("empty").textContent = some ? "" : `eToro has no ${linkOf(interval).title} of it.`;
  if (!some) return;
  draw(anew);
  showTexts();
}

// showChoice marks the interval, and keeps the address in step without a step in the history.
function showChoice() {
  for (const link of section.querySelectorAll("[data-chart-choose]")) {
    if (link.dataset.chartChoose === interval) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (interval === section.dataset.chartInterval) return;
  section.dataset.chartInterval = interval;
  const address = new URL(location.href);
  address.searchParams.set("interval", interval);
  history.replaceState(history.state, "", address);
}

function showAge(body) {
  const minutes = Math.floor((Date.now() - readAt) / 60000);
  part("note").textContent = `bid side · read ${body.as_of.slice(0, 19).replace("T", " ")} UTC`;
  const old = body.state === "stale";
  part("stale").hidden = !old;
  if (!old) return;
  let text = `These candles were read ${minutes} min ago. `;
  if (body.error) text += `Reading them anew went wrong: ${body.error.title}.`;
  else text += "New ones are being read.";
  if (body.error?.upstream_request_id) text += ` eToro x-request-id ${body.error.upstream_request_id}`;
  part("stale").textContent = text;
}

// showTexts says what the server says about its drawing, for the same number of bars.
function showTexts() {
  const newest = bars.slice(-shownAtFirst);
  const extreme = (field, better) => newest.reduce((a, b) => (better(b[field], a[field]) ? b : a));
  const low = extreme("low", (a, b) => a < b);
  const high = extreme("high", (a, b) => a > b);
  part("low").textContent = `${formatPrice(low.low)} on ${formatTime(low.time)}`;
  part("high").textContent = `${formatPrice(high.high)} on ${formatTime(high.time)}`;
  part("last").textContent = formatPrice(bars.at(-1).close);
  const name = linkOf(interval).title;
  part("count").textContent = `${newest.length} ${newest.length === 1 ? name.slice(0, -1) : name}`;
  part("range").textContent = `${formatTime(newest[0].time)} to ${formatTime(newest.at(-1).time)}`;
  part("json").search = `?count=1000&interval=${interval}`;
  part("rows").replaceChildren(...newest.toReversed().map(row));
}

function row(b) {
  const tr = element("tr", "");
  tr.append(element("th", formatTime(b.time), { scope: "row" }));
  for (const price of [b.open, b.high, b.low, b.close]) tr.append(element("td", formatPrice(price)));
  tr.append(element("td", formatVolume(b.volume)));
  return tr;
}

// Drawing them.

function draw(anew) {
  if (!chart) createChart();
  const view = chart.timeScale().getVisibleLogicalRange();
  const decimals = Math.max(...bars.slice(-shownAtFirst).map((b) => (formatPrice(b.close).split(".")[1] ?? "").length));
  const minMove = 10 ** -Math.max(2, Math.min(decimals, 15));
  candles.applyOptions({ priceFormat: { type: "custom", minMove, formatter: formatPrice } });
  chart.timeScale().applyOptions({ timeVisible: !isDaily(interval) });
  candles.setData(bars);
  drawVolume();
  if (anew || !view) chart.timeScale().setVisibleLogicalRange({ from: bars.length - shownAtFirst, to: bars.length + 1 });
  else chart.timeScale().setVisibleLogicalRange(view);
  if (anew) leave();
  else showLegend();
}

function drawVolume() {
  const some = bars.some((b) => b.volume > 0);
  volume.applyOptions({ visible: some });
  chart.priceScale("right").applyOptions({ scaleMargins: { top: 0.05, bottom: some ? 0.22 : 0.05 } });
  volume.setData(some ? bars.filter((b) => b.volume !== null).map((b) => ({ time: b.time, value: b.volume })) : []);
}

function createChart() {
  const stage = element("div", "", {
    class: "Chart-canvas", tabindex: "0", role: "application", "aria-roledescription": "chart",
    "aria-label": `${section.dataset.chartName}: candles. Left and right arrows move from candle to candle, Home and End to the ends, plus and minus change the distance.`,
  });
  part("drawing")?.remove();
  part("stage").append(stage);
  chart = lib.createChart(stage, {
    autoSize: true,
    layout: { attributionLogo: false, background: { type: "solid", color: "transparent" }, fontSize: 11 },
    rightPriceScale: { borderVisible: false },
    timeScale: { borderVisible: false, secondsVisible: false, rightOffset: 1 },
    localization: { locale, timeFormatter: (time) => formatTime(time) },
    crosshair: { mode: lib.CrosshairMode.Magnet },
    // The wheel and a finger that goes up or down move the page.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  });
  candles = chart.addSeries(lib.CandlestickSeries, { borderVisible: false });
  volume = chart.addSeries(lib.HistogramSeries, {
    priceScaleId: "volume", priceFormat: { type: "volume" }, lastValueVisible: false, priceLineVisible: false,
  });
  chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  chart.subscribeCrosshairMove(follow);
  stage.addEventListener("keydown", press);
  stage.addEventListener("blur", leave);
  stage.addEventListener("wheel", pinch, { passive: false });
  offerLogScale();
  paint();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  new MutationObserver(paint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
}

function offerLogScale() {
  const button = part("log");
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    const { Logarithmic, Normal } = lib.PriceScaleMode;
    chart.priceScale("right").applyOptions({ mode: on ? Logarithmic : Normal });
  });
}

// paint takes the colours of the style sheet, which the library cannot read by itself.
function paint() {
  const probe = element("span", "", { hidden: "" });
  section.append(probe);
  const colour = (name, opacity = 1) => {
    probe.style.color = `var(--${name})`;
    const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g);
    return `rgba(${r}, ${g}, ${b}, ${opacity})`;
  };
  const up = colour("up");
  const down = colour("down");
  const line = { color: colour("line") };
  const crosshair = { color: colour("line-strong"), labelBackgroundColor: colour("accent-strong") };
  chart.applyOptions({
    layout: { textColor: colour("muted"), fontFamily: getComputedStyle(section).fontFamily },
    grid: { vertLines: { visible: false }, horzLines: line },
    crosshair: { vertLine: crosshair, horzLine: crosshair },
  });
  candles.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down });
  volume.applyOptions({ color: colour("muted", 0.35) });
  probe.remove();
}

// The crosshair, by pointer and by keyboard, and the texts that follow it.

function showLegend() {
  const texts = describe(at ?? bars.length - 1);
  part("legend").replaceChildren(...texts.map((text) => element("span", text)));
  return texts.join(", ");
}

function follow({ logical, sourceEvent }) {
  if (sourceEvent) byKeys = false;
  else if (byKeys) return;
  const inside = logical !== undefined && logical !== null && bars[Math.round(logical)];
  at = inside ? Math.round(logical) : null;
  showLegend();
}

let saying;

function moveTo(i) {
  at = Math.min(Math.max(i, 0), bars.length - 1);
  const view = chart.timeScale().getVisibleLogicalRange();
  const by = Math.min(0, at - view.from) || Math.max(0, at + 1 - view.to);
  if (by !== 0) chart.timeScale().setVisibleLogicalRange({ from: view.from + by, to: view.to + by });
  byKeys = true;
  chart.setCrosshairPosition(bars[at].close, bars[at].time, candles);
  const text = showLegend();
  clearTimeout(saying);
  saying = setTimeout(() => (part("say").textContent = text), 400);
}

function leave() {
  at = null;
  byKeys = false;
  clearTimeout(saying);
  part("say").textContent = "";
  chart.clearCrosshairPosition();
  showLegend();
}

function zoom(factor) {
  const { from, to } = chart.timeScale().getVisibleLogicalRange();
  chart.timeScale().setVisibleLogicalRange({ from: to - Math.min(Math.max((to - from) * factor, 10), bars.length + 10), to });
}

function pinch(event) {
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15);
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const here = at ?? bars.length;
  const does = {
    ArrowLeft: () => moveTo(here - 1), ArrowRight: () => moveTo(here + 1),
    PageUp: () => moveTo(here - 10), PageDown: () => moveTo(here + 10),
    Home: () => moveTo(0), End: () => moveTo(bars.length - 1),
    "+": () => zoom(0.8), "-": () => zoom(1.25),
    Escape: at === null ? undefined : leave,
  }[event.key];
  if (!does) return;
  event.preventDefault();
  does();
}

// A live price moves the newest bar, or begins the next.

function tick(price, seconds) {
  const last = bars.at(-1);
  const start = last.time + Math.floor((seconds - last.time) / steps[interval]) * steps[interval];
  if (start < last.time) return;
  if (start > last.time) bars.push({ time: start, open: price, high: price, low: price, close: price, volume: null });
  else Object.assign(last, { close: price, high: Math.max(last.high, price), low: Math.min(last.low, price) });
  candles.update(bars.at(-1));
  part("last").textContent = formatPrice(price);
  if (at === null || at === bars.length - 1) showLegend();
}

function hear({ detail }) {
  const seconds = Date.parse(detail.at) / 1000;
  if (!chart || bars.length === 0 || String(detail.id) !== section.dataset.chart) return;
  if (detail.raw > 0 && Number.isFinite(detail.raw) && Number.isFinite(seconds)) tick(detail.raw, seconds);
}

function choose(event) {
  const link = event.target.closest("[data-chart-choose]");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  load(link.dataset.chartChoose);
}

function comeBack() {
  const life = (isDaily(interval) ? 600 : 60) * 1000;
  if (!document.hidden && Date.now() - readAt > life) load(interval);
}

async function start() {
  try {
    lib = await import(document.querySelector("[data-chart-library]").dataset.chartLibrary);
  } catch {
    part("log").remove();
    return; // the server's drawing stays
  }
  section.addEventListener("click", choose);
  document.addEventListener("visibilitychange", comeBack);
  document.addEventListener("live:price", hear);
  await load(interval);
}

if (section) start();
