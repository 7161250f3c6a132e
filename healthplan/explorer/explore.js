// One goal to play with: a picture drawn anew at each move, handles that stay, a table of figures. Without a kernel pace,
// target and deadline are reckoned here from the fifteen quantiles; the rest is asked of the kernel and marked until it
// answers. Stands behind numbers.js and picture.js in one module.
const HANDLES = ["start", "pace", "target", "deadline"];
const SLIDERS = ["population", "leavers"];
const SVG = "http://www.w3.org/2000/svg";
const FAMILY = "'Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei','PingFang SC',healthplan,sans-serif";
const snapped = (value, step) => Number((Math.round(value / step) * step).toPrecision(10));

function tag(name, attributes = {}, parent = null, words = "") {
  const made = name === "svg" || name === "g" ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (words) made.textContent = words;
  if (parent) parent.append(made);
  return made;
}

class View {
  constructor(model, el) {
    Object.assign(this, { model, state: model.get("state"), answer: model.get("answer") ?? {}, asked: { ...model.get("asked") } });
    this.live = false; // whether a kernel answers
    this.reference = 0;
    this.asked.n ??= 0;
    // JupyterLab's keys are not for what is inside
    const about = { class: "hp-explorer", lang: this.state.lang === "zh" ? "zh-CN" : "en", "data-lm-suppress-shortcuts": "true" };
    this.root = tag("div", about, el);
    if (!this.state.goals.length) tag("p", {}, this.root, this.state.words.no_goal);
    else { this.build(); this.draw(true); }
  }

  get base() { return this.state.goals.find((one) => one.id === this.asked.goal) ?? this.state.goals[0]; }
  // The goal with the start and the people that a kernel has put to it.
  get goal() { return this.answer.goal?.id === this.base.id && this.beyond ? this.answer.goal : this.base; }
  get beyond() { return set(this.asked.start) || set(this.asked.population); }
  get answered() { return this.answer.n === this.asked.n; }
  get pending() { return moves(this.asked) && this.live && !this.answered; }
  get beside() { return this.base.references[this.reference]?.rows ?? []; }
  can(handle) { const where = this.base.can[handle]; return where === "here" || (where === "kernel" && this.live); }

  // Whether gap and probability follow from what is here: leavers move neither.
  get own() {
    const { asked, base, answer } = this, held = (key) => (asked[key] ?? null) === (answer.of?.[key] ?? null);
    if (this.beyond && !(held("start") && held("population") && this.goal !== base)) return false;
    return this.now.own && ["pace", "target", "deadline"].every((key) => !set(asked[key]) || base.can[key] === "here");
  }

  build() {
    const { state: { words, goals, methods, years }, root } = this, head = tag("div", { class: "hp-bar" }, root);
    const other = (change) => this.ask({ ...Object.fromEntries(KEPT.map((key) => [key, null])), ...change }, true);
    this.chooser = this.select(head, words.goal, goals.map((one) => [one.id, one.name]), (goal) => { this.reference = 0; other({ goal }); });
    this.methods = this.select(head, words.method, methods, (method) => other({ method }));
    this.years = this.select(head, words.as_of, years.map((year) => [year, fill(words.year_of, { year })]), (year) => other({ as_of: +year }));
    this.references = this.select(head, words.reference, [], (at) => { this.reference = Number(at); this.draw(true); });
    this.title = tag("p", { class: "hp-title" }, root);
    const cols = tag("div", { class: "hp-cols" }, root);
    this.holder = tag("div", { class: "hp-picture" }, cols);
    this.svg = tag("svg", { "font-family": FAMILY, "font-size": 12 }, this.holder);
    this.picture = tag("g", { role: "img" }, this.svg);
    this.grips = Object.fromEntries(HANDLES.map((key) => [key, this.grip(key)]));
    this.hint = tag("p", { class: "hp-small" }, this.holder, words.hint);
    const side = tag("div", { class: "hp-side" }, cols);
    this.figures = tag("table", { "aria-label": words.figures }, side);
    this.sliders = Object.fromEntries(SLIDERS.map((key) => [key, this.slider(side, key)]));
    this.more = tag("div", { class: "hp-more" }, side);
    const foot = tag("div", { class: "hp-bar" }, root);
    this.reset = this.button(foot, words.reset, () => other({}));
    this.button(foot, words.code, () => { this.code.hidden = !this.code.hidden; });
    this.button(foot, words.save_picture, () => this.png().then((blob) => this.download(blob, "png")));
    this.button(foot, words.save_row, () => this.download(new Blob(["\ufeff", this.csv()], { type: "text/csv" }), "csv"));
    this.code = tag("pre", { class: "hp-code", tabindex: 0 }, root);
    this.code.hidden = true;
    this.notes = tag("div", { class: "hp-small" }, root);
    let width = 0;
    new ResizeObserver(() => { if (width !== this.holder.clientWidth) this.draw(true); width = this.holder.clientWidth; }).observe(this.holder);
  }

