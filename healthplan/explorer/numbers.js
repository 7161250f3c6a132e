// Numbers and words as healthplan.distribution, judging.threshold, language.phrases and explanations.scorecards have them;
// tests hold them against these.
const TIE = 1e-9, MEDIAN = 7;

export function cdf(q, x, strict, levels) {
  const n = q.length, slack = TIE * Math.max(Math.abs(q[0]), Math.abs(q[n - 1]));
  const below = q.filter((v) => (strict ? v < x - slack : v <= x + slack)).length;
  const first = q[1] - q[0], last = q[n - 1] - q[n - 2];
  if (below === 0) return first > 0 ? levels[0] * Math.exp(-(q[0] - x) / first) : 0;
  if (below === n) return 1 - (1 - levels[n - 1]) * (last > 0 ? Math.exp(-(x - q[n - 1]) / last) : 0);
  const low = q[below - 1], high = q[below];
  const share = high > low ? Math.min(Math.max((x - low) / (high - low), 0), 1) : 0;
  return levels[below - 1] + share * (levels[below] - levels[below - 1]);
}

export function chance(q, bar, levels) {
  const within = bar.high === null ? 1 : cdf(q, bar.high + bar.tolerance, bar.strict, levels);
  const under = bar.low === null ? 0 : cdf(q, bar.low - bar.tolerance, !bar.strict, levels);
  return Math.min(Math.max(within - under, 0), 1);
}

export const shortfall = (value, bar) =>
  Math.max(bar.low === null ? -Infinity : bar.low - value, bar.high === null ? -Infinity : value - bar.high);

export function met(value, bar) {
  const slack = TIE * Math.max(Math.abs(value), Math.abs(bar.low ?? 0), Math.abs(bar.high ?? 0));
  return bar.strict ? shortfall(value, bar) < -slack : shortfall(value, bar) <= bar.tolerance + slack;
}

function shifted(value, by) {
  const [digits, power = "0"] = String(value).split("e");
  return Number(`${digits}e${Number(power) + by}`);
}

export function halfUp(value, decimals = 0) {
  const size = Number(Math.abs(value).toPrecision(12));
  return Math.sign(value) * shifted(Math.round(shifted(size, decimals)), -decimals);
}

const thousands = (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ",");

export function number(value) {
  if (value === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(value)));
  const decimals = size >= -1 ? Math.max(0, Math.min(2, 2 - size)) : 2 - size;
  const [whole, part = ""] = halfUp(value, decimals).toFixed(decimals).split(".");
  const kept = part.replace(/0+$/, "");
  return (thousands(whole) + (kept ? `.${kept}` : "")).replace("-", "−");
}

export function quantity(value, form) {
  let shown = value * form.scale;
  if (form.whole === "always" || (form.whole === "big" && Math.abs(shown) >= 10)) shown = halfUp(shown);
  const said = number(shown);
  return said === "1" ? form.one : form.text.replace("{}", said);
}

export function points(value, form) {
  const size = Math.abs(value * form.scale);
  return size > 0 && size < 0.005 ? form.tiny : quantity(halfUp(value * form.scale, 2), { ...form, scale: 1 });
}

const fill = (words, fields) => words.replace(/\{(\w+)\}/g, (_, key) => fields[key]);

export function probability(p, words) {
  if (p === null) return words.no_figure;
  if (p < 0.01) return words.probability_low;
  return p > 0.99 ? words.probability_high : fill(words.probability, { percent: halfUp(100 * p) });
}

export function gapWords(gap, bar, value, goal, words) {
  if (gap === null) return words.no_figure;
  if (gap === 0) return words.gap_none;
  const said = { value: points(Math.abs(gap), goal.points) };
  const over = !goal.place && bar.high !== null && (bar.low === null || value > bar.high);
  if (gap > 0) return fill(over ? words.gap_exceeds : words.gap_short, said);
  if (goal.place || goal.trend) return fill(words.gap_beyond, said);
  const key = bar.low !== null && bar.high !== null ? "gap_inside" : bar.low !== null ? "gap_over" : "gap_under";
  return fill(words[key], said);
}

const plain = (value) => number(value).replace("−", "-"); // as a bare number stands in the scorecard

export function outlookWords(q, goal, words) {
  return fill(words.outlook, { value: quantity(q[MEDIAN], goal.unit), low: plain(q[1]), high: plain(q[13]) });
}

