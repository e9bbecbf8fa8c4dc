/* What a script can add; every page works without it. */
"use strict";
(() => {
  const all = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const icon = (name) => {
    const drawn = document.querySelector("svg.tl-icon use")?.getAttribute("href").split("#")[0];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "tl-icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${drawn}#${name}`);
    svg.append(use);
    return svg;
  };

  /* Suggestions while typing: a combobox with a list of addresses. */
  all("[data-suggest]", (field) => {
    const input = field.querySelector("input");
    const list = document.createElement("ul");
    let options = [], chosen = -1, waiting, asked;
    list.className = "tl-suggest";
    list.id = `${input.id}-suggestions`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0]?.textContent.trim() || "");
    list.hidden = true;
    field.append(list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);

    const choose = (number) => {
      options[chosen]?.setAttribute("aria-selected", "false");
      chosen = number;
      options[chosen]?.setAttribute("aria-selected", "true");
      if (chosen < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", options[chosen].id);
    };
    const show = (rows) => {
      chosen = -1;
      input.removeAttribute("aria-activedescendant");
      options = rows.map((row, number) => {
        const option = document.createElement("li");
        const text = document.createElement("span");
        option.className = "tl-suggest__option";
        option.id = `${list.id}-${number}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.address = row.address;
        text.textContent = row.text;
        text.dir = "auto";
        option.append(icon(row.kind === "organisation" ? "home" : row.kind === "offer" ? "arrow_forward" : "search"), text);
        return option;
      });
      list.replaceChildren(...options);
      list.hidden = !options.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
    };
    const ask = async () => {
      const typed = input.value.trim();
      if (typed.length < 2) return show([]);
      asked?.abort();
      asked = new AbortController();
      try {
        const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed)}`, { signal: asked.signal });
        if (answer.ok) show((await answer.json()).suggestions);
      } catch { /* a newer question, or no network: the form still works */ }
    };
    input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 150); });
    input.addEventListener("blur", () => setTimeout(() => show([]), 150));
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      const last = options.length - 1;
      if (event.key === "ArrowDown") choose(chosen === last ? -1 : chosen + 1);
      else if (event.key === "ArrowUp") choose(chosen === -1 ? last : chosen - 1);
      else if (event.key === "Escape") { show([]); event.stopPropagation(); }
      else if (event.key === "Enter" && chosen >= 0) location.assign(options[chosen].dataset.address);
      else return;
      event.preventDefault();
    });
    list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[data-address]");
      if (option && event.button === 0) { event.preventDefault(); location.assign(option.dataset.address); }
    });
  });

  /* Leave at once: by the button or Escape twice. The page does not stay behind the back button. */
  const exit = document.querySelector("[data-exit]");
  if (exit) {
    let before = -Infinity;
    const leave = () => { document.body.hidden = true; document.title = ""; location.replace(exit.href); };
    exit.addEventListener("click", (event) => { event.preventDefault(); leave(); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (event.timeStamp - before < 1500) leave();
      before = event.timeStamp;
    });
  }

  /* Print and share; a shared address holds no position. */
  all("[data-tools]", (tools) => { tools.hidden = false; });
  all("[data-print]", (button) => button.addEventListener("click", () => window.print()));
  all("[data-share]", (button) => button.addEventListener("click", async () => {
    const url = location.href.split("#")[0];
    if (navigator.share) return navigator.share({ title: document.title, url }).catch(() => {});
    await navigator.clipboard.writeText(url);
    button.querySelector(".kern-label").textContent = button.dataset.done;
  }));

  /* Distances from where the reader is. The position stays here: in the part of the address that no server gets. */
  const shared = () => /^#at=(-?\d+\.\d+),(-?\d+\.\d+)$/.exec(location.hash)?.slice(1).map(Number);
  const measure = () => {
    const here = shared();
    if (!here) return;
    const rad = Math.PI / 180;
    all("[data-at]", (card) => {
      const [lat, lon, about] = card.dataset.at.split(",");
      const h = Math.sin((lat - here[0]) * rad / 2) ** 2 + Math.cos(lat * rad) * Math.cos(here[0] * rad) * Math.sin((lon - here[1]) * rad / 2) ** 2;
      const km = 12742 * Math.asin(Math.sqrt(h));
      const near = km < 1 && !about;
      const words = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: near ? "meter" : "kilometer", maximumFractionDigits: about ? 0 : 1 });
      const told = words.format(near ? Math.max(100, Math.round(km * 10) * 100) : about ? Math.max(1, km) : km);
      const place = card.querySelector("[data-distance]");
      if (place) place.textContent = `, ${about ? document.querySelector("[data-about]")?.dataset.about + " " : ""}${told}`;
    });
    all('a[href^="?"]', (link) => { link.hash = location.hash; });
  };
  if (navigator.geolocation && document.querySelector("[data-at]")) all("[data-near-me]", (item) => {
    const button = item.querySelector("button");
    item.hidden = false;
    button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
      ({ coords }) => { history.replaceState(null, "", `#at=${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`); measure(); },
      () => { button.querySelector(".kern-label").textContent = button.dataset.denied; },
      { maximumAge: 300000, timeout: 10000 },
    ));
  });
  measure();

  /* A search that was not clearly met is counted once, when somebody comes to the page, not when they come back. */
  all("[data-count]", (page) => {
    if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
    navigator.sendBeacon(page.dataset.count, new URLSearchParams(location.search));
  });

  /* One menu at a time; Escape and a click beside it close it. */
  const menus = document.querySelectorAll("details.tl-menu");
  menus.forEach((menu) => menu.addEventListener("toggle", () => {
    if (menu.open) menus.forEach((other) => { if (other !== menu) other.open = false; });
  }));
  document.addEventListener("click", (event) => menus.forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menus.forEach((menu) => { if (menu.open) { menu.open = false; menu.querySelector("summary").focus(); } });
  });
})();