  select(parent, words, options, change) {
    const made = tag("select", {}, tag("label", {}, parent, words));
    for (const [value, word] of options) tag("option", { value }, made, word);
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
    input.addEventListener("input", () => this.ask({ [key]: Number(input.value) }));
    return { label, input, shown: tag("output", {}, label) };
  }

  // A handle in the picture: dragged with mouse, pen or finger, moved with the keys.
  grip(key) {
    const { look, words } = this.state, across = key === "deadline", flat = across || key === "target";
    const made = tag("g", { class: `hp-grip hp-${key}`, role: "slider", tabindex: 0, "aria-label": words[key],
      "aria-orientation": across ? "horizontal" : "vertical" }, this.svg);
    const how = `class="hp-dot" fill="#fff" stroke="${flat ? look.target : look.own}" stroke-width="2.4"`;
    made.innerHTML = `<circle r="17" fill="transparent"/>${flat ? `<rect ${how} x="-9" y="-5" width="18" height="10" rx="4"/>` : `<circle ${how} r="7"/>`}`;
    const on = (names, act) => names.forEach((name) => made.addEventListener(name, act));
    on(["pointerdown"], (event) => {
      made.setPointerCapture(event.pointerId);
      this.dragging = key;
      made.focus();
      event.preventDefault();
    });
    on(["pointermove"], (event) => {
      if (this.dragging !== key) return;
      const box = this.svg.getBoundingClientRect();
      this.place(key, across ? this.scale.year(event.clientX - box.left) : this.scale.value(event.clientY - box.top));
    });
    on(["pointerup", "pointercancel"], () => { if (this.dragging) { this.dragging = ""; this.draw(true); } });
    on(["keydown"], (event) => {
      const ways = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }, way = ways[event.key];
      if (event.key === "Delete" || event.key === "Escape") this.ask({ [key]: null }, true);
      else if (way) this.place(key, this.at(key) + (across ? Math.sign(way) : way * this.scale.step), true);
      else return;
      event.preventDefault();
    });
    return made;
  }

  // Where a handle stands: a value on the axis, of the deadline a year.
  at(key) {
    const { now, asked, goal } = this;
    if (key === "deadline") return now.due;
    if (key === "target") return now.bar.low ?? now.bar.high;
    if (key === "start") return asked.start ?? this.base.latest?.[1];
    if (now.q) return now.q[MEDIAN];
    return set(asked.pace) ? walked(goal, asked.pace, now.due) : goal.fan.find((row) => row[0] === now.due)?.[1];
  }

  // A handle put to a value on the axis, or a year: what is asked is in the numbers that the library takes.
  place(key, value, rescaled = false) {
    const { base, goal, now, scale: { step } } = this, kept = within(value, ...base.bounds);
    if (key === "deadline") return this.ask({ deadline: within(Math.round(value), ...this.deadlines()) }, rescaled);
    if (key === "start") return this.ask({ start: snapped(kept, step) }, rescaled);
    if (key === "target") {
      const [a, b, stated] = base.stated, target = snapped((kept - a) / b, step / Math.abs(b));
      return this.ask({ target: stated < 0 ? Math.min(target, 0) : Math.max(target, 0) }, rescaled);
    }
    const years = now.due - goal.latest[0];
    return this.ask({ pace: snapped((kept - goal.latest[1]) / years, step / years) }, rescaled);
  }

  deadlines() {
    const { base } = this, first = Math.max(base.as_of, base.latest?.[0] ?? 0) + 1;
    return [first, Math.max(first, base.due ?? 0, ...Object.keys(base.ahead).map(Number))];
  }

  // What is asked for, here and of the kernel.
  ask(change, rescaled = false) {
    Object.assign(this.asked, { goal: this.base.id }, change, { n: this.asked.n + 1 });
    this.model.set("asked", { ...this.asked });
    this.model.save_changes();
    this.draw(rescaled);
  }

  // Everything as it is asked for now; the scales stand still while a handle is dragged.
  draw(rescaled = false) {
    if (rescaled && !this.dragging) this.scale = scales(this, within(this.holder.clientWidth || 640, 300, 860));
    this.now = judged(this.goal, this.asked, this.state);
    this.told = this.figuresNow();
    const { scale, state, base } = this, { words } = state;
    for (const [key, value] of [["width", scale.width], ["height", scale.height], ["viewBox", `0 0 ${scale.width} ${scale.height}`]]) {
      this.svg.setAttribute(key, value);
    }
    this.picture.innerHTML = picture(this);
    this.picture.setAttribute("aria-label", fill(words.picture_of, { name: base.name }));
    HANDLES.forEach((key) => this.placed(key));
    this.hint.hidden = HANDLES.every((key) => this.grips[key].style.display);
    const invented = state.synthetic ? ` <i>${esc(words.synthetic)}</i>` : "";
    this.title.innerHTML = `<b>${esc(base.name)}</b> ${esc(base.goal)} · ${esc(base.deadline)}${invented}`;
    const options = [...base.references.map((one) => one.name), words.reference_none];
    this.references.replaceChildren(...options.map((word, value) => tag("option", { value }, null, word)));
    this.references.value = this.reference;
    [this.chooser.value, this.methods.value, this.years.value] = [base.id, state.method, state.as_of];
    this.methods.disabled = this.years.disabled = !this.live;
    this.reset.disabled = !moves(this.asked);
    this.code.textContent = code(state, base, this.asked);
    this.tabled();
    this.slid();
    this.alsoSaid();
    this.noted();
  }

  placed(key) {
    const { now, scale, base, told, state: { words } } = this, made = this.grips[key], value = this.at(key);
    made.style.display = this.can(key) && set(value) && now.due !== null ? "" : "none";
    if (made.style.display) return;
    const years = { start: base.latest[0], pace: now.due, deadline: now.due };
    const x = key === "target" ? scale.left + 12 : scale.x(years[key]), y = key === "deadline" ? scale.bottom + 10 : scale.y(value);
    const [low, high] = key === "deadline" ? this.deadlines() : [scale.low, scale.high];
    const said = key === "deadline" ? fill(words.year_of, { year: value }) : key === "pace" ? this.paceWords() : quantity(value, base.unit);
    const about = { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, "aria-valuemin": low, "aria-valuemax": high, "aria-valuenow": value,
      "aria-valuetext": `${said}; ${words.probability} ${told.probability}; ${told.gap}` };
    for (const [name, one] of Object.entries(about)) made.setAttribute(name, one);
  }

  paceWords() {
    const { goal, now, asked, state: { words } } = this;
    const pace = asked.pace ?? (this.at("pace") - goal.latest[1]) / (now.due - goal.latest[0]);
    return fill(words.pace_of, { change: (pace > 0 ? "+" : pace < 0 ? "−" : "") + points(Math.abs(pace), goal.points) });
  }

  // The figures: of the untouched plan the library's words, moved those of the kernel, till then what is reckoned here.
  figuresNow() {
    const { base, goal, now, asked, state } = this, { words, score } = state;
    if (!moves(asked)) return base.told;
    if (this.answered && this.answer.told) return this.answer.told;
    if (!this.own) {
      const wait = this.answered ? score.no_figure : words.pending;
      return { now: base.told.now, outlook: wait, gap: wait, probability: wait, status: "", status_word: wait };
    }
    const [on, off] = state.thresholds, holds = met(goal.latest[1], now.bar);
    const ahead = now.p >= on ? "on_course" : now.p <= off ? "off_course" : "at_risk";
    const status = base.forced || (!holds ? ahead : now.p >= on ? "met_holding" : "met_slipping"), word = state.statuses[status];
    return {
      now: goal.told.now, outlook: outlookWords(now.q, goal, score), gap: gapWords(now.gap, now.bar, now.q[MEDIAN], goal, score),
      probability: probability(now.p, score), status, status_word: base.forced ? word : fill(words.by_chance, { status: word }),
    };
  }

  tabled() {
    const { base, told, state } = this, { words } = state, moved = moves(this.asked);
    const mark = (status) => (state.standing[status]
      ? `<svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">${shape(state.standing[status], 0, 0, state.look)}</svg> ` : "");
    const one = (from, key) => (key === "status" ? mark(from.status) + esc(from.status_word) : esc(from[key]).replace(/\n/g, "<br>"));
    const rows = ["now", "outlook", "gap", "probability", "status"].map((key) => `<tr class="hp-of-${key}"><th scope="row">${esc(words[key])}</th>`
      + `${moved ? `<td>${one(base.told, key)}</td>` : ""}<td><b>${one(told, key)}</b></td></tr>`);
    if (moved) rows.unshift(`<tr><td></td><th scope="col">${esc(words.plan_says)}</th><th scope="col">${esc(words.changed)}</th></tr>`);
    const assumed = this.assumed().map(([name, value]) => `<tr><th scope="row">${esc(name)}</th><td colspan="2">${esc(value)}</td></tr>`);
    this.figures.innerHTML = [...rows, ...assumed].join("");
    this.figures.classList.toggle("hp-pending", this.pending);
  }

  // What is assumed, in words.
  assumed() {
    const { base, asked, state } = this, { words, score } = state, year = (value, of) => fill(score.value_year, { value, year: of });
    const said = {
      start: (value) => year(quantity(value, base.unit), base.latest[0]),
      pace: () => this.paceWords(),
      target: () => barWords(barOf(base, asked), base, state),
      deadline: (value) => fill(words.year_of, { year: value }),
      population: (value) => year(number(value), base.people[0]),
      leavers: (value) => `${number(100 * value)}%`,
    };
    return Object.keys(said).filter((key) => set(asked[key])).map((key) => [words[key], said[key](asked[key])]);
  }

  slid() {
    const { base, asked } = this, people = base.people?.[1] ?? 0, round = people > 1e4 ? 1000 : 1;
    const near = (share) => Math.round((people * share) / round) * round;
    const of = { population: [near(0.7), near(1.3), round, asked.population ?? people], leavers: [0, 0.15, 0.005, asked.leavers ?? 0] };
    for (const key of SLIDERS) {
      const { label, input, shown } = this.sliders[key], [min, max, step, value] = of[key];
      label.hidden = !["here", "kernel"].includes(base.can[key]);
      Object.assign(input, { disabled: !this.can(key), min, max, step, value });
      shown.textContent = key === "leavers" ? `${number(100 * value)}%` : number(value);
      input.setAttribute("aria-valuetext", shown.textContent);
    }
  }

  // What else changes: from the kernel alone.
  alsoSaid() {
    const { state: { words, expected }, pending } = this, answer = this.answered ? this.answer : {}, out = [];
    if (answer.error) out.push(`<p class="hp-error" role="status">${esc(answer.error)}</p>`);
    else if (moves(this.asked) && (this.live || answer.flips)) {
      const flips = (answer.flips ?? []).map((one) => `<li>${esc(fill(words.flip, one))}</li>`).join("");
      out.push(`<p><b>${esc(words.flips)}</b> ${esc(pending ? words.pending : flips ? "" : words.flips_none)}</p><ul>${flips}</ul>`);
      if (answer.things) out.push(`<p>${esc(answer.things)}</p>`);
    }
    const after = answer.expected && answer.expected !== expected ? ` → ${answer.expected}` : "";
    if (expected) out.push(`<p>${esc(expected + after)}${pending ? ` ${esc(words.pending)}` : ""}</p>`);
    this.more.innerHTML = out.join("");
    this.more.classList.toggle("hp-pending", pending);
  }

  // What cannot be moved, and why.
  noted() {
    const { base, state: { words, lang } } = this, comma = lang === "zh" ? "、" : ", ", off = [], why = {};
    for (const key of KEPT) {
      const where = base.can[key];
      if (where === "kernel" && !this.live) off.push(words[key]);
      else if (where !== "kernel" && where !== "here") (why[where] ??= []).push(words[key]);
    }
    const notes = Object.entries(why).map(([one, names]) => fill(words.cannot, { name: names.join(comma), why: words[`why_${one}`] }));
    const names = [...off, words.method, words.as_of].join(comma);
    if (!this.live) notes.unshift(fill(this.model.page ? words.page_off : words.kernel_off, { names }));
    if (set(this.asked.pace)) notes.unshift(words.spread);
    this.notes.innerHTML = notes.map((one) => `<p>${esc(one)}</p>`).join("");
  }

  // The picture with its name and figures over it, as a PNG.
  async png(scale = 2) {
    const { base, told, now, state: { words, look, standing, synthetic }, scale: { width, height, x, y } } = this, middle = this.at("pace");
    const figures = [`${words.outlook} ${told.outlook}`, told.gap, `${words.probability} ${told.probability}`, told.status_word];
    const said = [[base.name, base.goal, base.deadline, ...(synthetic ? [words.synthetic] : [])], figures, this.assumed().map((one) => one.join(" "))];
    const lines = said.flatMap((pieces) => folded(pieces, (width - 24) * (12 / 14)));
    const top = 20 * lines.length + 10, copy = this.svg.cloneNode(true);
    copy.setAttribute("y", top);
    copy.querySelectorAll(".hp-grip").forEach((one) => one.remove());
    if (set(middle) && standing[told.status]) tag("g", {}, copy).innerHTML = shape(standing[told.status], x(now.due), y(middle), look);
    const words_ = lines.map((one, i) => `<text x="12" y="${22 + 20 * i}" font-size="14" fill="${look.ink}">${esc(one)}</text>`).join("");
    const whole = `<svg xmlns="${SVG}" width="${width}" height="${height + top}" font-family="${FAMILY}">`
      + `<rect width="100%" height="100%" fill="#fff"/>${words_}${new XMLSerializer().serializeToString(copy)}</svg>`;
    const image = new Image(), canvas = tag("canvas", { width: width * scale, height: (height + top) * scale });
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(whole)}`;
    await image.decode();
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  // One row: the goal, what was assumed, and its figures before and after.
  csv() {
    const { base, told, state: { words } } = this, keys = ["outlook", "gap", "probability", "status_word"];
    const name = (key) => words[key === "status_word" ? "status" : key], assumed = this.assumed().map((one) => one.join(" ")).join("; ");
    const head = [words.goal, words.assumed, ...keys.flatMap((key) => [words.before, words.after].map((of) => fill(of, { name: name(key) })))];
    const row = [base.name, assumed || words.none, ...keys.flatMap((key) => [base.told[key], told[key]])];
    const cell = (one) => `"${(/^[=+\-@−＝＋－＠\t\r\n]/.test(one) ? "'" : "") + one.replaceAll('"', '""')}"`;
    return [head, row].map((one) => `${one.map(cell).join(",")}\r\n`).join("");
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
  if (!view.state.goals.length) return;
  const heard = {
    "change:answer": () => { view.answer = model.get("answer"); view.draw(true); },
    "change:state": () => { view.state = model.get("state"); view.draw(true); },
    "msg:custom": (said) => { if (said === "here") { view.live = true; view.draw(true); } },
  };
  for (const [what, act] of Object.entries(heard)) model.on(what, act);
  try { model.send("there?"); } catch { /* what was only kept has nobody to ask */ }
  return () => { for (const [what, act] of Object.entries(heard)) model.off(what, act); };
}

export default { render };
