// Draw the Go board that Python sends, and send which point is chosen. The rules and all
// words come from Python (board.py); nothing is loaded from elsewhere.

const KEY =
  "Click a point, or move with the arrow keys and press Enter. " +
  "The small ring marks the last move.";
const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
const STONES = ["", "convlab-black", "convlab-white"];

function element(name, settings = {}, ...children) {
  const made = Object.assign(document.createElement(name), settings);
  made.append(...children);
  return made;
}

// A number or letter at the edge; the points themselves are named for those who listen.
function mark(text) {
  const made = element("td", { className: "convlab-mark", textContent: text });
  made.setAttribute("aria-hidden", "true");
  return made;
}

class Board {
  constructor(model, root) {
    this.model = model;
    this.number = 0;
    const { size } = model.get("state");
    this.size = size;
    this.focused = (size * size - 1) / 2;
    this.words = element("p");
    this.words.setAttribute("role", "status");
    this.cells = Array.from({ length: size * size }, (_, move) => this.cell(move));
    const again = element("button", { textContent: "New game", type: "button" });
    again.addEventListener("click", () => this.choose({}));
    root.className = "convlab-board";
    // JupyterLab takes arrow keys for its own before an element hears of them.
    root.dataset.lmSuppressShortcuts = "true";
    root.append(this.words, this.table(), again, element("div", { textContent: KEY }));
    this.show();
  }

  table() {
    const rows = Array.from({ length: this.size }, (_, i) => {
      const cells = this.cells.slice(i * this.size, (i + 1) * this.size);
      const row = element("tr", {}, mark(this.size - i), ...cells);
      row.setAttribute("role", "row");
      return row;
    });
    const letters = [..."abcdefghijklmnopqrs"].slice(0, this.size).map(mark);
    const foot = element("tfoot", {}, element("tr", {}, mark(""), ...letters));
    foot.setAttribute("aria-hidden", "true");
    const table = element("table", {}, element("tbody", {}, ...rows), foot);
    table.setAttribute("role", "grid");
    table.setAttribute("aria-label", "Go board");
    return table;
  }

  cell(move) {
    const cell = element("td", {}, element("span"));
    cell.setAttribute("role", "gridcell");
    cell.addEventListener("click", () => this.pick(move));
    cell.addEventListener("keydown", (event) => this.press(event, move));
    const [row, column] = [Math.floor(move / this.size), move % this.size];
    cell.classList.toggle("convlab-top", row === 0);
    cell.classList.toggle("convlab-bottom", row === this.size - 1);
    cell.classList.toggle("convlab-left", column === 0);
    cell.classList.toggle("convlab-right", column === this.size - 1);
    return cell;
  }

  press(event, move) {
    const step = STEPS[event.key];
    if (!step && event.key !== "Enter" && event.key !== " ") return;
    // The notebook has a use of its own for these keys.
    event.preventDefault();
    event.stopPropagation();
    if (!step) return this.pick(move);
    const row = Math.floor(move / this.size) + step[0];
    const column = (move % this.size) + step[1];
    if (row < 0 || column < 0 || row >= this.size || column >= this.size) return;
    this.focusOn(row * this.size + column);
    this.cells[this.focused].focus();
  }

  pick(move) {
    this.focusOn(move);
    this.choose({ move });
  }

  choose(choice) {
    this.words.textContent = "The network is thinking …";
    this.number += 1;
    this.model.set("chosen", { ...choice, number: this.number });
    this.model.save_changes();
  }

  focusOn(move) {
    this.focused = move;
    this.cells.forEach((cell, number) => (cell.tabIndex = number === move ? 0 : -1));
  }

  show() {
    const { stones, labels, last, words } = this.model.get("state");
    this.words.textContent = words;
    this.cells.forEach((cell, move) => {
      cell.setAttribute("aria-label", labels[move] + (move === last ? ", last move" : ""));
      cell.firstChild.className = STONES[stones[move]];
      cell.classList.toggle("convlab-last", move === last);
    });
    this.focusOn(this.focused);
  }
}

export default {
  render({ model, el }) {
    const board = new Board(model, el);
    model.on("change:state", () => board.show());
  },
};
