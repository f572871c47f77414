// Watches the messages of the timeline from frame to frame. While one scrolls up they may only move
// down, and never by more than the wheel was turned: everything else is a jump.
(() => {
  const MOST = 420;
  const found = [];
  let before = new Map();
  const look = () => {
    const now = new Map();
    // The line about the network moves the whole frame, not what is in it.
    const frame = document.querySelector("[role=region]").parentElement.getBoundingClientRect();
    for (const article of document.querySelectorAll("[role=article]")) {
      const { top, bottom } = article.getBoundingClientRect();
      if (bottom <= 0 || top >= innerHeight) continue;
      now.set(article.closest("[data-key]").dataset.key, top - frame.top);
    }
    const moves = [...now]
      .filter(([key]) => before.has(key))
      .map(([key, top]) => Math.round(top - before.get(key)));
    const jump = moves.find((by) => by < -2 || by > MOST);
    if (jump) found.push(jump);
    // Nothing of what was on screen is there any more: a leap of a whole screen.
    if (before.size && now.size && !moves.length) found.push([before.size, now.size]);
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.jumps = () => found;
})();
