// A goal as SVG: scales, fan, bar, and the names in the gutter. ``view`` has the goal, what is asked and what came of it.
const esc = (words) => String(words).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const last = (rows) => rows[rows.length - 1];
const within = (value, low, high) => Math.min(Math.max(value, low ?? -Infinity), high ?? Infinity);

// How wide words of 12 px stand, and pieces of words in lines no wider than ``room``.
const wide = (said) => [...said].reduce((sum, c) => sum + (c > "\u2e80" ? 12 : 6.8), 0);
const folded = (pieces, room) => pieces.reduce((lines, one) => {
  const longer = lines.length ? `${last(lines)}　${one}` : one;
  return lines.length && wide(longer) <= room ? [...lines.slice(0, -1), longer] : [...lines, one];
}, []);

// Where years and values stand in a picture of this width.
function scales(view, width) {
  const { goal, asked, beside } = view, now = judged(goal, asked, view.state), narrow = width < 520;
  const box = { left: 48, top: 16, right: width - (narrow ? 92 : 150), bottom: narrow ? 232 : 262, narrow };
  box.height = box.bottom + 44;
  const years = [...goal.own, ...goal.steps, ...goal.path].map((row) => row[0]);
  const ends = [...goal.own, ...goal.fan].map((row) => row[0]);
  if (now.due !== null) { years.push(now.due - 1); ends.push(now.due); }
  if (view.can("deadline")) ends.push(view.deadlines()[1]);
  if (!goal.own.length) for (const row of beside) { years.push(row[0]); ends.push(row[0]); }
  const first = Math.min(...years), end = Math.max(...ends, first + 1);
  const values = [...goal.own.map((row) => row[1]), ...goal.fan.flatMap((row) => row.slice(1)), ...beside.map((row) => row[1]),
    ...goal.steps.map((row) => row[2]), ...goal.path.map((row) => row[1]), now.bar.low, now.bar.high, asked.start];
  for (const [year, q] of Object.entries(now.ahead)) if (year <= now.due) values.push(q[1], q[13]);
  if (set(asked.pace)) values.push(walked(goal, asked.pace, now.due));
  let low = Math.min(...values.filter(set)), high = Math.max(...values.filter(set));
  const spare = (high - low) * 0.12 || Math.abs(high) * 0.05 || 1;
  low = low < 0 ? low - spare : Math.max(0, low - spare);
  high += spare;
  const wide = box.right - box.left, tall = box.bottom - box.top, power = 10 ** Math.floor(Math.log10((high - low) / 200));
  return {
    ...box, width, first, end, low, high,
    step: power * [1, 2, 5, 10].find((one) => one * power >= (high - low) / 200), // some two hundred from low to high
    x: (year) => box.left + ((year - first) / (end - first)) * wide,
    y: (value) => box.bottom - ((value - low) / (high - low)) * tall,
    year: (x) => first + ((x - box.left) / wide) * (end - first),
    value: (y) => within(low + ((box.bottom - y) / tall) * (high - low), low, high),
  };
}

function ticks(low, high, lang) {
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough)), found = [];
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough);
  for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-9; v += step) found.push(Number(v.toPrecision(12)));
  const big = Math.max(...found.map(Math.abs)) >= 1e5, [by, word] = !big ? [1, ""] : lang === "zh" ? [1e4, "万"] : [1e3, "k"];
  return found.map((v) => {
    const [whole, part] = String(Number((v / by).toPrecision(6))).split(".");
    return [v, (thousands(whole) + (part ? `.${part}` : "")).replace("-", "−") + (v ? word : "")];
  });
}

// The shape of a group of statuses, told apart in grey too.
function shape(standing, x, y, look) {
  const at = `transform="translate(${x} ${y})"`;
  if (standing === "short") {
    return `<g ${at}><rect x="-5" y="-5" width="10" height="10" fill="${look.short}"/>`
      + `<path d="M-2.5-2.5 2.5 2.5M2.5-2.5-2.5 2.5" stroke="#fff" stroke-width="1.4"/></g>`;
  }
  if (standing === "risk") return `<path ${at} d="M0-6 6 5H-6Z" fill="${look.risk}" stroke="${look.risk_edge}"/>`;
  if (standing === "reached") {
    return `<g ${at} fill="#fff" stroke="${look.reached}" stroke-width="1.4"><circle r="5.5"/>`
      + `<path d="M-2.8.2-.7 2.3 3-2.2" fill="none"/></g>`;
  }
  return `<circle ${at} r="5" fill="#fff" stroke="${look.open}"/>`;
}

// The fan (year, middle, ends of 80 and 95 %): of the quantiles where they are known, else as the library drew it; nothing
// beyond the deadline.
function fanOf({ goal, now }) {
  const shown = (year) => now.due === null || year <= now.due;
  if (!now.own) return goal.fan.filter((row) => shown(row[0]));
  return Object.entries(now.ahead).map(([year, q]) => [Number(year), q[7], q[3], q[11], q[1], q[13]]).filter((row) => shown(row[0]));
}

