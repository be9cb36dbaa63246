// Draw a scene that Python sends, and move over it. All numbers, words and colours come
// from Python (scene.py); nothing is computed here and nothing is loaded from elsewhere.

const KEY =
  "Move with the mouse or the arrow keys. Blue is positive, orange negative, white 0; " +
  "framed: what you look at; a dark or light corner: a value that is wrong.";
const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function element(name, settings = {}, ...children) {
  const made = Object.assign(document.createElement(name), settings);
  made.append(...children);
  return made;
}

function cellOf([text, fill, ink]) {
  const cell = element("td", { textContent: text });
  cell.style.backgroundColor = fill;
  cell.style.color = ink;
  return cell;
}

function tableOf({ title, cells }) {
  const rows = cells.map((row) => element("tr", {}, ...row.map(cellOf)));
  const body = element("tbody", {}, ...rows);
  return element("table", {}, element("caption", { textContent: title }), body);
}

function cellsOf(table) {
  return [...table.tBodies[0].rows].map((row) => [...row.cells]);
}

class Explorer {
  constructor(model, root) {
    this.model = model;
    this.chosen = { settings: {} };
    this.title = element("strong");
    this.told = element("span");
    this.controls = element("div", { className: "convlab-controls" });
    this.outputs = element("div", { className: "convlab-row" });
    this.value = element("p", { className: "convlab-value" });
    this.value.setAttribute("aria-live", "polite");
    this.feeds = element("div");
    this.key = element("small", { textContent: KEY });
    const head = element("p", {}, this.title, " ", this.told);
    head.setAttribute("role", "status");
    root.className = "convlab-explorer";
    // JupyterLab takes arrow keys for its own before an element hears of them.
    root.dataset.lmSuppressShortcuts = "true";
    root.append(head, this.controls, this.outputs, this.value, this.feeds, this.key);
    this.show();
  }

  show() {
    const scene = this.model.get("scene");
    this.title.textContent = scene.exercise;
    this.told.textContent = scene.words.replaceAll("`", "");
    this.showControls(scene.controls);
    const hasPicture = Boolean(scene.outputs);
    for (const part of [this.outputs, this.value, this.feeds, this.key]) {
      part.hidden = !hasPicture;
    }
    if (!hasPicture) return;
    this.places = scene.places;
    this.showOutputs(scene);
    this.moveTo(...scene.start);
  }

  showControls(controls) {
    const focused = document.activeElement?.dataset?.key;
    this.controls.replaceChildren(...controls.map((control) => this.control(control)));
    this.keys = Object.fromEntries(controls.map(({ key, now }) => [key, now]));
    if (focused) this.controls.querySelector(`[data-key="${focused}"]`)?.focus();
  }

  control({ key, title, choices, now }) {
    const options = choices.map((text, value) => element("option", { text, value }));
    const select = element("select", {}, ...options);
    select.dataset.key = key;
    select.value = now;
    select.addEventListener("change", () => this.choose(key, Number(select.value)));
    return element("label", {}, title, select);
  }

  choose(key, value) {
    if (key === "case") {
      this.chosen = { case: value, settings: {} };
    } else if (key === "picture" || key === "filter") {
      const { picture = 0, filter = 0 } = { ...this.keys, [key]: value };
      this.chosen = { ...this.chosen, plane: [picture, filter] };
    } else {
      const { plane, ...others } = this.chosen;
      this.chosen = { ...others, settings: { ...others.settings, [key]: value } };
    }
    this.told.textContent = "Your function is being called …";
    this.model.set("chosen", this.chosen);
    this.model.save_changes();
  }

  showOutputs({ outputs, wrong, aside }) {
    const tables = outputs.map(tableOf);
    this.grids = tables.map(cellsOf);
    tables.forEach((table, number) => this.makeMovable(table, this.grids[number]));
    wrong.forEach((row, i) =>
      row.forEach((isWrong, j) => {
        if (isWrong) this.grids.at(-1)[i][j].classList.add("convlab-wrong");
      }),
    );
    this.outputs.replaceChildren(...tables, ...aside.map(tableOf));
  }

  makeMovable(table, grid) {
    table.setAttribute("role", "grid");
    table.classList.add("convlab-movable");
    grid.forEach((row, i) =>
      row.forEach((cell, j) => {
        cell.setAttribute("role", "gridcell");
        cell.addEventListener("mouseenter", () => this.moveTo(i, j));
        cell.addEventListener("click", () => this.moveTo(i, j));
        cell.addEventListener("focus", () => this.moveTo(i, j));
        cell.addEventListener("keydown", (event) => this.step(event, grid, i, j));
      }),
    );
  }

  step(event, grid, i, j) {
    const [down, right] = STEPS[event.key] ?? [0, 0];
    if (!(event.key in STEPS)) return;
    // The notebook has a use of its own for these keys.
    event.preventDefault();
    event.stopPropagation();
    grid[i + down]?.[j + right]?.focus();
  }

  moveTo(i, j) {
    this.grids.flat(2).forEach((cell) => this.unmark(cell));
    this.grids.forEach((grid) => this.mark(grid[i][j]));
    const { words, equation, read, rows } = this.places[i][j];
    this.value.replaceChildren(words, element("br"), element("code", { textContent: equation }));
    const { inputs } = this.model.get("scene");
    this.feeds.replaceChildren(...rows.map((row, c) => this.feed(inputs[c], read[c], row)));
  }

  mark(cell) {
    cell.classList.add("convlab-here");
    cell.setAttribute("aria-selected", "true");
    cell.tabIndex = 0;
  }

  unmark(cell) {
    cell.classList.remove("convlab-here");
    cell.setAttribute("aria-selected", "false");
    cell.tabIndex = -1;
  }

  feed(input, read, row) {
    const picture = tableOf(input);
    const cells = cellsOf(picture);
    read.forEach(([i, j]) => cells[i][j].classList.add("convlab-here"));
    return element("div", { className: "convlab-row" }, picture, ...row.map(tableOf));
  }
}

export default {
  render({ model, el }) {
    const explorer = new Explorer(model, el);
    model.on("change:scene", () => explorer.show());
  },
};
