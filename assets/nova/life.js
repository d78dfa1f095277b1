// What happens to the page itself: it comes back, goes away, gets a network. A shell.

/** @param {() => import("./messenger.js").Messenger | null} messenger */
export function watchLife(messenger) {
  const wake = () => {
    if (document.hidden) return;
    messenger()?.connection.apply({ type: "wake" });
    messenger()?.connection.probe();
    messenger()?.look();
  };
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => event.persisted && wake());
  document.addEventListener("visibilitychange", wake);
  addEventListener("focus", () => messenger()?.look());
  addEventListener("offline", () => {
    // Only a hint: the open socket is asked, not closed.
    messenger()?.connection.apply({ type: "offline" });
    messenger()?.connection.probe();
  });
  addEventListener("pagehide", () => messenger()?.drafts.save());
}