function barWords(bar, goal, state) {
  const whole = (v) => (goal.unit.things ? (bar.low !== null ? Math.ceil(v - TIE) : Math.floor(v + TIE)) : v);
  if (bar.low !== null && bar.high !== null) {
    return fill(state.score.goal_range, { value: quantity(bar.low, goal.unit), high: quantity(bar.high, goal.unit) });
  }
  const end = bar.low ?? bar.high, ways = bar.strict ? (state.lang === "zh" ? "＞＜" : "><") : "≥≤";
  if (end === null) return "";
  const bare = end === 0 || (end === 100 && goal.unit.text === "{}%") || goal.place;
  return (bare ? "" : ways[bar.low !== null ? 0 : 1]) + quantity(whole(end), goal.unit);
}

// What the moves ask of a goal: its quantiles by year, bar, deadline, gap and probability. ``own``: reckoned here.
export function judged(goal, asked, state) {
  const due = asked.deadline ?? goal.due, bar = barOf(goal, asked);
  const ahead = {};
  for (const [year, q] of Object.entries(goal.ahead)) ahead[year] = paced(q, Number(year), goal, asked.pace ?? null);
  const q = ahead[due];
  if (!q) return { due, bar, ahead, own: false, gap: moves(asked) ? null : goal.gap, p: null };
  return { due, bar, ahead, own: true, q, gap: shortfall(q[MEDIAN], bar), p: chance(q, bar, state.levels) };
}

export function barOf(goal, asked) {
  if (asked.target === undefined || asked.target === null || !goal.stated) return goal.bar;
  const end = goal.stated[0] + goal.stated[1] * asked.target;
  const tolerance = goal.full && end >= 100 && goal.forgiven ? goal.forgiven : 0;
  return { ...goal.bar, tolerance, [goal.bar.low !== null ? "low" : "high"]: end };
}

const walked = (goal, pace, year) => goal.latest[1] + pace * (year - goal.latest[0]);

function paced(q, year, goal, pace) {
  if (pace === null) return q;
  const by = walked(goal, pace, year) - q[MEDIAN];
  const [low, high] = goal.bounds;
  return q.map((v) => Math.min(Math.max(v + by, low ?? -Infinity), high ?? Infinity));
}

// A figure of the goal's own series as ``hp.what_if`` takes it.
function observed(goal, value) {
  const [indicator, area, group] = goal.series, year = goal.latest[0];
  if (!area && !group) return `("${indicator}", ${year}, ${value})`;
  const more = (area ? `, "area": "${area}"` : "") + (group ? `, "group": "${group}"` : "");
  return `{"indicator": "${indicator}", "year": ${year}, "value": ${value}${more}}`;
}

// The cell that makes this view.
export function code(state, goal, asked) {
  const id = JSON.stringify(goal.id), given = [];
  const of = (name, value) => given.push(`${name}={${id}: ${value}}`);
  if (set(asked.start)) given.push(`observation=${observed(goal, asked.start)}`);
  if (set(asked.target)) of("target", asked.target);
  if (set(asked.deadline)) of("deadline", asked.deadline);
  if (set(asked.population)) given.push(`population={${goal.people[0]}: ${asked.population}}`);
  if (set(asked.leavers)) of("leavers", asked.leavers);
  if (set(asked.pace)) of("pace", `("unit", ${asked.pace})`);
  const how = [JSON.stringify(state.plan)];
  if (state.area) how.push(`area=${JSON.stringify(state.area)}`);
  if (!state.newest && !state.cut_off) how.push(`as_of=${state.as_of}`);
  if (state.cut_off) how.push(`cut_off="${state.cut_off}"`);
  if (state.method !== "ensemble") how.push(`method=${JSON.stringify(state.method)}`);
  how.push(`lang=${JSON.stringify(state.lang)}`);
  const call = `hp.plan(${how.join(", ")})`, own = fill(state.words.code_own, { call });
  const made = `import healthplan as hp\n\n${state.shipped ? `plan = ${call}` : `# ${own}`}\n`;
  return made + (given.length ? `new = hp.what_if(plan, ${given.join(", ")})\nhp.compare(plan, new)` : `hp.plot(plan, ${id})`);
}

const set = (value) => value !== undefined && value !== null;
const KEPT = ["pace", "target", "deadline", "start", "population", "leavers"];
const moves = (asked) => KEPT.some((key) => set(asked[key]));