function picture(view) {
  const { scale, goal, now, state: { look, lang }, beside } = view, out = [], fan = fanOf(view), end = last(goal.own);
  const x = (year) => scale.x(year).toFixed(1), y = (value) => scale.y(value).toFixed(1);
  const along = (rows) => rows.map((row) => `${x(row[0])},${y(row[1])}`).join(" ");
  const line = (rows, colour, wide, dashes = "") => out.push(`<polyline points="${along(rows)}" fill="none" stroke="${colour}" `
    + `stroke-width="${wide}" stroke-dasharray="${dashes}"/>`);
  const say = (words, at, height, anchor, colour, bold = false) => out.push(`<text x="${at}" y="${height}" text-anchor="${anchor}" `
    + `fill="${colour}"${bold ? ' font-weight="700"' : ""}>${esc(words)}</text>`);
  for (const [value, said] of ticks(scale.low, scale.high, lang)) {
    out.push(`<path d="M${scale.left} ${y(value)}H${scale.right}" stroke="${look.hair}"/>`);
    say(said, scale.left - 6, scale.y(value) + 4, "end", look.soft);
  }
  out.push(`<path d="M${scale.left} ${scale.bottom}H${scale.right}" stroke="${look.axis}"/>`);
  let free = -Infinity;
  for (let year = scale.first; year <= scale.end; year += 1) {
    const due = year === now.due;
    if (!due && (Math.abs(scale.x(year) - scale.x(now.due ?? -Infinity)) < 36 || scale.x(year) < free)) continue;
    say(year, x(year), scale.bottom + 32, "middle", due ? look.ink : look.soft, due);
    free = scale.x(year) + 38;
  }
  for (const [low, high, colour] of [[4, 5, look.band_95], [2, 3, look.band_80]]) {
    const rows = fan.filter((row) => set(row[low]) && set(row[high]));
    const edge = (at) => rows.map((row) => [row[0], row[at]]);
    const around = [...(end ? [end] : []), ...edge(high), ...edge(low).reverse()];
    if (rows.length) out.push(`<polygon points="${along(around)}" fill="${colour}"/>`);
  }
  line(beside.filter((row) => row[0] >= scale.first && row[0] <= scale.end), look.reference, 1, "4 2.5");
  line(goal.own, look.own, 2);
  if (end) line([end, ...fan], look.own, 1.6, "4 3");
  for (const [year, value, soft] of goal.own) {
    out.push(`<circle cx="${x(year)}" cy="${y(value)}" r="2.8" fill="${soft ? "#fff" : look.own}" stroke="${look.own}"/>`);
  }
  bars(view, line);
  // from where it is dragged, apart from every other handle
  if (view.can("target") && now.due !== null) line([[scale.first, view.at("target")], [now.due, view.at("target")]], look.target, 0.8, "1 4");
  if (now.due !== null) {
    out.push(`<path d="M${x(now.due)} ${scale.top - 6}V${scale.bottom}" stroke="${look.target}" stroke-dasharray="1 3"/>`);
    const middle = view.at("pace"), standing = view.state.standing[view.told.status];
    if (set(middle)) {
      const bar = set(now.bar.high) && middle > now.bar.high ? now.bar.high : now.bar.low ?? now.bar.high;
      if (now.gap > 0 && set(bar)) out.push(`<path d="M${x(now.due)} ${y(middle)}V${y(bar)}" stroke="${look.short}" stroke-width="2.6"/>`);
      if (standing && !view.can("pace")) out.push(shape(standing, x(now.due), y(middle), look));
    }
  }
  gutter(view, fan, say);
  return out.join("");
}

// The goal as a black step (of a staged one a step a stage), or the path of one for every year.
function bars({ goal, now, scale, state: { look } }, line) {
  if (new Set(goal.path.map((row) => row[1])).size > 1) return line(goal.path, look.target, 1.8);
  line(goal.steps.slice(0, -1).flatMap(([from, to, value]) => [[from, value], [to, value]]), look.target, 1.8);
  const ends = [now.bar.low, now.bar.high].filter(set), final = last(goal.steps);
  const from = Math.max(scale.first, Math.min(final ? final[0] : now.due - 1, now.due - 1));
  for (const value of ends.length || !final ? ends : [final[2]]) line([[from, value], [now.due, value]], look.target, 1.8);
}

// Goal, projection with its range, and reference by name right of the picture, none on another.
function gutter(view, fan, say) {
  const { goal, base, now, scale, asked, state: { words, look, lang }, beside } = view, names = [];
  const room = scale.narrow ? 80 : 138;
  const fits = (...ways) => ways.find((one) => wide(one) <= room) ?? last(ways);
  const bar = set(asked.target) ? barWords(now.bar, base, view.state) : goal.bar_words;
  const height = now.bar.low ?? now.bar.high ?? last(goal.steps)?.[2], middle = view.at("pace"), end = last(fan);
  if (set(height) && bar) {
    const bare = bar.replace(/^([^\d]{0,3}[\d,.−]+).*$/, "$1");
    names.push([height, [[fits(...[bar, bare].map((one) => fill(words.goal_here, { goal: one })), bare), look.target, true]]]);
  }
  if (set(middle) && end) {
    const ways = [quantity(middle, goal.unit), number(middle)].map((value) => fill(words.projected_here, { value }));
    const told = [[fits(...ways, number(middle)), look.ink, true]], ends = { low: number(end[2] ?? 0), high: number(end[3] ?? 0) };
    if (set(end[2])) told.push([words.range_80, look.soft], [fill(words.range_ends, ends), look.soft]);
    names.push([middle, told]);
  }
  if (beside.length) {
    const area = base.references[view.reference].name, value = last(beside)[1];
    names.push([value, [[fits(area, `${area.slice(0, lang === "zh" ? 6 : 11)}…`), look.reference], [number(value), look.reference]]]);
  }
  let free = scale.top - 8;
  const tops = names.sort((a, b) => b[0] - a[0]).map(([value, told]) => {
    const top = Math.max(scale.y(value) + 4, free + 12);
    free = top + 15 * (told.length - 1) + 3;
    return top;
  });
  const over = Math.max(0, free - scale.bottom);
  names.forEach(([, told], i) => told.forEach(([said, colour, bold], j) => {
    say(said, scale.right + 12, Math.max(tops[i] - over, scale.top + 4) + 15 * j, "start", colour, bold);
  }));
}
