
"use strict";
(function () {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const tasks = Array.from(document.querySelectorAll(".task"));
  const fields = Array.from(document.querySelectorAll("input.find"));
  const boxes = Array.from(document.querySelectorAll(".filter [type=checkbox]"));
  const found = document.getElementById("found");
  const texts = new Map();

  document.getElementById("theme").addEventListener("click", function () {
    const isDark = root.classList.contains("dark") || (dark.matches && !root.classList.contains("light"));
    root.classList.toggle("dark", !isDark);
    root.classList.toggle("light", isDark);
  });

  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") {
        at.open = true;
        at.hidden = false;
      }
    }
    if (target) {
      target.scrollIntoView();
    }
  }

  function textOf(task) {
    if (!texts.has(task)) {
      texts.set(task, task.textContent.toLowerCase());
    }
    return texts.get(task);
  }

  function wanted(task, words) {
    const off = boxes.some((box) => !box.checked && box.value === task.dataset.state);
    return !off && (!words || task.dataset.name.includes(words) || textOf(task).includes(words));
  }

  function filter() {
    const words = fields[0].value.trim().toLowerCase();
    for (const task of tasks) {
      task.hidden = !wanted(task, words);
    }
    const shown = tasks.filter((task) => !task.hidden);
    for (const task of shown) {
      for (let at = task.parentElement; at; at = at.parentElement) {
        if (at.tagName === "DETAILS") {
          at.hidden = false;
        }
      }
    }
    for (const node of document.querySelectorAll(".graph a")) {
      const task = document.getElementById(node.getAttribute("href").slice(1));
      node.classList.toggle("off", Boolean(task) && task.hidden === true);
    }
    found.textContent = shown.length < tasks.length ? shown.length + " of " + tasks.length : "";
  }

  function setAll(open) {
    tasks.forEach((task) => { task.open = open && !task.hidden; });
  }

  function graph(canvas) {
    const picture = canvas.querySelector("svg");
    const size = [picture.viewBox.baseVal.width, picture.viewBox.baseVal.height];
    const tools = document.querySelector(".tools");
    let zoom = 1;

    function fitting(whole) {
      const room = [canvas.clientWidth - 28, parseFloat(getComputedStyle(canvas).maxHeight) - 28];
      return Math.min(room[0] / size[0], whole ? room[1] / size[1] : 1, 1);
    }

    function setZoom(wish, x, y) {
      const before = zoom;
      const at = [canvas.scrollLeft + x, canvas.scrollTop + y];
      zoom = Math.min(Math.max(wish, 0.05), 4);
      picture.setAttribute("width", size[0] * zoom);
      picture.setAttribute("height", size[1] * zoom);
      canvas.scrollLeft = at[0] * zoom / before - x;
      canvas.scrollTop = at[1] * zoom / before - y;
    }

    function step(factor) {
      setZoom(zoom * factor, canvas.clientWidth / 2, canvas.clientHeight / 2);
    }

    const acts = {
      in: () => step(1.25), out: () => step(0.8), fit: () => setZoom(fitting(true), 0, 0), one: () => setZoom(1, 0, 0),
    };
    tools.hidden = false;
    canvas.classList.add("grab");
    tools.addEventListener("click", (event) => {
      const act = event.target.dataset && acts[event.target.dataset.zoom];
      if (act) {
        act();
      }
    });
    canvas.addEventListener("keydown", (event) => {
      const act = { "+": "in", "-": "out", 0: "fit", 1: "one" }[event.key];
      if (act && !event.ctrlKey && !event.metaKey) {
        acts[act]();
      }
    });
    canvas.addEventListener("wheel", (event) => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const box = canvas.getBoundingClientRect();
        setZoom(zoom * Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
      }
    }, { passive: false });

    let held = null;
    let moved = false;
    canvas.addEventListener("dragstart", (event) => event.preventDefault());
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && event.pointerType === "mouse") {
        held = [event.clientX + canvas.scrollLeft, event.clientY + canvas.scrollTop];
        moved = false;
      }
    });
    window.addEventListener("pointermove", (event) => {
      if (held) {
        const to = [held[0] - event.clientX, held[1] - event.clientY];
        moved = moved || Math.abs(to[0] - canvas.scrollLeft) + Math.abs(to[1] - canvas.scrollTop) > 4;
        if (moved) {
          canvas.classList.add("held");
          canvas.scrollLeft = to[0];
          canvas.scrollTop = to[1];
        }
      }
    });
    window.addEventListener("pointerup", () => {
      held = null;
      canvas.classList.remove("held");
    });
    canvas.addEventListener("click", (event) => {
      if (moved) {
        event.preventDefault();
        moved = false;
      }
    }, true);
    setZoom(Math.max(fitting(false), 0.5), 0, 0);
  }

  fields.forEach((field) => field.addEventListener("input", () => {
    fields.forEach((other) => { other.value = field.value; });
    filter();
  }));
  document.querySelector(".filter").addEventListener("submit", (event) => event.preventDefault());
  boxes.forEach((box) => box.addEventListener("change", filter));
  document.getElementById("open").addEventListener("click", () => setAll(true));
  document.getElementById("close").addEventListener("click", () => setAll(false));
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", () => setAll(true));
  document.querySelectorAll(".canvas").forEach(graph);
  reveal();
})();
