
"use strict";
(function () {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const tasks = Array.from(document.querySelectorAll(".task"));
  const words = document.getElementById("filter");
  const boxes = Array.from(document.querySelectorAll(".filter [type=checkbox]"));

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

  function wanted(task) {
    const off = boxes.some((box) => !box.checked && box.value === task.dataset.state);
    return !off && task.dataset.name.includes(words.value.trim().toLowerCase());
  }

  function filter() {
    for (const task of tasks) {
      task.hidden = !wanted(task);
    }
    for (const task of tasks.filter((task) => !task.hidden)) {
      for (let at = task.parentElement; at; at = at.parentElement) {
        if (at.tagName === "DETAILS") {
          at.hidden = false;
        }
      }
    }
  }

  function setAll(open) {
    tasks.forEach((task) => { task.open = open && !task.hidden; });
  }

  words.form.addEventListener("submit", (event) => event.preventDefault());
  words.addEventListener("input", filter);
  boxes.forEach((box) => box.addEventListener("change", filter));
  document.getElementById("open").addEventListener("click", () => setAll(true));
  document.getElementById("close").addEventListener("click", () => setAll(false));
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", () => setAll(true));
  reveal();
})();
