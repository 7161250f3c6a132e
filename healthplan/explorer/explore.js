// One goal to play with: an SVG drawn anew at each move, handles that stay, a table of figures. Without a kernel pace,
// target and deadline are reckoned here from the fifteen quantiles; the rest is asked of the kernel and marked until it
// answers. Stands behind numbers.js in one module.
const HANDLES = ["start", "pace", "target", "deadline"];
const FAMILY = "'Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei','PingFang SC',healthplan,sans-serif";
const esc = (words) => String(words).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

function tag(name, attributes = {}, parent = null, words = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = words;
  if (parent) parent.append(made);
  return made;
}

// A round step, of which some two hundred lie in ``span``.
const stepOf = (span) => {
  const power = 10 ** Math.floor(Math.log10(span / 200 || 1)), times = span / 200 / power;
  return power * (times > 5 ? 10 : times > 2 ? 5 : times > 1 ? 2 : 1);
};
const snapped = (value, step) => Number((Math.round(value / step) * step).toPrecision(10));

function marks(low, high, most = 5) {
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const found = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-9; v += step) found.push(Number(v.toPrecision(12)));
  return found;
}

function tickWords(ticks, lang) {
  const most = Math.max(...ticks.map(Math.abs)), big = most >= 1e5;
  const [by, word] = big ? (lang === "zh" ? [1e4, "万"] : [1e3, "k"]) : [1, ""];
  return ticks.map((t) => {
    const said = Number((t / by).toPrecision(6)).toString().replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
    return said.replace("-", "−") + (t ? word : "");
  });
}

function shape(standing, x, y, look) {
  const at = `transform="translate(${x} ${y})"`;
  if (standing === "short") return `<g ${at}><rect x="-5" y="-5" width="10" height="10" fill="${look.short}"/><path d="M-2.5-2.5 2.5 2.5M2.5-2.5-2.5 2.5" stroke="#fff" stroke-width="1.4"/></g>`;
  if (standing === "risk") return `<path ${at} d="M0-6 6 5H-6Z" fill="${look.risk}" stroke="${look.risk_edge}"/>`;
  if (standing === "reached") return `<g ${at} fill="#fff" stroke="${look.reached}" stroke-width="1.4"><circle r="5.5"/><path d="M-2.8.2-.7 2.3 3-2.2" fill="none"/></g>`;
  return `<circle ${at} r="5" fill="#fff" stroke="${look.open}"/>`;
}

class View {
  constructor(model, el) {
    this.model = model;
    this.live = false; // whether a kernel answers
    this.number = 0;
    this.state = model.get("state");
    this.answer = model.get("answer") ?? {};
    this.asked = { ...(model.get("asked") ?? {}) };
    this.reference = 0;
    this.root = tag("div", { class: "hp-explorer", lang: this.state.lang === "zh" ? "zh-CN" : "en" }, el);
    if (!this.state.goals.length) {
      this.root.textContent = this.state.words.no_goal;
      return;
    }
    this.number = this.asked.n ?? 0;
    this.build();
    this.frame();
    this.draw();
  }

  get base() { return this.state.goals.find((one) => one.id === this.asked.goal) ?? this.state.goals[0]; }
  // the goal with what only a kernel can move, where that is answered
  get goal() { return this.answer.n === this.number && this.answer.goal && this.kernelMoves().length ? this.answer.goal : this.base; }
  kernelMoves() { return ["start", "population"].filter((key) => set(this.asked[key])); }
  moved() { return moves(this.asked); }
  can(handle) { const where = this.base.can[handle]; return where === "here" || (where === "kernel" && this.live); }
  // whether the figures can be had without asking
  get own() { return KEPT.every((key) => !set(this.asked[key]) || this.base.can[key] === "here"); }
  get pending() { return this.moved() && this.live && this.answer.n !== this.number; }

