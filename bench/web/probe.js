// What is measured from inside the page. Put into every page before its own scripts.
(() => {
  const tasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) tasks.push([entry.startTime, entry.duration]);
  }).observe({ type: "longtask", buffered: true });

  /** After the next frame has been painted, as near as a page can tell. */
  const painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now());
        channel.port2.postMessage(null);
      });
    });

  const shows = (text) => document.body?.textContent.includes(text) ?? false;

  /** When `text` is painted, in ms since the navigation began. */
  const appears = (text) =>
    new Promise((resolve) => {
      const look = () => {
        if (!shows(text)) return false;
        observer.disconnect();
        painted().then(resolve);
        return true;
      };
      const observer = new MutationObserver(look);
      if (!look())
        observer.observe(document, { childList: true, subtree: true, characterData: true });
    });

  const keys = [];
  addEventListener(
    "keydown",
    (event) => {
      painted().then((at) => keys.push(at - event.timeStamp));
    },
    { capture: true },
  );

  /** From the next click to the first paint with `text`. */
  const clickUntil = (text) =>
    new Promise((resolve) => {
      addEventListener(
        "pointerdown",
        (event) => {
          const begun = event.timeStamp;
          appears(text).then((at) => resolve(at - begun));
        },
        { capture: true, once: true },
      );
    });

  let running = false;
  let frames = [];
  const count = (at) => {
    frames.push(at);
    if (running) requestAnimationFrame(count);
  };

  /** Messages that were ever drawn, by key. */
  const seqs = new Set();
  const drawn = new MutationObserver(() => {
    for (const it of document.querySelectorAll("[role=article]")) seqs.add(it.dataset.key);
  });
  drawn.observe(document, { childList: true, subtree: true });

  window.probe = {
    seqs,
    appears,
    clickUntil,
    keys,
    tasks,
    startFrames: () => {
      frames = [];
      running = true;
      requestAnimationFrame(count);
    },
    stopFrames: () => {
      running = false;
      return frames;
    },
  };
})();
