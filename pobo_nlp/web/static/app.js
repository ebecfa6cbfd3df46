"use strict";
/* The adviser's page. Everything here is an addition: without it, the form is sent and the page comes back whole.
   No text is ever put into the page as HTML but what the server has escaped. */
(() => {
  const PAUSE_MS = 120;
  const HEADERS = { "X-Pobo-Fragment": "1", Accept: "text/html" };
  const KEYS_OFF = "pobo-keys-off";
  document.documentElement.classList.add("js");

  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const isTyping = (target) => target.matches("textarea, select, input:not([type=radio], [type=checkbox])");

  const form = find("#work");
  if (form) startWork(form);
  startDialogs();
  const message = find("[data-message]");
  if (message) message.focus();

  function startDialogs() {
    for (const button of all("[data-open]")) {
      button.addEventListener("click", () => open(button.dataset.open));
    }
    const keysOn = find("#keys-on");
    keysOn.checked = !localStorage.getItem(KEYS_OFF);
    keysOn.addEventListener("change", () => {
      if (keysOn.checked) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, "1");
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "?" && keysAreOn() && !isTyping(event.target) && !isModified(event)) open("help");
    });
  }

  function open(name) {
    const dialog = find(`#${name}`);
    if (!dialog || dialog.open) return;
    dialog.showModal();
    dialog.dispatchEvent(new Event("pobo-open"));
  }

  function keysAreOn() {
    return !localStorage.getItem(KEYS_OFF) && !find("dialog[open]");
  }

  function isModified(event) {
    return event.ctrlKey || event.altKey || event.metaKey;
  }

  function startWork(form) {
    const text = find("#text");
    const marks = find("#marks");
    let timer = 0;
    let running = null;
    let shownText = text.value;
    let startedAt = text.value.trim() ? performance.now() : null;
    let isDirty = false;

    // ------------------------------------------------------------ suggestions while one types
    text.addEventListener("input", () => {
      if (startedAt === null) startedAt = performance.now();
      isDirty = true;
      mark(null);
      clearTimeout(timer);
      timer = setTimeout(refresh, PAUSE_MS);
    });

    async function refresh() {
      clearTimeout(timer);
      if (running) running.abort();
      const mine = (running = new AbortController());
      const asked = text.value;
      try {
        const response = await fetch("/suggest", { method: "POST", headers: HEADERS, body: content(), signal: mine.signal });
        if (!response.ok || response.redirected) throw new Error(String(response.status));
        const part = await response.text();
        if (mine !== running || asked !== text.value) return;
        put(part, asked);
        find("#no-suggestions").hidden = true;
      } catch (error) {
        if (error.name !== "AbortError") find("#no-suggestions").hidden = false;
      } finally {
        if (mine === running) running = null;
      }
    }

    function put(part, asked) {
      const answers = find("#answers");
      const focused = document.activeElement && answers.contains(document.activeElement) ? document.activeElement.id : "";
      const opened = all("details[open]", answers).map((one) => one.closest("fieldset").dataset.dimension);
      // The server's own template, with every text of a person escaped.
      answers.replaceChildren(...new DOMParser().parseFromString(part, "text/html").body.childNodes);
      for (const name of opened) {
        const details = find(`fieldset[data-dimension="${CSS.escape(name)}"] details`, answers);
        if (details) details.open = true;
      }
      if (focused) document.getElementById(focused)?.focus();
      shownText = asked;
      follow();
      mark(chosenOption());
      find("#spoken").textContent = find("#summary").textContent;
    }

    // ------------------------------------------------------------ the words that speak for a label
    function mark(option) {
      const evidence = option && shownText === text.value ? JSON.parse(option.dataset.evidence || "[]") : [];
      const strongest = Math.max(...evidence.map((one) => one[2]), 0);
      const pieces = [];
      let place = 0;
      for (const [start, end, weight] of [...evidence].sort((one, other) => one[0] - other[0])) {
        pieces.push(document.createTextNode(shownText.slice(place, start)));
        const piece = document.createElement("mark");
        piece.textContent = shownText.slice(start, end);
        piece.className = weight < 0 ? "against" : weight > 0.66 * strongest ? "m3" : weight > 0.33 * strongest ? "m2" : "m1";
        pieces.push(piece);
        place = end;
      }
      // The last line of a field is there also where it is empty.
      pieces.push(document.createTextNode(`${text.value.slice(place)}\n`));
      marks.replaceChildren(...pieces);
      const legend = find("#legend");
      legend.hidden = !evidence.length;
      find(".against", legend).hidden = !evidence.some((one) => one[2] < 0);
      find("#legend-label").textContent = option && evidence.length ? `– ${option.dataset.name}` : "";
      scroll();
    }

    function scroll() {
      marks.scrollTop = text.scrollTop;
      marks.scrollLeft = text.scrollLeft;
    }
    text.addEventListener("scroll", scroll);

    function chosenOption() {
      return find('fieldset[data-form="area"] .option:has(input:checked)') || find(".option:has(input:checked)");
    }

    const answers = find("#answers");
    for (const kind of ["mouseover", "focusin"]) {
      answers.addEventListener(kind, (event) => {
        const option = event.target.closest("[data-evidence]");
        if (option) mark(option);
      });
    }
    for (const kind of ["mouseleave", "focusout"]) {
      answers.addEventListener(kind, () => mark(focusedOption() || chosenOption()));
    }
    function focusedOption() {
      return document.activeElement?.closest?.("#answers [data-evidence]") || null;
    }

    // ------------------------------------------------------------ choices that follow from others
    answers.addEventListener("change", (event) => {
      isDirty = true;
      const input = event.target;
      if (running) {
        // An answer that is on its way knows nothing of this choice.
        running.abort();
        clearTimeout(timer);
        timer = setTimeout(refresh, PAUSE_MS);
      }
      if (input.matches("[data-other]")) {
        find('input[value="?other"]', input.closest("fieldset")).checked = input.value !== "";
      }
      settle(input);
      follow();
      mark(input.closest("[data-evidence]") || chosenOption());
    });
    form.addEventListener("input", () => { isDirty = true; });

    function settle(input) {
      const fieldset = input.closest("fieldset.dimension");
      if (!fieldset || !input.checked) return;
      const statuses = all('input[name^="status."]', fieldset);
      if (statuses.includes(input)) {
        for (const other of all('input[type="checkbox"]', fieldset)) if (other !== input) other.checked = false;
        for (const open of all('.segments input[value=""]', fieldset)) open.checked = true;
      } else if (input.value) {
        for (const status of statuses) status.checked = false;
      }
    }

    function follow() {
      const level = find('fieldset[data-form="level"]');
      const area = find('fieldset[data-form="area"]');
      if (!level || !area) return;
      const chosen = find("input:checked", area);
      const other = find("[data-other]", area);
      const parent = chosen?.value === "?other"
        ? other.selectedOptions[0]?.dataset.parent
        : chosen?.closest(".option")?.dataset.parent;
      level.classList.toggle("follows", Boolean(parent));
      if (!parent) return;
      const radio = find(`input[value="${CSS.escape(parent)}"]`, level);
      if (radio) radio.checked = true;
      else choose(level, parent);
    }

    function choose(fieldset, label) {
      const listed = all("input", fieldset).find((one) => one.value === label && one.name.startsWith("choice."));
      const yes = all(".question input[value=yes]", fieldset).find((one) => one.name.endsWith(`.${label}`));
      const select = find("[data-other]", fieldset);
      const input = listed || yes;
      if (input) {
        input.checked = true;
        const details = input.closest("details");
        if (details) details.open = true;
        return input;
      }
      if (!select) return null;
      select.value = label;
      find('input[value="?other"]', fieldset).checked = true;
      return select;
    }

    // ------------------------------------------------------------ keys
    document.addEventListener("keydown", (event) => {
      if (find("dialog[open]")) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        return save();
      }
      if (event.key === "Escape" && isTyping(event.target)) {
        event.preventDefault();
        return find("#answers-title").focus();
      }
      if (isModified(event) || isTyping(event.target) || !keysAreOn()) return;
      press(event);
    });

    function press(event) {
      const key = event.key.toLowerCase();
      if (key === "enter") {
        // A button, a link and what opens do what they do.
        if (event.target.matches("button, a, summary")) return;
        event.preventDefault();
        save();
        return;
      }
      const input = find(`[data-key="${CSS.escape(key)}"]`, answers);
      const question = find(`[data-cycle="${CSS.escape(key)}"]`, answers);
      const goal = { t: "#text", n: "#note" }[key];
      if (input) {
        event.preventDefault();
        input.focus();
        if (input.type === "radio" && !input.checked || input.type === "checkbox") input.click();
      } else if (question) {
        event.preventDefault();
        const radios = all("input", question);
        const now = radios.findIndex((one) => one.checked);
        const next = radios[(now + 1) % radios.length];
        next.focus();
        next.click();
      } else if (key === "/") {
        event.preventDefault();
        open("search");
      } else if (goal) {
        event.preventDefault();
        find(goal).focus();
      }
    }

    // ------------------------------------------------------------ saving: nothing that is typed is lost
    function content(more = {}) {
      const fields = new URLSearchParams(new FormData(form));
      if (startedAt !== null) fields.set("seconds", ((performance.now() - startedAt) / 1000).toFixed(1));
      for (const [name, value] of Object.entries(more)) fields.set(name, value);
      return fields;
    }

    form.addEventListener("submit", (event) => {
      const to = event.submitter?.getAttribute("formaction");
      if (to && to !== "/save") {
        isDirty = false;
        return;
      }
      event.preventDefault();
      save();
    });
    // Enter in a field of one line saves, as it does in the rest of the page.
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input:not([type=radio], [type=checkbox])") && !isModified(event)) {
        event.preventDefault();
        save();
      }
    });

    let isSaving = false;
    async function save() {
      if (isSaving) return;
      isSaving = true;
      const button = find("#save");
      button.setAttribute("aria-busy", "true");
      find("#offline").hidden = find("#logged-out").hidden = true;
      const saving = find("#saving");
      const slow = setTimeout(() => { saving.textContent = saving.dataset.text; }, 1500);
      try {
        // What is decided stands beside what was suggested for this text, not for an earlier one.
        if (shownText !== text.value || running) await refresh();
        const response = await fetch("/save", { method: "POST", headers: HEADERS, body: content() });
        const next = response.headers.get("X-Pobo-Next");
        if (next) {
          isDirty = false;
          window.location.assign(next);
          return;
        }
        if (response.redirected || response.status === 401) {
          find("#logged-out").hidden = false;
          find("#logged-out").scrollIntoView({ block: "nearest" });
          return;
        }
        show(await response.text());
      } catch {
        find("#offline").hidden = false;
        find("#offline").scrollIntoView({ block: "nearest" });
      } finally {
        clearTimeout(slow);
        saving.textContent = "";
        isSaving = false;
        button.removeAttribute("aria-busy");
      }
    }

    function show(page) {
      const read = new DOMParser().parseFromString(page, "text/html");
      const theirs = read.querySelector("#work-page");
      if (!theirs) {
        // Not our page (a session that has ended, a proxy): the form stays as it is, and what is said comes above it.
        const told = document.createElement("div");
        told.className = "message error";
        told.setAttribute("role", "alert");
        told.textContent = read.querySelector("main p, main")?.textContent.trim() || find("#offline").textContent;
        all(":scope > .message", find("#work-page")).forEach((one) => one.remove());
        find("#work-page").prepend(told);
        told.scrollIntoView({ block: "nearest" });
        return;
      }
      const ours = find("#work-page");
      all(":scope > .message", ours).forEach((one) => one.remove());
      const told = [...theirs.querySelectorAll(":scope > .message")];
      ours.prepend(...told);
      for (const name of ["seen", "save_key"]) form.elements[name].value = theirs.querySelector(`[name=${name}]`).value;
      find("#save").replaceChildren(...theirs.querySelector("#save").childNodes);
      put(theirs.querySelector("#answers").innerHTML, text.value);
      (told[0] || ours).focus();
      told[0]?.scrollIntoView({ block: "start" });
    }

    window.addEventListener("beforeunload", (event) => {
      if (isDirty && text.value.trim()) event.preventDefault();
    });

    // ------------------------------------------------------------ search over all labels
    const search = find("#search");
    const sought = find("#search-words");
    const found = find("#search-found");
    search.addEventListener("pobo-open", async () => {
      sought.value = "";
      sought.focus();
      if (!found.childElementCount) {
        try {
          const response = await fetch("/labels", { headers: HEADERS });
          if (!response.ok) throw new Error(String(response.status));
          found.replaceChildren(...new DOMParser().parseFromString(await response.text(), "text/html").body.childNodes);
        } catch {
          found.textContent = find("#no-suggestions").textContent;
        }
      }
      narrow();
    });
    sought.addEventListener("input", narrow);
    sought.addEventListener("keydown", (event) => {
      const first = find(".label:not([hidden]) .choose", found);
      if (event.key === "Enter") {
        event.preventDefault();
        if (sought.value.trim()) first?.click();
      } else if (event.key === "ArrowDown") {
        event.preventDefault();
        first?.focus();
      }
    });

    function narrow() {
      const wanted = sought.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const label of all(".label", found)) {
        label.hidden = !wanted.every((word) => label.dataset.sought.includes(word));
        count += label.hidden ? 0 : 1;
      }
      for (const group of all(".label-group", found)) group.hidden = !find(".label:not([hidden])", group);
      const told = find("#search-count");
      told.textContent = count ? `${told.dataset.some} ${count}` : told.dataset.none;
    }

    found.addEventListener("click", (event) => {
      const button = event.target.closest(".choose");
      if (!button) return;
      const fieldset = find(`fieldset[data-dimension="${CSS.escape(button.dataset.dimension)}"]`, answers);
      const input = fieldset && choose(fieldset, button.dataset.label);
      search.close();
      if (input) {
        input.dispatchEvent(new Event("change", { bubbles: true }));
        input.focus();
      }
    });

    follow();
    mark(chosenOption());
    // What was typed before this script was there, or what the browser brought back.
    if (text.value.trim() && !find("#summary").textContent) refresh();
  }
})();