  build() {
    const { words, lang } = this.state, root = this.root;
    const head = tag("div", { class: "hp-bar" }, root);
    this.chooser = this.select(head, words.goal, this.state.goals.map((one) => [one.id, one.name]), this.base.id, (id) => this.ask({ goal: id }, true));
    this.methods = this.select(head, words.method, this.state.methods, this.state.method, (method) => this.ask({ method }, true));
    this.years = this.select(head, words.as_of, this.state.years.map((year) => [year, fill(words.year_of, { year })]), this.state.as_of, (year) => this.ask({ as_of: Number(year) }, true));
    this.references = this.select(head, words.reference, [], 0, (at) => { this.reference = Number(at); this.frame(); this.draw(); });
    this.title = tag("p", { class: "hp-title" }, root);
    const cols = tag("div", { class: "hp-cols" }, root);
    this.holder = tag("div", { class: "hp-picture" }, cols);
    this.svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.svg.setAttribute("font-family", FAMILY);
    this.svg.setAttribute("font-size", "12");
    this.picture = this.svg.appendChild(document.createElementNS(this.svg.namespaceURI, "g"));
    this.picture.setAttribute("role", "img");
    this.grips = Object.fromEntries(HANDLES.map((key) => [key, this.grip(key)]));
    this.holder.append(this.svg);
    this.hint = tag("p", { class: "hp-small" }, this.holder, words.hint);
    const side = tag("div", { class: "hp-side" }, cols);
    this.figures = tag("table", {}, side);
    this.sliders = Object.fromEntries(["population", "leavers"].map((key) => [key, this.slider(side, key)]));
    this.more = tag("div", { class: "hp-more" }, side);
    const foot = tag("div", { class: "hp-bar" }, root);
    this.reset = this.button(foot, words.reset, () => this.ask(Object.fromEntries(KEPT.map((key) => [key, null]))));
    this.button(foot, words.code, () => { this.code.hidden = !this.code.hidden; });
    this.button(foot, words.save_picture, () => this.png().then((blob) => this.download(blob, "png")));
    this.button(foot, words.save_row, () => this.download(new Blob(["\ufeff", this.csv()], { type: "text/csv" }), "csv"));
    this.code = tag("pre", { class: "hp-code", tabindex: 0 }, root);
    this.code.hidden = true;
    this.notes = tag("div", { class: "hp-small hp-notes" }, root);
    this.width = 0;
    new ResizeObserver(() => { if (this.width !== this.holder.clientWidth) { this.frame(); this.draw(); } }).observe(this.holder);
  }

  select(parent, words, options, chosen, change) {
    const made = tag("select", {}, tag("label", {}, parent, words));
    for (const [value, word] of options) tag("option", { value }, made, word);
    made.value = chosen;
    made.addEventListener("change", () => change(made.value));
    return made;
  }

  button(parent, words, act) {
    const made = tag("button", { type: "button" }, parent, words);
    made.addEventListener("click", act);
    return made;
  }

  slider(parent, key) {
    const label = tag("label", { class: "hp-slider" }, parent, this.state.words[key]);
    const input = tag("input", { type: "range", "aria-label": this.state.words[key] }, label);
    const shown = tag("output", {}, label);
    input.addEventListener("input", () => this.ask({ [key]: Number(input.value) }));
    return { label, input, shown };
  }

