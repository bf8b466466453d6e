// Keeps today's page as the service has it: puts in what has changed and touches nothing else,
// so that neither the place one reads at nor the focus moves.
"use strict";
(() => {
  const state = document.getElementById("live");
  const first = document.querySelector("[data-first]");
  let source = null;

  function say(on) {
    state.textContent = on ? state.dataset.on : state.dataset.off;
    state.classList.toggle("on", on);
  }

  // Makes a node like a fresh one, part by part; what is the same stays the very same node.
  function become(old, fresh) {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
      old.replaceWith(fresh);
      return;
    }
    if (old.nodeType === Node.TEXT_NODE) {
      old.nodeValue = fresh.nodeValue;
      return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) return;
    for (const { name } of [...old.attributes]) {
      // A table that was opened stays open.
      if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    if (old.nodeName === "DATA") flash(old);
    becomeInside(old, fresh);
  }

  function becomeInside(old, fresh) {
    const ones = [...old.childNodes], others = [...fresh.childNodes];
    others.forEach((other, i) => (i < ones.length ? become(ones[i], other) : old.append(other)));
    ones.slice(others.length).forEach((one) => one.remove());
  }

  function flash(element) {
    element.classList.remove("changed");
    // Asking for its size lets the animation begin again.
    void element.offsetWidth;
    element.classList.add("changed");
    element.addEventListener("animationend", () => element.classList.remove("changed"), { once: true });
  }

  function take(event) {
    if (first) {
      look();
      return;
    }
    for (const [name, text] of Object.entries(JSON.parse(event.data))) {
      const part = document.getElementById(name);
      const fresh = document.createElement("template");
      fresh.innerHTML = text;
      becomeInside(part, fresh.content);
    }
  }

  // On the first visit: which steps are done, and whether there is a first sale to be shown.
  async function look() {
    const reply = await fetch(location.href);
    const now = new DOMParser().parseFromString(await reply.text(), "text/html");
    if (now.querySelector("[data-first]")) become(document.querySelector("main"), now.querySelector("main"));
    else location.reload();
  }

  function open() {
    if (source) source.close();
    source = new EventSource(`/live?lang=${document.documentElement.lang}`);
    source.onopen = () => say(true);
    source.onmessage = take;
    source.onerror = () => {
      say(false);
      // The browser comes again by itself, but not after a refusal.
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 5000);
    };
  }

  function close() {
    if (source) source.close();
    source = null;
  }

  // A page that nobody sees asks for nothing.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", () => { if (!source && !document.hidden) open(); });
})();
