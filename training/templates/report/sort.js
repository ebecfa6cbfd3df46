// Tables can be sorted by a click; without this script they are read as they stand.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  table.querySelectorAll("thead tr:last-child th").forEach((head, place) => {
    const button = document.createElement("button");
    button.className = "sort";
    button.type = "button";
    button.title = "Sorter etter denne kolonnen";
    button.append(...head.childNodes);
    head.append(button);
    const value = (row) => Number((row.querySelectorAll("td:not(.strip)")[place] || {dataset: {}}).dataset.value ?? -1);
    button.addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") !== "descending";
      table.querySelectorAll("[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const rows = [...body.rows].filter((row) => !row.classList.contains("total"));
      rows.sort((one, other) => (falling ? 1 : -1) * (value(other) - value(one)));
      body.append(...rows);
    });
  });
}
