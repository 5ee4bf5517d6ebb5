/* Makes figures interactive when a reader asks for it, the catalogue searchable, and the theme's sidebars open. */
(() => {
  "use strict";

  const scripts = new Map();

  function load(address) {
    if (!scripts.has(address)) {
      scripts.set(address, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = resolve;
        script.onerror = () => {
          scripts.delete(address);
          script.remove();
          reject(new Error(`${address} cannot be loaded`));
        };
        document.head.append(script);
      }));
    }
    return scripts.get(address);
  }

  /* A chart holds its data: whatever else it asks for is refused. */
  const refuse = () => Promise.reject(new Error("a chart asks for no other file"));
  const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

  async function draw(tools, image) {
    await Promise.all([load(tools.dataset.bundle), load(tools.dataset.spec)]);
    const box = document.createElement("div");
    box.className = "wb-chart";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", image.alt);
    const canvas = document.createElement("div");
    box.append(canvas);
    await window.vegaEmbed(canvas, window.wavebookSpecs[tools.dataset.figure], {
      actions: false,
      renderer: "svg",
      loader,
      config: { mark: { tooltip: true } },
    });
    return box;
  }

  function addButton(tools) {
    const image = document.querySelector(`figure#${CSS.escape(tools.dataset.figure)} img`);
    if (!image) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "wb-tool";
    button.textContent = "Interactive";
    let chart = null;
    let busy = false;

    async function turn() {
      if (busy) return;
      busy = true;
      button.setAttribute("aria-busy", "true");
      try {
        if (!chart) {
          chart = await draw(tools, image);
          chart.hidden = true;
          image.after(chart);
        }
        chart.hidden = !chart.hidden;
        image.hidden = !chart.hidden;
        button.textContent = chart.hidden ? "Interactive" : "Picture";
      } catch (error) {
        button.textContent = "Interactive (failed, try again)";
        console.error(error);
      }
      button.removeAttribute("aria-busy");
      busy = false;
    }

    button.addEventListener("click", turn);
    tools.prepend(button);
  }

  function addFilter(form) {
    const input = form.querySelector("input");
    const said = form.querySelector("[aria-live]");
    const figures = [...document.querySelectorAll("[data-words]")];

    function filter() {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const figure of figures) {
        figure.hidden = !words.every((word) => figure.dataset.words.includes(word));
        shown += figure.hidden ? 0 : 1;
      }
      said.textContent = words.length ? `${shown} of ${figures.length} figures` : `${figures.length} figures`;
    }

    form.addEventListener("submit", (event) => event.preventDefault());
    input.addEventListener("input", filter);
    form.hidden = false;
    filter();
  }

  /* The theme hears only the first button that opens a sidebar, and that one is in the bar which the book hides. */
  function joinToggles(name) {
    const [first, ...others] = document.querySelectorAll(`.${name}-toggle`);
    if (!first?.closest(".bd-header")) return;
    for (const other of others) other.addEventListener("click", () => first.click());
  }

  function start() {
    ["primary", "secondary"].forEach(joinToggles);
    document.querySelectorAll(".wb-tools[data-spec]").forEach(addButton);
    document.querySelectorAll("form.wb-filter").forEach(addFilter);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
