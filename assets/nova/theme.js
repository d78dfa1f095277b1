// The theme that was chosen in this browser. Loaded in the head as it is, before anything is painted.

try {
  const theme = localStorage.getItem("nova:theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system decides.
}