  // A handle in the picture: dragged with mouse, pen or finger, moved with the keys.
  grip(key) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", "g");
    const across = key === "deadline";
    made.innerHTML = `<circle r="17" fill="transparent"/>` + (key === "target" || across
      ? `<rect class="hp-dot" x="-9" y="-5" width="18" height="10" rx="4"/>` : `<circle class="hp-dot" r="7"/>`);
    const dot = made.querySelector(".hp-dot"), { look, words } = this.state;
    dot.setAttribute("fill", "#fff");
    dot.setAttribute("stroke", key === "target" || across ? look.target : look.own);
    dot.setAttribute("stroke-width", "2.4");
    for (const [name, value] of Object.entries({ class: `hp-grip hp-${key}`, role: "slider", "aria-label": words[key], "aria-orientation": across ? "horizontal" : "vertical" })) made.setAttribute(name, value);
    made.addEventListener("pointerdown", (event) => {
      if (!this.can(key)) return;
      made.setPointerCapture(event.pointerId);
      this.dragging = key;
      made.focus();
      event.preventDefault();
    });
    made.addEventListener("pointermove", (event) => {
      if (this.dragging !== key) return;
      const box = this.svg.getBoundingClientRect();
      this.place(key, across ? this.yearAt(event.clientX - box.left) : this.valueAt(event.clientY - box.top));
    });
    const end = () => { if (this.dragging === key) { this.dragging = ""; this.frame(); this.draw(); } };
    made.addEventListener("pointerup", end);
    made.addEventListener("pointercancel", end);
    made.addEventListener("keydown", (event) => {
      const ways = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
      if (event.key === "Delete" || event.key === "Escape") this.ask({ [key]: null });
      else if (ways[event.key] && this.can(key)) {
        this.place(key, this.at(key) + (across ? Math.sign(ways[event.key]) : ways[event.key] * this.step));
        this.frame();
        this.draw();
      } else return;
      event.preventDefault();
    });
    this.svg.append(made);
    return made;
  }

  // Where a handle stands: a value on the axis, of the deadline a year.
  at(key) {
    const now = this.now;
    if (key === "deadline") return now.due;
    if (key === "target") return now.bar.low ?? now.bar.high;
    if (key === "start") return this.asked.start ?? this.base.latest?.[1];
    if (now.q) return now.q[MEDIAN];
    return set(this.asked.pace) ? this.walked(now.due) : this.goal.fan.find((row) => row[0] === now.due)?.[1];
  }

  // A handle put to a value on the axis, or a year: what is asked is in the numbers that the library takes.
  place(key, value) {
    const { base } = this, [low, high] = base.bounds;
    const within = (v) => Math.min(Math.max(v, low ?? -Infinity), high ?? Infinity);
    if (key === "deadline") {
      const [first, last] = this.deadlines();
      return this.ask({ deadline: Math.min(Math.max(Math.round(value), first), last) });
    }
    if (key === "start") return this.ask({ start: snapped(within(value), this.step) });
    if (key === "target") {
      const [a, b, stated] = base.stated, wanted = (within(value) - a) / b;
      const asked = snapped(wanted, this.step / Math.abs(b));
      return this.ask({ target: stated < 0 ? Math.min(asked, 0) : Math.max(asked, 0) });
    }
    const { latest } = this.goal, years = this.now.due - latest[0];
    return this.ask({ pace: snapped((within(value) - latest[1]) / years, this.step / years) });
  }

  deadlines() {
    const years = Object.keys(this.base.ahead).map(Number), first = Math.max(this.base.as_of, this.base.latest?.[0] ?? 0) + 1;
    return [first, Math.max(first, this.base.due, ...years)];
  }

  // What is asked for, here and of the kernel.
  ask(change, other = false) {
    if (other) for (const key of KEPT) this.asked[key] = null;
    Object.assign(this.asked, change, { n: ++this.number });
    this.asked.goal ??= this.base.id;
    this.model.set("asked", { ...this.asked });
    this.model.save_changes();
    if (other) { this.reference = 0; this.frame(); }
    this.draw();
  }

  // The scales: they stand still while a handle is dragged.
  frame() {
    const { base, goal } = this, look = judged(goal, this.asked, this.state), due = look.due;
    this.width = Math.max(300, Math.min(this.holder.clientWidth || 640, 860));
    const narrow = this.width < 520, values = [];
    this.box = { left: 48, top: 16, right: this.width - (narrow ? 92 : 150), bottom: narrow ? 232 : 262, height: narrow ? 276 : 306, narrow };
    const years = [...goal.own.map((row) => row[0]), ...goal.steps.map((row) => row[0]), ...(goal.path.map((row) => row[0]))];
    this.first = Math.min(...years, due ? due - 1 : Infinity);
    if (!isFinite(this.first)) this.first = Math.min(...this.shownReference().map((row) => row[0]));
    this.last = Math.max(due ?? -Infinity, base.latest?.[0] ?? -Infinity, ...(this.can("deadline") && Object.keys(base.ahead).length ? [this.deadlines()[1]] : []), ...goal.fan.map((row) => row[0]), ...goal.own.map((row) => row[0]));
    if (!isFinite(this.last)) this.last = Math.max(...this.shownReference().map((row) => row[0]));
    values.push(...goal.own.map((row) => row[1]), ...goal.fan.flatMap((row) => row.slice(1)), ...this.shownReference().map((row) => row[1]));
    for (const [year, q] of Object.entries(look.ahead)) if (year <= due) values.push(q[1], q[13]);
    values.push(look.bar.low, look.bar.high, this.asked.start, ...goal.steps.map((row) => row[2]), ...goal.path.map((row) => row[1]));
    if (set(goal.latest) && set(this.asked.pace)) values.push(this.walked(look.due));
    const known = values.filter(set);
    let low = Math.min(...known), high = Math.max(...known);
    const spare = (high - low) * 0.12 || Math.abs(high) * 0.05 || 1;
    low = low < 0 ? low - spare : Math.max(0, low - spare);
    [this.low, this.high] = [low, high + spare];
    this.step = stepOf(this.high - this.low);
  }

  walked(year) { return this.goal.latest[1] + this.asked.pace * (year - this.goal.latest[0]); }
  shownReference() { return this.base.references[this.reference]?.rows ?? []; }
  x(year) { return this.box.left + ((year - this.first) / (this.last - this.first || 1)) * (this.box.right - this.box.left); }
  y(value) { return this.box.bottom - ((value - this.low) / (this.high - this.low)) * (this.box.bottom - this.box.top); }
  yearAt(x) { return this.first + ((x - this.box.left) / (this.box.right - this.box.left)) * (this.last - this.first); }
  valueAt(y) { return Math.min(Math.max(this.low + ((this.box.bottom - y) / (this.box.bottom - this.box.top)) * (this.high - this.low), this.low), this.high); }

  draw() {
    this.now = judged(this.goal, this.asked, this.state);
    this.told = this.figuresNow();
    const { width, box, state, base } = this;
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", box.height);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${box.height}`);
    this.picture.innerHTML = this.inside();
    this.picture.setAttribute("aria-label", fill(state.words.picture_of, { name: base.name }));
    for (const key of HANDLES) this.placeGrip(key);
    this.hint.hidden = HANDLES.every((key) => this.grips[key].style.display);
    this.title.innerHTML = `<b>${esc(base.name)}</b> ${esc(base.goal)} · ${esc(base.deadline)}${state.synthetic ? ` <i>${esc(state.words.synthetic)}</i>` : ""}`;
    this.chooser.value = base.id;
    this.methods.value = state.method;
    this.years.value = state.as_of;
    this.methods.disabled = this.years.disabled = !this.live;
    const options = [...base.references.map((one) => one.name), state.words.reference_none];
    if (this.references.dataset.of !== base.id) {
      this.references.replaceChildren(...options.map((word, at) => tag("option", { value: at }, null, word)));
      this.references.dataset.of = base.id;
    }
    this.references.value = this.reference;
    this.table();
    this.people();
    this.words();
    this.reset.disabled = !this.moved();
    this.code.textContent = code(state, base, this.asked);
  }

  inside() {
    const { box, state: { look, lang, words }, goal, now } = this, out = [];
    const x = (v) => this.x(v).toFixed(1), y = (v) => this.y(v).toFixed(1);
    const line = (rows, colour, wide, more = "") => rows.length ? out.push(`<polyline points="${rows.map((row) => `${x(row[0])},${y(row[1])}`).join(" ")}" fill="none" stroke="${colour}" stroke-width="${wide}" ${more}/>`) : 0;
    const say = (words, at, height, anchor, colour = look.ink, more = "") => out.push(`<text x="${at}" y="${height}" text-anchor="${anchor}" fill="${colour}" ${more}>${esc(words)}</text>`);
    const ticks = marks(this.low, this.high), said = tickWords(ticks, lang);
    ticks.forEach((t, i) => {
      out.push(`<path d="M${box.left} ${y(t)}H${box.right}" stroke="${look.hair}"/>`);
      say(said[i], box.left - 6, this.y(t) + 4, "end", look.soft);
    });
    out.push(`<path d="M${box.left} ${box.bottom}H${box.right}" stroke="${look.axis}"/>`);
    let free = -Infinity;
    for (let year = this.first; year <= this.last; year += 1) {
      const near = now.due !== null && Math.abs(this.x(year) - this.x(now.due)) < 34 && year !== now.due;
      if (near || this.x(year) - free < 38) continue;
      say(year, x(year), box.bottom + 32, "middle", year === now.due ? look.ink : look.soft, year === now.due ? 'font-weight="700"' : "");
      free = this.x(year);
    }
    const own = goal.own, end = own.length ? own[own.length - 1] : null;
    const fan = this.fan();
    for (const [low, high, colour] of [[4, 5, look.band_95], [2, 3, look.band_80]]) {
      const rows = fan.filter((row) => set(row[low]) && set(row[high]));
      if (!rows.length) continue;
      const around = [...rows.map((row) => [row[0], row[high]]), ...rows.reverse().map((row) => [row[0], row[low]])];
      out.push(`<polygon points="${[...(end ? [end] : []), ...around].map((row) => `${x(row[0])},${y(row[1])}`).join(" ")}" fill="${colour}"/>`);
    }
    line(this.shownReference(), look.reference, 1, 'stroke-dasharray="4 2.5"');
    line(own, look.own, 2);
    if (end && fan.length) line([end, ...fan], look.own, 1.6, 'stroke-dasharray="4 3"');
    for (const row of own) out.push(`<circle cx="${x(row[0])}" cy="${y(row[1])}" r="2.8" fill="${row[2] ? "#fff" : look.own}" stroke="${look.own}"/>`);
    this.bars(line);
    if (now.due !== null) out.push(`<path d="M${x(now.due)} ${box.top - 6}V${box.bottom}" stroke="${look.target}" stroke-dasharray="1 3"/>`);
    const middle = this.at("pace"), standing = this.state.standing[this.told.status];
    if (set(middle) && now.due !== null && now.due <= this.last) {
      const bar = now.bar.high !== null && middle > now.bar.high ? now.bar.high : now.bar.low ?? now.bar.high;
      if (now.gap > 0 && bar !== null) out.push(`<path d="M${x(now.due)} ${y(middle)}V${y(bar)}" stroke="${look.short}" stroke-width="2.6"/>`);
      if (standing && !this.can("pace")) out.push(shape(standing, x(now.due), y(middle), look));
    }
    this.gutter(say, fan);
    return out.join("");
  }

  // The fan: of the quantiles where they are known, else as the library drew it; nothing beyond the deadline.
  fan() {
    const { goal, now } = this, years = Object.keys(now.ahead).map(Number).filter((year) => now.due === null || year <= now.due);
    if (years.length && now.own) return years.map((year) => { const q = now.ahead[year]; return [year, q[7], q[3], q[11], q[1], q[13]]; });
    return goal.fan.filter((row) => now.due === null || row[0] <= now.due);
  }

  bars(line) {
    const { goal, now, state: { look } } = this, black = look.target;
    if (goal.path.length && new Set(goal.path.map((row) => row[1])).size > 1) return line(goal.path, black, 1.8);
    const ends = [now.bar.low, now.bar.high].filter(set);
    const earlier = goal.steps.slice(0, -1), from = goal.steps.length ? goal.steps[goal.steps.length - 1][0] : now.due - 1;
    line(earlier.flatMap(([a, b, v]) => [[a, v], [b, v]]), black, 1.8);
    const heights = ends.length ? ends : goal.steps.length ? [goal.steps[goal.steps.length - 1][2]] : [];
    for (const v of heights) line([[Math.max(Math.min(from, now.due - 1), this.first), v], [now.due, v]], black, 1.8);
  }

  gutter(say, fan) {
    const { goal, now, box, state } = this, { look, words } = state, names = [];
    const last = fan[fan.length - 1], middle = this.at("pace"), room = (box.narrow ? 80 : 138);
    const barSaid = set(this.asked.target) ? barWords(now.bar, this.base, state) : goal.bar_words;
    const height = now.bar.low ?? now.bar.high ?? goal.steps[goal.steps.length - 1]?.[2];
    const wide = (said) => [...said].reduce((sum, c) => sum + (c > "\u2e80" ? 12 : 6.8), 0);
    const fits = (...ways) => ways.find((one) => wide(one) <= room) ?? ways[ways.length - 1];
    const bare = barSaid.replace(/^([^\d]{0,3}[\d,.−]+).*$/, "$1");
    if (set(height) && barSaid) names.push([height, [[fits(fill(words.goal_here, { goal: barSaid }), fill(words.goal_here, { goal: bare }), bare), look.target, true]]]);
    if (set(middle) && last) {
      const said = [[fits(...[quantity(middle, goal.unit), number(middle)].map((value) => fill(words.projected_here, { value })), number(middle)), look.ink, true]];
      if (set(last[2])) said.push([fits(...[words.range_80, words.range_ends].map((one) => fill(one, { low: number(last[2]), high: number(last[3]) }))), look.soft, false]);
      names.push([middle, said]);
    }
    const beside = this.shownReference(), area = this.base.references[this.reference]?.name;
    if (beside.length) names.push([beside[beside.length - 1][1], [[fits(area, `${area.slice(0, state.lang === "zh" ? 6 : 11)}…`), look.reference, false], [number(beside[beside.length - 1][1]), look.reference, false]]]);
    names.sort((a, b) => b[0] - a[0]);
    let free = box.top - 8;
    const tops = names.map(([v, told]) => { const top = Math.max(this.y(v) + 4, free + 12); free = top + 15 * (told.length - 1) + 3; return top; });
    const over = Math.max(0, free - box.bottom);
    names.forEach(([, told], i) => told.forEach(([said, colour, bold], j) => say(said, box.right + 12, Math.max(tops[i] - over, box.top + 4) + 15 * j, "start", colour, bold ? 'font-weight="700"' : "")));
  }

  placeGrip(key) {
    const { now, box } = this, made = this.grips[key], value = this.at(key), free = this.can(key);
    made.style.display = free && set(value) && now.due !== null ? "" : "none";
    if (made.style.display) return;
    const spots = { start: () => [this.x(this.base.latest[0]), this.y(value)], pace: () => [this.x(now.due), this.y(value)],
      target: () => [Math.max(this.x(Math.max(this.first, Math.min(this.goal.steps.at(-1)?.[0] ?? now.due - 1, now.due - 1))), box.left) + 12, this.y(value)], deadline: () => [this.x(now.due), box.bottom + 10] };
    const [x, y] = spots[key]();
    made.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    made.setAttribute("tabindex", "0");
    const [first, last] = key === "deadline" ? this.deadlines() : [this.low, this.high];
    const said = key === "deadline" ? fill(this.state.words.year_of, { year: value }) : key === "pace" ? this.paceWords() : quantity(value, this.base.unit);
    for (const [name, one] of [["valuemin", first], ["valuemax", last], ["valuenow", value]]) made.setAttribute(`aria-${name}`, Number(one.toPrecision(6)));
    made.setAttribute("aria-valuetext", `${said}; ${this.state.words.probability} ${this.told.probability}; ${this.told.gap}`);
  }

  paceWords() {
    const { goal, now } = this, middle = this.at("pace");
    const a = this.asked.pace ?? (middle - goal.latest[1]) / (now.due - goal.latest[0]);
    const sign = a > 0 ? "+" : a < 0 ? "−" : "";
    return fill(this.state.words.pace_of, { change: sign + points(Math.abs(a), goal.points) });
  }

  // The figures as they stand: of the untouched plan the library's words; moved, reckoned here or by the kernel.
  figuresNow() {
    const { base, now, state } = this, { words, score } = state;
    if (!this.moved()) return { ...base.told };
    if (this.answer.n === this.number && this.answer.told) return { ...this.answer.told };
    const wait = { outlook: words.pending, gap: words.pending, probability: words.pending, status: "", status_word: words.pending };
    const latest = { now: base.told.now };
    if (!this.own || !now.own) return { ...latest, ...wait };
    const [on, off] = state.thresholds, holds = met(this.goal.latest[1], now.bar);
    const status = base.forced || (now.p >= on ? (holds ? "met_holding" : "on_course") : holds ? "met_slipping" : now.p <= off ? "off_course" : "at_risk");
    const word = base.forced ? state.statuses[status] : fill(words.by_chance, { status: state.statuses[status] });
    return { ...latest, outlook: outlookWords(now.q, this.goal, score), gap: gapWords(now.gap, now.bar, now.q[MEDIAN], this.goal, score), probability: probability(now.p, score), status, status_word: word };
  }

  table() {
    const { base, told, state } = this, { words } = state, moved = this.moved();
    const mark = (status) => (state.standing[status] ? `<svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">${shape(state.standing[status], 0, 0, state.look)}</svg> ` : "");
    const rows = ["now", "outlook", "gap", "probability", "status"].map((key) => {
      const one = (from) => (key === "status" ? mark(from.status) + esc(from.status_word) : esc(from[key]).replace(/\n/g, "<br>"));
      return `<tr class="hp-of-${key}"><th scope="row">${esc(words[key])}</th>${moved ? `<td>${one(base.told)}</td>` : ""}<td><b>${one(told)}</b></td></tr>`;
    });
    const head = moved ? `<tr><td></td><th scope="col">${esc(words.plan_says)}</th><th scope="col">${esc(words.changed)}</th></tr>` : "";
    const said = this.assumed().map(([name, value]) => `<tr><th scope="row">${esc(name)}</th><td colspan="2">${esc(value)}</td></tr>`);
    this.figures.innerHTML = head + rows.join("") + said.join("");
    this.figures.classList.toggle("hp-pending", this.pending);
  }

  // What is assumed, in words.
  assumed() {
    const { base, asked, state: { words, score } } = this, out = [];
    if (set(asked.start)) out.push([words.start, fill(score.value_year, { value: quantity(asked.start, base.unit), year: base.latest[0] })]);
    if (set(asked.pace)) out.push([words.pace, this.paceWords()]);
    if (set(asked.target)) out.push([words.target, barWords(barOf(base, asked), base, this.state)]);
    if (set(asked.deadline)) out.push([words.deadline, fill(words.year_of, { year: asked.deadline })]);
    if (set(asked.population)) out.push([words.population, fill(score.value_year, { value: number(asked.population), year: base.people[0] })]);
    if (set(asked.leavers)) out.push([words.leavers, `${number(100 * asked.leavers)}%`]);
    return out;
  }

  people() {
    const { base, asked } = this, set_ = (key, low, high, step, value, words) => {
      const { label, input, shown } = this.sliders[key];
      label.hidden = !["here", "kernel"].includes(base.can[key]);
      input.disabled = !this.can(key);
      Object.assign(input, { min: low, max: high, step });
      input.value = value;
      shown.textContent = words;
      input.setAttribute("aria-valuetext", words);
    };
    const people = base.people?.[1] ?? 0, round = people > 1e4 ? 1000 : 1, there = asked.population ?? people;
    set_("population", Math.round((people * 0.7) / round) * round, Math.round((people * 1.3) / round) * round, round, there, number(there));
    set_("leavers", 0, 0.15, 0.005, asked.leavers ?? 0, `${number(100 * (asked.leavers ?? 0))}%`);
  }

  // What else changes, and what cannot be changed.
  words() {
    const { base, state: { words }, answer } = this, lines = [];
    const here = answer.n === this.number ? answer : {};
    if (this.moved() && this.live) {
      if (here.error) lines.push(`<p class="hp-error" role="status">${esc(here.error)}</p>`);
      else {
        const flips = here.flips ?? [], list = flips.map((one) => `<li>${esc(fill(words.flip, one))}</li>`).join("");
        lines.push(`<p><b>${esc(words.flips)}</b> ${this.pending ? esc(words.pending) : flips.length ? "" : esc(words.flips_none)}</p>${list ? `<ul>${list}</ul>` : ""}`);
        if (here.things) lines.push(`<p>${esc(here.things)}</p>`);
      }
    }
    const after = here.expected && here.expected !== this.state.expected ? ` → ${here.expected}` : "";
    if (this.state.expected) lines.push(`<p>${esc(this.state.expected + after)}${this.pending ? ` ${esc(words.pending)}` : ""}</p>`);
    this.more.innerHTML = lines.join("");
    this.more.classList.toggle("hp-pending", this.pending);
    const notes = [], off = [], by = {};
    for (const key of KEPT) {
      const where = base.can[key];
      if (where === "kernel") this.live || off.push(words[key]);
      else if (where !== "here") (by[where] ??= []).push(words[key]);
    }
    const comma = this.state.lang === "zh" ? "、" : ", ";
    if (off.length) notes.push(fill(this.model.page ? words.page_off : words.kernel_off, { names: [...off, words.method, words.as_of].join(comma) }));
    for (const [why, names] of Object.entries(by)) notes.push(fill(words.cannot, { name: names.join(comma), why: words[`why_${why}`] }));
    if (set(this.asked.pace)) notes.unshift(words.spread);
    this.notes.innerHTML = notes.map((one) => `<p>${esc(one)}</p>`).join("");
  }

  // The picture with its name and figures over it, as a PNG.
  async png(scale = 2) {
    const { width, box, base, told, state } = this, lines = [`${base.name}　${base.goal}　${base.deadline}`, `${state.words.outlook} ${told.outlook}　${told.gap}　${state.words.probability} ${told.probability}`, ...this.assumed().map(([name, value]) => `${name} ${value}`)];
    const top = 20 * lines.length + 10, copy = this.svg.cloneNode(true);
    copy.querySelectorAll(".hp-grip").forEach((one) => (one.style.display === "none" ? one.remove() : one.removeAttribute("tabindex")));
    copy.setAttribute("y", top);
    const told_ = lines.map((one, i) => `<text x="12" y="${22 + 20 * i}" font-size="14" ${i ? "" : 'font-weight="700"'} fill="${state.look.ink}">${esc(one)}</text>`).join("");
    const whole = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${box.height + top}" font-family="${FAMILY}"><rect width="100%" height="100%" fill="#fff"/>${told_}${new XMLSerializer().serializeToString(copy)}</svg>`;
    const image = new Image(), canvas = document.createElement("canvas");
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(whole)}`;
    await image.decode();
    canvas.width = width * scale;
    canvas.height = (box.height + top) * scale;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  // One row: the goal, what was assumed, and its figures before and after.
  csv() {
    const { base, told, state: { words } } = this, keys = ["outlook", "gap", "probability", "status_word"];
    const name = (key) => words[key === "status_word" ? "status" : key];
    const head = [words.goal, words.assumed, ...keys.flatMap((key) => [`${name(key)}（${words.before}）`, `${name(key)}（${words.after}）`])];
    const row = [base.name, this.assumed().map((one) => one.join(" ")).join("; ") || words.none, ...keys.flatMap((key) => [base.told[key], told[key]])];
    const cell = (one) => `"${(/^[=+\-@−＝＋－＠\t\r\n]/.test(one) ? "'" : "") + String(one).replaceAll('"', '""')}"`;
    return [head, row].map((one) => one.map(cell).join(",")).join("\r\n") + "\r\n";
  }

  download(blob, ending) {
    const link = tag("a", { href: URL.createObjectURL(blob), download: `${this.base.id}.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}

function render({ model, el }) {
  const view = new View(model, el);
  el.explorer = view; // for tests and for the console
  const heard = { "change:answer": () => { view.answer = model.get("answer") ?? {}; if (!view.dragging) view.frame(); view.draw(); },
    "change:state": () => { view.state = model.get("state"); view.reference = 0; view.references.dataset.of = ""; view.frame(); view.draw(); },
    "msg:custom": (words) => { if (words === "here") { view.live = true; view.frame(); view.draw(); } } };
  for (const [what, act] of Object.entries(heard)) model.on(what, act);
  try { model.send("there?"); } catch { /* a saved view has nobody to ask */ }
  return () => { for (const [what, act] of Object.entries(heard)) model.off(what, act); };
}

export default { render };
