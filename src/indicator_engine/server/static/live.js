// Looks whether anything has moved, and then loads the page again. Without it, the link at the foot does the same.
(() => {
  const { version, poll } = document.documentElement.dataset;
  if (!poll) return;
  let tag = "";
  const look = async () => {
    try {
      const answer = await fetch(poll, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") || "";
        if ((await answer.json()).version !== version) return location.reload();
      }
    } catch { /* the server is away; look again */ }
    setTimeout(look, document.hidden ? 30000 : 2000);
  };
  setTimeout(look, 1000);
})();
