// Watches the messages of the timeline from frame to frame. While one scrolls up they may only move
// down, and never by more than the wheel was turned: everything else is a jump.
(() => {
  const MOST = 420;
  const found = [];
  let before = new Map();
  const look = () => {
    const now = new Map();
    for (const article of document.querySelectorAll("[role=article]")) {
      const { top, bottom } = article.getBoundingClientRect();
      if (bottom > 0 && top < innerHeight) now.set(article, top);
    }
    const moves = [...now]
      .filter(([article]) => before.has(article))
      .map(([article, top]) => [Math.round(top - before.get(article)), article.textContent]);
    const jump = moves.find(([by]) => by < -2 || by > MOST);
    if (jump) found.push([jump[0], jump[1].slice(0, 40)]);
    // Nothing of what was on screen is there any more: a leap of a whole screen.
    if (before.size > 3 && now.size > 3 && moves.length === 0) found.push(["all", ""]);
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.jumps = () => found;
})();
