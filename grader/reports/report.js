"use strict";
// Sorts and filters the tables of the report; without it they are there to be read.
for (const table of document.querySelectorAll("table[data-sort]")) {
  const rows = table.tBodies[0].rows;
  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(table, heading));
  }
  if (rows.length < 8) continue; // few rows need no search
  const label = document.createElement("label");
  const input = document.createElement("input");
  const shown = document.createElement("span");
  input.type = "search";
  shown.setAttribute("role", "status");
  label.append("Show only rows with ", input);
  const bar = document.createElement("p");
  bar.append(label, " ", shown);
  table.parentElement.before(bar);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let count = 0;
    for (const row of rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      count += row.hidden ? 0 : 1;
    }
    shown.textContent = wanted ? `${count} of ${rows.length}` : "";
  });
}

function sort(table, heading) {
  const down = heading.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const key = (row) => row.cells[heading.cellIndex].textContent.trim();
  const order = new Intl.Collator("en", { numeric: true }).compare;
  const sorted = [...body.rows].sort((a, b) => order(key(a), key(b)));
  body.append(...(down ? sorted.reverse() : sorted));
}
